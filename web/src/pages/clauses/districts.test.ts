import { describe, expect, it } from 'vitest'
import { lineOf, sorted } from './districts'

const line = (name: string, kept: number, late: number, missing: number) => lineOf({ id: `500103.${name}`, name }, { kept, due_soon: 1, late, missing, not_applicable: 9 })

describe('districts beside each other', () => {
  it('keep what is kept and what is due soon, of what binds anybody', () => {
    expect(line('a', 7, 1, 1)).toMatchObject({ code: '500103', all: 10, share: 80 })
  })
  it('keep all where nothing is asked', () => {
    expect(lineOf({ id: '500103.x', name: 'x' }, { kept: 0, due_soon: 0, late: 0, missing: 0, not_applicable: 4 }).share).toBe(100)
  })
  it('are put in the order that is asked for, equal ones by name', () => {
    const all = [line('c', 9, 0, 0), line('a', 5, 4, 0), line('b', 5, 0, 4)]
    expect(sorted(all, 'share').map((one) => one.name)).toEqual(['a', 'b', 'c'])
    expect(sorted(all, 'missing')[0].name).toBe('b')
    expect(sorted(all, 'late')[0].name).toBe('a')
    expect(sorted(all, 'name').map((one) => one.name)).toEqual(['a', 'b', 'c'])
  })
})
