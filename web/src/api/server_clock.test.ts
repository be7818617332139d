import { beforeEach, expect, test } from 'vitest'
import { learnServerTime, presentMs, restore, serverAheadMs } from './server_clock'

const noon = Date.parse('2026-03-02T12:00:00Z')
const kDay = 24 * 3600_000
beforeEach(() => {
  localStorage.removeItem('anxiao.clock')
  restore()
})

test('what was learned is known after a start without a network as well', () => {
  learnServerTime(noon, true, noon + kDay)
  expect(serverAheadMs()).toBe(-kDay)
  restore()
  expect(serverAheadMs()).toBe(-kDay)
  expect(presentMs(noon + kDay + 5000)).toBe(noon + 5000)
})

test('a whole second says nothing against what is known better', () => {
  learnServerTime(noon + 700, true, noon)
  learnServerTime(noon, false, noon + 300)
  expect(serverAheadMs()).toBe(700)
  learnServerTime(noon + 5000, false, noon + 300)
  expect(serverAheadMs()).toBe(4700)
  learnServerTime(Number.NaN, false)
  expect(serverAheadMs()).toBe(4700)
})

test('a phone that falls a day back does not take today for yesterday', () => {
  learnServerTime(noon, true, noon)
  expect(presentMs(noon - kDay)).toBe(noon)
  // The server itself may go back, and is believed.
  learnServerTime(noon - kDay, true, noon)
  expect(presentMs(noon)).toBe(noon - kDay)
})
