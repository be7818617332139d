import { describe, expect, it } from 'vitest'
import { bound, isPast, mendPlace, noCounts, sumOf, type Check } from './standing'

describe('the standing of organisations', () => {
  it('is added up state by state', () => {
    const sum = sumOf([{ ...noCounts(), kept: 2, missing: 1 }, { ...noCounts(), kept: 3, not_applicable: 4 }])
    expect(sum).toEqual({ missing: 1, late: 0, due_soon: 0, kept: 5, not_applicable: 4 })
    expect(bound(sum)).toBe(6)
  })

  it('knows a row that has run out from one that helps to its last day', () => {
    const check = { kind: 'valid_until' } as Check
    expect(isPast(check, { counts: true, day: '2026-02-19' }, '2026-03-03')).toBe(true)
    expect(isPast(check, { counts: true, day: '2026-03-03' }, '2026-03-03')).toBe(false)
    expect(isPast(check, { counts: false, day: '2026-02-19' }, '2026-03-03')).toBe(false)
    expect(isPast({ ...check, kind: 'within_period' }, { counts: true, day: '2026-02-19' }, '2026-03-03')).toBe(false)
  })

  it('leads to where it is mended', () => {
    expect(mendPlace({ kind: 'row', ledger: 'policies' }, 'o')).toEqual({ name: 'ledgers', params: { ledger: 'policies' }, query: { organisation: 'o' } })
    expect(mendPlace({ kind: 'duty', duty: 'fire_patrol' }, 'o')).toEqual({ name: 'duties', query: { for: 'o', duty: 'fire_patrol' } })
    expect(mendPlace({ kind: 'row' }, 'o')).toBeNull()
  })
})
