import { describe, expect, it } from 'vitest'
import { bodyOf, chosenOf, isAtOnce, isWrong, numberOf, photosOf, randomItem, refit, restInOrder, wanting } from './checklist'
import { begun, emptyItem, itemOf } from './draft'
import { task } from './shelf_for_tests'
import type { ListItem } from './types'

const words = (text: string) => ({ zh: text, en: text })
const state = (id: string, more: Partial<ListItem> = {}): ListItem => ({ id, text: words(id), category: 'fire', ...more })
const list: ListItem[] = [state('gate', { photo_wanted: true }), state('corridor'), state('socket')]
const typed: ListItem[] = [
  { id: 'heat', text: words('heat'), asks: 'number', least: 0, most: 8, unit: words('℃'), category: 'food' },
  { id: 'clear', text: words('clear'), asks: 'numbers', most: 120, unit: words('s') },
  { id: 'lamp', text: words('lamp'), asks: 'choice', choices: [{ id: 'on', name: words('on') }, { id: 'off', name: words('off'), wrong: true }] },
  { id: 'view', text: words('view'), asks: 'photo' },
  { id: 'said', text: words('said'), asks: 'text', required: false },
  { id: 'signal', text: words('signal'), asks: 'moment' },
]
const answering = (items: ListItem[], id = '500190.a') => begun(id, 'me', task, { list: items })

describe('a checklist', () => {
  it('ticks the rest and leaves what was answered', () => {
    const draft = answering(list)
    itemOf(draft, 'corridor').answer = 'not_in_order'
    expect(restInOrder(draft)).toBe(2)
    expect(list.map(({ id }) => itemOf(draft, id).answer)).toEqual(['in_order', 'not_in_order', 'in_order'])
    expect(isAtOnce(draft)).toBe(false)
  })

  it('wants every item answered, every bad one told, and a photograph where the list asks for one', () => {
    const draft = answering(list)
    itemOf(draft, 'corridor').answer = 'not_in_order'
    Object.assign(itemOf(draft, 'gate'), { answer: 'not_in_order', note: '松' })
    expect(wanting(draft)).toEqual({ unanswered: ['socket'], malformed: [], unphotographed: ['gate'], undescribed: ['corridor'] })
    itemOf(draft, 'corridor').photos.push('aa')
    itemOf(draft, 'gate').photos.push('bb')
    restInOrder(draft)
    expect(wanting(draft)).toEqual({ unanswered: [], malformed: [], unphotographed: [], undescribed: [] })
  })

  it('asks for one photograph by chance where everything was ticked at once', () => {
    const draft = answering(list)
    restInOrder(draft)
    const chosen = randomItem(draft)!
    expect(list.map((item) => item.id)).toContain(chosen)
    expect(wanting(draft).unphotographed).toEqual([chosen])
    itemOf(draft, chosen).photos.push('cc')
    expect(wanting(draft).unphotographed).toEqual([])
    const body = bodyOf(draft)
    expect(body.at_once).toBe(true)
    expect(body.items.find((item) => item.item === chosen)).toEqual({ item: chosen, answer: 'in_order', photos: ['cc'] })
    // Whoever then finds something has looked.
    Object.assign(itemOf(draft, 'corridor'), { answer: 'not_in_order', note: '有物' })
    expect(bodyOf(draft).at_once).toBeUndefined()
  })

  it('draws by the first 32 bits of the sum of the answer’s id', () => {
    // sha256("500190.a") begins with these eight digits.
    expect(chosenOf('', ['x'])).toBe('x')
    const items = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    // e3b0c442 of nothing at all.
    expect(chosenOf('', items)).toBe(items[0xe3b0c442 % 7])
    // ba7816bf of abc.
    expect(chosenOf('abc', items)).toBe(items[0xba7816bf % 7])
    expect(chosenOf('abc', [])).toBeNull()
  })

  it('leaves filled items out, unless they are opened', () => {
    const draft = answering(list)
    draft.filled = ['gate']
    restInOrder(draft)
    expect(bodyOf(draft).items.map((item) => item.item)).toEqual(['corridor', 'socket'])
    draft.filled = []
    expect(wanting(draft).unanswered).toEqual(['gate'])
  })

  it('sends no note that belongs to an answer since changed', () => {
    const draft = answering(list)
    draft.happened_at = '2026-03-02T07:30:00.000Z'
    for (const { id } of list) itemOf(draft, id).answer = 'in_order'
    Object.assign(itemOf(draft, 'gate'), { note: '旧话', photos: ['aa'], mended: true })
    Object.assign(itemOf(draft, 'socket'), { answer: 'not_in_order', note: ' 插座松 ', photos: ['bb'] })
    expect(photosOf(draft)).toEqual(['bb'])
    expect(bodyOf(draft)).toEqual({
      point: '500190.p', happened_at: '2026-03-02T07:30:00.000Z', presence: 'by_hand',
      items: [{ item: 'gate', answer: 'in_order' }, { item: 'corridor', answer: 'in_order' }, { item: 'socket', answer: 'not_in_order', note: '插座松', photos: ['bb'] }],
    })
  })

  it('sends the code or the position only with its own kind of presence', () => {
    const draft = answering([])
    draft.presence = { kind: 'qr', code: 'abc' }
    expect(bodyOf(draft)).toMatchObject({ presence: 'qr', code: 'abc' })
    draft.presence = { kind: 'by_hand', code: 'abc' }
    expect(bodyOf(draft)).not.toHaveProperty('code')
  })
})

describe('items of other kinds', () => {
  it('are wrong outside their limits, or by a choice that says so', () => {
    expect(numberOf('3,5')).toBe(3.5)
    expect(numberOf('3 m')).toBeNull()
    expect(isWrong(typed[0], { ...emptyItem(), number: '8' })).toBe(false)
    expect(isWrong(typed[0], { ...emptyItem(), number: '8.1' })).toBe(true)
    expect(isWrong(typed[1], { ...emptyItem(), numbers: [{ name: '一号楼', number: '90' }, { name: '二号楼', number: '121' }] })).toBe(true)
    expect(isWrong(typed[2], { ...emptyItem(), choice: 'off' })).toBe(true)
  })

  it('are sent as what they are, and optional ones may be left out', () => {
    const draft = answering(typed)
    itemOf(draft, 'heat').number = '9'
    itemOf(draft, 'heat').note = '冰箱门未关'
    itemOf(draft, 'clear').numbers = [{ name: ' 一号楼 ', number: '95' }, { name: '', number: '' }]
    itemOf(draft, 'lamp').choice = 'on'
    itemOf(draft, 'view').photos = ['aa']
    expect(wanting(draft).unanswered).toEqual(['signal'])
    itemOf(draft, 'signal').moment = '10:05'
    expect(wanting(draft)).toEqual({ unanswered: [], malformed: [], unphotographed: [], undescribed: [] })
    expect(bodyOf(draft).items).toEqual([
      { item: 'heat', number: 9, note: '冰箱门未关' }, { item: 'clear', numbers: [{ name: '一号楼', number: 95 }] },
      { item: 'lamp', choice: 'on' }, { item: 'view', photos: ['aa'] }, { item: 'signal', moment: '10:05' },
    ])
  })

  it('are malformed where a row lacks its name or its number', () => {
    const draft = answering(typed)
    itemOf(draft, 'clear').numbers = [{ name: '', number: '95' }]
    itemOf(draft, 'heat').number = '八'
    expect(wanting(draft).malformed).toEqual(['heat', 'clear'])
  })
})

describe('a checklist that changed meanwhile', () => {
  it('asks for what is new and keeps in the note what was written of what is gone', () => {
    const draft = answering(list)
    restInOrder(draft)
    Object.assign(itemOf(draft, 'corridor'), { answer: 'not_in_order', note: '堆物', photos: ['aa'] })
    const said = (item: ListItem) => `原来的 ${item.id}`
    const now = [list[0], list[2], state('roof')]
    expect(refit(draft, now, said)).toEqual({ added: ['roof'], gone: [list[1]] })
    expect(draft.note).toBe('原来的 corridor')
    expect(draft.photos).toEqual(['aa'])
    expect(wanting(draft).unanswered).toEqual(['roof'])
    expect(bodyOf(draft).items.map((item) => item.item)).toEqual(['gate', 'socket'])
    // Once more changes nothing.
    expect(refit(draft, now, said)).toEqual({ added: [], gone: [] })
    expect(draft.note).toBe('原来的 corridor')
  })

  it('asks anew where an item of the same name asks something else', () => {
    const draft = answering(list)
    itemOf(draft, 'gate').answer = 'in_order'
    const now: ListItem[] = [{ ...list[0], asks: 'photo' }, list[1], list[2]]
    expect(refit(draft, now, (item) => item.id).added).toEqual(['gate', 'corridor', 'socket'].slice(0, 1))
    expect(wanting(draft).unanswered).toContain('gate')
  })
})
