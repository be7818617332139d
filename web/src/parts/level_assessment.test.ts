import { describe, expect, it } from 'vitest'
import type { Assessment, Loop } from '@/api/types'
import { assessedIds, assessmentIn, lacksFactor, methodIn, previewAssessment } from './level_assessment'

const lec = {
  id: 'lec',
  factors: [{ id: 'l' }, { id: 'e' }, { id: 'c' }],
  result: 'd',
  thresholds: [
    { at_least: 0, level: 'blue' },
    { at_least: 320, level: 'red' },
    { at_least: 70, level: 'yellow' },
    { at_least: 160, level: 'orange' },
  ],
}

describe('the level while the factors are chosen', () => {
  it('says nothing until every factor is chosen', () => {
    expect(previewAssessment(lec, {})).toBeNull()
    expect(previewAssessment(lec, { l: '3', e: '', c: 7 })).toBeNull()
  })

  it('multiplies the factors and takes the highest threshold reached', () => {
    expect(previewAssessment(lec, { l: 3, e: '6', c: 15 })).toEqual({ product: 270, level: 'orange' })
    expect(previewAssessment(lec, { l: 10, e: 10, c: 100 })?.level).toBe('red')
  })

  it('reaches a threshold at its very value', () => {
    expect(previewAssessment(lec, { l: 1, e: 10, c: 7 })).toEqual({ product: 70, level: 'yellow' })
    expect(previewAssessment(lec, { l: 1, e: 10, c: 6.9 })?.level).toBe('blue')
  })

  it('shows no binary dust', () => {
    expect(previewAssessment(lec, { l: 0.1, e: 3, c: 40 })?.product).toBe(12)
  })

  it('has the lowest level where no threshold is reached, and none where there is none', () => {
    const strict = { ...lec, thresholds: [{ at_least: 20, level: 'blue' }] }
    expect(previewAssessment(strict, { l: 0.1, e: 1, c: 1 })).toEqual({ product: 0.1, level: 'blue' })
    expect(previewAssessment({ ...lec, thresholds: [] }, { l: 1, e: 1, c: 1 })?.level).toBeNull()
  })

  it('does not take words for numbers', () => {
    expect(previewAssessment(lec, { l: 'a', e: 1, c: 1 })).toBeNull()
  })
})

describe('what an assessing move sends', () => {
  const one = { ...lec, id: 'harm', factors: [{ id: 'band' }], result: 'grade' } as unknown as Assessment
  const loop = { assessments: [lec, one] } as unknown as Loop

  it('is the method that was chosen, or the first, with its factors as numbers', () => {
    expect(methodIn(loop, {})?.id).toBe('lec')
    expect(assessmentIn(methodIn(loop, { method: 'harm' }), { method: 'harm', band: '3', l: '1' })).toEqual({ method: 'harm', band: 3 })
    expect(assessmentIn(methodIn({ assessments: [] }, {}), {})).toEqual({})
  })

  it('is whole when every factor of that method is chosen', () => {
    expect(lacksFactor(one, {})).toBe(true)
    expect(lacksFactor(one, { band: '0.5' })).toBe(false)
    expect(lacksFactor(undefined, {})).toBe(false)
  })

  it('is asked by no other field of the form', () => {
    expect([...assessedIds(loop)].sort()).toEqual(['band', 'c', 'd', 'e', 'grade', 'l', 'method'])
  })
})
