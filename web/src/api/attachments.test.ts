import { createHash } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { keep } from './attachments'

interface Sent { method: string; range: string | undefined; length: number }

// A server that keeps pieces; `held` is what it has of the file before.
function serverHolding(held: number, total: number, known = held > 0) {
  const sent: Sent[] = []
  let received = held
  vi.stubGlobal('fetch', vi.fn(async (url: string, init: RequestInit) => {
    const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
    if (url.endsWith('/state')) return known ? json({ received, size: total, complete: received === total }) : json({ key: 'not_found' }, 404)
    const blob = init.body as Blob
    sent.push({ method: init.method!, range: (init.headers as Record<string, string>)['Content-Range'], length: blob.size })
    received += blob.size
    return json({ sha256: url.split('/').pop(), size: total, type: 'text/csv', received, complete: received === total }, received === total ? 201 : 202)
  }))
  return sent
}
afterEach(() => vi.unstubAllGlobals())
const file = (size: number) => new Blob([new Uint8Array(size).fill(65)])

test('a small file goes whole, under the hash of its bytes', async () => {
  const sent = serverHolding(0, 10)
  const kept = await keep(file(10), 'text/csv')
  expect(kept.sha256).toBe(createHash('sha256').update(Buffer.alloc(10, 65)).digest('hex'))
  expect(sent).toEqual([{ method: 'PUT', range: undefined, length: 10 }])
})

test('what the server holds already is not sent again', async () => {
  const sent = serverHolding(10, 10)
  expect((await keep(file(10), 'text/csv')).complete).toBe(true)
  expect(sent).toEqual([])
})

test('a large file goes in pieces and on from where it stopped', async () => {
  const piece = 1 << 20
  const total = 2 * piece + 5
  const sent = serverHolding(piece, total)
  const parts: number[] = []
  await keep(file(total), 'text/csv', (part) => parts.push(part))
  expect(sent.map((one) => one.range)).toEqual([`bytes ${piece}-${2 * piece - 1}/${total}`, `bytes ${2 * piece}-${total - 1}/${total}`])
  expect(parts[parts.length - 1]).toBe(1)
})
