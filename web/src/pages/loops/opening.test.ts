import { expect, test } from 'vitest'
import type { Field } from '@/api/types'
import { foldedOf, linksIn } from './opening'

const id = '500190.01890a5d-ac96-774b-bcce-b302099a8057'
const field = (name: string, type: Field['type'] = 'text', required = false): Field => ({ id: name, name: { zh: name, en: name }, type, required })

test('a matter named in the address fills the field of that name', () => {
  expect(linksIn({ incident: id, organisation: id, q: 'x', other: null })).toEqual({ incident: id })
  expect(linksIn({ incident: [id] })).toEqual({})
})

test('a short form is shown whole', () => {
  expect(foldedOf([field('title', 'text', true), field('place'), field('note', 'long_text')]).size).toBe(0)
})

test('of a long form what can wait is folded, never what must be given, what is seen or a link that was given', () => {
  const fields = [field('title', 'text', true), field('place'), field('what', 'long_text'), field('photos', 'photos'), field('incident', 'matter'), field('hazard', 'matter'), field('note', 'long_text')]
  expect([...foldedOf(fields, { incident: id })]).toEqual(['place', 'hazard', 'note'])
})
