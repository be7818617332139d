import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { speak } from '@/words'
import { closesText, deadlineText, periodText, secondsText, windowText } from './period_words'

const now = Date.parse('2026-03-02T07:30:00+08:00')
beforeEach(async () => {
  setActivePinia(createPinia())
  vi.useFakeTimers({ now })
  await speak('zh-CN')
})

test('periods are said as people say them', () => {
  expect(periodText('2026-03-02')).toBe('3月2日')
  expect(periodText('2026-03-02N2')).toBe('3月2日晚 第 2 次')
  expect(periodText('2026-W10')).toBe('2026 年第 10 周')
  expect(periodText('2026-03')).toBe('2026 年 3 月')
  expect(periodText('2026-S1')).toBe('2026 年春季学期')
  expect(periodText('2025-2026')).toBe('2025–2026 学年')
  expect(periodText('term_start:2026-S1')).toBe('2026 年春季学期开学')
  expect(periodText('something else')).toBe('something else')
})

test('a window that ends at midnight ends with its day', () => {
  expect(windowText('2026-03-02T00:00:00+08:00', '2026-03-03T00:00:00+08:00')).toBe('3月2日 全天')
  expect(windowText('2026-03-02T07:00:00+08:00', '2026-03-02T08:40:00+08:00')).toBe('3月2日 07:00–08:40')
  expect(windowText('2026-03-02T18:00:00+08:00', '2026-03-03T00:00:00+08:00')).toBe('3月2日 18:00–24:00')
  expect(windowText('2026-03-02T00:00:00+08:00', '2026-03-09T00:00:00+08:00')).toBe('3月2日 至 3月8日')
  expect(windowText('2026-03-02T22:00:00+08:00', '2026-03-03T02:00:00+08:00')).toBe('3月2日 22:00 至 3月3日 02:00')
  expect(deadlineText('2026-03-03T00:00:00+08:00')).toBe('3月2日 24:00')
})

test('the hour until which something may be done is short', () => {
  expect(closesText('2026-03-02T08:40:00+08:00', now)).toBe('08:40 前')
  expect(closesText('2026-03-03T00:00:00+08:00', now)).toBe('24:00 前')
  expect(closesText('2026-03-09T00:00:00+08:00', now)).toBe('3月8日 前')
})

test('seconds are said in minutes where there are any', () => {
  expect([45, 120, 142].map(secondsText)).toEqual(['45 秒', '2 分钟', '2 分 22 秒'])
})
