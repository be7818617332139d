import { beforeEach, expect, it } from 'vitest'
import { RefusalError } from '@/api/client'
import { begun, itemOf, kept, load, queue, save, type Draft } from './draft'
import { touch } from './hour'
import { sendAll, sendOne, type Way } from './queue'
import { Shelf, task } from './shelf_for_tests'
import type { AnswerBody, AnswerView } from './types'

const noon = Date.parse('2026-03-02T12:00:00Z')
let shelf: Shelf
let server: Map<string, AnswerBody>
let order: string[]
let forgotten: string[]
let who: string
let trouble: (id: string) => RefusalError | null
let lossy: boolean
let way: Way

function waiting(id: string, at: number, more: (draft: Draft) => void = () => undefined) {
  const draft = begun(id, 'me', task, { list: [{ id: 'gate', text: { zh: '门', en: 'gate' } }] })
  Object.assign(itemOf(draft, 'gate'), { answer: 'not_in_order', note: '松', photos: [`p-${id}`] })
  touch(draft, noon, 0)
  more(draft)
  queue(draft, at)
  save(shelf, draft)
  return draft
}
const view = (id: string, body: AnswerBody): AnswerView => ({ id, duty: 'daily', organisation: 'o', period: 'p', point: null, happened_at: body.happened_at, known_at: '', person: { id: 'me', name: '' }, matters: [{ id: 'm', title: 't' }] })
const heard: string[] = []
const round = () => sendAll(way, 'me', (id, step) => heard.push(`${id}:${step?.what ?? 'begins'}`))

beforeEach(() => {
  shelf = new Shelf()
  server = new Map()
  order = []
  forgotten = []
  who = 'me'
  trouble = () => null
  lossy = false
  heard.length = 0
  way = {
    storage: shelf,
    whoIsIt: async () => who,
    undisturbed: (work) => work(),
    sendPhotos: async (shas) => { order.push(...shas) },
    photosAreLost: (shas) => { order.push(...shas.map((sha) => `lost ${sha}`)) },
    forgetPhotos: (shas) => { forgotten.push(...shas) },
    async put(draft, body) {
      order.push(draft.id)
      const refused = trouble(draft.id)
      if (refused) throw refused
      const there = server.get(draft.id)
      if (there && JSON.stringify(there) !== JSON.stringify(body)) throw new RefusalError({ key: 'id.taken', status: 409 })
      server.set(draft.id, structuredClone(body))
      if (lossy) throw new RefusalError({ key: 'browser.unreachable' })
      return view(draft.id, body)
    },
    received: async (id) => (server.has(id) ? view(id, server.get(id)!) : null),
    aheadMs: () => 0,
    phoneNowMs: () => noon + 5000,
  }
})

it('sends in order, photographs first, each once, and forgets what arrived', async () => {
  waiting('500190.b', 2)
  waiting('500190.a', 1)
  const { receipts, refusal } = await round()
  expect(refusal).toBeNull()
  expect(order).toEqual(['p-500190.a', '500190.a', 'p-500190.b', '500190.b'])
  expect(receipts.map((receipt) => [receipt.id, receipt.bad])).toEqual([['500190.a', 1], ['500190.b', 1]])
  expect(kept(shelf, 'me')).toEqual([])
  expect(forgotten).toEqual(['p-500190.a', 'p-500190.b'])
  await round()
  expect(order).toHaveLength(4)
})

it('ends with the broken way, and nothing is lost or doubled by the next round', async () => {
  waiting('500190.a', 1)
  waiting('500190.b', 2)
  lossy = true
  const first = await round()
  expect(first.refusal?.unreachable).toBe(true)
  expect(kept(shelf, 'me').map((draft) => [draft.id, draft.tried])).toEqual([['500190.a', true], ['500190.b', false]])
  lossy = false
  // The clock went on: what may have arrived is sent as it was.
  way.phoneNowMs = () => noon + 99_000
  way.aheadMs = () => 60_000
  const second = await round()
  expect(second.receipts.map((receipt) => receipt.earlier)).toEqual([false, false])
  expect(server.size).toBe(2)
})

it('takes what arrived earlier in another form for arrived, and says so', async () => {
  const draft = waiting('500190.a', 1)
  lossy = true
  await round()
  lossy = false
  const changed = load(shelf, 'me', draft.id)!
  changed.note = '后来改的'
  save(shelf, changed)
  expect((await round()).receipts[0].earlier).toBe(true)
})

it('stops what is refused for a person to decide, and the others go on', async () => {
  waiting('500190.a', 1)
  waiting('500190.b', 2)
  trouble = (id) => (id === '500190.a' ? new RefusalError({ key: 'task.already_answered', status: 409, args: { person: { name: '甲' } } }) : null)
  expect((await round()).receipts.map((receipt) => receipt.id)).toEqual(['500190.b'])
  const [stopped] = kept(shelf, 'me')
  expect(stopped).toMatchObject({ state: 'stopped', tried: false, stopped: { key: 'task.already_answered', args: { person: { name: '甲' } } } })
  // It is not sent again by itself.
  order.length = 0
  await round()
  expect(order).toEqual([])
  trouble = () => null
  stopped.again = true
  queue(stopped, 9)
  save(shelf, stopped)
  await round()
  expect(server.get('500190.a')?.again).toBe(true)
})

it('a post that ended keeps the answer on the telephone', async () => {
  waiting('500190.a', 1)
  trouble = () => new RefusalError({ key: 'authority.forbidden', status: 403 })
  await round()
  expect(kept(shelf, 'me')[0].state).toBe('stopped')
})

it('a log-in that ran out ends the round and leaves everything waiting', async () => {
  waiting('500190.a', 1)
  waiting('500190.b', 2)
  way.whoIsIt = async () => { throw new RefusalError({ key: 'session.ended', status: 401 }) }
  const { refusal } = await round()
  expect(refusal?.status).toBe(401)
  expect(kept(shelf, 'me').map((draft) => [draft.state, draft.tried])).toEqual([['queued', false], ['queued', false]])
  expect(order).toEqual([])
})

it('never goes under the name of another person', async () => {
  waiting('500190.a', 1)
  who = 'you'
  expect((await round()).refusal?.key).toBe('browser.other_person')
  expect(order).toEqual([])
  // Nor where somebody logs in between the photographs and the answer.
  who = 'me'
  way.sendPhotos = async () => { who = 'you' }
  await round()
  expect(server.size).toBe(0)
})

it('a fault inside the server holds up one, and not the others', async () => {
  waiting('500190.a', 1)
  waiting('500190.b', 2)
  trouble = (id) => (id === '500190.a' ? new RefusalError({ key: 'fault', status: 500 }) : null)
  const { refusal } = await round()
  expect(refusal?.status).toBe(500)
  expect(kept(shelf, 'me').map((draft) => draft.id)).toEqual(['500190.a'])
  expect(kept(shelf, 'me')[0].state).toBe('queued')
})

it('sends photographs again that the server has lost meanwhile', async () => {
  waiting('500190.a', 1)
  let first = true
  trouble = () => {
    const refused = first ? new RefusalError({ key: 'attachment.incomplete', status: 422 }) : null
    first = false
    return refused
  }
  expect((await round()).receipts).toHaveLength(1)
  expect(order).toEqual(['p-500190.a', '500190.a', 'lost p-500190.a', 'p-500190.a', '500190.a'])
})

it('asks a person where the phone’s clock was set after the touch', async () => {
  waiting('500190.a', 1)
  way.aheadMs = () => -24 * 3600_000
  await round()
  const [stopped] = kept(shelf, 'me')
  expect(stopped.stopped).toMatchObject({ key: 'browser.clock_changed', args: { then: '2026-03-02T12:00:00.000Z', now: '2026-03-01T12:00:00.000Z' } })
  expect(order).toEqual([])
})

it('corrects the hour and says by how much', async () => {
  waiting('500190.a', 1, (draft) => touch(draft, noon - 3600_000, 3600_000))
  way.aheadMs = () => 3600_000
  way.phoneNowMs = () => noon
  await round()
  expect(server.get('500190.a')).toMatchObject({ happened_at: '2026-03-02T12:00:00.000Z', clock_corrected_ms: 3600_000 })
})

it('is left alone where another window has sent it meanwhile', async () => {
  const draft = waiting('500190.a', 1)
  shelf.clear()
  expect(await sendOne(way, 'me', draft.id)).toEqual({ what: 'gone' })
})

it('one that the telephone could not keep is sent from the hand', async () => {
  const draft = begun('500190.a', 'me', task)
  queue(draft, 1)
  shelf.full = true
  expect((await sendOne(way, 'me', draft.id, draft)).what).toBe('sent')
})
