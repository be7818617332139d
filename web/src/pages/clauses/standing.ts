// How organisations stand with the requirements, as the server says it.

import type { RouteLocationRaw } from 'vue-router'
import { listOf } from '@/loops'

export const standingStates = ['missing', 'late', 'due_soon', 'kept', 'not_applicable'] as const
export type StandingState = (typeof standingStates)[number]
export type Counts = Record<StandingState, number>

export interface Ref { id: string; name: string }
export interface Mend { kind: 'row' | 'duty' | 'matters' | 'attest' | 'post'; ledger?: string; duty?: string; loop?: string; post?: string }
export interface Check {
  kind: string
  state: StandingState
  value: number
  wanted: number
  changes_at: string | null
  period: string
  mend: Mend
  rows?: { ledger: string; all: number; counted: number; rows: { id: string; title: string; counts: boolean; day: unknown; value: unknown }[] }
  duty?: { duty: string; done_at: string | null; missed_at: string | null }
  matters?: { loop: string; all: number; late: { id: string | null; title: string | null; organisation: Ref; due_at: string }[] }
}
export interface Line { organisation: Ref; state: StandingState; checks: Check[]; answers: { post: string; people: Ref[] } }
export interface Whole { organisation: Ref; kind: string; items: { requirement: string; clause: number; counts: Counts; own: StandingState }[]; as_of: string }
export interface Children { organisation: Ref; items: { organisation: Ref; counts: Counts }[]; as_of: string }

export function noCounts(): Counts {
  return { missing: 0, late: 0, due_soon: 0, kept: 0, not_applicable: 0 }
}

export function sumOf(all: Counts[]): Counts {
  const sum = noCounts()
  for (const one of all) for (const state of standingStates) sum[state] += one[state] ?? 0
  return sum
}

// How many are bound at all.
export const bound = (counts: Counts) => counts.missing + counts.late + counts.due_soon + counts.kept

// A row of the sort that is wanted whose last day has passed: it is on record, and does not help.
export function isPast(check: Check, row: { counts: boolean; day: unknown }, today: string): boolean {
  return check.kind === 'valid_until' && row.counts && typeof row.day === 'string' && row.day < today
}

// Where what is not kept is mended.
export function mendPlace(mend: Mend, organisation: string): RouteLocationRaw | null {
  if (mend.kind === 'row' || mend.kind === 'attest') return mend.ledger ? { name: 'ledgers', params: { ledger: mend.ledger }, query: { organisation } } : null
  if (mend.kind === 'duty') return { name: 'duties', query: { for: organisation, duty: mend.duty } }
  if (mend.kind === 'matters') return mend.loop ? listOf(mend.loop, { organisation, late: 'true' }) : { name: 'loops', query: { show: 'late' } }
  return { name: 'people', query: { under: organisation } }
}
