// When an answer happened, told by a phone whose clock may be wrong. At the last touch the phone
// writes down its own hour and by how much it then knew the server's to be ahead; at sending it knows
// this anew. Where both agree the hour is corrected without a word. Where they do not, the phone's
// clock was set in between, and only the person can say which of two hours is right.

import type { Draft } from './draft'

// Clocks of phones drift by seconds a day; what moved more than this was set.
export const kSlackMs = 2 * 60_000

export type Hour =
  | { settled: true; happened_ms: number; corrected_ms: number }
  | { settled: false; then_ms: number; now_ms: number } // by what was known at the touch, and by what is known now

export function hourOf(draft: Draft, aheadMs: number, phoneNowMs: number): Hour {
  if (draft.happened_at) return { settled: true, happened_ms: Date.parse(draft.happened_at), corrected_ms: draft.corrected_ms ?? 0 }
  const present = phoneNowMs + aheadMs
  if (!draft.looked) return { settled: true, happened_ms: present, corrected_ms: aheadMs }
  const { phone_ms, ahead_ms } = draft.looked
  const byThen = phone_ms + ahead_ms
  const byNow = phone_ms + aheadMs
  if (Math.abs(aheadMs - ahead_ms) <= kSlackMs) return { settled: true, happened_ms: Math.min(byNow, present), corrected_ms: aheadMs }
  return { settled: false, then_ms: byThen, now_ms: byNow }
}

// Settles the hour, once and for every sending to come.
export function settle(draft: Draft, happenedMs: number, correctedMs: number): void {
  draft.happened_at = new Date(happenedMs).toISOString()
  // Less than a second is the way's delay.
  draft.corrected_ms = Math.abs(correctedMs) < 1000 ? null : Math.round(correctedMs)
}

// A touch: the hour is open again.
export function touch(draft: Draft, phoneNowMs: number, aheadMs: number): void {
  draft.looked = { phone_ms: phoneNowMs, ahead_ms: aheadMs }
  draft.happened_at = null
  draft.corrected_ms = null
}
