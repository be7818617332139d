// What was typed into a form, made into what is sent. Nothing here decides whether a move may be
// made: the server does. It only keeps a form from being sent with a number that is no number.

import type { Field } from '@/api/types'

export type Typed = Record<string, unknown>

export function isBlank(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.length === 0)
  )
}

// Fields as sent. What is blank is left out, and so is what stands on record like that already: the
// history is to show what a move changed.
export function fieldsOf(fields: Field[], typed: Typed, onRecord: Typed = {}): Record<string, unknown> {
  const sent: Record<string, unknown> = {}
  for (const field of fields) {
    const typedValue = typed[field.id]
    if (isBlank(typedValue)) continue
    const value = isNumeric(field) ? Number(typedValue) : typeof typedValue === 'string' ? typedValue.trim() : typedValue
    if (!field.required && JSON.stringify(value) === JSON.stringify(onRecord[field.id])) continue
    sent[field.id] = value
  }
  return sent
}

export type Trouble = 'wanted' | 'no_number' | 'no_integer' | 'too_little' | 'too_much'

export function troublesOf(fields: Field[], typed: Typed): Record<string, Trouble> {
  const troubles: Record<string, Trouble> = {}
  for (const field of fields) {
    const value = typed[field.id]
    if (isBlank(value)) {
      if (field.required) troubles[field.id] = 'wanted'
      continue
    }
    if (!isNumeric(field)) continue
    const number = Number(value)
    if (!Number.isFinite(number)) troubles[field.id] = 'no_number'
    else if (field.type === 'integer' && !Number.isInteger(number)) troubles[field.id] = 'no_integer'
    else if (typeof field.least === 'number' && number < field.least) troubles[field.id] = 'too_little'
    else if (typeof field.most === 'number' && number > field.most) troubles[field.id] = 'too_much'
  }
  return troubles
}

function isNumeric(field: Field): boolean {
  return field.type === 'money' || field.type === 'integer' || field.type === 'number' || field.type === 'factor'
}

// The photographs named in the fields.
export function photosIn(fields: Field[], typed: Typed): string[] {
  return fields
    .filter((field) => field.type === 'photos')
    .flatMap((field) => (Array.isArray(typed[field.id]) ? (typed[field.id] as string[]) : []))
}

// What is on record already is not asked again: it stands in the form. Photographs and what is said
// anew each time (a reason, a remark, a day's measure) begin empty.
export function prefilled(fields: Field[], onRecord: Typed, anew: ReadonlySet<string>): Typed {
  const typed: Typed = {}
  for (const field of fields) {
    if (field.type === 'photos' || field.type === 'factor' || anew.has(field.id)) continue
    if (!isBlank(onRecord[field.id])) typed[field.id] = onRecord[field.id]
  }
  return typed
}

// The instant at which it is `local` (2026-03-02T07:30) in `zone`: people write down the hour on the
// wall of the school, wherever their telephone believes it is.
export function instantIn(zone: string, local: string): string {
  const asUtc = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(local) ? Date.parse(`${local}:00Z`) : NaN
  if (!Number.isFinite(asUtc)) return ''
  const maker = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  })
  const part = Object.fromEntries(maker.formatToParts(new Date(asUtc)).map(({ type, value }) => [type, value]))
  const there = Date.UTC(+part.year, +part.month - 1, +part.day, +part.hour, +part.minute, +part.second)
  return new Date(asUtc - (there - asUtc)).toISOString()
}
