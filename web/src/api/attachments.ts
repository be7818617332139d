// A file is kept under the hash of its bytes. What the server already holds is not sent again; what
// it holds in part goes on from there.

import { address, RefusalError, send } from './client'
import { sha256OfBlob } from '@/sha256'

export interface Kept { sha256: string; size: number; type: string; received: number; complete: boolean }
interface Holding { received: number; size: number; complete: boolean }

const piece = 1 << 20

export function attachmentAddress(sha256: string, original = false): string {
  return address(`/attachments/${sha256}`, original ? { original: 1 } : undefined)
}

// Sends `blob` as `type`; `progress` is told the part sent, from 0 to 1.
export async function keep(blob: Blob, type: string, progress?: (part: number) => void): Promise<Kept> {
  const sha256 = await sha256OfBlob(blob)
  let received = 0
  try {
    const held = (await send<Holding>('GET', `/attachments/${sha256}/state`)).body
    if (held.complete) {
      progress?.(1)
      return { sha256, size: held.size, type, received: held.size, complete: true }
    }
    received = held.received
  } catch (error) {
    if (!(error instanceof RefusalError) || error.status !== 404) throw error
  }
  if (received === 0 && blob.size <= piece) {
    const kept = (await send<Kept>('PUT', `/attachments/${sha256}`, { body: blob, headers: { 'Content-Type': type } })).body
    progress?.(1)
    return kept
  }
  for (;;) {
    const end = Math.min(received + piece, blob.size)
    const kept = (await send<Kept>('PUT', `/attachments/${sha256}`, {
      body: blob.slice(received, end),
      headers: { 'Content-Type': type, 'Content-Range': `bytes ${received}-${end - 1}/${blob.size}` },
    })).body
    progress?.(end / blob.size)
    if (kept.complete || end >= blob.size) return kept
    received = kept.received > received ? kept.received : end
  }
}
