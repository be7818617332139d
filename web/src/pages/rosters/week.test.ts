import { expect, test } from 'vitest'
import type { RosterDay, Row } from '@/api/types'
import { weekFrom } from '@/days'
import { cellsOf, copyOfLastWeek, covers, rosterFields } from './week'

let number = 0
const row = (fields: Record<string, unknown>): Row => ({
  id: String(++number), ledger: 'rosters', organisation: { id: 's', name: '' }, title: '', fields, names: {}, since: '', until: null, version: 1,
})
const week = weekFrom('2026-03-09')
const cells = (change: (cell: RosterDay) => Partial<RosterDay> = () => ({})) =>
  cellsOf(week.map((day) => {
    const cell = { duty: 'gate', day, people: [], rows: [], expected: day < '2026-03-14', hole: day < '2026-03-14' }
    return { ...cell, ...change(cell) }
  }))

test('a row covers its days, or only those weekdays of them', () => {
  const fields = rosterFields(row({ duty: 'gate', person: 'a', from: '2026-03-02', to: '2026-03-08', weekdays: '1,3' }))
  expect(['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-09'].map((day) => covers(fields, day))).toEqual([true, false, true, false])
})

test('last week is copied, days that meet as one row, and only where somebody is expected', () => {
  const rows = [row({ duty: 'gate', person: 'a', from: '2026-03-02', to: '2026-03-08' })]
  expect(copyOfLastWeek(rows, week, cells())).toEqual([{ duty: 'gate', person: 'a', from: '2026-03-09', to: '2026-03-13' }])
})

test('where somebody is named already nothing is copied over', () => {
  const rows = [row({ duty: 'gate', person: 'a', from: '2026-03-02', to: '2026-03-08' })]
  const taken = cells((cell) => (cell.day === '2026-03-11' ? { people: [{ id: 'b', name: 'B' }], hole: false } : {}))
  expect(copyOfLastWeek(rows, week, taken)).toEqual([
    { duty: 'gate', person: 'a', from: '2026-03-09', to: '2026-03-10' },
    { duty: 'gate', person: 'a', from: '2026-03-12', to: '2026-03-13' },
  ])
})

test('people who take turns keep their turns', () => {
  const rows = [
    row({ duty: 'gate', person: 'a', from: '2026-03-02', to: '2026-03-08', weekdays: '1,2' }),
    row({ duty: 'gate', person: 'b', from: '2026-03-04', to: '2026-03-04' }),
  ]
  expect(copyOfLastWeek(rows, week, cells())).toEqual([
    { duty: 'gate', person: 'a', from: '2026-03-09', to: '2026-03-10' },
    { duty: 'gate', person: 'b', from: '2026-03-11', to: '2026-03-11' },
  ])
  expect(copyOfLastWeek([], week, cells())).toEqual([])
})
