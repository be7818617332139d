// The things that must all be in hand before treatment begins. Which they are is read from the chart:
// they are what the longest guard on fields wants. The page does not know them.

import type { Field, Loop, Matter } from '@/api/types'

export interface InHand { field: Field; value: unknown; inHand: boolean }

export function fiveOf(loop: Loop): Field[] {
  let longest: string[] = []
  for (const move of loop.moves) {
    for (const guard of move.guards) {
      if (guard.kind === 'fields' && guard.of.length > longest.length) longest = guard.of
    }
  }
  if (longest.length < 2) return []
  return longest.map((id) => fieldOf(loop, id)).filter((field): field is Field => field !== undefined)
}

export function fieldOf(loop: Loop, id: string): Field | undefined {
  const own = loop.fields?.find((field) => field.id === id)
  if (own) return own
  for (const move of loop.moves) {
    const given = move.fields.find((field) => field.id === id)
    if (given) return given
  }
  for (const method of loop.assessments) {
    const factor = method.factors.find((field) => field.id === id)
    if (factor) return factor
  }
  return undefined
}

// The id of a thing is nothing to read; where it matters its name stands elsewhere.
export function isReadable(field: Field, value: unknown): boolean {
  return field.type !== 'text' || !/^\d{6}\.[0-9a-f]{8}-[0-9a-f-]{27}$/.test(String(value))
}

// A nought is something in hand: it costs nothing.
export function inHand(value: unknown): boolean {
  if (value === undefined || value === null) return false
  if (typeof value === 'string') return value.trim() !== ''
  if (Array.isArray(value)) return value.length > 0
  return true
}

export function handOf(loop: Loop, matter: Pick<Matter, 'fields'>): InHand[] {
  return fiveOf(loop).map((field) => ({ field, value: matter.fields[field.id], inHand: inHand(matter.fields[field.id]) }))
}
