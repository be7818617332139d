// Where PickOne looks: the organisations and the people that the reader may see.

import { api } from '@/api/client'
import type { Organisation, Page, Person } from '@/api/types'
import { usePack } from '@/stores/pack'
import { say } from '@/words'
import type { Pickable } from './PickOne.vue'

export function organisations(narrow: { kind?: string; under?: string; keeps?: (one: Organisation) => boolean } = {}) {
  const pack = usePack()
  return {
    search: async (q: string): Promise<Pickable[]> => {
      const page = await api.get<Page<Organisation>>('/organisations', { q, kind: narrow.kind, under: narrow.under, limit: 20 })
      return page.items.filter((one) => !narrow.keeps || narrow.keeps(one))
        .map((one) => ({ id: one.id, name: one.name, remark: say(pack.kind(one.kind)?.name) }))
    },
    name: async (id: string): Promise<string> => (await api.get<Organisation>(`/organisations/${id}`)).name,
  }
}

export function people(narrow: { under?: string; keeps?: (one: Person) => boolean } = {}) {
  const pack = usePack()
  return {
    search: async (q: string): Promise<Pickable[]> => {
      const page = await api.get<Page<Person>>('/people', { q, under: narrow.under, limit: 20 })
      return page.items.filter((one) => one.active && (!narrow.keeps || narrow.keeps(one))).map((one) => ({
        id: one.id,
        name: one.name,
        remark: one.postings.filter((posting) => !posting.until).map((posting) => say(pack.post(posting.post)?.name)).join(' · ') || one.organisation.name,
      }))
    },
    name: async (id: string): Promise<string> => (await api.get<Person>(`/people/${id}`)).name,
  }
}
