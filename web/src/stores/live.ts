// What happens elsewhere while a page is open. One EventSource for the whole application; pages say
// which kinds of fact concern them and read again when one comes.
//
// The browser resumes a broken line by itself with Last-Event-ID; where it gives up (the server
// refused, or was away too long) a new line is opened after the last fact seen. Where the server cannot
// tell what was missed (`resync`: too far back, or restored from a backup) every page reads again.

import { defineStore } from 'pinia'
import { getCurrentScope, onScopeDispose, ref } from 'vue'
import { address } from '@/api/client'
import type { StreamFact } from '@/api/types'

export const factKinds = [
  'OrganisationEntered', 'OrganisationChanged', 'OrganisationsImported', 'PersonEntered', 'PersonChanged',
  'PostGiven', 'PostEnded', 'PasswordChanged', 'PasswordReset', 'SessionBegun', 'SessionEnded', 'SessionRefused',
  'TokenMade', 'TokenRevoked', 'RowEntered', 'RowChanged', 'RowEnded', 'DutyAnswered', 'MatterMoved', 'TermLapsed',
  'AttachmentKept', 'PackChanged', 'OriginalSeen', 'DutyMissed', 'ExcuseAsked', 'ExcuseDecided', 'RowForgotten',
] as const
export type FactKind = (typeof factKinds)[number]
export type Line = 'closed' | 'opening' | 'open' | 'broken'

interface Listener { kinds: ReadonlySet<string>; hear: (fact: StreamFact) => void }

// A line that mends itself within this time was never worth a word.
const graceMs = 4000
const firstWaitMs = 1000
const longestWaitMs = 30000

export const useLive = defineStore('live', () => {
  const line = ref<Line>('closed')
  const lastSeq = ref(0)
  // How often the browser gave the line up: the server refused it, or was away too long.
  const givenUp = ref(0)
  const listeners = new Set<Listener>()
  const readers = new Set<() => unknown>()
  let source: EventSource | null = null
  let waiting: ReturnType<typeof setTimeout> | undefined
  let doubting: ReturnType<typeof setTimeout> | undefined
  let wait = firstWaitMs
  let wanted = false

  function open(): void {
    wanted = true
    if (source || typeof EventSource === 'undefined') return
    if (line.value !== 'broken') line.value = 'opening'
    const opened = new EventSource(address('/stream', { after: lastSeq.value || null }))
    source = opened
    opened.onopen = () => {
      clearTimeout(doubting)
      doubting = undefined
      line.value = 'open'
      wait = firstWaitMs
    }
    opened.onerror = () => {
      doubting ??= setTimeout(() => { line.value = 'broken' }, graceMs)
      if (opened.readyState !== EventSource.CLOSED) return  // the browser tries again by itself
      source = null
      givenUp.value++
      if (!wanted) return
      clearTimeout(waiting)
      waiting = setTimeout(open, wait)
      wait = Math.min(wait * 2, longestWaitMs)
    }
    for (const kind of factKinds) opened.addEventListener(kind, (event) => hear(event as MessageEvent<string>))
    opened.addEventListener('resync', (event) => resync(event as MessageEvent<string>))
  }

  function resync(event: MessageEvent<string>): void {
    lastSeq.value = Number(event.lastEventId) || 0
    for (const read of [...readers]) read()
  }

  function hear(event: MessageEvent<string>): void {
    let fact: StreamFact
    try {
      fact = JSON.parse(event.data) as StreamFact
    } catch {
      return
    }
    if (fact.seq <= lastSeq.value) return
    lastSeq.value = fact.seq
    for (const listener of [...listeners]) if (listener.kinds.has(fact.kind)) listener.hear(fact)
  }

  function close(): void {
    wanted = false
    clearTimeout(waiting)
    clearTimeout(doubting)
    doubting = undefined
    source?.close()
    source = null
    line.value = 'closed'
    lastSeq.value = 0
  }

  // Hears every fact of these kinds until the component goes, or until the returned function is called.
  function on(kinds: readonly FactKind[], hearing: (fact: StreamFact) => void): () => void {
    const listener: Listener = { kinds: new Set(kinds), hear: hearing }
    listeners.add(listener)
    const stop = () => { listeners.delete(listener) }
    if (getCurrentScope()) onScopeDispose(stop)
    return stop
  }

  // Calls `read` once for any number of facts that come close together.
  function refreshOn(kinds: readonly FactKind[], read: () => unknown, quietMs = 250): () => void {
    let soon: ReturnType<typeof setTimeout> | undefined
    const stop = on(kinds, () => {
      clearTimeout(soon)
      soon = setTimeout(read, quietMs)
    })
    readers.add(read)
    const stopAll = () => { clearTimeout(soon); stop(); readers.delete(read) }
    if (getCurrentScope()) onScopeDispose(stopAll)
    return stopAll
  }

  return { line, lastSeq, givenUp, open, close, on, refreshOn, hear, resync }
})
