import { describe, expect, it } from 'vitest'
import { bySoonest, filterFromQuery, isNarrowed, kNoFilter, queryFromFilter, requestOf } from './filter'

describe('the filter in the address', () => {
  it('is nothing where nothing is asked', () => {
    expect(filterFromQuery({})).toEqual(kNoFilter)
    expect(queryFromFilter(kNoFilter)).toEqual({})
    expect(isNarrowed(kNoFilter)).toBe(false)
  })

  it('comes back as it was written', () => {
    const filter = { ...kNoFilter, stage: 'treatment', level: 'red', late: true, waiting: true, q: '围墙' }
    expect(filterFromQuery(queryFromFilter(filter))).toEqual(filter)
    expect(isNarrowed(filter)).toBe(true)
  })

  it('always tells the server whether open or closed ones are meant', () => {
    expect(requestOf(kNoFilter)).toEqual({ state: 'open' })
    expect(requestOf({ ...kNoFilter, state: 'all', waiting: true })).toEqual({
      state: 'all',
      waiting: 'me',
    })
  })

  it('takes a strange address as no filter', () => {
    expect(filterFromQuery({ state: 'burnt', late: 'yes', stage: ['a', 'b'] })).toEqual({
      ...kNoFilter,
      stage: 'a',
    })
  })
})

describe('the order in which matters are dealt with', () => {
  it('is by the day that is left, then what was opened last', () => {
    const matter = (id: string, due_at: string | null, opened_at: string) => ({ id, due_at, opened_at })
    const all = [matter('a', null, '2026-03-01T00:00:00Z'), matter('b', '2026-03-09T00:00:00Z', '2026-03-01T00:00:00Z'), matter('c', null, '2026-03-02T00:00:00Z'), matter('d', '2026-03-03T00:00:00Z', '2026-03-01T00:00:00Z')]
    expect(all.sort(bySoonest).map((one) => one.id)).toEqual(['d', 'b', 'c', 'a'])
  })
})
