// What of the notice the pack holds, and what a week of it asks, as the server says it.

import type { Basis, Words } from '@/api/types'

export interface TracedCheck { kind: string; words: string; ledger: string; post: string; duty: string; loop: string; wanted: { number: number; facet: string } }
export interface Traced {
  id: string
  clause: number
  text: Words
  subject: string
  status: 'automated' | 'attested' | 'later'
  held_by: string[]
  checks: TracedCheck[]
  norms: { id: string; basis: Basis | '' }[]
  cases: { holds: number; fails: number; moves: number } | null
  reason: Words | null
}
export interface Trace {
  items: Traced[]
  sums: { requirements: number; automated: number; attested: number; later: number; proved: number; bases: Record<string, number> }
  own_numbers: { id: string; words: Words; number: string; norm: string }[]
  as_of: string
}

export interface BurdenPart { what: string; minutes: number; times: number; weekly: number }
export interface BurdenOfKind { kind: string; weekly: number; limit: number; offices: { office: string; weekly: number; parts: BurdenPart[] }[] }
export interface BurdenWhole { items: BurdenOfKind[]; as_of: string }

// The offices that ask for anything, those that ask most first.
export function officesOf(whole: BurdenWhole): string[] {
  const sums = new Map<string, number>()
  for (const kind of whole.items) for (const office of kind.offices) sums.set(office.office, (sums.get(office.office) ?? 0) + office.weekly)
  return [...sums].sort((a, b) => b[1] - a[1]).map(([office]) => office)
}

export const weeklyOf = (kind: BurdenOfKind, office: string): number => kind.offices.find((one) => one.office === office)?.weekly ?? 0

// Minutes as people say them: under a minute and a half with one place, otherwise whole.
export const minutes = (value: number): number => (value < 1.5 ? Math.round(value * 10) / 10 : Math.round(value))
