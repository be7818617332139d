// The loops that the reader has to do with: how much of each is open, late and waiting on him, and
// where he may open a matter of which. Kept, so that something can be written down without a network.

import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { api } from '@/api/client'
import type { LoopLine } from '@/api/types'
import { readOrKept } from '@/offline/kept_reads'
import { useSession } from './session'

const kPatienceMs = 6000

export const useLoops = defineStore('loops', () => {
  const session = useSession()
  const items = shallowRef<LoopLine[]>([])
  const asOf = ref('')
  // Whose they are: somebody else at the same screen has others.
  const whose = ref('')
  let asking: Promise<void> | null = null

  const mine = computed(() => (whose.value === session.me?.person.id ? items.value : []))

  async function read(): Promise<void> {
    asking ??= ask().finally(() => { asking = null })
    await asking
  }
  async function ask(): Promise<void> {
    const person = session.me?.person.id ?? ''
    const found = await readOrKept<{ items: LoopLine[] }>(person, 'loops', async () => {
      const answer = await api.get<{ items: LoopLine[]; as_of: string }>('/loops', undefined, undefined, kPatienceMs)
      return { body: { items: answer.items }, as_of: answer.as_of }
    })
    items.value = found.body.items
    asOf.value = found.as_of
    whose.value = person
  }
  async function load(): Promise<void> {
    if (!mine.value.length) await read()
  }

  const line = (id: string): LoopLine | undefined => mine.value.find((one) => one.id === id)
  const mayOpen = (id: string): boolean => Boolean(line(id)?.opens.length)

  return { items: mine, asOf, read, load, line, mayOpen }
})
