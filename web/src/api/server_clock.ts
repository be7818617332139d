// By how much the server's clock runs ahead of this one. Learned from every answer of the server and
// kept on the telephone, so that a phone whose clock is a day wrong shows and writes down the right
// hour without a network as well. The present is never before the last hour the server told: a phone
// whose clock falls back, as with a dead battery, does not take today for yesterday.

import { ref } from 'vue'

const kKept = 'anxiao.clock'
// An offset that moved less than this is the way's delay, not the clock.
const kNoiseMs = 1500
const kKeepEveryMs = 60_000

const ahead = ref(0)
const told = ref(0)
let keptAt = 0
restore()

export function serverAheadMs(): number {
  return ahead.value
}

// The server's present, as far as it is known here.
export function presentMs(now: number = Date.now()): number {
  return Math.max(now + ahead.value, told.value)
}

// What the server said was its hour when it answered; `exact` where it came with milliseconds.
export function learnServerTime(serverMs: number, exact: boolean, now: number = Date.now()): void {
  if (!Number.isFinite(serverMs)) return
  told.value = serverMs
  const learned = serverMs - now
  // A whole second says nothing against what is known better.
  const moved = Math.abs(learned - ahead.value)
  if (exact || moved >= kNoiseMs) ahead.value = learned
  if (moved >= kNoiseMs || Math.abs(serverMs - keptAt) >= kKeepEveryMs) keep()
}

function keep(): void {
  keptAt = told.value
  try {
    localStorage.setItem(kKept, JSON.stringify({ ahead: Math.round(ahead.value), told: told.value }))
  } catch {
    // It is learned again with the next answer.
  }
}

// As after a start.
export function restore(): void {
  try {
    const kept = JSON.parse(localStorage.getItem(kKept) ?? 'null') as { ahead?: number; told?: number } | null
    ahead.value = Number(kept?.ahead ?? 0) || 0
    told.value = Number(kept?.told ?? 0) || 0
  } catch {
    ahead.value = 0
    told.value = 0
  }
}
