// What was read from the server, kept on the telephone for when there is no network, each with the
// hour as of which it holds. It belongs to a person and goes when that person leaves.

import { RefusalError, refusalOf } from '@/api/client'

const kDatabase = 'anxiao-reads'
const kStore = 'reads'

export interface Kept<T> { body: T; as_of: string }
export interface Read<T> extends Kept<T> {
  // Why it is not of this moment: the way to the server is closed.
  unreachable: RefusalError | null
}

const memory = new Map<string, Kept<unknown>>()
let opening: Promise<IDBDatabase | null> | null = null

function database(): Promise<IDBDatabase | null> {
  opening ??= new Promise((resolve) => {
    if (!('indexedDB' in globalThis)) return resolve(null)
    try {
      const request = indexedDB.open(kDatabase, 1)
      request.onupgradeneeded = () => request.result.createObjectStore(kStore)
      request.onsuccess = () => resolve(request.result)
      request.onerror = request.onblocked = () => resolve(null)
    } catch {
      resolve(null)
    }
  })
  return opening
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  const open = await database()
  if (!open) return undefined
  return new Promise((resolve, reject) => {
    const transaction = open.transaction(kStore, mode)
    const request = work(transaction.objectStore(kStore))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onerror = transaction.onabort = () => reject(transaction.error)
  })
}

const keyOf = (person: string, name: string): string => `${person}|${name}`

export async function keepRead(person: string, name: string, body: unknown, as_of: string): Promise<void> {
  // As it would come back from the shelf.
  const kept: Kept<unknown> = { body: JSON.parse(JSON.stringify(body)), as_of }
  memory.set(keyOf(person, name), kept)
  try {
    await within('readwrite', (store) => store.put(kept, keyOf(person, name)))
  } catch {
    // A full telephone keeps less for later; what is on the screen stands.
  }
}

export async function keptRead<T>(person: string, name: string): Promise<Kept<T> | null> {
  const held = memory.get(keyOf(person, name))
  if (held) return held as Kept<T>
  try {
    const kept = await within<Kept<T> | undefined>('readonly', (store) => store.get(keyOf(person, name)))
    if (kept) memory.set(keyOf(person, name), kept)
    return kept ?? null
  } catch {
    return null
  }
}

// Of the server if it can be reached, else what was kept. Refuses what the server refuses.
export async function readOrKept<T>(person: string, name: string, ask: () => Promise<Kept<T>>): Promise<Read<T>> {
  try {
    const read = await ask()
    void keepRead(person, name, read.body, read.as_of)
    return { ...read, unreachable: null }
  } catch (trouble) {
    const refusal = refusalOf(trouble)
    if (!refusal.unreachable) throw refusal
    const kept = await keptRead<T>(person, name)
    if (!kept) throw refusal
    return { ...kept, unreachable: refusal }
  }
}

// Everything kept for a person, or all but what `keeps` names.
export async function forgetReads(person: string, keeps: (name: string) => boolean = () => false): Promise<void> {
  const goes = (key: string): boolean => key.startsWith(`${person}|`) && !keeps(key.slice(person.length + 1))
  for (const key of [...memory.keys()]) if (goes(key)) memory.delete(key)
  const open = await database()
  if (!open) return
  try {
    await new Promise<void>((resolve, reject) => {
      const transaction = open.transaction(kStore, 'readwrite')
      const cursor = transaction.objectStore(kStore).openCursor()
      cursor.onsuccess = () => {
        const at = cursor.result
        if (!at) return
        if (goes(String(at.key))) at.delete()
        at.continue()
      }
      transaction.oncomplete = () => resolve()
      transaction.onerror = transaction.onabort = () => reject(transaction.error)
    })
  } catch {
    // It is asked again at the next leaving.
  }
}
