// The things that must all be in hand before treatment begins. Which they are is read from the chart:
// they are what the longest guard on fields wants. The page does not know them.

import type { Field, Loop, Matter, Move } from '@/api/types'

const kMany = 4

export interface InHand { field: Field; value: unknown; inHand: boolean }

export function fiveOf(loop: Loop): Field[] {
  const longest = longestGuard(loop).of
  // Two or three things that a move asks for are asked by its form.
  if (longest.length < kMany) return []
  return longest.map((id) => fieldOf(loop, id)).filter((field): field is Field => field !== undefined)
}

// The moves that want them, for those who have no name for the things themselves.
export function wantingMoves(loop: Loop): Move[] {
  const { of } = longestGuard(loop)
  return loop.moves.filter((move) => move.guards.some((guard) => guard.kind === 'fields' && guard.of.join() === of.join()))
}

function longestGuard(loop: Loop): { of: string[] } {
  let longest: string[] = []
  for (const move of loop.moves) {
    for (const guard of move.guards) if (guard.kind === 'fields' && guard.of.length > longest.length) longest = guard.of
  }
  return { of: longest }
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

// Those that the page sets apart: until the move that wants them is made, and where they are `named`
// also after; of what ended without them nothing is wanted any more.
export function setApart(loop: Loop, matter: Pick<Matter, 'fields' | 'closed_at' | 'timeline'>, named: boolean): InHand[] {
  const all = handOf(loop, matter)
  const whole = all.every((one) => one.inHand)
  if (matter.closed_at && !(named && whole)) return []
  const wanting = wantingMoves(loop).map((move) => move.id)
  return !named && matter.timeline.some((made) => wanting.includes(made.move)) ? [] : all
}

// What stands on record for the whole course and is not asked again: what opened the matter, and
// what some move wants in hand. What is said anew each time (a remark, a reason) does not.
export function standingOf(loop: Loop): Set<string> {
  const standing = new Set<string>()
  for (const move of loop.moves) {
    if (!move.from.length) for (const field of move.fields) standing.add(field.id)
    for (const guard of move.guards) if (guard.kind === 'fields') for (const id of guard.of) standing.add(id)
  }
  for (const id of kSaidAnew) standing.delete(id)
  return standing
}
const kSaidAnew = ['note', 'reason']

// What the page of a matter shows at its head, or only where it was said.
const kShownElsewhere = new Set(['title', 'level', ...kSaidAnew])

export function factsOf(loop: Loop, matter: Pick<Matter, 'fields' | 'closed_at' | 'timeline'>, named: boolean): { field: Field; value: unknown }[] {
  const hidden = new Set([...setApart(loop, matter, named).map((one) => one.field.id), 'method', ...loop.assessments.map((method) => method.result)])
  return Object.entries(matter.fields)
    .filter(([id, value]) => !hidden.has(id) && !kShownElsewhere.has(id) && inHand(value))
    .map(([id, value]) => ({ field: fieldOf(loop, id), value }))
    .filter((one): one is { field: Field; value: unknown } => one.field !== undefined && !['factor', 'photos', 'matter'].includes(one.field.type) && isReadable(one.field, one.value))
}

// The fields that hold photographs; those of before and after, where a chart has both, as a pair.
export interface PhotoFields { before?: Field; after?: Field; others: Field[] }

export function photoFieldsOf(loop: Loop): PhotoFields {
  const all = (loop.fields ?? []).filter((field) => field.type === 'photos')
  const before = all.find((field) => field.id.endsWith('_before'))
  const after = all.find((field) => field.id.endsWith('_after'))
  return before && after ? { before, after, others: all.filter((field) => field !== before && field !== after) } : { others: all }
}
