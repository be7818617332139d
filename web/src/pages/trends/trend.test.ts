import { describe, expect, it } from 'vitest'
import { along, change, daysOf, loopsIn, openOf, shareDone, shareKept, type Trend, type TrendDay } from './trend'

const tasks = { expected: 0, open: 0, done: 8, late: 1, missed: 1, excused: 0, total: 10 }
function day(on: string, kept = 3): TrendDay {
  return { day: on, as_of: `${on}T23:59:59+08:00`, tasks, standing: { kept, due_soon: 1, late: 0, missing: 1 }, clauses: null, loops: { hazard: { open: { red: 1, '': 2 }, late: 1, opened: 2, closed: 0 } } }
}
const trend: Trend = { organisation: { id: 'a', name: 'A' }, from: '2026-03-01', to: '2026-03-05', items: [day('2026-03-01'), day('2026-03-04', 8)], gaps: [{ from: '2026-03-02', to: '2026-03-03' }], as_of: '2026-03-05T08:00:00+08:00' }

describe('a trend', () => {
  it('has a place for every day between its first and its last', () => {
    expect(daysOf(trend)).toEqual(['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'])
    expect(daysOf({ ...trend, items: [] })).toEqual([])
  })
  it('shows a gap where nobody took the figures', () => {
    expect(along(trend, (one) => one.standing.kept)).toEqual([3, null, null, 8])
  })
  it('says what part is kept and what part was done in time', () => {
    expect(shareKept({ kept: 3, due_soon: 1, late: 0, missing: 1 })).toBe(80)
    expect(shareKept({ kept: 0, due_soon: 0, late: 0, missing: 0 })).toBe(100)
    expect(shareDone(tasks)).toBe(80)
    expect(shareDone({ ...tasks, done: 0, late: 0, missed: 0 })).toBeNull()
  })
  it('counts what is open whatever its level', () => {
    expect(openOf(trend.items[0].loops.hazard)).toBe(3)
    expect(openOf(undefined)).toBe(0)
    expect(loopsIn(trend)).toEqual(['hazard'])
  })
  it('holds the last day against the first', () => {
    expect(change([3, null, 8])).toEqual({ now: 8, before: 3 })
    expect(change([3])).toBeNull()
  })
})
