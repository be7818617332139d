import { describe, expect, it } from 'vitest'
import { minutes, officesOf, weeklyOf, type BurdenWhole } from './trace'

const whole: BurdenWhole = {
  items: [
    { kind: 'primary', weekly: 30, limit: 400, offices: [{ office: 'education', weekly: 10, parts: [] }, { office: 'police', weekly: 20, parts: [] }] },
    { kind: 'kindergarten', weekly: 45, limit: 400, offices: [{ office: 'education', weekly: 40, parts: [] }, { office: 'fire', weekly: 5, parts: [] }] },
  ],
  as_of: '2026-03-02T08:00:00+08:00',
}

describe('what a week asks', () => {
  it('is shown by those who ask most', () => {
    expect(officesOf(whole)).toEqual(['education', 'police', 'fire'])
    expect(weeklyOf(whole.items[0], 'fire')).toBe(0)
  })
  it('is said in whole minutes unless it is very little', () => {
    expect([minutes(0.14), minutes(1.2), minutes(1.6), minutes(156.9)]).toEqual([0.1, 1.2, 2, 157])
  })
})
