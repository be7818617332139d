// The definitions that pages are drawn from: kinds, posts, checklists, ledgers, loops. Read once a
// session and again when the server says that the pack changed; without a network, as last read.

import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { api } from '@/api/client'
import type { Checklist, Choice, Field, Kind, Ledger, Level, Loop, Move, Pack, Post, Stage, Words } from '@/api/types'
import { readOrKept } from '@/offline/kept_reads'

// The same for everybody, and so no person's.
const kAnybody = ''
const kPatienceMs = 20_000

export const usePack = defineStore('pack', () => {
  const pack = shallowRef<Pack | null>(null)
  const loading = ref<Promise<void> | null>(null)

  async function load(again = false): Promise<void> {
    if (pack.value && !again) return
    loading.value ??= read().finally(() => { loading.value = null })
    await loading.value
  }
  async function read(): Promise<void> {
    const read = await readOrKept<Pack>(kAnybody, 'pack', async () => {
      const body = await api.get<Pack>('/pack', undefined, undefined, kPatienceMs)
      return { body, as_of: new Date().toISOString() }
    })
    // What is on the screen is no older than what is kept.
    if (!read.unreachable || !pack.value) pack.value = read.body
  }
  function forget(): void {
    pack.value = null
  }

  const find = <T extends { id: string }>(list: T[] | undefined, id: string | null | undefined): T | undefined =>
    list?.find((thing) => thing.id === id)

  const kind = (id: string | null | undefined): Kind | undefined => find(pack.value?.kinds, id)
  const post = (id: string | null | undefined): Post | undefined => find(pack.value?.posts, id)
  const ledger = (id: string | null | undefined): Ledger | undefined => find(pack.value?.ledgers, id)
  const checklist = (id: string | null | undefined): Checklist | undefined => find(pack.value?.checklists, id)
  const loop = (id: string | null | undefined): Loop | undefined => find(pack.value?.loops, id)
  const stage = (loopId: string, id: string | null | undefined): Stage | undefined => find(loop(loopId)?.stages, id)
  const move = (loopId: string, id: string | null | undefined): Move | undefined => find(loop(loopId)?.moves, id)
  const level = (loopId: string, id: string | null | undefined): Level | undefined => find(loop(loopId)?.levels, id)
  const category = (loopId: string, id: string | null | undefined): Choice | undefined => find(loop(loopId)?.categories, id)

  // A field by id, wherever the pack has it: the loops first, then their moves, then the ledgers.
  function field(id: string, of = ''): Field | undefined {
    for (const chart of charts(of)) {
      const own = find(chart.fields, id)
      if (own) return own
      for (const one of chart.moves) {
        const given = find(one.fields, id)
        if (given) return given
      }
      for (const method of chart.assessments) {
        const factor = find(method.factors, id)
        if (factor) return factor
      }
    }
    for (const one of pack.value?.ledgers ?? []) {
      const own = find(one.fields, id)
      if (own) return own
    }
    return undefined
  }

  // The same id means something else in another loop: the one that is spoken of comes first.
  function charts(first: string): Loop[] {
    const all = pack.value?.loops ?? []
    return first ? [...all.filter((one) => one.id === first), ...all.filter((one) => one.id !== first)] : all
  }

  // The words of an id that a refusal mentions, one of a loop where it is known.
  function nameOf(what: string, id: string, of = ''): Words | undefined {
    switch (what) {
      case 'kind': return kind(id)?.name
      case 'post': return post(id)?.name
      case 'ledger': return ledger(id)?.name
      case 'checklist': return checklist(id)?.name
      case 'loop': return loop(id)?.name
      case 'grades': return pack.value?.grading?.id === id ? pack.value.grading.name : undefined
      case 'field': return field(id, of)?.name
      case 'item': return find(pack.value?.checklists.flatMap((list) => list.items), id)?.text
      default:
        for (const chart of charts(of)) {
          const list = what === 'move' ? chart.moves : what === 'stage' ? chart.stages : what === 'level' ? chart.levels
            : what === 'category' ? chart.categories : []
          const found = find(list as { id: string; name: Words }[], id)
          if (found) return found.name
        }
        return undefined
    }
  }

  return { pack, load, forget, kind, post, ledger, checklist, loop, stage, move, level, category, field, nameOf }
})
