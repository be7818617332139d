import { expect, test } from 'vitest'
import { addDays, addMonths, daysBetween, isDay, lastOfMonth, mondayOf, weekdayOf, weekFrom, weeksOf } from './days'

test('days go over months, years and a leap day', () => {
  expect(addDays('2024-02-28', 1)).toBe('2024-02-29')
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
  expect(daysBetween('2026-02-27', '2026-03-02')).toBe(3)
})

test('a week begins on Monday', () => {
  expect(weekdayOf('2026-03-02')).toBe(1)
  expect(weekdayOf('2026-03-08')).toBe(7)
  expect(mondayOf('2026-03-08')).toBe('2026-03-02')
  expect(weekFrom('2026-03-02')).toEqual(['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06', '2026-03-07', '2026-03-08'])
})

test('a day is only a day that there is', () => {
  expect(isDay('2026-02-28')).toBe(true)
  for (const wrong of ['2026-02-30', '2026-2-3', '', undefined, ['2026-02-28']]) expect(isDay(wrong)).toBe(false)
})

test('months are counted on and back and end where they end', () => {
  expect(addMonths('2026-11', 3)).toBe('2027-02')
  expect(addMonths('2026-01', -1)).toBe('2025-12')
  expect(lastOfMonth('2024-02')).toBe('2024-02-29')
})

test('a month lies in whole weeks', () => {
  const weeks = weeksOf('2026-03')
  expect(weeks).toHaveLength(6)
  expect(weeks[0]).toEqual([null, null, null, null, null, null, '2026-03-01'])
  expect(weeks[5]).toEqual(['2026-03-30', '2026-03-31', null, null, null, null, null])
  expect(weeksOf('2026-02')).toHaveLength(5)
})
