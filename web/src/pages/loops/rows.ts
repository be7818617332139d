// The rows of the list and of the board, and the figures over them, read by the filter and kept fresh
// while the page is open.

import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { api, refusalOf, type RefusalError } from '@/api/client'
import type { MatterSummary, Page } from '@/api/types'
import { useLive } from '@/stores/live'
import { useLoops } from '@/stores/loops'
import { queryFromFilter, requestOf, type MatterFilter } from './filter'
import type { CountRow } from './counts'

const kMostAtOnce = 200
const kMarkedMs = 6000

export function useMatterRows(loop: () => string, filter: Ref<MatterFilter>, perPage: Ref<number>) {
  const rows = shallowRef<MatterSummary[]>([])
  const next = ref<string | null>(null)
  const asOf = ref('')
  const reading = ref(true)
  const refusal = ref<RefusalError | null>(null)
  // What moved while the page was open, marked for some seconds.
  const moved = ref<Set<string>>(new Set())
  let asked = 0

  const path = () => `/loops/${loop()}/matters`

  async function read(quietly = false): Promise<void> {
    const number = ++asked
    if (!quietly) reading.value = true
    refusal.value = null
    const limit = quietly ? Math.min(kMostAtOnce, Math.max(perPage.value, rows.value.length)) : perPage.value
    try {
      const page = await api.get<Page<MatterSummary>>(path(), { ...requestOf(filter.value), limit })
      if (number !== asked) return
      if (quietly) mark(page.items)
      rows.value = page.items
      next.value = page.next
      asOf.value = page.as_of
    } catch (trouble) {
      if (number === asked && !quietly) refusal.value = refusalOf(trouble)
    } finally {
      if (number === asked) reading.value = false
    }
  }

  async function more(): Promise<void> {
    if (!next.value) return
    const number = asked
    try {
      const page = await api.get<Page<MatterSummary>>(path(), { ...requestOf(filter.value), limit: perPage.value, cursor: next.value })
      if (number !== asked) return
      const held = new Set(rows.value.map((row) => row.id))
      rows.value = [...rows.value, ...page.items.filter((row) => !held.has(row.id))]
      next.value = page.next
    } catch (trouble) {
      refusal.value = refusalOf(trouble)
    }
  }

  function mark(fresh: MatterSummary[]): void {
    const before = new Map(rows.value.map((row) => [row.id, row]))
    const changed = fresh.filter((row) => {
      const old = before.get(row.id)
      return !old || old.stage !== row.stage || old.level !== row.level || old.holder.id !== row.holder.id
    }).map((row) => row.id)
    if (!changed.length) return
    moved.value = new Set([...moved.value, ...changed])
    setTimeout(() => { moved.value = new Set([...moved.value].filter((id) => !changed.includes(id))) }, kMarkedMs)
  }

  // Screens do not all ask in the same instant.
  useLive().refreshOn(['MatterMoved', 'TermLapsed'], () => read(true), 300 + Math.random() * 500)
  watch(() => [loop(), JSON.stringify(queryFromFilter(filter.value)), perPage.value], () => read(), { immediate: true })

  return { rows, next, asOf, reading, refusal, moved, read, more }
}

export function useMatterCounts(loop: () => string, organisation: Ref<string>) {
  const rows = shallowRef<CountRow[]>([])
  const loops = useLoops()
  const asOf = ref('')

  async function read(): Promise<void> {
    const [counts] = await Promise.allSettled([
      api.get<{ rows: CountRow[]; as_of: string }>(`/loops/${loop()}/matters/counts`, { organisation: organisation.value }),
      loops.read(),
    ])
    if (counts.status !== 'fulfilled') return
    rows.value = counts.value.rows
    asOf.value = counts.value.as_of
  }
  useLive().refreshOn(['MatterMoved', 'TermLapsed'], read, 300 + Math.random() * 500)
  watch(() => [loop(), organisation.value], read, { immediate: true })
  // Of one organisation alone the server does not say it.
  const waiting = computed(() => (organisation.value ? null : (loops.line(loop())?.waiting ?? null)))
  return { rows, waiting, asOf, known: computed(() => asOf.value !== '') }
}
