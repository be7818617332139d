// A refusal in words: what a person reads, where it stands, what is still wanted and why.

import type { RefusalError } from '@/api/refusal'
import type { Refused, Words } from '@/api/types'
import { usePack } from '@/stores/pack'
import { known, refusalWords, say, words } from './index'

export interface Wanted { id: string; name: string; why: string }
export interface RefusalText { text: string; field: string; wants: Wanted[]; why: string; clause: string; trace: string }

const isWords = (value: unknown): value is Words =>
  typeof value === 'object' && value !== null && 'zh' in value && 'en' in value

// `{name}` is replaced by the argument of that name. What is an id of the pack is said by its name.
export function fill(sentence: string, args: Record<string, unknown>, nameOf: (what: string, id: string) => string): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = args[name]
    if (value === null || value === undefined) return ''
    if (isWords(value)) return say(value)
    if (Array.isArray(value)) return value.map((one) => (isWords(one) ? say(one) : nameOf(name, String(one)))).join(words('parts.list_join'))
    return nameOf(name, String(value))
  })
}

export function refusalText(refusal: RefusalError | Refused): RefusalText {
  const pack = usePack()
  const named = (what: string, id: string): string => {
    const singular = what.replace(/s$/, '')
    return say(pack.nameOf(singular, id)) || id
  }
  const args: Record<string, unknown> = {
    ...(refusal.field ? { field: fieldName(refusal.field, named) } : {}),
    ...(refusal.args ?? {}),
  }
  const sentence = refusalWords.value[refusal.key] ?? refusalWords.value['browser.unknown_key'] ?? refusal.key
  const why = refusal.args?.why
  return {
    text: fill(sentence, { key: refusal.key, ...args }, named),
    field: fieldName(refusal.field ?? '', named),
    wants: (refusal.wants ?? []).map((id) => {
      const field = pack.field(id)
      return { id, name: say(field?.name) || say(pack.nameOf('post', id)) || say(pack.nameOf('level', id)) || id, why: say(field?.why) }
    }),
    why: isWords(why) ? say(why) : typeof why === 'string' ? why : '',
    clause: refusal.clause ?? '',
    trace: 'trace' in refusal ? refusal.trace : '',
  }
}

// What is under `fields` is a field of the pack; anything else is a field of our own forms.
function fieldName(path: string, named: (what: string, id: string) => string): string {
  if (!path) return ''
  const last = lastStep(path)
  if (/(^|\.)fields\./.test(path)) return named('field', last)
  return known(`fields.${last}`) ? words(`fields.${last}`) : named('field', last)
}

// `fields.funds` names `funds`.
function lastStep(path: string): string {
  return path.replace(/^\$\.?/, '').replace(/\[\d+\]$/, '').split('.').pop() ?? path
}
