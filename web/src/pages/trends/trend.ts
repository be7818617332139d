// What was true at the end of each day, made ready to be drawn: every day of the stretch has its
// place, and one on which nobody took the figures is a gap.

import { addDays } from '@/days'
import type { StandingState } from '@/pages/clauses/standing'

export interface TaskFigures { expected: number; open: number; done: number; late: number; missed: number; excused: number; total: number }
export type StandingFigures = Record<Exclude<StandingState, 'not_applicable'>, number>
export interface LoopFigures { open: Record<string, number>; late: number; opened: number; closed: number }
export interface TrendDay { day: string; as_of: string; tasks: TaskFigures; standing: StandingFigures; clauses: Record<string, StandingFigures> | null; loops: Record<string, LoopFigures> }
export interface Trend { organisation: { id: string; name: string }; from: string; to: string; items: TrendDay[]; gaps: { from: string; to: string }[]; as_of: string }

export const kSpans = [30, 90, 365] as const

// Every day between the first and the last that has figures.
export function daysOf(trend: Trend): string[] {
  const first = trend.items[0]?.day
  const last = trend.items[trend.items.length - 1]?.day
  if (!first || !last) return []
  const days: string[] = []
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day)
  return days
}

// A figure by day, null where there is a gap.
export function along(trend: Trend, figure: (day: TrendDay) => number): (number | null)[] {
  const known = new Map(trend.items.map((one) => [one.day, one]))
  return daysOf(trend).map((day) => {
    const found = known.get(day)
    return found ? figure(found) : null
  })
}

export function shareKept(figures: StandingFigures): number {
  const all = figures.kept + figures.due_soon + figures.late + figures.missing
  return all ? Math.round((1000 * (figures.kept + figures.due_soon)) / all) / 10 : 100
}

// Of what was due on the day, how much was done in time; null where nothing was.
export function shareDone(tasks: TaskFigures): number | null {
  const due = tasks.done + tasks.late + tasks.missed
  return due ? Math.round((1000 * tasks.done) / due) / 10 : null
}

export const openOf = (figures: LoopFigures | undefined): number => Object.values(figures?.open ?? {}).reduce((sum, one) => sum + one, 0)

// Loops of which the stretch says anything.
export function loopsIn(trend: Trend): string[] {
  return [...new Set(trend.items.flatMap((one) => Object.keys(one.loops)))]
}

export interface Change { now: number; before: number }
// The last day against the first of the stretch.
export function change(values: (number | null)[]): Change | null {
  const known = values.filter((one): one is number => one !== null)
  return known.length > 1 ? { now: known[known.length - 1], before: known[0] } : null
}
