import { describe, expect, it } from 'vitest'
import type { Field, Kind, Loop, Move, Posting } from '@/api/types'
import { belongingTo, concerns, groundsFor, isConfidential, listOf, mayOpen, nounOf, openingMoves, openingOf, pathOf } from './loops'

const words = (text: string) => ({ zh: text, en: text })
const field = (id: string, more: Partial<Field> = {}): Field => ({ id, name: words(id), type: 'text', required: false, ...more })
const move = (id: string, by: string[], more: Partial<Move> = {}): Move => ({
  id, name: words(id), from: [], to: 'begun', passes: [], by, fields: [], guards: [], assesses: false, automatic: false, forward: true, ...more,
})
const loop = (id: string, moves: Move[], more: Partial<Loop> = {}): Loop => ({ id, name: words(id), levels: [], stages: [], moves, assessments: [], categories: [], tells: {}, ...more })
const posting = (post: string, kind: string, organisation = `the ${kind}`): Posting => ({ id: organisation, post, post_name: words(post), organisation: { id: organisation, name: organisation }, kind, district: '500190' })
const kinds: Kind[] = [
  { id: 'municipality', name: words(''), is_school: false, under: [] },
  { id: 'district', name: words(''), is_school: false, under: ['municipality'] },
  { id: 'department', name: words(''), is_school: false, under: ['district'] },
  { id: 'primary', name: words(''), is_school: true, under: ['district'] },
]
const all = () => true

describe('where the pages of a loop are', () => {
  it('is under its own name, or where it has an address of its own', () => {
    expect(pathOf('inspection', 'x')).toEqual({ name: 'loop_matter', params: { loop: 'inspection', id: 'x' } })
    expect(pathOf('hazard', 'x')).toEqual({ name: 'matter', params: { id: 'x' } })
    expect(listOf('interview', { late: 'true' })).toEqual({ name: 'loop', params: { loop: 'interview' }, query: { late: 'true' } })
    expect(listOf('hazard')).toEqual({ name: 'hazards', query: {} })
    expect(openingOf('interview', { incident: 'x' })).toEqual({ name: 'loop_open', params: { loop: 'interview' }, query: { incident: 'x' } })
  })
})

describe('who may open a matter', () => {
  const chart = loop('inspection', [move('plan', ['inspector']), move('go', ['inspector'], { from: ['begun'] }), move('follow', ['inspector'], { automatic: true })])
  it('is whoever holds a post that begins it and may open its noun', () => {
    expect(openingMoves(chart, ['inspector']).map((one) => one.id)).toEqual(['plan'])
    expect(mayOpen(chart, ['inspector'], all)).toBe(true)
    expect(mayOpen(chart, ['principal'], all)).toBe(false)
    expect(mayOpen({ ...chart, noun: 'confidential_matters' }, ['inspector'], (right) => right === 'matters.open')).toBe(false)
  })
  it('is told by the noun, which is that of most where none is said', () => {
    expect([nounOf(undefined), nounOf(chart), isConfidential(chart), isConfidential({ noun: 'confidential_matters' })]).toEqual(['matters', 'matters', false, true])
  })
})

describe('what a matter may be about', () => {
  const way = move('plan', ['principal', 'officer'])
  it('is the own school of whoever is in one', () => {
    expect(groundsFor(loop('a', [way], { kinds: ['primary'] }), way, [posting('principal', 'primary')], kinds)).toEqual({ own: [{ id: 'the primary', name: 'the primary' }], kinds: [] })
  })
  it('is looked for by whoever oversees, among the kinds that the chart allows', () => {
    expect(groundsFor(loop('a', [way], { kinds: ['primary', 'department'] }), way, [posting('officer', 'district')], kinds)).toEqual({ own: [], kinds: ['primary', 'department'] })
    expect(groundsFor(loop('a', [way], { kinds: ['district'] }), way, [posting('officer', 'municipality')], kinds)).toEqual({ own: [], kinds: ['district'] })
  })
  it('is the own district and what is beneath it, where both are allowed', () => {
    expect(groundsFor(loop('a', [way], { kinds: ['district', 'primary'] }), way, [posting('officer', 'district')], kinds)).toEqual({ own: [{ id: 'the district', name: 'the district' }], kinds: ['primary'] })
  })
  it('is a school where the chart says nothing, and nothing by a post that does not begin it', () => {
    expect(groundsFor(loop('a', [way]), way, [posting('officer', 'district')], kinds)).toEqual({ own: [], kinds: ['primary'] })
    expect(groundsFor(loop('a', [way]), way, [posting('guard', 'primary')], kinds)).toEqual({ own: [], kinds: [] })
    expect(groundsFor(loop('a', [way]), way, [posting('officer', 'department')], kinds).own).toHaveLength(1)
  })
})

describe('whom a loop concerns', () => {
  it('is whoever is at such a place or above it', () => {
    const district = loop('a', [], { kinds: ['district'] })
    expect(concerns(district, [posting('officer', 'municipality')], kinds)).toBe(true)
    expect(concerns(district, [posting('officer', 'district')], kinds)).toBe(true)
    expect(concerns(district, [posting('guard', 'primary')], kinds)).toBe(false)
    expect(concerns(loop('a', []), [posting('guard', 'primary')], kinds)).toBe(true)
  })
})

describe('what can be opened for another matter', () => {
  const claim = loop('claim', [move('file', ['principal'], { fields: [field('incident', { type: 'matter', loop: 'incident' })] })])
  const hearing = loop('hearing', [move('begin', ['principal']), move('hear', ['principal'], { from: ['begun'], fields: [field('incident', { type: 'matter', loop: 'incident' })] })])
  it('is what asks for such a matter when it begins', () => {
    expect(belongingTo('incident', [claim, hearing], ['principal'], all).map((one) => [one.loop.id, one.field.id])).toEqual([['claim', 'incident']])
    expect(belongingTo('hazard', [claim, hearing], ['principal'], all)).toEqual([])
    expect(belongingTo('incident', [claim], ['guard'], all)).toEqual([])
  })
})
