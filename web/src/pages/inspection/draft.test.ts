import { beforeEach, describe, expect, it } from 'vitest'
import {
  begun,
  bodyOf,
  drop,
  isOfPeriod,
  isUntouched,
  itemOf,
  kept,
  keyOf,
  load,
  photosNamed,
  photosOf,
  restInOrder,
  save,
  wanting,
} from './draft'

class Shelf implements Storage {
  private kept = new Map<string, string>()
  full = false
  get length() {
    return this.kept.size
  }
  clear() {
    this.kept.clear()
  }
  getItem(key: string) {
    return this.kept.get(key) ?? null
  }
  key(index: number) {
    return [...this.kept.keys()][index] ?? null
  }
  removeItem(key: string) {
    this.kept.delete(key)
  }
  setItem(key: string, value: string) {
    if (this.full) throw new Error('QuotaExceededError')
    this.kept.set(key, value)
  }
}

const task = {
  duty: 'daily',
  checklist: 'daily',
  organisation: '500190.o',
  period: '2026-03-02',
  point: '500190.p',
  names: { point: '一号门', list: { zh: '每日', en: 'Daily' } },
}
const list = [{ id: 'gate' }, { id: 'corridor' }, { id: 'socket' }]
let shelf: Shelf

beforeEach(() => {
  shelf = new Shelf()
})

describe('a draft on the telephone', () => {
  it('comes back as it was after a reload', () => {
    const draft = begun('500190.a', 'me', task)
    itemOf(draft, 'gate').answer = 'not_in_order'
    itemOf(draft, 'gate').note = '门闩松动'
    expect(save(shelf, draft)).toBe(true)
    expect(load(shelf, 'me', task)).toEqual(draft)
    expect(load(shelf, 'me', { ...task, period: '2026-03-03' })).toBeNull()
  })

  it('is not shown to another person on the same telephone', () => {
    save(shelf, begun('500190.a', 'me', task))
    expect(load(shelf, 'you', task)).toBeNull()
    expect(kept(shelf, 'you')).toEqual([])
    expect(kept(shelf, 'me')).toHaveLength(1)
  })

  it('says so where it cannot be kept', () => {
    shelf.full = true
    expect(save(shelf, begun('500190.a', 'me', task))).toBe(false)
  })

  it('takes a damaged one as none', () => {
    shelf.setItem(keyOf('me', task), '{"version":1')
    expect(load(shelf, 'me', task)).toBeNull()
    expect(kept(shelf, 'me')).toEqual([])
  })

  it('is gone once it is dropped', () => {
    const draft = begun('500190.a', 'me', task)
    save(shelf, draft)
    drop(shelf, draft)
    expect(load(shelf, 'me', task)).toBeNull()
  })

  it('names its photographs, so that only others are swept away', () => {
    const draft = begun('500190.a', 'me', task)
    itemOf(draft, 'gate').photos.push('aa')
    save(shelf, draft)
    expect([...photosNamed(shelf)]).toEqual(['aa'])
    // Not yet marked as bad: it is kept but not sent.
    expect(photosOf(draft)).toEqual([])
    itemOf(draft, 'gate').answer = 'not_in_order'
    expect(photosOf(draft)).toEqual(['aa'])
  })
})

describe('answering', () => {
  it('ticks the rest and leaves what was answered', () => {
    const draft = begun('500190.a', 'me', task)
    expect(isUntouched(draft)).toBe(true)
    itemOf(draft, 'corridor').answer = 'not_in_order'
    expect(restInOrder(draft, list)).toBe(2)
    expect(list.map(({ id }) => itemOf(draft, id).answer)).toEqual([
      'in_order',
      'not_in_order',
      'in_order',
    ])
    expect(isUntouched(draft)).toBe(false)
  })

  it('wants every item answered and every bad one told', () => {
    const draft = begun('500190.a', 'me', task)
    itemOf(draft, 'corridor').answer = 'not_in_order'
    expect(wanting(draft, list)).toEqual({
      unanswered: ['gate', 'socket'],
      unphotographed: [],
      undescribed: ['corridor'],
    })
    itemOf(draft, 'corridor').photos.push('aa')
    restInOrder(draft, list)
    expect(wanting(draft, list)).toEqual({ unanswered: [], unphotographed: [], undescribed: [] })
  })

  it('wants a photograph where the checklist asks for one, whatever was written', () => {
    const draft = begun('500190.a', 'me', task)
    Object.assign(itemOf(draft, 'gate'), { answer: 'not_in_order', note: '门闩松动' })
    expect(wanting(draft, [{ id: 'gate', photo_wanted: true }]).unphotographed).toEqual(['gate'])
    itemOf(draft, 'gate').photos.push('aa')
    expect(wanting(draft, [{ id: 'gate', photo_wanted: true }]).unphotographed).toEqual([])
  })

  it('knows whether a day is of its period', () => {
    expect(isOfPeriod('2026-03-02', '2026-03-02')).toBe(true)
    expect(isOfPeriod('2026-03-02', '2026-03-03')).toBe(false)
    expect(isOfPeriod('2026-03', '2026-03-31')).toBe(true)
    expect(isOfPeriod('2026-03', '2026-04-01')).toBe(false)
    expect(isOfPeriod('2026-W10', '2026-03-03')).toBe(true)
  })

  it('sends no note that belongs to an answer since changed', () => {
    const draft = begun('500190.a', 'me', task)
    draft.happened_at = '2026-03-02T07:30:00.000+08:00'
    restInOrder(draft, list)
    Object.assign(itemOf(draft, 'gate'), { note: '旧话', photos: ['aa'], mended: true })
    Object.assign(itemOf(draft, 'socket'), { answer: 'not_in_order', note: ' 插座松 ', photos: ['bb'] })
    expect(bodyOf(draft, list)).toEqual({
      point: '500190.p',
      happened_at: '2026-03-02T07:30:00.000+08:00',
      presence: 'by_hand',
      items: [
        { item: 'gate', answer: 'in_order' },
        { item: 'corridor', answer: 'in_order' },
        { item: 'socket', answer: 'not_in_order', note: '插座松', photos: ['bb'] },
      ],
    })
  })
})
