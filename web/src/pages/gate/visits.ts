// The register of the gate: who is inside, who came today, and what is sent of a new visitor.

import type { Row } from '@/api/types'
import { dayOf } from '@/format'

export interface Visit {
  row: Row
  name: string
  last4: string
  reason: string
  whom: string
  plate: string
  people: number
  cameAt: string
  leftAt: string | null
}

export function visitOf(row: Row): Visit {
  const text = (id: string) => (typeof row.fields[id] === 'string' ? (row.fields[id] as string) : '')
  const papers = row.fields.papers as { last4?: string } | undefined
  const whom = text('whom')
  return {
    row,
    name: text('name') || row.title,
    last4: papers?.last4 ?? '',
    reason: text('reason'),
    whom: whom ? (row.names?.[whom] ?? whom) : '',
    plate: text('plate'),
    people: typeof row.fields.people === 'number' ? row.fields.people : 1,
    cameAt: text('came_at'),
    leftAt: text('left_at') || null,
  }
}

// Whoever has not left, longest inside first: those of an earlier day were forgotten, or are in trouble.
export function inside(visits: Visit[]): Visit[] {
  return visits.filter((visit) => !visit.leftAt).sort((a, b) => Date.parse(a.cameAt) - Date.parse(b.cameAt))
}

// Latest first.
export function cameOn(visits: Visit[], day: string): Visit[] {
  return visits.filter((visit) => dayOf(visit.cameAt) === day).sort((a, b) => Date.parse(b.cameAt) - Date.parse(a.cameAt))
}

export function peopleIn(visits: Visit[]): number {
  return visits.reduce((sum, visit) => sum + visit.people, 0)
}

export interface VisitForm { name: string; papers: string; reason: string; whom: string | null; plate: string; people: number }
export const kNoVisit: VisitForm = { name: '', papers: '', reason: '', whom: null, plate: '', people: 1 }

// Only what was filled in.
export function fieldsOf(form: VisitForm, now: number): Record<string, unknown> {
  const fields: Record<string, unknown> = { name: form.name.trim(), reason: form.reason.trim(), people: form.people, came_at: new Date(now).toISOString() }
  if (form.papers.trim()) fields.papers = form.papers.trim()
  if (form.whom) fields.whom = form.whom
  if (form.plate.trim()) fields.plate = form.plate.trim().toUpperCase()
  return fields
}
