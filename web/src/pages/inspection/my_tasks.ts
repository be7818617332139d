// The tasks of a person, today's and tomorrow's, and what is known of the points: read when there is a
// network and kept, so that the list stands and a checklist can be answered where there is none.

import { api } from '@/api/client'
import type { Matter, MatterSummary, Page, Ref, Row } from '@/api/types'
import { dayOf, serverNow } from '@/format'
import { keptRead, readOrKept, type Kept, type Read } from '@/offline/kept_reads'
import type { DutyTask } from './types'

const kPatienceMs = 12_000
// More pages than this are no list for a phone.
const kPagesMost = 6
const kDayMs = 24 * 3600_000
// Of so many open hazards the place is looked up; the oldest ones go without.
const kDetailsMost = 60

export const today = (): string => dayOf(serverNow())
export const tomorrow = (): string => dayOf(serverNow() + kDayMs)
export const keyOfTask = (task: DutyTask): string => [task.duty, task.organisation.id, task.period, task.point?.id ?? ''].join('|')

async function all(query: Record<string, string>): Promise<Kept<DutyTask[]>> {
  const items: DutyTask[] = []
  let cursor: string | null = null
  let as_of = ''
  for (let page = 0; page < kPagesMost; page++) {
    const read: Page<DutyTask> = await api.get<Page<DutyTask>>('/tasks', { ...query, cursor, limit: 200 }, undefined, kPatienceMs)
    items.push(...read.items)
    as_of ||= read.as_of
    cursor = read.next
    if (!cursor) break
  }
  return { body: items, as_of }
}

const nameOf = (day: string): string => `tasks|${day}`

export const readDay = (person: string, day: string): Promise<Read<DutyTask[]>> =>
  readOrKept(person, nameOf(day), () => all({ for: 'me', on: day }))
export const keptDay = (person: string, day: string): Promise<Kept<DutyTask[]> | null> => keptRead(person, nameOf(day))

// The tasks at one point, of whoever they are; without a network those of the person that are kept.
export async function readAtPoint(person: string, organisations: string[], point: string): Promise<Read<DutyTask[]>> {
  return readOrKept(person, `point|${point}`, async () => {
    const found = new Map<string, DutyTask>()
    let as_of = ''
    let last: unknown
    for (const organisation of organisations) {
      try {
        const read = await all({ for: organisation, point })
        as_of ||= read.as_of
        for (const task of read.body) found.set(keyOfTask(task), task)
      } catch (trouble) {
        last = trouble
      }
    }
    if (!as_of && last) throw last
    return { body: [...found.values()], as_of }
  }).catch(async (trouble) => {
    const kept = await keptDay(person, today())
    const mine = kept?.body.filter((task) => task.point?.id === point) ?? []
    if (!kept || !mine.length) throw trouble
    return { body: mine, as_of: kept.as_of, unreachable: trouble }
  })
}

export interface TaskKeyOf { duty: string; organisation: string; period: string; point: string }
export async function readTask(key: TaskKeyOf): Promise<DutyTask> {
  const path = `/tasks/${key.duty}/${key.organisation}/${encodeURIComponent(key.period)}`
  return api.get<DutyTask>(path, { point: key.point || null }, undefined, kPatienceMs)
}
export async function keptTask(person: string, key: TaskKeyOf): Promise<Kept<DutyTask> | null> {
  for (const day of [today(), tomorrow()]) {
    const kept = await keptDay(person, day)
    const found = kept?.body.find((task) => keyOfTask(task) === [key.duty, key.organisation, key.period, key.point].join('|'))
    if (kept && found) return { body: found, as_of: kept.as_of }
  }
  const kept = key.point ? await keptRead<DutyTask[]>(person, `point|${key.point}`) : null
  const found = kept?.body.find((task) => keyOfTask(task) === [key.duty, key.organisation, key.period, key.point].join('|'))
  return kept && found ? { body: found, as_of: kept.as_of } : null
}

// --- the last known state of the points ---

export interface OpenHazard { id: string; title: string; level: string | null; assessed: boolean; stage: string; place: string; opened_at: string; version: number }
export interface Points {
  points: { id: string; name: string; place: string }[]
  hazards: OpenHazard[]
}

export async function readPoints(person: string, organisation: string): Promise<Read<Points>> {
  return readOrKept(person, `points|${organisation}`, async () => {
    const [rows, matters, before] = await Promise.all([
      api.get<Page<Row>>('/ledgers/points/rows', { organisation, limit: 200 }, undefined, kPatienceMs).catch(() => null),
      api.get<Page<MatterSummary>>('/loops/hazard/matters', { organisation, state: 'open', limit: 100 }, undefined, kPatienceMs),
      keptRead<Points>(person, `points|${organisation}`),
    ])
    const hazards: OpenHazard[] = []
    for (const matter of matters.items.slice(0, kDetailsMost)) {
      const known = before?.body.hazards.find((one) => one.id === matter.id && one.version === matter.version)
      hazards.push(known ?? await detailOf(matter))
    }
    const points = rows?.items.map((row) => ({ id: row.id, name: row.title, place: String(row.fields.place ?? '') })) ?? before?.body.points ?? []
    return { body: { points, hazards }, as_of: matters.as_of }
  })
}

async function detailOf(matter: MatterSummary): Promise<OpenHazard> {
  const whole = await api.get<Matter>(`/loops/hazard/matters/${matter.id}`, undefined, undefined, kPatienceMs)
  const { id, title, level, assessed, stage, opened_at, version } = whole
  return { id, title, level, assessed, stage, opened_at, version, place: String(whole.fields.place ?? '') }
}

// Those that are known at the point: a hazard tells its place in words.
export function hazardsAt(known: Points, point: Ref): OpenHazard[] {
  const place = known.points.find((one) => one.id === point.id)?.place ?? ''
  return known.hazards.filter((hazard) => hazard.place !== '' && (hazard.place === place || hazard.place === point.name))
}

// --- how a kept task stands now ---

// What can be done with it now. The server's word is as of the reading; the hours are compared anew.
export type Standing = 'ahead' | 'expected' | 'open' | 'over' | 'done' | 'late' | 'missed' | 'excused'
export function standingOf(task: DutyTask, now: number): Standing {
  if (task.state === 'done' || task.state === 'late' || task.state === 'excused' || task.state === 'missed') return task.state
  if (now >= Date.parse(task.closes_at)) return 'over'
  if (now >= Date.parse(task.opens_at)) return 'open'
  return dayOf(task.opens_at) > dayOf(now) ? 'ahead' : 'expected'
}
export const mayAnswer = (standing: Standing): boolean => !['ahead', 'done', 'late'].includes(standing)

