// One answer of the server, read again when what is asked for changes. An answer to a question that
// is no longer asked is dropped; where it is about something else, what was shown goes at once.

import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { api, refusalOf, type Query, type RefusalError } from '@/api/client'

// `about`: what the answer is of, where the path does not say it.
export interface Question { path: string; query?: Query; about?: string }

export function useReading<T>(question: () => Question | null) {
  const answer = shallowRef<T | null>(null)
  const refusal = ref<RefusalError | null>(null)
  const once = ref(false)
  let number = 0
  let abort: AbortController | null = null

  async function read(): Promise<void> {
    const asked = question()
    const mine = ++number
    abort?.abort()
    if (!asked) return
    abort = new AbortController()
    try {
      const found = await api.get<T>(asked.path, asked.query, abort.signal)
      if (mine !== number) return
      answer.value = found
      refusal.value = null
      once.value = true
    } catch (error) {
      if (mine !== number) return
      refusal.value = refusalOf(error)
      once.value = true
    }
  }
  const about = (asked: Question | null) => asked?.about ?? asked?.path
  let shown: string | undefined
  watch(() => JSON.stringify(question()), () => {
    const now = about(question())
    if (now !== shown) answer.value = null
    shown = now
    void read()
  }, { immediate: true })
  onScopeDispose(() => { number++; abort?.abort() })

  return { answer, refusal, once, read }
}
