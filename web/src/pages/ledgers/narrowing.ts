// By what a list of rows is narrowed and put in order, as it stands in the page's address and in
// what the server is asked.

import type { LocationQuery } from 'vue-router'
import type { Query } from '@/api/client'
import type { Field, Ledger } from '@/api/types'

export interface Narrowing {
  q: string
  where: Record<string, string>  // field → choice; `true` and `false` of a flag
  expiring: '' | 'soon' | 'past'
  sort: string
  descending: boolean
}

const text = (value: LocationQuery[string]): string => (typeof value === 'string' ? value : '')

// What an address says; of fields that the ledger does not have, nothing.
export function narrowingOf(query: LocationQuery, ledger: Ledger): Narrowing {
  const known = (id: string) => ledger.fields.some((field) => field.id === id)
  const where = Object.fromEntries(text(query.where).split(',').map((part) => part.split(':')).filter(([field, value]) => field && value && known(field)))
  const expiring = text(query.expiring)
  const sort = text(query.sort)
  return {
    q: text(query.q),
    where,
    expiring: expiring === 'soon' || expiring === 'past' ? expiring : '',
    sort: known(sort) || sort === 'organisation' || sort === 'since' ? sort : '',
    descending: query.descending === 'true',
  }
}

// As it is asked for, and as it stands in an address.
export function asked(narrowing: Narrowing): Query {
  const where = Object.entries(narrowing.where).filter(([, value]) => value).map((pair) => pair.join(':')).join(',')
  return {
    q: narrowing.q.trim() || undefined,
    where: where || undefined,
    expiring: narrowing.expiring || undefined,
    sort: narrowing.sort || undefined,
    descending: narrowing.sort && narrowing.descending ? 'true' : undefined,
  }
}

export const isNarrowed = (narrowing: Narrowing): boolean => Boolean(narrowing.q.trim() || narrowing.expiring || Object.values(narrowing.where).some(Boolean))

// A head that is pressed: upwards, downwards, as entered.
export function sortedBy(narrowing: Narrowing, field: string): Pick<Narrowing, 'sort' | 'descending'> {
  if (narrowing.sort !== field) return { sort: field, descending: false }
  return narrowing.descending ? { sort: '', descending: false } : { sort: field, descending: true }
}

// What a reader may choose from: more than a handful of choices are still chosen from, free text is
// looked for.
const kFilters = 4
export const filtered = (ledger: Ledger): Field[] => ledger.fields.filter((field) => field.type === 'choice' || field.type === 'flag' || (field.type === 'text' && field.choices?.length)).slice(0, kFilters)
