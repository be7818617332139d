import { describe, expect, it } from 'vitest'
import { filterFromQuery, isNarrowed, kNoFilter, queryFromFilter, requestOf } from './filter'

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
