// The photographs of this telephone on their way to the server. Each is prepared, kept on the
// telephone, and sent at once in the background, so that sending a form later has little left to
// do. `ensureSent` is what a form calls before it names them.

import { reactive } from 'vue'
import { RefusalError, refusalOf, send } from '@/api/client'
import { keepPhoto, keptPhoto } from './photo_keep'
import { preparePhoto } from './photo_prepare'
import { sendPhoto, type PhotoWire, type Received } from './photo_send'

export interface OnItsWay {
  state: 'sending' | 'sent' | 'stopped'
  part: number // from 0 to 1
  refusal: RefusalError | null
  keptOnPhone: boolean
}

const kPieceMs = 60_000

export const photosOnTheirWay = reactive(new Map<string, OnItsWay>())
const running = new Map<string, Promise<void>>()

const wire: PhotoWire = {
  async state(sha) {
    try {
      return (await send<Received>('GET', `/attachments/${sha}/state`)).body
    } catch (trouble) {
      if (trouble instanceof RefusalError && trouble.status === 404) return null
      throw trouble
    }
  },
  async put(sha, piece, type, range) {
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), kPieceMs)
    try {
      const headers: Record<string, string> = { 'Content-Type': type }
      if (range) headers['Content-Range'] = range
      return (await send<Received>('PUT', `/attachments/${sha}`, { body: piece, headers, signal: stop.signal })).body
    } catch (trouble) {
      // Too slow is as good as broken.
      if (stop.signal.aborted) throw new RefusalError({ key: 'browser.unreachable' })
      throw trouble
    } finally {
      clearTimeout(timer)
    }
  },
  mayPass: (trouble) =>
    trouble instanceof RefusalError &&
    (trouble.unreachable || [429, 502, 503, 504].includes(trouble.status) || trouble.key === 'attachment.range'),
}

// Takes a photograph from the camera or the album. Throws UnreadablePhoto for what is no picture.
export async function addPhoto(file: Blob): Promise<string> {
  const { sha, blob } = await preparePhoto(file)
  const keptOnPhone = await keepPhoto(sha, blob)
  if (!photosOnTheirWay.has(sha)) {
    photosOnTheirWay.set(sha, { state: 'sending', part: 0, refusal: null, keptOnPhone })
  }
  void sendOne(sha).catch(() => undefined) // its state says so
  return sha
}

export function sendOne(sha: string): Promise<void> {
  const already = running.get(sha)
  if (already) return already
  const going = sending(sha).finally(() => running.delete(sha))
  running.set(sha, going)
  return going
}

// The server no longer has them: they are sent from the beginning.
export function photosAreLost(shas: string[]): void {
  for (const sha of shas) photosOnTheirWay.delete(sha)
}

async function sending(sha: string): Promise<void> {
  const before = photosOnTheirWay.get(sha)
  if (before?.state === 'sent') return
  photosOnTheirWay.set(sha, {
    state: 'sending', part: 0, refusal: null, keptOnPhone: before?.keptOnPhone ?? true,
  })
  const shown = photosOnTheirWay.get(sha)!
  try {
    const blob = await keptPhoto(sha)
    // Where there is surely no network, nothing is gained by trying.
    if (navigator.onLine === false) throw new RefusalError({ key: 'browser.unreachable' })
    if (blob) {
      await sendPhoto(wire, sha, blob, { progress: (sent, total) => { shown.part = sent / total } })
    } else {
      // Not on this telephone any more: well if the server has it, lost if not.
      const state = await wire.state(sha)
      if (!state?.complete) throw new RefusalError({ key: 'browser.photo_lost' })
    }
    shown.part = 1
    shown.state = 'sent'
  } catch (trouble) {
    shown.refusal = refusalOf(trouble)
    shown.state = 'stopped'
    throw shown.refusal
  }
}

export async function ensureSent(shas: string[]): Promise<void> {
  for (const sha of new Set(shas)) await sendOne(sha)
}
