import { expect, test } from 'vitest'
import type { Row } from '@/api/types'
import { acceptancePassed, byPost, inOrder, inView, namesOf, reviewPassed, type DutyList } from './lists'

const words = (zh: string) => ({ zh, en: zh })
const row = (title: string, fields: Record<string, unknown>): Row => ({ id: title, ledger: 'risks', organisation: { id: 'o', name: '学校' }, title, fields, names: {}, since: '', until: null, version: 1 })
const today = '2026-03-03'

test('a post that nobody holds comes first', () => {
  const duty = (id: string, post: string) => ({ id, name: words(id), post, cycle: 'day' as const, event: '', times: 1, requirement: 'C07.13', norm: '', basis: 'default' as const })
  const list: DutyList = {
    organisation: { id: 'o', name: '学校' }, kind: 'primary', office: null, as_of: '',
    posts: [{ post: 'guard', name: words('保安'), held: true, people: null }, { post: 'principal', name: words('校长'), held: false, people: null }],
    duties: [duty('gate', 'guard'), duty('round', 'principal')],
    requirements: [{ id: 'C07.13', text: words('排查'), post: 'principal', status: 'automated', norms: [] }],
  }
  const found = byPost(list)
  expect(found.map((one) => one.post.post)).toEqual(['principal', 'guard'])
  expect(found[0].duties.map((one) => one.id)).toEqual(['round'])
  expect(found[0].requirements.map((one) => one.id)).toEqual(['C07.13'])
})

test('the name the notice gives a department stands behind the one of today', () => {
  expect(namesOf('市场监管（原工商、质监、食药监）')).toEqual({ now: '市场监管', then: '工商、质监、食药监' })
  expect(namesOf('Market regulation (commerce, quality)')).toEqual({ now: 'Market regulation', then: 'commerce, quality' })
  expect(namesOf('公安')).toEqual({ now: '公安', then: '' })
})

test('a review is late the day after its day', () => {
  expect(reviewPassed(row('a', { review_by: today }), today)).toBe(false)
  expect(reviewPassed(row('a', { review_by: '2026-03-02' }), today)).toBe(true)
  expect(reviewPassed(row('a', {}), today)).toBe(false)
})

test('an acceptance without an end, or past it, holds no more', () => {
  expect(acceptancePassed(row('a', { accepted: true }), today)).toBe(true)
  expect(acceptancePassed(row('a', { accepted: true, accepted_until: '2026-04-01' }), today)).toBe(false)
  expect(acceptancePassed(row('a', { accepted: false, accepted_until: '2026-01-01' }), today)).toBe(false)
})

test('the gravest risks come first, and of those what waits for a review', () => {
  const rows = [row('blue', { level: 'blue' }), row('red', { level: 'red' }), row('late', { level: 'red', review_by: '2026-01-01' })]
  expect(inOrder(rows, ['red', 'orange', 'yellow', 'blue'], today).map((one) => one.title)).toEqual(['late', 'red', 'blue'])
  expect(inView(rows[2], 'review', today)).toBe(true)
  expect(inView(rows[0], 'accepted', today)).toBe(false)
})
