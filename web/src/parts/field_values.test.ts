import { expect, test } from 'vitest'
import { changedFields, givenFields, lastFour, listed } from './field_values'

test('several choices are held by one text', () => {
  expect(listed('daily, weekly')).toEqual(['daily', 'weekly'])
  expect(listed(null)).toEqual([])
})

test('only what changed is said, and what was emptied is said to be empty', () => {
  const before = { name: 'a', papers: { last4: '123X' }, plate: 'P', note: '' }
  expect(changedFields(before, { ...before })).toEqual({})
  expect(changedFields(before, { ...before, name: 'b', plate: '', flag: false })).toEqual({ name: 'b', plate: null, flag: false })
  expect(givenFields({ a: '', b: null, c: false, d: 0 })).toEqual({ c: false, d: 0 })
})

test('of papers the last four are left', () => {
  expect(lastFour({ last4: '123X' })).toBe('123X')
  expect(lastFour('500')).toBe('')
})
