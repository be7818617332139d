import { expect, test } from 'vitest'
import type { Posting } from '@/api/types'
import { answeredFor } from './whose'

const at = (post: string, kind: string): Posting => ({ id: post, post, post_name: { zh: '', en: '' }, organisation: { id: `${kind}-1`, name: '' }, kind, district: '500190' })
const all = () => true
const none = () => false
const isSchool = (kind: string) => kind === 'primary'

test('a principal answers for the school, a guard for himself', () => {
  expect(answeredFor([at('principal', 'primary')], isSchool, all)?.organisation.id).toBe('primary-1')
  expect(answeredFor([at('guard', 'primary'), at('safety_manager', 'primary')], isSchool, all)?.post).toBe('safety_manager')
  expect(answeredFor([at('guard', 'primary')], isSchool, all)).toBeNull()
})

test('a district is answered for by whoever may read its tasks', () => {
  expect(answeredFor([at('district_safety_officer', 'district')], isSchool, all)?.organisation.id).toBe('district-1')
  expect(answeredFor([at('administrator', 'district')], isSchool, none)).toBeNull()
})

test('a department is answered for by whoever keeps its rows', () => {
  const officer = [at('department_officer', 'department')]
  expect(answeredFor(officer, isSchool, all)?.kind).toBe('department')
  expect(answeredFor(officer, isSchool, (right) => right === 'tasks.read')).toBeNull()
})
