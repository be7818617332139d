import { describe, expect, it } from 'vitest'
import type { Ledger } from '@/api/types'
import { asked, filtered, isNarrowed, narrowingOf, sortedBy } from './narrowing'

const field = (id: string, type: string, choices?: string[]) => ({ id, type, name: { zh: id, en: id }, choices: choices?.map((one) => ({ id: one, name: { zh: one, en: one } })) })
const ledger = { id: 'policies', fields: [field('number', 'text'), field('sort', 'choice', ['liability']), field('topics', 'text', ['fire']), field('paid', 'flag'), field('ends_on', 'day')] } as unknown as Ledger

describe('what narrows a list of rows', () => {
  it('stands in the address as it is asked for', () => {
    const query = { q: '云岭', where: 'sort:liability,paid:true', expiring: 'soon', sort: 'ends_on', descending: 'true' }
    const narrowing = narrowingOf(query, ledger)
    expect(narrowing).toEqual({ q: '云岭', where: { sort: 'liability', paid: 'true' }, expiring: 'soon', sort: 'ends_on', descending: true })
    expect(asked(narrowing)).toEqual(query)
    expect(isNarrowed(narrowing)).toBe(true)
  })

  it('is nothing where the address says nothing, or what this ledger does not have', () => {
    const narrowing = narrowingOf({ where: 'colour:red,sort:', expiring: 'never', sort: 'colour', descending: 'true' }, ledger)
    expect(Object.values(asked(narrowing)).every((one) => one === undefined)).toBe(true)
    expect(isNarrowed(narrowing)).toBe(false)
  })

  it('chooses among choices and flags', () => {
    expect(filtered(ledger).map((one) => one.id)).toEqual(['sort', 'topics', 'paid'])
  })

  it('goes upwards, downwards and back to how it was entered', () => {
    const narrowing = narrowingOf({}, ledger)
    const up = { ...narrowing, ...sortedBy(narrowing, 'ends_on') }
    expect(up).toMatchObject({ sort: 'ends_on', descending: false })
    const down = { ...up, ...sortedBy(up, 'ends_on') }
    expect(down).toMatchObject({ sort: 'ends_on', descending: true })
    expect(sortedBy(down, 'ends_on')).toEqual({ sort: '', descending: false })
    expect(sortedBy(down, 'sort')).toEqual({ sort: 'sort', descending: false })
  })
})
