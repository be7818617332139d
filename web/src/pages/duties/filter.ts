// What the list of tasks is narrowed to. It lives in the address, so that a figure anywhere opens
// exactly the rows it counts, and so that a list can be sent to a colleague.

import type { Figures, TaskState } from '@/api/types'
import { taskStates } from '@/api/types'
import { isDay } from '@/days'

export interface DutyFilter {
  // `me` or an organisation; empty: what the reader answers for.
  for: string
  // Empty: today.
  on: string
  // None: all of them.
  states: TaskState[]
  duty: string
}

type Query = Record<string, string | null | undefined | (string | null)[]>

function one(query: Query, key: string): string {
  const value = query[key]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

export function filterFromQuery(query: Query): DutyFilter {
  const said = one(query, 'state').split(',')
  const on = one(query, 'on')
  return {
    for: one(query, 'for'),
    on: isDay(on) ? on : '',
    states: taskStates.filter((state) => said.includes(state)),
    duty: one(query, 'duty'),
  }
}

// Only what narrows is said.
export function queryFromFilter(filter: DutyFilter): Record<string, string> {
  const query: Record<string, string> = {}
  if (filter.for) query.for = filter.for
  if (filter.on) query.on = filter.on
  if (filter.states.length) query.state = filter.states.join(',')
  if (filter.duty) query.duty = filter.duty
  return query
}

// A figure is one state; pressed again it opens all of them.
export function withState(filter: DutyFilter, state: TaskState): DutyFilter {
  const alone = filter.states.length === 1 && filter.states[0] === state
  return { ...filter, states: alone ? [] : [state] }
}

// The address of the rows behind a figure.
export function rowsBehind(whose: string, on: string, state: TaskState | null) {
  return { name: 'duties', query: queryFromFilter({ for: whose, on, states: state ? [state] : [], duty: '' }) }
}

export function totalOf(figures: Pick<Figures, TaskState> | null | undefined): number {
  return figures ? taskStates.reduce((sum, state) => sum + figures[state], 0) : 0
}
