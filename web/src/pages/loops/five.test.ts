import { describe, expect, it } from 'vitest'
import type { Field, Loop, Matter, Move } from '@/api/types'
import { factsOf, fiveOf, handOf, photoFieldsOf, setApart, standingOf, wantingMoves } from './five'

const words = (text: string) => ({ zh: text, en: text })
const field = (id: string): Field => ({ id, name: words(id), type: 'text', required: false })
const move = (id: string, of: string[]): Move => ({
  id, name: words(id), from: [], to: '', passes: [], by: [], fields: [], assesses: false, automatic: false, forward: true,
  guards: of.length ? [{ kind: 'fields', of }] : [],
})
const five = ['person', 'measures', 'funds', 'deadline', 'plan']
const loop: Loop = {
  id: 'hazard', name: words('hazard'), levels: [], stages: [], assessments: [], categories: [], tells: {},
  fields: [...five, 'photos'].map(field),
  moves: [move('mend', ['measures', 'photos']), move('begin', five), move('close', [])],
}

describe('what must be in hand before treatment', () => {
  it('is what the longest guard on fields wants', () => {
    expect(fiveOf(loop).map((one) => one.id)).toEqual(five)
  })

  it('is in hand where something is on record, a nought too', () => {
    const hand = handOf(loop, { fields: { person: '500190.x', measures: '  ', funds: 0 } })
    expect(hand.filter((one) => one.inHand).map((one) => one.field.id)).toEqual(['person', 'funds'])
  })

  it('is nothing where the chart wants no such thing', () => {
    expect(fiveOf({ ...loop, moves: [move('mend', ['measures'])] })).toEqual([])
  })
})

describe('what the page of a matter shows', () => {
  const chart: Loop = {
    ...loop,
    fields: [...five, 'title', 'place', 'reason'].map(field).concat([{ ...field('photos_before'), type: 'photos' }, { ...field('photos_after'), type: 'photos' }, { ...field('photos'), type: 'photos' }, { ...field('incident'), type: 'matter', loop: 'incident' }]),
    moves: [{ ...move('open', []), fields: [field('title'), field('place'), field('note')] }, { ...move('begin', five), from: ['open'] }, { ...move('return', ['reason']), from: ['open'] }],
  }

  it('are the fields on record that stand nowhere else', () => {
    const matter = { closed_at: null, timeline: [], fields: { title: 'x', place: 'gate', reason: 'y', photos: ['z'], incident: 'i', person: 'p', funds: '' } }
    expect(factsOf(chart, matter, true).map((one) => one.field.id)).toEqual(['place'])
    expect(factsOf(chart, { ...matter, closed_at: '2026-03-02T00:00:00Z' }, true).map((one) => one.field.id)).toEqual(['place', 'person'])
  })

  it('sets apart what a move wants until it is made, and what has a name also after', () => {
    const matter = { closed_at: null, timeline: [], fields: {} }
    const made = { ...matter, timeline: [{ move: 'begin' }] as unknown as Matter['timeline'] }
    expect([setApart(chart, matter, false).length, setApart(chart, made, false).length, setApart(chart, made, true).length]).toEqual([5, 0, 5])
    expect(wantingMoves(chart).map((one) => one.id)).toEqual(['begin'])
    expect(setApart(chart, { ...made, closed_at: '2026-03-02T00:00:00Z' }, true)).toEqual([])
  })

  it('asks again only what is said anew each time', () => {
    expect([...standingOf(chart)].sort()).toEqual([...five, 'place', 'title'].sort())
  })

  it('has the photographs of before and after side by side, where the chart knows both', () => {
    const { before, after, others } = photoFieldsOf(chart)
    expect([before?.id, after?.id, others.map((one) => one.id)]).toEqual(['photos_before', 'photos_after', ['photos']])
    expect(photoFieldsOf({ ...chart, fields: chart.fields!.filter((one) => one.id !== 'photos_before') }).others.map((one) => one.id)).toEqual(['photos_after', 'photos'])
  })
})
