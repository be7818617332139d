import { expect, test } from 'vitest'
import type { CalendarDay } from '@/api/types'
import { kindOf, lessonsIn } from './days_of'

const day = (more: Partial<CalendarDay>): CalendarDay => ({ day: '2026-03-02', worked: true, lessons: true, closed: false, term: '2026-S1', holiday: null, known: true, ...more })

test('a day is one thing: closed before all, then what is known of it', () => {
  expect(kindOf(day({}))).toBe('lessons')
  expect(kindOf(day({ closed: true, lessons: false }))).toBe('closed')
  expect(kindOf(day({ known: false, lessons: false, term: null }))).toBe('unknown')
  expect(kindOf(day({ day: '2026-02-28' }))).toBe('worked_weekend')
  expect(kindOf(day({ day: '2026-03-07', worked: false, lessons: false }))).toBe('no_lessons')
  expect(kindOf(day({ day: '2026-04-06', worked: false, lessons: false, holiday: { zh: 'x', en: 'x' } }))).toBe('holiday')
  expect(kindOf(day({ day: '2026-07-20', lessons: false, term: null }))).toBe('vacation')
})

test('a closed day is no day of lessons', () => {
  expect(lessonsIn([day({}), day({ closed: true }), day({ lessons: false })])).toBe(1)
})
