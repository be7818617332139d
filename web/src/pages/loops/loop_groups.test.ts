import { describe, expect, it } from 'vitest'
import type { Clause, Loop, LoopLine, Words } from '@/api/types'
import { clauseOf, found, groupsOf, sumOf } from './loop_groups'

const words = (text: string): Words => ({ zh: text, en: text })
const said = (text: Words | null | undefined) => text?.zh ?? ''
const loop = (id: string, clause: string, stage = 'begun'): Loop => ({ id, name: words(id), clause, levels: [], stages: [{ id: stage, name: words(stage), end: false }], moves: [], assessments: [], categories: [], tells: {} })
const line = (id: string, open = 0, late = 0, waiting = 0): LoopLine => ({ id, name: words(id), clause: '', noun: 'matters', confidential: false, kinds: [], may_read: true, open, late, waiting, opens: [] })
const clauses = [
  { number: 7, title: words('risks'), requirements: [{ id: 'C07.2', text: words('hazards are treated'), held_by: ['checklist/daily', 'loop/hazard'] }] },
  { number: 22, title: words('inspecting'), requirements: [] },
] as unknown as Clause[]
const loops = [loop('interview', 'C22'), loop('hazard', 'C07'), loop('inspection', 'C22', 'letter'), loop('secret', 'C14')]
const groups = groupsOf([line('inspection', 3, 1), line('interview'), line('hazard', 2, 2, 1)], loops, clauses)

describe('the loops', () => {
  it('stand under their clauses, and only those that the reader may read', () => {
    expect(groups.map((group) => [group.clause, said(group.title), group.entries.map((entry) => entry.loop.id)])).toEqual([[7, 'risks', ['hazard']], [22, 'inspecting', ['inspection', 'interview']]])
    expect(clauseOf(loop('x', 'C09'))).toBe(9)
  })

  it('are told by the requirement they hold, unless they hold many', () => {
    expect(said(groups[0].entries[0].text)).toBe('hazards are treated')
    expect(groups[1].entries[0].text).toBeNull()
    const many = [{ number: 7, title: words('risks'), requirements: [1, 2, 3, 4].map((n) => ({ id: `C07.${n}`, text: words('one'), held_by: ['loop/hazard'] })) }] as unknown as Clause[]
    expect(groupsOf([line('hazard')], loops, many)[0].entries[0].text).toBeNull()
  })

  it('are found by name, sentence, stage and clause', () => {
    const names = (typed: string) => found(groups, typed, said).flatMap((group) => group.entries.map((entry) => entry.loop.id))
    expect(names('treated')).toEqual(['hazard'])
    expect(names(' LETTER ')).toEqual(['inspection'])
    expect(names('inspecting')).toEqual(['inspection', 'interview'])
    expect(names('nothing')).toEqual([])
  })

  it('are narrowed to those with something to do, and what they count is the sum of their figures', () => {
    expect(found(groups, '', said, 'late').flatMap((group) => group.entries.map((entry) => entry.loop.id))).toEqual(['hazard', 'inspection'])
    expect([sumOf(groups, 'open'), sumOf(groups, 'late'), sumOf(groups, 'waiting')]).toEqual([5, 3, 1])
  })
})
