// Addresses that several pages of duties lead to.

import type { Ref } from '@/api/types'

interface Occurrence { duty: string; organisation: Ref; period: string; point: Ref | null }

const params = (one: Occurrence) => ({ duty: one.duty, organisation: one.organisation.id, period: one.period, point: one.point?.id ?? '' })

export const occurrenceTo = (one: Occurrence) => ({ name: 'occurrence', params: params(one) })
export const answerTo = (one: Occurrence) => ({ name: 'answer', params: params(one) })
export const occurrenceKey = (one: Occurrence) => [one.duty, one.organisation.id, one.period, one.point?.id ?? ''].join(' ')

const path = (one: { duty: string; organisation: string; period: string }) =>
  `/tasks/${[one.duty, one.organisation, one.period].map(encodeURIComponent).join('/')}`
export const taskPath = path
