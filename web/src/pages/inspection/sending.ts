// Sends a checklist that was answered: first its photographs, then the answer under the id that the
// draft has had from the beginning. What was received before, though its answer was lost on the
// way, is recognised and not sent as something new.

import { api, refusalOf, type RefusalError } from '@/api/client'
import type { Answer, Page, Task } from '@/api/types'
import { serverNow } from '@/format'
import { forgetPhoto } from '@/parts/photo_keep'
import { ensureSent } from '@/parts/photo_queue'
import { bodyOf, drop, photosOf, save, type Draft, type ItemOfList } from './draft'

export interface Sent {
  matters: { id: string; title: string }[]
  happened_at: string
  // It was an earlier state of the draft that the server had received.
  earlier: boolean
}

const running = new Map<string, Promise<Sent>>()

export function sendDraft(draft: Draft, list: ItemOfList[], told?: (what: 'photos' | 'answer') => void): Promise<Sent> {
  const already = running.get(draft.id)
  if (already) return already
  const going = sending(draft, list, told).finally(() => running.delete(draft.id))
  running.set(draft.id, going)
  return going
}

async function sending(draft: Draft, list: ItemOfList[], told?: (what: 'photos' | 'answer') => void): Promise<Sent> {
  draft.state = 'waiting'
  draft.happened_at ??= draft.looked_at ?? new Date(serverNow()).toISOString()
  save(localStorage, draft)
  told?.('photos')
  await ensureSent(photosOf(draft))
  told?.('answer')
  try {
    const answer = await api.put<Answer>(addressOf(draft), bodyOf(draft, list))
    finish(draft)
    return { matters: answer.matters, happened_at: answer.happened_at, earlier: false }
  } catch (trouble) {
    const refusal = refusalOf(trouble)
    const before = refusal.status === 409 ? await receivedBefore(draft) : null
    if (before) {
      finish(draft)
      return before
    }
    throw refusal
  }
}

function addressOf(draft: Draft): string {
  return `/tasks/${draft.duty}/${draft.organisation}/${draft.period}/answers/${draft.id}`
}

async function receivedBefore(draft: Draft): Promise<Sent | null> {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(draft.period) ? draft.period : undefined
  const tasks = await api.get<Page<Task>>('/tasks', { for: 'me', on: day }).catch(() => null)
  const answer = tasks?.items.map((task) => task.answer).find((one) => one?.id === draft.id)
  if (!answer) return null
  return { matters: answer.matters.map((id) => ({ id, title: '' })), happened_at: answer.happened_at, earlier: true }
}

function finish(draft: Draft): void {
  drop(localStorage, draft)
  for (const item of Object.values(draft.items)) for (const sha of item.photos) void forgetPhoto(sha)
}

// Why it did not go: the way was broken, or the server refused it for good.
export function mayGoLater(refusal: RefusalError): boolean {
  return refusal.unreachable || [0, 401, 429, 502, 503, 504].includes(refusal.status)
}
