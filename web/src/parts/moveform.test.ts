import { describe, expect, it } from 'vitest'
import type { Field } from '@/api/types'
import { fieldsOf, instantIn, photosIn, prefilled, troublesOf } from './moveform'

const field = (id: string, type: Field['type'], more: Partial<Field> = {}): Field => ({
  id, type, name: { zh: id, en: id }, required: false, ...more,
})
const fields = [
  field('measures', 'long_text', { required: true }),
  field('funds', 'money', { least: 0 }),
  field('people', 'integer', { most: 5 }),
  field('photos_after', 'photos'),
  field('reason', 'text'),
]

describe('a form made ready to be sent', () => {
  it('leaves out what is blank and makes numbers of numbers', () => {
    expect(fieldsOf(fields, { measures: ' 换锁 ', funds: '800', people: '', photos_after: [], reason: '  ' }))
      .toEqual({ measures: '换锁', funds: 800 })
  })

  it('leaves out what is on record already, unless it must be said again', () => {
    expect(fieldsOf(fields, { measures: '换锁', funds: '800', people: 2 }, { measures: '换锁', funds: 800, people: 3 }))
      .toEqual({ measures: '换锁', people: 2 })
  })

  it('keeps a nought', () => {
    expect(fieldsOf(fields, { funds: 0 })).toEqual({ funds: 0 })
  })

  it('says what cannot be sent as it is', () => {
    expect(troublesOf(fields, { funds: 'many', people: 1.5 }))
      .toEqual({ measures: 'wanted', funds: 'no_number', people: 'no_integer' })
    expect(troublesOf(fields, { measures: 'a', funds: -1, people: 6 })).toEqual({ funds: 'too_little', people: 'too_much' })
    expect(troublesOf(fields, { measures: 'a' })).toEqual({})
  })

  it('names its photographs', () => {
    expect(photosIn(fields, { photos_after: ['aa'], reason: 'bb' })).toEqual(['aa'])
  })

  it('begins with what is on record, but not with photographs or what is said anew', () => {
    expect(prefilled(fields, { measures: '换锁', funds: 0, photos_after: ['aa'], reason: '旧' }, new Set(['reason'])))
      .toEqual({ measures: '换锁', funds: 0 })
  })
})

describe('the hour on the wall', () => {
  it('is that of the zone, not of the telephone', () => {
    expect(instantIn('Asia/Shanghai', '2026-03-02T07:30')).toBe('2026-03-01T23:30:00.000Z')
    expect(instantIn('UTC', '2026-03-02T07:30')).toBe('2026-03-02T07:30:00.000Z')
    expect(instantIn('Asia/Shanghai', 'soon')).toBe('')
  })
})
