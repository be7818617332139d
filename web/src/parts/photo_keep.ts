// Photographs that have been taken and are not yet safely on the server, kept on the telephone by
// their sum so that a reload or a dead battery does not lose them. Where the browser gives no
// place to keep them they are held in memory, and `keepsAcrossReload` says so.

const kDatabase = 'anxiao-photos'
const kStore = 'photos'

interface Kept {
  blob: Blob
  at: number
}

const memory = new Map<string, Kept>()
let opening: Promise<IDBDatabase | null> | null = null

function database(): Promise<IDBDatabase | null> {
  opening ??= new Promise((resolve) => {
    if (!('indexedDB' in globalThis)) return resolve(null)
    try {
      const request = indexedDB.open(kDatabase, 1)
      request.onupgradeneeded = () => request.result.createObjectStore(kStore)
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => resolve(null)
      request.onblocked = () => resolve(null)
    } catch {
      resolve(null)
    }
  })
  return opening
}

async function within<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  const open = await database()
  if (!open) return undefined
  return new Promise((resolve, reject) => {
    const transaction = open.transaction(kStore, mode)
    const request = work(transaction.objectStore(kStore))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onerror = transaction.onabort = () => reject(transaction.error)
  })
}

export async function keepsAcrossReload(): Promise<boolean> {
  return (await database()) !== null
}

// False where it could only be held in memory.
export async function keepPhoto(sha: string, blob: Blob): Promise<boolean> {
  const kept = { blob, at: Date.now() }
  memory.set(sha, kept)
  try {
    await within('readwrite', (store) => store.put(kept, sha))
    return (await database()) !== null
  } catch {
    return false
  }
}

export async function keptPhoto(sha: string): Promise<Blob | null> {
  const held = memory.get(sha)
  if (held) return held.blob
  try {
    const kept = await within<Kept | undefined>('readonly', (store) => store.get(sha))
    return kept?.blob ?? null
  } catch {
    return null
  }
}

export async function forgetPhoto(sha: string): Promise<void> {
  memory.delete(sha)
  try {
    await within('readwrite', (store) => store.delete(sha))
  } catch {
    // It goes with the next sweep.
  }
}

// Removes what no draft names any more and is older than `olderThanMs`.
export async function sweepPhotos(wanted: Set<string>, olderThanMs = 24 * 3600_000): Promise<void> {
  const open = await database()
  if (!open) return
  const until = Date.now() - olderThanMs
  try {
    await new Promise<void>((resolve, reject) => {
      const transaction = open.transaction(kStore, 'readwrite')
      const cursor = transaction.objectStore(kStore).openCursor()
      cursor.onsuccess = () => {
        const at = cursor.result
        if (!at) return
        if (!wanted.has(String(at.key)) && (at.value as Kept).at < until) at.delete()
        at.continue()
      }
      transaction.oncomplete = () => resolve()
      transaction.onerror = () => reject(transaction.error)
    })
  } catch {
    // Nothing depends on it.
  }
}
