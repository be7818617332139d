import { describe, expect, it } from 'vitest'
import type { Field, Loop, Move } from '@/api/types'
import { fiveOf, handOf } from './five'

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
