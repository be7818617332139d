// One way to the server. Adds what the server asks of a browser (X-Anxiao-Request), turns every
// problem into a RefusalError, and learns from each answer by how much the server's clock runs ahead.

import { RefusalError } from './refusal'
import { learnServerTime } from './server_clock'
import type { Problem } from './types'

export { RefusalError, refusalOf } from './refusal'
export { serverAheadMs } from './server_clock'

const prefix = '/api/v1'

export type Query = Record<string, string | number | boolean | null | undefined>
export interface Ask {
  query?: Query
  body?: unknown
  // The version that the edit was made on; a number or the ETag itself.
  ifMatch?: number | string
  headers?: Record<string, string>
  signal?: AbortSignal
  // After so long the way counts as broken.
  timeoutMs?: number
}
export interface Answered<T> { body: T; status: number; etag: string | null; headers: Headers }

type Watcher = (refusal: RefusalError) => void
let watchers: Watcher[] = []

// The session store listens here for the end of a session; nobody else needs to.
export function onRefusal(watcher: Watcher): () => void {
  watchers.push(watcher)
  return () => { watchers = watchers.filter((other) => other !== watcher) }
}

// With null and undefined left out.
export function address(path: string, query?: Query): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value))
  }
  const tail = search.toString()
  return prefix + path + (tail ? `?${tail}` : '')
}

export async function send<T>(method: string, path: string, ask: Ask = {}): Promise<Answered<T>> {
  const headers: Record<string, string> = { Accept: 'application/json', ...ask.headers }
  const init: RequestInit = { method, headers, credentials: 'same-origin', signal: ask.signal, cache: 'no-store' }
  if (method !== 'GET' && method !== 'HEAD') headers['X-Anxiao-Request'] = '1'
  if (ask.ifMatch !== undefined) {
    headers['If-Match'] = typeof ask.ifMatch === 'number' ? `"${ask.ifMatch}"` : ask.ifMatch
  }
  if (ask.body instanceof Blob || ask.body instanceof ArrayBuffer) {
    init.body = ask.body
  } else if (ask.body !== undefined) {
    headers['Content-Type'] = 'application/json'
    init.body = JSON.stringify(ask.body)
  }

  const tooSlow = new AbortController()
  const timer = ask.timeoutMs ? setTimeout(() => tooSlow.abort(), ask.timeoutMs) : undefined
  if (ask.timeoutMs && !ask.signal) init.signal = tooSlow.signal

  let response: Response
  try {
    response = await fetch(address(path, ask.query), init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError' && !tooSlow.signal.aborted) throw error
    throw new RefusalError({ key: 'browser.unreachable', detail: String(error) })
  } finally {
    clearTimeout(timer)
  }
  learnServerTime(Date.parse(response.headers.get('Date') ?? ''), false)
  if (!response.ok) {
    const refusal = await refused(response)
    for (const watcher of watchers) watcher(refusal)
    throw refusal
  }
  const body = (await bodyOf(response)) as T
  note(body)
  return { body, status: response.status, etag: response.headers.get('ETag'), headers: response.headers }
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const type = response.headers.get('Content-Type') ?? ''
  if (type.includes('json')) return response.json()
  if (type.startsWith('text/') || type.includes('svg')) return response.text()
  return undefined
}

async function refused(response: Response): Promise<RefusalError> {
  const after = Number(response.headers.get('Retry-After') ?? NaN)
  const wait = Number.isFinite(after) ? after : null
  let problem: Partial<Problem> | null = null
  try {
    problem = (await response.json()) as Partial<Problem>
  } catch {
    problem = null  // something between us and the server answered in its own words
  }
  if (!problem?.key) {
    const key = response.status === 502 || response.status === 504 ? 'browser.unreachable' : 'browser.unreadable'
    return new RefusalError({ key, status: response.status, detail: response.statusText }, wait)
  }
  return new RefusalError({ ...problem, key: problem.key, status: response.status }, wait)
}

function note(body: unknown): void {
  const asOf = (body as { as_of?: unknown } | null | undefined)?.as_of
  if (typeof asOf !== 'string') return
  learnServerTime(Date.parse(asOf), true)
}

export const api = {
  get: async <T>(path: string, query?: Query, signal?: AbortSignal, timeoutMs?: number) =>
    (await send<T>('GET', path, { query, signal, timeoutMs })).body,
  post: async <T>(path: string, body?: unknown, ask: Ask = {}) => (await send<T>('POST', path, { ...ask, body })).body,
  put: async <T>(path: string, body?: unknown, ask: Ask = {}) => (await send<T>('PUT', path, { ...ask, body })).body,
  patch: async <T>(path: string, body: unknown, ifMatch?: number | string) =>
    (await send<T>('PATCH', path, { body, ifMatch })).body,
  del: async <T = void>(path: string, ask: Ask = {}) => (await send<T>('DELETE', path, ask)).body,
}
