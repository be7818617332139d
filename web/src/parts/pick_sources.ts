// Where PickOne looks: the organisations and the people that the reader may see.

import { api } from '@/api/client'
import type { Matter, MatterSummary, Organisation, Page, Person } from '@/api/types'
import { usePack } from '@/stores/pack'
import { say } from '@/words'
import type { Pickable } from './PickOne.vue'

// The server narrows to one kind; of several, enough are read to choose from.
const kOfSeveralKinds = 100

export function organisations(narrow: { kind?: string; kinds?: string[]; under?: string; keeps?: (one: Organisation) => boolean } = {}) {
  const pack = usePack()
  const kinds = narrow.kind ? [narrow.kind] : (narrow.kinds ?? [])
  return {
    search: async (q: string): Promise<Pickable[]> => {
      const page = await api.get<Page<Organisation>>('/organisations', { q, kind: kinds.length === 1 ? kinds[0] : undefined, under: narrow.under, limit: kinds.length > 1 ? kOfSeveralKinds : 20 })
      return page.items.filter((one) => (!kinds.length || kinds.includes(one.kind)) && (!narrow.keeps || narrow.keeps(one)))
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

// Matters of a loop: those of the organisation and beneath it first, and where there are none, any
// that the reader may see.
export function matters(narrow: { loop: string; organisation?: string }) {
  const pack = usePack()
  const path = `/loops/${narrow.loop}/matters`
  const find = async (q: string, organisation: string | undefined): Promise<MatterSummary[]> =>
    (await api.get<Page<MatterSummary>>(path, { q, organisation, state: 'all', limit: 20 })).items
  return {
    search: async (q: string): Promise<Pickable[]> => {
      const near = narrow.organisation ? await find(q, narrow.organisation) : []
      return (near.length ? near : await find(q, undefined))
        .map((one) => ({ id: one.id, name: one.title, remark: [one.organisation.name, say(pack.stage(one.loop, one.stage)?.name)].join(' · ') }))
    },
    name: async (id: string): Promise<string> => (await api.get<Matter>(`${path}/${id}`)).title,
  }
}
