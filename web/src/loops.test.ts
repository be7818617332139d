import { describe, expect, it } from 'vitest'
import type { Field, Kind, Loop, LoopLine, Move, OpeningPlace, Opens, Posting } from '@/api/types'
import { belongingTo, concerns, groundsOf, isConfidential, listOf, nounOf, openingOf, ownGrounds, pathOf } from './loops'

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

describe('where the pages of a loop are', () => {
  it('is under its own name, or where it has an address of its own', () => {
    expect(pathOf('inspection', 'x')).toEqual({ name: 'loop_matter', params: { loop: 'inspection', id: 'x' } })
    expect(pathOf('hazard', 'x')).toEqual({ name: 'matter', params: { id: 'x' } })
    expect(listOf('interview', { late: 'true' })).toEqual({ name: 'loop', params: { loop: 'interview' }, query: { late: 'true' } })
    expect(listOf('hazard')).toEqual({ name: 'hazards', query: {} })
    expect(openingOf('interview', { incident: 'x' })).toEqual({ name: 'loop_open', params: { loop: 'interview' }, query: { incident: 'x' } })
  })
})

describe('the noun of a loop', () => {
  it('is that of most where none is said', () => {
    expect([nounOf(undefined), nounOf(loop('a', [])), isConfidential(undefined), isConfidential({ noun: 'confidential_matters' })]).toEqual(['matters', 'matters', false, true])
  })
})

describe('what a matter may be about', () => {
  const isSchool = (kind: string) => kind === 'primary'
  const opens = (...at: OpeningPlace[]): Opens => ({ move: 'plan', name: words('plan'), at })
  const at = (kind: string, beneath: boolean, of: string[]): OpeningPlace => ({ organisation: { id: `the ${kind}`, name: `the ${kind}` }, kind, beneath, kinds: of })
  const one = (kind: string) => ({ id: `the ${kind}`, name: `the ${kind}` })

  it('is the own school of whoever is in one', () => {
    expect(groundsOf(opens(at('primary', false, ['primary'])), { kinds: ['primary'] }, isSchool)).toEqual({ own: [one('primary')], kinds: [] })
  })
  it('is looked for by whoever oversees, among the kinds that the chart allows', () => {
    expect(groundsOf(opens(at('district', true, ['department', 'primary'])), { kinds: ['primary', 'department'] }, isSchool)).toEqual({ own: [], kinds: ['department', 'primary'] })
    expect(groundsOf(opens(at('district', true, ['district', 'primary'])), { kinds: ['district', 'primary'] }, isSchool)).toEqual({ own: [one('district')], kinds: ['primary'] })
  })
  it('is a school where the chart says nothing, unless there is none', () => {
    expect(groundsOf(opens(at('district', true, ['district', 'department', 'primary'])), {}, isSchool)).toEqual({ own: [], kinds: ['primary'] })
    expect(groundsOf(opens(at('department', true, ['department'])), {}, isSchool)).toEqual({ own: [one('department')], kinds: [] })
    expect(groundsOf(undefined, {}, isSchool)).toEqual({ own: [], kinds: [] })
  })
  it('is the own place where the server has not said more', () => {
    const chart = loop('a', [move('plan', ['principal']), move('go', ['principal'], { from: ['begun'] }), move('follow', ['principal'], { automatic: true })], { kinds: ['primary'] })
    expect(ownGrounds(chart, [posting('principal', 'primary'), posting('guard', 'primary')])).toEqual([opens(at('primary', false, ['primary']))])
    expect(ownGrounds(chart, [posting('principal', 'district')])).toEqual([])
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
  const asks = { fields: [field('incident', { type: 'matter', loop: 'incident' })] }
  const claim = loop('claim', [move('file', ['principal'], asks)])
  const hearing = loop('hearing', [move('begin', ['principal']), move('hear', ['principal'], { from: ['begun'], ...asks })])
  const line = (id: string, ...ways: string[]) => ({ id, opens: ways.map((way) => ({ move: way, name: words(way), at: [] })) }) as unknown as LoopLine
  it('is what asks for such a matter when the reader begins it', () => {
    const found = (loop: string, lines: LoopLine[]) => belongingTo(loop, lines, [claim, hearing]).map((one) => [one.loop.id, one.field.id])
    expect(found('incident', [line('claim', 'file'), line('hearing', 'begin')])).toEqual([['claim', 'incident']])
    expect(found('hazard', [line('claim', 'file')])).toEqual([])
    expect(found('incident', [line('claim')])).toEqual([])
  })
})
