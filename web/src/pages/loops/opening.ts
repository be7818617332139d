// What the form that opens a matter makes of its address and of the fields that the chart asks.

import type { Field } from '@/api/types'

type Query = Record<string, string | null | undefined | (string | null)[]>

const kId = /^\d{6}\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const kOrganisation = 'organisation'

// Matters named in the address, by the field that is to hold them.
export function linksIn(query: Query): Record<string, string> {
  const links: Record<string, string> = {}
  for (const [field, value] of Object.entries(query)) if (field !== kOrganisation && typeof value === 'string' && kId.test(value)) links[field] = value
  return links
}

// Fields that can wait stand folded, once there are many: what must be given, what is seen and what
// is told in sentences stays. A remark is asked last.
const kFew = 6
const kRemark = 'note'

export function foldedOf(fields: readonly Field[], given: Record<string, string> = {}): Set<string> {
  if (fields.length <= kFew) return new Set()
  const stays = (field: Field) => field.required || field.id in given || field.type === 'photos' || (field.type === 'long_text' && field.id !== kRemark)
  return new Set(fields.filter((field) => !stays(field)).map((field) => field.id))
}
