import { describe, expect, it } from 'vitest'
import type { Clause, Ledger, Words } from '@/api/types'
import { found, groupsOf } from './groups'

const words = (text: string): Words => ({ zh: text, en: text })
const ledger = (id: string, name: string, field = 'Name') => ({ id, name: words(name), fields: [{ id: 'f', name: words(field) }] }) as unknown as Ledger
const clause = (number: number, title: string, ...held: string[][]) => ({ number, title: words(title), requirements: held.map((held_by) => ({ held_by })) }) as unknown as Clause

const ledgers = [ledger('points', 'Points'), ledger('policies', 'Policies', 'Insurer'), ledger('plans', 'Plans'), ledger('closures', 'Closures')]
const clauses = [clause(7, 'Hazards', ['loop/hazard', 'ledger/points']), clause(16, 'Accidents', ['ledger/plans']), clause(18, 'Insurance', ['ledger/policies'], ['ledger/policies', 'ledger/points']), clause(20, 'Government', ['ledger/meetings'])]
const groups = groupsOf(ledgers, clauses)
const said = (of: Words | null) => of?.en ?? ''
const named = (of: typeof groups) => of.map((group) => [group.clause, ...group.ledgers.map((one) => one.id)])

describe('the groups of ledgers', () => {
  it('have each ledger once, under the first clause it serves; without a clause it comes first', () => {
    expect(named(groups)).toEqual([[0, 'closures'], [7, 'points'], [16, 'plans'], [18, 'policies']])
  })

  it('are one group where the clauses are not known', () => {
    expect(named(groupsOf(ledgers, []))).toEqual([[0, 'points', 'policies', 'plans', 'closures']])
  })

  it('are narrowed by a name, a field or the clause', () => {
    expect(named(found(groups, ' plan', said))).toEqual([[16, 'plans']])
    expect(named(found(groups, 'insurer', said))).toEqual([[18, 'policies']])
    expect(named(found(groups, 'HAZARD', said))).toEqual([[7, 'points']])
    expect(found(groups, 'nothing of the kind', said)).toEqual([])
    expect(found(groups, ' ', said)).toBe(groups)
  })
})
