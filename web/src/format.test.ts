import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { ago, clock, day, dayOf, dueIn, exactly, fieldMoment, instant, lasting, momentOfField, money, size } from './format'
import { speak } from './words'

const at = Date.parse('2026-03-01T23:30:00Z')  // the morning of 2 March in the zone
const hour = 3_600_000

beforeEach(async () => {
  setActivePinia(createPinia())
  await speak('zh-CN')
})

test('times are those of the zone, wherever the reader is', () => {
  expect(dayOf(at)).toBe('2026-03-02')
  expect(clock(at)).toBe('07:30')
  expect(instant(at, at)).toBe('3月2日 07:30')
  expect(instant(at, at + 366 * 24 * hour)).toContain('2026')
  expect(exactly(at)).toContain('07:30:00')
  expect(day('2026-03-02')).toBe('2026年3月2日')
})

test('midnight is 00, not 24', () => {
  expect(clock('2026-03-02T00:00:00+08:00')).toBe('00:00')
})

test('lengths are said by their two largest units', () => {
  expect(lasting(30_000)).toBe('不到 1 分钟')
  expect(lasting(90 * 60_000)).toBe('1 小时 30 分钟')
  expect(lasting(50 * hour)).toBe('2 天 2 小时')
  expect(lasting(48 * hour)).toBe('2 天')
})

test('what is past, ahead, left and over is said as such', () => {
  expect(ago(at - 3 * hour, at)).toBe('3 小时前')
  expect(ago(at + 3 * hour, at)).toBe('3 小时后')
  expect(ago(at - 10_000, at)).toBe('刚刚')
  expect(dueIn(at + 3 * hour, at)).toBe('还剩 3 小时')
  expect(dueIn(at - 50 * hour, at)).toBe('已超 2 天')
})

test('what is no time gives nothing', () => {
  for (const say of [instant, exactly, day, clock, dayOf]) expect(say('not a time')).toBe('')
  expect(instant(null)).toBe('')
})

test('English says the same', async () => {
  await speak('en')
  expect(dueIn(at - 3 * hour, at)).toBe('3 h over')
  expect(instant(at, at)).toMatch(/2.*07:30/)
  await speak('zh-CN')
})

test('sums and sizes', () => {
  expect(money(12000)).toContain('12,000')
  expect(money('x')).toBe('')
  expect(size(512)).toBe('512 B')
  expect(size(5 * 1024 * 1024)).toBe('5.0 MB')
})

test('a field for date and hour speaks the hour of the zone, there and back', () => {
  expect(fieldMoment(at)).toBe('2026-03-02T07:30')
  expect(momentOfField('2026-03-02T07:30')).toBe('2026-03-01T23:30:00.000Z')
  expect(momentOfField('2026-03-02')).toBeNull()
  expect(fieldMoment('')).toBe('')
})
