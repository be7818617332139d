// One answer to one task, kept on the telephone from the first touch until the server has said that
// it received it: a reload, a call coming in, or a way that is broken loses nothing. It belongs to
// the person who began it; another person on the same telephone learns only that it is there.
//
// Each answer has a number of its own on the shelf, so that a duty done three times a day may wait
// three times. The shelf outlives the app: what an older app wrote is brought to the present form
// when it is read, and what a newer one wrote is left untouched.

import type { RefusalError } from '@/api/client'
import type { Words } from '@/api/types'
import type { AnswerWord, ListItem, Position, PresenceKind } from './types'

export interface ItemDraft {
  answer: AnswerWord | null // of an item that asks for a state
  number: string // as typed
  numbers: { name: string; number: string }[]
  choice: string
  text: string
  moment: string // 07:30
  note: string
  photos: string[]
  mended: boolean
}

// writing: in the person's hands. queued: given to be sent. stopped: refused, and a person decides.
export type DraftState = 'writing' | 'queued' | 'stopped'

export interface Stopped {
  key: string
  status: number
  field: string
  wants: string[]
  args: Record<string, unknown>
  detail: string
  clause: string
}

export interface Draft {
  version: 2
  id: string // of the answer, made here once, so that sending twice is sending once
  person: string
  duty: string
  checklist: string // empty: the duty has none
  organisation: string
  period: string
  point: string // empty: the whole organisation
  names: DraftNames
  list: ListItem[] // what is asked, as it was asked
  filled: string[] // items left out because they are answered already
  presence: { kind: PresenceKind; code?: string; position?: Position }
  // The phone's own hour at the last touch, and by how much the server's was known to be ahead.
  looked: { phone_ms: number; ahead_ms: number } | null
  happened_at: string | null // settled: chosen by a person, or once it may have arrived
  corrected_ms: number | null // what was added to the phone's clock for it
  items: Record<string, ItemDraft>
  note: string
  photos: string[]
  at_once: boolean // everything was ticked with one touch
  again: boolean // meant as a further one, though there are enough
  state: DraftState
  tried: boolean // it was sent and nobody knows whether it arrived
  queued_at: number
  stopped: Stopped | null
  saved_at: number
}

// How it is called where the task cannot be read.
export interface DraftNames { point: string; list: Words }
export interface TaskKey { duty: string; organisation: string; period: string; point: string }

const kPrefix = 'anxiao.answer.'
const kOldPrefix = 'anxiao.inspection.'

export const keyOf = (draft: { person: string; id: string }): string => `${kPrefix}${draft.person}|${draft.id}`

export function begun(
  id: string,
  person: string,
  task: TaskKey & { checklist: string | null; names: DraftNames },
  more: Partial<Pick<Draft, 'presence' | 'list' | 'filled' | 'again'>> = {},
): Draft {
  return {
    version: 2,
    id,
    person,
    duty: task.duty,
    checklist: task.checklist ?? '',
    organisation: task.organisation,
    period: task.period,
    point: task.point,
    names: task.names,
    list: [],
    filled: [],
    presence: { kind: 'by_hand' },
    looked: null,
    happened_at: null,
    corrected_ms: null,
    items: {},
    note: '',
    photos: [],
    at_once: false,
    again: false,
    state: 'writing',
    tried: false,
    queued_at: 0,
    stopped: null,
    saved_at: 0,
    ...more,
  }
}

export const emptyItem = (): ItemDraft => ({ answer: null, number: '', numbers: [], choice: '', text: '', moment: '', note: '', photos: [], mended: false })

export function itemOf(draft: Draft, item: string): ItemDraft {
  return (draft.items[item] ??= emptyItem())
}

const isBlank = (item: ItemDraft): boolean =>
  item.answer === null && !item.number && !item.choice && !item.text && !item.moment && !item.note && !item.photos.length
  && item.numbers.every((row) => !row.number)

// Nothing answered, written or photographed yet: not worth keeping.
export function isUntouched(draft: Draft): boolean {
  return draft.state === 'writing' && !draft.note && !draft.photos.length && Object.values(draft.items).every(isBlank)
}

// False where the telephone refuses to keep it; whoever asked then says so.
export function save(storage: Storage, draft: Draft): boolean {
  draft.saved_at = Date.now()
  try {
    storage.setItem(keyOf(draft), JSON.stringify(draft))
    return true
  } catch {
    return false
  }
}

export function drop(storage: Storage, draft: { person: string; id: string }): void {
  storage.removeItem(keyOf(draft))
}

export function load(storage: Storage, person: string, id: string): Draft | null {
  return read(storage.getItem(keyOf({ person, id })))
}

// The one that is being written for a task; at most one is.
export function writingOf(storage: Storage, person: string, task: TaskKey): Draft | null {
  return kept(storage, person).find((draft) => draft.state === 'writing' && isOf(draft, task)) ?? null
}

export const isOf = (draft: TaskKey, task: TaskKey): boolean =>
  draft.duty === task.duty && draft.organisation === task.organisation && draft.period === task.period && draft.point === task.point

// All of a person, in the order in which they were given to be sent, then as they were written.
export function kept(storage: Storage, person: string): Draft[] {
  return allKeys(storage)
    .filter((key) => key.startsWith(`${kPrefix}${person}|`))
    .map((key) => read(storage.getItem(key)))
    .filter((draft): draft is Draft => draft !== null)
    .sort((a, b) => a.queued_at - b.queued_at || a.saved_at - b.saved_at)
}

// How many of other people wait on this telephone. What they hold is not told.
export function waitingOfOthers(storage: Storage, person: string): number {
  return allKeys(storage).filter((key) => {
    if (!key.startsWith(kPrefix) || key.startsWith(`${kPrefix}${person}|`)) return false
    const draft = read(storage.getItem(key))
    return draft !== null && draft.state !== 'writing'
  }).length
}

// Every photograph that some answer, of anybody, still names; null where one cannot be read by this
// app, so that nobody may say which are needed.
export function photosNamed(storage: Storage): Set<string> | null {
  const named = new Set<string>()
  for (const key of allKeys(storage)) {
    if (!key.startsWith(kPrefix)) continue
    const draft = read(storage.getItem(key))
    if (!draft) return null
    for (const sha of allPhotosOf(draft)) named.add(sha)
  }
  return named
}

export function allPhotosOf(draft: Draft): string[] {
  return [...new Set([...draft.photos, ...Object.values(draft.items).flatMap((item) => item.photos)])]
}

export function stoppedBy(refusal: RefusalError): Stopped {
  const { key, status, field, wants, args, detail, clause } = refusal
  return { key, status, field, wants, args, detail, clause }
}

// Gives it to be sent. What was decided about an earlier refusal is settled by this.
export function queue(draft: Draft, now: number): void {
  draft.state = 'queued'
  draft.stopped = null
  draft.queued_at = now
}

// Takes it back into the hands; only what has not been tried may be written differently.
export function takeBack(draft: Draft): void {
  draft.state = 'writing'
  draft.stopped = null
  draft.tried = false
}

// --- forms of the past ---

// The first form: one draft a task, states only.
interface DraftOne {
  version: 1
  id: string
  person: string
  duty: string
  checklist: string
  organisation: string
  period: string
  point: string
  names: DraftNames
  presence: 'by_hand' | 'qr'
  looked_at: string | null
  happened_at: string | null
  items: Record<string, { answer: AnswerWord | null; note: string; photos: string[]; mended: boolean }>
  state: 'writing' | 'waiting'
  saved_at: number
}

function fromOne(old: DraftOne): Draft {
  const draft = begun(old.id, old.person, old, {
    list: Object.keys(old.items).map((id) => ({ id, text: { zh: id, en: id } })),
    // Whoever scanned then kept no code, and nothing may be claimed without one.
    presence: { kind: 'by_hand' },
  })
  draft.items = Object.fromEntries(Object.entries(old.items).map(([id, item]) => [id, { ...emptyItem(), ...item }]))
  draft.happened_at = old.happened_at ?? old.looked_at
  draft.corrected_ms = null
  draft.saved_at = old.saved_at
  if (old.state === 'waiting') {
    queue(draft, old.saved_at)
    draft.tried = true
  }
  return draft
}

// Of any form this app knows; null for what is damaged or newer.
export function read(text: string | null): Draft | null {
  try {
    const draft = JSON.parse(text ?? 'null') as Draft | DraftOne | null
    if (!draft || typeof draft.items !== 'object' || !draft.id || !draft.person) return null
    if (draft.version === 1) return fromOne(draft)
    return draft.version === 2 ? draft : null
  } catch {
    return null
  }
}

// Brings what older apps left under their own keys to where this one looks. What cannot be written
// anew stays where it is and is tried again at the next start. Gives how many it moved.
export function migrate(storage: Storage): number {
  let moved = 0
  for (const key of allKeys(storage)) {
    if (!key.startsWith(kOldPrefix)) continue
    const draft = read(storage.getItem(key))
    if (!draft) continue
    const at = draft.saved_at
    if (!save(storage, draft)) continue
    draft.saved_at = at
    storage.setItem(keyOf(draft), JSON.stringify(draft))
    storage.removeItem(key)
    moved++
  }
  return moved
}

function allKeys(storage: Storage): string[] {
  return Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '')
}
