import { expect, test } from 'vitest'
import { filterFromQuery, queryFromFilter, rowsBehind, totalOf, withState } from './filter'

test('what an address says comes back as the same address', () => {
  const query = { for: '500190.x', on: '2026-03-02', state: 'open,missed', duty: 'gate_watch' }
  expect(queryFromFilter(filterFromQuery(query))).toEqual(query)
})

test('what is no day and no state is left aside', () => {
  expect(filterFromQuery({ on: '2026-02-31', state: 'open,due' })).toEqual({ for: '', on: '', states: ['open'], duty: '' })
  expect(filterFromQuery({})).toEqual({ for: '', on: '', states: [], duty: '' })
})

test('a figure opens its one state, and pressed again all of them', () => {
  const filter = filterFromQuery({ state: 'open,late' })
  const pressed = withState(filter, 'missed')
  expect(pressed.states).toEqual(['missed'])
  expect(withState(pressed, 'missed').states).toEqual([])
})

test('the rows behind a figure are those of the same whom, day and state', () => {
  expect(rowsBehind('me', '2026-03-02', 'late')).toEqual({ name: 'duties', query: { for: 'me', on: '2026-03-02', state: 'late' } })
  expect(rowsBehind('500190.x', '', null)).toEqual({ name: 'duties', query: { for: '500190.x' } })
})

test('the total is of the six states', () => {
  expect(totalOf({ expected: 1, open: 2, done: 3, late: 4, missed: 5, excused: 6 })).toBe(21)
  expect(totalOf(null)).toBe(0)
})
