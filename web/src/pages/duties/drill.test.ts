import { expect, test } from 'vitest'
import type { Checklist, ChecklistItem } from '@/api/types'
import { clearItem, isOver, resultOf } from './drill'

const words = { zh: 'x', en: 'x' }
const item = (id: string, more: Partial<ChecklistItem>): ChecklistItem => ({ id, text: words, wrong: words, norm: '', category: '', level: '', photo_wanted: false, ...more })
const list: Checklist = {
  id: 'drill', name: words, requirement: 'C04.5',
  items: [item('signal_at', { asks: 'moment' }), item('clear_seconds', { asks: 'numbers', most: 180 }), item('absent', { asks: 'number' })],
}

test('a building slower than the norm is over it, one at the norm is not', () => {
  const result = resultOf({ items: [{ item: 'clear_seconds', numbers: [{ name: 'A', number: 180 }, { name: 'B', number: 181 }] }, { item: 'absent', number: 2 }] }, list)
  expect(result.buildings.map((one) => one.over)).toEqual([false, true])
  expect(result).toMatchObject({ slowest: 181, norm: 180, absent: 2 })
})

test('a drill without times has no slowest building', () => {
  expect(resultOf({ items: [] }, list)).toEqual({ buildings: [], slowest: null, norm: 180, absent: null })
  expect(resultOf({ items: [] }, undefined).norm).toBeNull()
})

test('limits hold on both sides', () => {
  expect(isOver({ least: 10, most: 20 }, 9)).toBe(true)
  expect(isOver({ least: 10, most: 20 }, 20)).toBe(false)
  expect(isOver({}, 1000)).toBe(false)
  expect(clearItem(list)?.id).toBe('clear_seconds')
})
