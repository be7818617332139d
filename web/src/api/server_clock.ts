// By how much the server's clock runs ahead of this one. Learned from every answer of the server and
// kept on the telephone, so that a phone whose clock is a day wrong shows and writes down the right
// hour without a network as well.

import { ref } from 'vue'

const kKept = 'anxiao.clock'
// An offset that moved less than this is the way's delay, not the clock.
const kNoiseMs = 1500

const ahead = ref(0)
restore()

export function serverAheadMs(): number {
  return ahead.value
}

// What the server said was its hour when it answered; `exact` where it came with milliseconds.
export function learnServerTime(serverMs: number, exact: boolean, now: number = Date.now()): void {
  if (!Number.isFinite(serverMs)) return
  const learned = serverMs - now
  // A whole second says nothing against what is known better.
  if (!exact && Math.abs(learned - ahead.value) < kNoiseMs) return
  const moved = Math.abs(learned - ahead.value)
  ahead.value = learned
  if (moved >= kNoiseMs) keep(learned)
}

function keep(learned: number): void {
  try {
    localStorage.setItem(kKept, String(Math.round(learned)))
  } catch {
    // It is learned again with the next answer.
  }
}

// As after a start.
export function restore(): void {
  try {
    const kept = Number(localStorage.getItem(kKept) ?? 0)
    ahead.value = Number.isFinite(kept) ? kept : 0
  } catch {
    ahead.value = 0
  }
}
