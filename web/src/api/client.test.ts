import { afterEach, expect, test, vi } from 'vitest'
import { address, api, onRefusal, RefusalError, send, serverAheadMs } from './client'

function answers(status: number, body?: unknown, headers: Record<string, string> = {}) {
  const made = vi.fn(async (_url: string, _init: RequestInit) => new Response(body === undefined ? null : JSON.stringify(body), {
    status, headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
  }))
  vi.stubGlobal('fetch', made)
  return made
}
afterEach(() => vi.unstubAllGlobals())

test('an address leaves out what is not given', () => {
  expect(address('/people', { under: '', q: '王', limit: 20, cursor: null, late: false })).toBe('/api/v1/people?q=%E7%8E%8B&limit=20&late=false')
  expect(address('/today')).toBe('/api/v1/today')
})

test('what changes something says that it comes from these pages', async () => {
  const made = answers(200, { version: 3 }, { ETag: '"3"' })
  const got = await send<{ version: number }>('PATCH', '/organisations/x', { body: { name: 'n' }, ifMatch: 2 })
  const headers = made.mock.calls[0][1].headers as Record<string, string>
  expect(headers['X-Anxiao-Request']).toBe('1')
  expect(headers['If-Match']).toBe('"2"')
  expect(headers['Content-Type']).toBe('application/json')
  expect(got.etag).toBe('"3"')
  const reads = answers(200, {})
  await api.get('/today')
  expect((reads.mock.calls[0][1].headers as Record<string, string>)['X-Anxiao-Request']).toBeUndefined()
})

test('a problem becomes a refusal with all it carries', async () => {
  answers(422, { status: 422, key: 'loops.guard_unmet', clause: 'C07.14', wants: ['funds'], args: { why: { zh: '甲', en: 'a' } }, trace: 't1', field: 'fields' })
  const error = await api.put('/loops/hazard/matters/x/moves/y', {}).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(RefusalError)
  expect(error).toMatchObject({ status: 422, key: 'loops.guard_unmet', clause: 'C07.14', wants: ['funds'], trace: 't1', field: 'fields' })
})

test('no way to the server, and words of something between, are refusals too', async () => {
  vi.stubGlobal('fetch', vi.fn(async () => { throw new TypeError('Failed to fetch') }))
  await expect(api.get('/today')).rejects.toMatchObject({ key: 'browser.unreachable', unreachable: true })
  vi.stubGlobal('fetch', vi.fn(async () => new Response('<html>', { status: 502 })))
  await expect(api.get('/today')).rejects.toMatchObject({ key: 'browser.unreachable' })
  vi.stubGlobal('fetch', vi.fn(async () => new Response('<html>', { status: 418 })))
  await expect(api.get('/today')).rejects.toMatchObject({ key: 'browser.unreadable' })
})

test('watchers hear of a refusal, and how long to wait is kept', async () => {
  answers(429, { key: 'session.throttled' }, { 'Retry-After': '30' })
  const heard: string[] = []
  const stop = onRefusal((refusal) => heard.push(refusal.key))
  await expect(api.post('/session', {})).rejects.toMatchObject({ retryAfterSeconds: 30 })
  stop()
  await expect(api.post('/session', {})).rejects.toBeTruthy()
  expect(heard).toEqual(['session.throttled'])
})

test('nothing at all is an answer', async () => {
  answers(204)
  expect(await api.del('/session')).toBeUndefined()
})

test('the server’s clock is learned from what it says', async () => {
  answers(200, { as_of: new Date(Date.now() + 3_600_000).toISOString() })
  await api.get('/today')
  expect(Math.abs(serverAheadMs() - 3_600_000)).toBeLessThan(5000)
})
