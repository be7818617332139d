// Sends what waits, in the order in which it was given, each exactly once: photographs first, then the
// answer under the id it has had from the beginning. A broken way ends the round and leaves everything
// as it was; a refusal stops the one it concerns, for a person to decide, and the others go on.

import { refusalOf, RefusalError } from '@/api/client'
import { bodyOf, photosOf } from './checklist'
import { drop, kept, load, photosNamed, save, stoppedBy, type Draft } from './draft'
import { hourOf, settle } from './hour'
import type { AnswerBody, AnswerView } from './types'

// How the queue meets the world; tests put something else in its place.
export interface Way {
  storage: Storage
  // Who the server says is logged in here, asked now.
  whoIsIt(): Promise<string>
  // Nobody logs in or out while this runs.
  undisturbed<T>(work: () => Promise<T>): Promise<T>
  sendPhotos(shas: string[]): Promise<void>
  // The server has lost them, or swept them away: the next sending begins anew.
  photosAreLost(shas: string[]): void
  forgetPhotos(shas: string[]): void
  put(draft: Draft, body: AnswerBody): Promise<AnswerView>
  // The answer of that id as the server has it; null where it has none.
  received(id: string): Promise<AnswerView | null>
  aheadMs(): number
  phoneNowMs(): number
}

export interface Receipt {
  id: string
  matters: { id: string; title: string }[]
  happened_at: string
  good: number
  bad: number
  none: number
  // It was an earlier state of it that the server had received.
  earlier: boolean
}

export type Step = { what: 'sent'; receipt: Receipt } | { what: 'stopped' } | { what: 'gone' }
  | { what: 'later'; refusal: RefusalError; ends: boolean }

export interface Round {
  receipts: Receipt[]
  // Why it ended before everything was sent, where it did.
  refusal: RefusalError | null
}

// The way was broken or the server busy, or nobody is logged in: the same may go later.
export function mayGoLater(refusal: { unreachable?: boolean; key?: string; status: number }): boolean {
  return refusal.key === 'browser.unreachable' || refusal.key === 'browser.unreadable' || [401, 408, 425, 429, 500, 502, 503, 504].includes(refusal.status)
}

export async function sendAll(way: Way, person: string, told: (id: string, step: Step | null) => void): Promise<Round> {
  const round: Round = { receipts: [], refusal: null }
  for (const { id } of kept(way.storage, person).filter((draft) => draft.state === 'queued')) {
    told(id, null)
    const step = await sendOne(way, person, id)
    told(id, step)
    if (step.what === 'sent') round.receipts.push(step.receipt)
    if (step.what === 'later') {
      round.refusal = step.refusal
      if (step.ends) break
    }
  }
  return round
}

// `unkept`: one that the telephone could not keep, sent from the hand.
export async function sendOne(way: Way, person: string, id: string, unkept?: Draft): Promise<Step> {
  // As it is now: another window may have changed or sent it.
  const draft = unkept ?? load(way.storage, person, id)
  if (!draft || draft.state !== 'queued') return { what: 'gone' }
  try {
    if ((await way.whoIsIt()) !== person) return later(new RefusalError({ key: 'browser.other_person', status: 401 }))
    const hour = hourOf(draft, way.aheadMs(), way.phoneNowMs())
    if (!hour.settled) {
      stop(way, draft, new RefusalError({
        key: 'browser.clock_changed',
        args: { then: new Date(hour.then_ms).toISOString(), now: new Date(hour.now_ms).toISOString() },
      }))
      return { what: 'stopped' }
    }
    await photos(way, draft)
    settle(draft, hour.happened_ms, hour.corrected_ms)
    return await way.undisturbed(() => hand(way, person, draft))
  } catch (trouble) {
    return refused(way, draft, refusalOf(trouble))
  }
}

async function photos(way: Way, draft: Draft): Promise<void> {
  await way.sendPhotos(photosOf(draft))
}

async function hand(way: Way, person: string, draft: Draft): Promise<Step> {
  if ((await way.whoIsIt()) !== person) return later(new RefusalError({ key: 'browser.other_person', status: 401 }))
  // From here on nobody knows whether it arrived until the server says so.
  const before = draft.tried
  draft.tried = true
  save(way.storage, draft)
  try {
    return sent(way, draft, await way.put(draft, bodyOf(draft)), false)
  } catch (trouble) {
    const refusal = refusalOf(trouble)
    if (refusal.key === 'attachment.incomplete') {
      way.photosAreLost(photosOf(draft))
      await photos(way, draft)
      return sent(way, draft, await way.put(draft, bodyOf(draft)), false)
    }
    // Turned away at the door: as before.
    if ([401, 429].includes(refusal.status)) {
      draft.tried = before
      save(way.storage, draft)
    }
    if (refusal.key !== 'id.taken') throw refusal
    const earlier = await way.received(draft.id)
    if (!earlier || earlier.person.id !== person) throw refusal
    return sent(way, draft, earlier, true)
  }
}

function sent(way: Way, draft: Draft, answer: AnswerView, earlier: boolean): Step {
  const items = bodyOf(draft).items
  const count = (word: string) => items.filter((item) => item.answer === word).length
  drop(way.storage, draft)
  const named = photosNamed(way.storage)
  if (named) way.forgetPhotos(photosOf(draft).filter((sha) => !named.has(sha)))
  return {
    what: 'sent',
    receipt: {
      id: draft.id, matters: answer.matters, happened_at: answer.happened_at, earlier,
      good: count('in_order'), bad: count('not_in_order'), none: count('not_applicable'),
    },
  }
}

function refused(way: Way, draft: Draft, refusal: RefusalError): Step {
  if (mayGoLater(refusal)) return later(refusal)
  stop(way, draft, refusal)
  return { what: 'stopped' }
}

function stop(way: Way, draft: Draft, refusal: RefusalError): void {
  draft.state = 'stopped'
  draft.stopped = stoppedBy(refusal)
  // The server said no: it has not taken it, and the hour is open again.
  draft.tried = false
  if (refusal.key !== 'browser.clock_changed' && draft.looked) {
    draft.happened_at = null
    draft.corrected_ms = null
  }
  save(way.storage, draft)
}

// A fault inside the server may concern this one alone: the others still go.
const later = (refusal: RefusalError): Step => ({ what: 'later', refusal, ends: refusal.status !== 500 })
