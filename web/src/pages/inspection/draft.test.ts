import { beforeEach, describe, expect, it } from 'vitest'
import { begun, drop, isUntouched, itemOf, keyOf, kept, load, migrate, photosNamed, queue, read, save, waitingOfOthers, writingOf } from './draft'
import { Shelf, task } from './shelf_for_tests'

let shelf: Shelf
beforeEach(() => { shelf = new Shelf() })

describe('an answer on the telephone', () => {
  it('comes back as it was after a reload', () => {
    const draft = begun('500190.a', 'me', task)
    Object.assign(itemOf(draft, 'gate'), { answer: 'not_in_order', note: '门闩松动' })
    expect(save(shelf, draft)).toBe(true)
    expect(load(shelf, 'me', draft.id)).toEqual(draft)
    expect(writingOf(shelf, 'me', task)).toEqual(draft)
    expect(writingOf(shelf, 'me', { ...task, period: '2026-03-03' })).toBeNull()
  })

  it('is not shown to another person on the same telephone, who learns only how many wait', () => {
    const draft = begun('500190.a', 'me', task)
    save(shelf, draft)
    expect(writingOf(shelf, 'you', task)).toBeNull()
    expect(kept(shelf, 'you')).toEqual([])
    expect(waitingOfOthers(shelf, 'you')).toBe(0)
    queue(draft, 5)
    save(shelf, draft)
    expect(waitingOfOthers(shelf, 'you')).toBe(1)
    expect(waitingOfOthers(shelf, 'me')).toBe(0)
  })

  it('waits several times for one task, in the order in which it was given', () => {
    for (const [id, at] of [['500190.b', 20], ['500190.a', 10], ['500190.c', 30]] as const) {
      const draft = begun(id, 'me', task)
      queue(draft, at)
      save(shelf, draft)
    }
    expect(kept(shelf, 'me').map((draft) => draft.id)).toEqual(['500190.a', '500190.b', '500190.c'])
    expect(writingOf(shelf, 'me', task)).toBeNull()
  })

  it('says so where it cannot be kept', () => {
    shelf.full = true
    expect(save(shelf, begun('500190.a', 'me', task))).toBe(false)
  })

  it('takes a damaged one as none, and says of no photograph that nobody needs it', () => {
    shelf.setItem(keyOf({ person: 'me', id: 'x' }), '{"version":2')
    expect(kept(shelf, 'me')).toEqual([])
    expect(photosNamed(shelf)).toBeNull()
  })

  it('is gone once it is dropped', () => {
    const draft = begun('500190.a', 'me', task)
    save(shelf, draft)
    drop(shelf, draft)
    expect(kept(shelf, 'me')).toEqual([])
  })

  it('names its photographs, so that only others are swept away', () => {
    const draft = begun('500190.a', 'me', task)
    itemOf(draft, 'gate').photos.push('aa')
    draft.photos.push('bb')
    save(shelf, draft)
    expect([...photosNamed(shelf)!].sort()).toEqual(['aa', 'bb'])
  })

  it('is not worth keeping before the first touch', () => {
    const draft = begun('500190.a', 'me', task)
    itemOf(draft, 'seconds').numbers.push({ name: '一号楼', number: '' })
    expect(isUntouched(draft)).toBe(true)
    itemOf(draft, 'gate').answer = 'in_order'
    expect(isUntouched(draft)).toBe(false)
  })
})

describe('an answer that an older app left', () => {
  const old = {
    version: 1, id: '500190.a', person: 'me', ...task, presence: 'qr', looked_at: '2026-03-02T07:30:00.000Z', happened_at: null,
    items: { gate: { answer: 'not_in_order', note: '门闩松动', photos: ['aa'], mended: true } }, state: 'writing', saved_at: 7,
  }
  const place = 'anxiao.inspection.me|daily|500190.o|2026-03-02|500190.p'

  it('is read by this one with everything it held', () => {
    shelf.setItem(place, JSON.stringify(old))
    expect(migrate(shelf)).toBe(1)
    expect(shelf.getItem(place)).toBeNull()
    const draft = writingOf(shelf, 'me', task)!
    expect(draft).toMatchObject({ version: 2, id: '500190.a', happened_at: '2026-03-02T07:30:00.000Z', saved_at: 7, state: 'writing' })
    expect(draft.items.gate).toMatchObject({ answer: 'not_in_order', note: '门闩松动', photos: ['aa'], mended: true, number: '' })
    // No code was kept then, and none is claimed.
    expect(draft.presence).toEqual({ kind: 'by_hand' })
    expect(migrate(shelf)).toBe(0)
  })

  it('goes on waiting if it waited, as one that may have arrived', () => {
    shelf.setItem(place, JSON.stringify({ ...old, state: 'waiting', happened_at: '2026-03-02T07:31:00.000Z' }))
    migrate(shelf)
    expect(kept(shelf, 'me')[0]).toMatchObject({ state: 'queued', tried: true, happened_at: '2026-03-02T07:31:00.000Z' })
  })

  it('stays where it is while the telephone is full', () => {
    shelf.setItem(place, JSON.stringify(old))
    shelf.full = true
    expect(migrate(shelf)).toBe(0)
    shelf.full = false
    expect(migrate(shelf)).toBe(1)
  })

  it('and one of a newer app is left untouched', () => {
    const newer = JSON.stringify({ ...old, version: 9 })
    expect(read(newer)).toBeNull()
    shelf.setItem(keyOf({ person: 'me', id: 'n' }), newer)
    expect(kept(shelf, 'me')).toEqual([])
    expect(photosNamed(shelf)).toBeNull()
    migrate(shelf)
    expect(shelf.getItem(keyOf({ person: 'me', id: 'n' }))).toBe(newer)
  })
})
