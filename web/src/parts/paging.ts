// A list read page by page. Reading again keeps as many rows as were shown, so that a fact from
// elsewhere does not throw the reader back to the top.

import { onScopeDispose, ref, shallowRef, watch, type WatchSource } from 'vue'
import { api, refusalOf, type Query, type RefusalError } from '@/api/client'
import type { Page } from '@/api/types'

export function usePages<T, First extends Page<T> = Page<T>>(path: () => string, query: () => Query, pageSize = 50) {
  const items = shallowRef<T[]>([])
  // What else stands in the answer beside its rows.
  const first = shallowRef<First | null>(null)
  const next = ref<string | null>(null)
  const asOf = ref('')
  const refusal = ref<RefusalError | null>(null)
  const reading = ref(false)
  const once = ref(false)
  let number = 0
  let abort: AbortController | null = null

  async function ask(cursor: string | null, limit: number): Promise<Page<T> | null> {
    const mine = ++number
    abort?.abort()
    abort = new AbortController()
    reading.value = true
    try {
      const page = await api.get<Page<T>>(path(), { ...query(), limit, cursor }, abort.signal)
      if (mine !== number) return null
      refusal.value = null
      return page
    } catch (error) {
      if (mine === number && !(error instanceof DOMException && error.name === 'AbortError')) refusal.value = refusalOf(error)
      return null
    } finally {
      if (mine === number) {
        reading.value = false
        once.value = true
      }
    }
  }
  async function read(): Promise<void> {
    const page = await ask(null, Math.min(200, Math.max(pageSize, items.value.length)))
    if (!page) return
    items.value = page.items
    first.value = page as First
    next.value = page.next
    asOf.value = page.as_of
  }
  async function more(): Promise<void> {
    if (!next.value) return
    const page = await ask(next.value, pageSize)
    if (!page) return
    items.value = [...items.value, ...page.items]
    next.value = page.next
  }
  // Every row, for an export.
  async function everything(): Promise<T[]> {
    const all: T[] = []
    let cursor: string | null = null
    do {
      const page: Page<T> = await api.get<Page<T>>(path(), { ...query(), limit: 200, cursor })
      all.push(...page.items)
      cursor = page.next
    } while (cursor)
    return all
  }
  function readWhen(source: WatchSource<unknown> | WatchSource<unknown>[], quietMs = 0): void {
    let soon: ReturnType<typeof setTimeout> | undefined
    watch(source, () => {
      clearTimeout(soon)
      items.value = quietMs ? items.value : []
      soon = setTimeout(read, quietMs)
    })
    onScopeDispose(() => clearTimeout(soon))
  }
  onScopeDispose(() => { number++; abort?.abort() })

  return { items, first, next, asOf, refusal, reading, once, read, more, everything, readWhen }
}
