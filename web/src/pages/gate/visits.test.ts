import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import type { Row } from '@/api/types'
import { cameOn, fieldsOf, inside, kNoVisit, peopleIn, visitOf } from './visits'

beforeEach(() => setActivePinia(createPinia()))

const row = (id: string, fields: Record<string, unknown>): Row => ({
  id, ledger: 'visitors', organisation: { id: 's', name: '' }, title: String(fields.name), fields, names: { p: 'Zhang' }, since: '', until: null, version: 1,
})
const visits = [
  row('1', { name: 'A', reason: 'x', came_at: '2026-03-01T17:00:00+08:00', people: 2 }),
  row('2', { name: 'B', reason: 'x', came_at: '2026-03-02T08:00:00+08:00', left_at: '2026-03-02T08:30:00+08:00' }),
  row('3', { name: 'C', reason: 'x', came_at: '2026-03-02T09:00:00+08:00', papers: { last4: '123X' }, whom: 'p' }),
].map(visitOf)

test('whoever has not left is inside, the longest first', () => {
  expect(inside(visits).map((one) => one.name)).toEqual(['A', 'C'])
  expect(peopleIn(inside(visits))).toBe(3)
})

test('the list of a day is of its civil day, the latest first', () => {
  expect(cameOn(visits, '2026-03-02').map((one) => one.name)).toEqual(['C', 'B'])
})

test('only the last four of the papers are shown, and people by name', () => {
  expect(visits[2]).toMatchObject({ last4: '123X', whom: 'Zhang', plate: '' })
})

test('what was left empty is not sent', () => {
  const now = Date.parse('2026-03-02T01:00:00Z')
  expect(fieldsOf({ ...kNoVisit, name: ' D ', reason: 'r' }, now)).toEqual({ name: 'D', reason: 'r', people: 1, came_at: '2026-03-02T01:00:00.000Z' })
  expect(fieldsOf({ ...kNoVisit, name: 'D', reason: 'r', plate: 'ab12', papers: '5001', whom: 'p' }, now)).toMatchObject({ plate: 'AB12', papers: '5001', whom: 'p' })
})
