import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope } from 'vue'
import type { Me, Pack } from '@/api/types'
import { useLive } from './live'
import { usePack } from './pack'
import { useSession } from './session'

const me: Me = {
  person: { id: '500190.p', name: '周敏', login: 'quxian', district: '500190' },
  postings: [{ id: '500190.q', post: 'principal', post_name: { zh: '校长', en: 'Principal' }, organisation: { id: '500190.o', name: '小学' }, kind: 'primary', district: '500190' }],
  must_change_password: false, may: ['matters.read'], as_of: '2026-03-02T08:00:00+08:00',
}
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

class FakeSource {
  static readonly CLOSED = 2
  static made: FakeSource[] = []
  readyState = 1
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  heard = new Map<string, (event: { data: string }) => void>()
  closed = false
  constructor(readonly url: string) { FakeSource.made.push(this) }
  addEventListener(kind: string, hear: (event: { data: string }) => void) { this.heard.set(kind, hear) }
  close() { this.closed = true }
  say(kind: string, seq: number, data: Record<string, unknown> = {}) { this.heard.get(kind)?.({ data: JSON.stringify({ seq, kind, data }) }) }
}

beforeEach(() => {
  setActivePinia(createPinia())
  FakeSource.made = []
  vi.stubGlobal('EventSource', FakeSource)
  vi.useFakeTimers()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('the session knows what its person may do', async () => {
  vi.stubGlobal('fetch', vi.fn(async () => json(me)))
  const session = useSession()
  await session.restore()
  expect(session.may('matters.read')).toBe(true)
  expect(session.may('matters.move')).toBe(false)
  expect(session.holds('guard', 'principal')).toBe(true)
  expect(session.district).toBe('500190')
})

test('nobody logged in is no failure, a server that is away is one', async () => {
  vi.stubGlobal('fetch', vi.fn(async () => json({ key: 'session.none' }, 401)))
  const session = useSession()
  await session.restore()
  expect(session.me).toBeNull()
  setActivePinia(createPinia())
  vi.stubGlobal('fetch', vi.fn(async () => { throw new TypeError('away') }))
  await expect(useSession().restore()).rejects.toMatchObject({ key: 'browser.unreachable' })
})

test('a session that ends under an open page is noticed', async () => {
  const session = useSession()
  vi.stubGlobal('fetch', vi.fn(async () => json(me)))
  await session.restore()
  vi.stubGlobal('fetch', vi.fn(async () => json({ key: 'session.ended' }, 401)))
  await expect(session.refresh()).rejects.toBeTruthy()
  expect(session.me).toBeNull()
  expect(session.ended).toBe(true)
})

test('a one-time password is remembered until it is changed, and no longer', async () => {
  const session = useSession()
  vi.stubGlobal('fetch', vi.fn(async () => json({ ...me, must_change_password: true })))
  await session.login('quxian', 'once')
  expect(session.justTyped).toBe('once')
  expect(session.mustChangePassword).toBe(true)
  vi.stubGlobal('fetch', vi.fn(async (_url: string, init: RequestInit) => (init.method === 'PUT' ? new Response(null, { status: 204 }) : json(me))))
  await session.changePassword('once', 'another one')
  expect(session.justTyped).toBe('')
  expect(session.mustChangePassword).toBe(false)
})

test('the pack finds things by id and names what a refusal mentions', async () => {
  const words = (zh: string) => ({ zh, en: zh })
  const pack = {
    zone: 'Asia/Shanghai', kinds: [{ id: 'primary', name: words('小学') }], posts: [{ id: 'principal', name: words('校长') }],
    checklists: [{ id: 'daily', name: words('每日'), items: [{ id: 'd1', text: words('通道畅通') }] }],
    ledgers: [{ id: 'points', name: words('点位'), fields: [{ id: 'place', name: words('位置') }] }],
    loops: [{ id: 'hazard', name: words('隐患'), stages: [{ id: 'closing', name: words('销号') }], moves: [{ id: 'close', name: words('销号'), fields: [{ id: 'reason', name: words('原因') }] }], levels: [{ id: 'red', name: words('重大') }], categories: [], fields: [{ id: 'funds', name: words('资金') }], assessments: [] }],
  } as unknown as Pack
  const asked = vi.fn(async () => json(pack))
  vi.stubGlobal('fetch', asked)
  const store = usePack()
  await Promise.all([store.load(), store.load()])
  await store.load()
  expect(asked).toHaveBeenCalledTimes(1)
  expect(store.stage('hazard', 'closing')?.name.zh).toBe('销号')
  expect(store.field('funds')?.name.zh).toBe('资金')
  expect(store.field('reason')?.name.zh).toBe('原因')
  expect(store.field('place')?.name.zh).toBe('位置')
  expect(store.nameOf('level', 'red')?.zh).toBe('重大')
  expect(store.nameOf('item', 'd1')?.zh).toBe('通道畅通')
  expect(store.nameOf('post', 'nobody')).toBeUndefined()
})

test('a fact reaches those who listen for its kind, once', () => {
  const live = useLive()
  live.open()
  const heard: number[] = []
  const stop = live.on(['MatterMoved'], (fact) => heard.push(fact.seq))
  const [source] = FakeSource.made
  source.onopen?.()
  expect(live.line).toBe('open')
  source.say('MatterMoved', 5)
  source.say('MatterMoved', 5)
  source.say('DutyAnswered', 6)
  stop()
  source.say('MatterMoved', 7)
  expect(heard).toEqual([5])
})

test('every page reads again when the server cannot tell what was missed', () => {
  const live = useLive()
  live.open()
  const read = vi.fn()
  const scope = effectScope()
  scope.run(() => live.refreshOn(['TokenMade'], read))
  live.resync(new MessageEvent('resync', { data: '{}', lastEventId: '40' }))
  expect(read).toHaveBeenCalledTimes(1)
  expect(live.lastSeq).toBe(40)
  scope.stop()
  live.resync(new MessageEvent('resync', { data: '{}', lastEventId: '41' }))
  expect(read).toHaveBeenCalledTimes(1)
})

test('many facts at once are one reading, and none after the page is gone', () => {
  const live = useLive()
  live.open()
  const read = vi.fn()
  const scope = effectScope()
  scope.run(() => live.refreshOn(['MatterMoved'], read))
  const [source] = FakeSource.made
  for (let seq = 1; seq <= 20; seq++) source.say('MatterMoved', seq)
  vi.advanceTimersByTime(300)
  expect(read).toHaveBeenCalledTimes(1)
  source.say('MatterMoved', 21)
  scope.stop()
  vi.advanceTimersByTime(300)
  expect(read).toHaveBeenCalledTimes(1)
})

test('a line that the browser gave up is opened again after the last fact', () => {
  const live = useLive()
  live.open()
  const [first] = FakeSource.made
  first.onopen?.()
  first.say('MatterMoved', 41)
  first.readyState = FakeSource.CLOSED
  first.onerror?.()
  expect(live.line).toBe('open')  // a short break is not worth a word
  vi.advanceTimersByTime(1100)
  expect(FakeSource.made).toHaveLength(2)
  expect(FakeSource.made[1].url).toContain('after=41')
  vi.advanceTimersByTime(5000)
  expect(live.line).toBe('broken')
  FakeSource.made[1].onopen?.()
  expect(live.line).toBe('open')
})

test('a closed line stays closed', () => {
  const live = useLive()
  live.open()
  const [source] = FakeSource.made
  source.readyState = FakeSource.CLOSED
  source.onerror?.()
  live.close()
  vi.advanceTimersByTime(60_000)
  expect(FakeSource.made).toHaveLength(1)
  expect(live.line).toBe('closed')
})
