// A week of the roster: which cells there are, which are holes, and how last week becomes this one.

import type { RosterDay, Row } from '@/api/types'
import { addDays, weekdayOf } from '@/days'
import { listed } from '@/parts/field_values'

export type Cells = Map<string, RosterDay>
export const cellKey = (duty: string, day: string): string => `${duty} ${day}`

export function cellsOf(items: RosterDay[]): Cells {
  return new Map(items.map((item) => [cellKey(item.duty, item.day), item]))
}

export interface RosterFields { duty: string; person: string; from: string; to: string; weekdays?: string }
export function rosterFields(row: Row): RosterFields {
  const text = (id: string) => (typeof row.fields[id] === 'string' ? (row.fields[id] as string) : '')
  return { duty: text('duty'), person: text('person'), from: text('from'), to: text('to') || text('from'), weekdays: text('weekdays') }
}

export function covers(row: RosterFields, day: string): boolean {
  const only = listed(row.weekdays)
  return row.from <= day && day <= row.to && (only.length === 0 || only.includes(String(weekdayOf(day))))
}

// The rows to enter so that `week` is as the one before: people as they were named, not as they were
// stood in for; only where nobody is named yet and somebody is expected. Days that meet are one row.
export function copyOfLastWeek(rows: Row[], week: string[], cells: Cells): RosterFields[] {
  const copies: RosterFields[] = []
  const named = rows.map(rosterFields)
  const pairs = new Set(named.map((row) => `${row.duty}\n${row.person}`))
  for (const pair of pairs) {
    const [duty, person] = pair.split('\n')
    if (!duty || !person) continue
    let open: RosterFields | null = null
    for (const day of week) {
      const cell = cells.get(cellKey(duty, day))
      const before = addDays(day, -7)
      const wanted = Boolean(cell?.expected && cell.people.length === 0)
        && named.some((row) => row.duty === duty && row.person === person && covers(row, before))
      if (!wanted) {
        open = null
      } else if (open) {
        open.to = day
      } else {
        open = { duty, person, from: day, to: day }
        copies.push(open)
      }
    }
  }
  return copies
}
