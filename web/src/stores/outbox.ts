// What this person has written and not yet sent, and its sending in the background: at once when it is
// given, when the network comes back, when the page is looked at again, and by a timer whose pauses
// grow. Only one window of the browser sends at a time, and only for whom the server says is logged in.

import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { api, RefusalError } from '@/api/client'
import { serverAheadMs } from '@/api/server_clock'
import type { Me } from '@/api/types'
import { ifAlone, oneAfterAnother } from '@/offline/only_one'
import { drop, isUntouched, kept, migrate, queue, save, waitingOfOthers, type Draft } from '@/pages/inspection/draft'
import { sendAll, sendOne, type Receipt, type Step, type Way } from '@/pages/inspection/queue'
import type { AnswerView } from '@/pages/inspection/types'
import { forgetPhoto } from '@/parts/photo_keep'
import { ensureSent, photosAreLost } from '@/parts/photo_queue'
import { kAccountLock, useSession } from './session'

const kSendingLock = 'anxiao.sending'
const kReceipts = 'anxiao.receipts.'
const kReceiptsMost = 20
const kFirstPauseMs = 5000
const kLongestPauseMs = 10 * 60_000
const kAskMs = 20_000
const kAnswerMs = 60_000

export const useOutbox = defineStore('outbox', () => {
  const session = useSession()
  const drafts = shallowRef<Draft[]>([])
  // Those that the telephone could not keep: they live as long as this page.
  const unkept = shallowRef<Draft[]>([])
  const others = ref(0)
  const receipts = shallowRef<Receipt[]>([])
  const sending = ref('') // the id on its way
  const busy = ref(false)
  // Why the last round ended early.
  const refusal = shallowRef<RefusalError | null>(null)
  // Counts what was sent: lists read again when it moves.
  const arrived = ref(0)
  const person = computed(() => session.me?.person.id ?? '')

  const queued = computed(() => [...drafts.value, ...unkept.value].filter((draft) => draft.state === 'queued'))
  const stopped = computed(() => drafts.value.filter((draft) => draft.state === 'stopped'))
  const writing = computed(() => drafts.value.filter((draft) => draft.state === 'writing' && !isUntouched(draft)))
  const count = computed(() => queued.value.length + stopped.value.length)

  let pause = kFirstPauseMs
  let timer: ReturnType<typeof setTimeout> | undefined
  let again = false

  function refresh(): void {
    drafts.value = person.value ? kept(localStorage, person.value) : []
    others.value = waitingOfOthers(localStorage, person.value)
    receipts.value = person.value ? readReceipts(person.value) : []
  }

  const way: Way = {
    storage: localStorage,
    async whoIsIt() {
      const me = await api.get<Me>('/session', undefined, undefined, kAskMs)
      if (me.person.id !== person.value || session.unconfirmed) await session.refresh()
      return me.person.id
    },
    undisturbed: (work) => oneAfterAnother(kAccountLock, work),
    sendPhotos: ensureSent,
    photosAreLost,
    forgetPhotos: (shas) => { for (const sha of shas) void forgetPhoto(sha) },
    put: (draft, body) => api.put<AnswerView>(`/tasks/${draft.duty}/${draft.organisation}/${encodeURIComponent(draft.period)}/answers/${draft.id}`, body, { timeoutMs: kAnswerMs }),
    async received(id) {
      try {
        return await api.get<AnswerView>(`/answers/${id}`)
      } catch (trouble) {
        if (trouble instanceof RefusalError && trouble.status === 404) return null
        throw trouble
      }
    },
    aheadMs: serverAheadMs,
    phoneNowMs: () => Date.now(),
  }

  // Gives one to be sent; false where the telephone could not keep it, and the page must stay open.
  function give(draft: Draft): boolean {
    const last = Math.max(0, ...drafts.value.map((one) => one.queued_at))
    queue(draft, Math.max(Date.now(), last + 1))
    const held = save(localStorage, draft)
    unkept.value = unkept.value.filter((one) => one.id !== draft.id)
    if (!held) unkept.value = [...unkept.value, draft]
    refresh()
    return held
  }

  function put(draft: Draft): boolean {
    const held = save(localStorage, draft)
    refresh()
    return held
  }

  function throwAway(draft: Draft): void {
    drop(localStorage, draft)
    unkept.value = unkept.value.filter((one) => one.id !== draft.id)
    refresh()
  }

  // Sends what waits. Where a round is running it is followed by another.
  async function sendNow(): Promise<void> {
    clearTimeout(timer)
    if (!person.value) return
    if (busy.value) {
      again = true
      return
    }
    busy.value = true
    try {
      do {
        again = false
        await ifAlone(kSendingLock, round)
      } while (again)
    } finally {
      busy.value = false
      sending.value = ''
      refresh()
      plan()
    }
  }

  async function round(): Promise<void> {
    const who = person.value
    refresh()
    if (session.unconfirmed && navigator.onLine !== false) await session.refresh().catch(() => undefined)
    if (who !== person.value || !queued.value.length) return
    if (navigator.onLine === false) {
      refusal.value = new RefusalError({ key: 'browser.unreachable' })
      return
    }
    const told = (id: string, step: Step | null) => {
      sending.value = step ? '' : id
      if (step?.what === 'sent') note(who, step.receipt)
      if (step) refresh()
    }
    const result = await sendAll(way, who, told)
    for (const draft of unkept.value) {
      if (result.refusal) break
      const step = await sendOne(way, who, draft.id, draft)
      if (step.what === 'later') result.refusal = step.refusal
      else unkept.value = unkept.value.filter((one) => one.id !== draft.id)
      told(draft.id, step)
    }
    refusal.value = result.refusal
    if (result.refusal) {
      const asked = result.refusal.retryAfterSeconds
      pause = Math.min(kLongestPauseMs, Math.max(pause * 2, (asked ?? 0) * 1000))
    } else {
      pause = kFirstPauseMs
    }
  }

  function plan(): void {
    clearTimeout(timer)
    if (queued.value.length || session.unconfirmed) timer = setTimeout(() => void sendNow(), pause)
  }

  // The network is back, or somebody looks again: no long pause holds it up.
  function wake(): void {
    pause = kFirstPauseMs
    refresh()
    if (queued.value.length || session.unconfirmed) void sendNow()
  }

  function note(who: string, receipt: Receipt): void {
    arrived.value++
    const kept = [receipt, ...readReceipts(who).filter((one) => one.id !== receipt.id)].slice(0, kReceiptsMost)
    receipts.value = kept
    try {
      localStorage.setItem(kReceipts + who, JSON.stringify(kept))
    } catch {
      // The server has it; a full telephone only shows it less long.
    }
  }
  const receiptOf = (id: string): Receipt | undefined => receipts.value.find((one) => one.id === id)

  // Once, by the application.
  function start(): void {
    migrate(localStorage)
    refresh()
    watch(person, (now) => { if (now) wake(); else refresh() })
    window.addEventListener('online', wake)
    window.addEventListener('focus', wake)
    // What could not be kept goes with the page: whoever closes it is asked.
    window.addEventListener('beforeunload', (event) => { if (unkept.value.length) event.preventDefault() })
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') wake() })
    // Another window wrote, sent or threw away.
    window.addEventListener('storage', (event) => {
      if (!event.key?.startsWith('anxiao.answer.') && !event.key?.startsWith(kReceipts)) return
      if (event.key.startsWith(kReceipts)) arrived.value++
      refresh()
    })
    wake()
  }

  return { drafts, queued, stopped, writing, others, receipts, sending, busy, refusal, arrived, count, unkept, refresh, give, put, throwAway, sendNow, wake, start, receiptOf }
})

function readReceipts(person: string): Receipt[] {
  try {
    const kept = JSON.parse(localStorage.getItem(kReceipts + person) ?? '[]') as Receipt[]
    return Array.isArray(kept) ? kept : []
  } catch {
    return []
  }
}
