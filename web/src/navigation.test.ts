import { expect, test } from 'vitest'
import { tabsOf, type Place } from './navigation'

const place = (name: string): Place => ({ name, icon: 'today', words: '', group: 'work' })
const names = (places: Place[]) => places.map((one) => one.name)

test('a guard has the gate along the bottom, a principal the duties', () => {
  const school = ['today', 'inspection', 'duties', 'gate', 'hazards', 'clauses'].map(place)
  expect(names(tabsOf(school, false))).toEqual(['today', 'inspection', 'gate', 'hazards'])
  expect(names(tabsOf(school, true))).toEqual(['today', 'inspection', 'duties', 'hazards'])
})

test('whoever may see less has no empty places', () => {
  expect(names(tabsOf(['today', 'hazards', 'clauses'].map(place), false))).toEqual(['today', 'hazards', 'clauses'])
})
