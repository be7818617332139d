// A refusal in words: what a person reads, where it stands, what is still wanted and why.

import type { RefusalError } from '@/api/refusal'
import type { Field, Refused, Words } from '@/api/types'
import { instant } from '@/format'
import { usePack } from '@/stores/pack'
import { known, refusalWords, say, words } from './index'

export interface Wanted { id: string; name: string; why: string }
export interface RefusalText { text: string; field: string; wants: Wanted[]; why: string; clause: string; trace: string }

type Namer = (what: string, id: string) => string

const isWords = (value: unknown): value is Words =>
  typeof value === 'object' && value !== null && 'zh' in value && 'en' in value
const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(value)

// `{name}` is replaced by the argument of that name. What is an id of the pack is said by its name.
export function fill(sentence: string, args: Record<string, unknown>, named: Namer, join = ', '): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = args[name]
    if (value === null || value === undefined) return ''
    if (isWords(value)) return say(value)
    if (isInstant(value)) return instant(value)
    if (Array.isArray(value)) return value.map((one) => (isWords(one) ? say(one) : named(name, String(one)))).join(join)
    return named(name, String(value))
  })
}

// An argument's name says what its value is: `posts` are posts, `parent_kind` is a kind.
const singular = (what: string): string => what.replace(/s$/, '').replace(/^.*_/, '')

// `fields` are those of the form that was sent, `loop` is that of the matter: the same id means
// something else in another.
export function refusalText(refusal: RefusalError | Refused, fields: Field[] = [], loop = ''): RefusalText {
  const pack = usePack()
  const own = (id: string) => fields.find((one) => one.id === id)
  const named: Namer = (what, id) => {
    if (what === 'field' && own(id)) return say(own(id)?.name)
    if (known(`refused.${what}.${id}`)) return words(`refused.${what}.${id}`)
    if (!id && singular(what) === 'level') return words('level.none')
    return say(pack.nameOf(singular(what), id, loop)) || id
  }
  const field = refusal.field ? fieldName(refusal.field, named) : ''
  const args: Record<string, unknown> = { field, ...(refusal.args ?? {}), key: refusal.key }
  const sentence = refusalWords.value[refusal.key] ?? refusalWords.value['browser.unknown_key'] ?? refusal.key
  const why = refusal.args?.why
  const whys = (refusal.args?.whys ?? {}) as Record<string, unknown>
  return {
    text: fill(sentence, args, named, words('parts.list_join')),
    // Said once: a sentence that names the field itself needs no name before it.
    field: sentence.includes('{field}') || refusal.wants?.length ? '' : field,
    wants: (refusal.wants ?? []).map((id) => {
      const of = own(id) ?? pack.field(id, loop)
      const name = say(of?.name) || ['post', 'level', 'item', 'move', 'stage'].map((what) => say(pack.nameOf(what, id, loop))).find(Boolean)
      return { id, name: name || (known(`fields.${id}`) ? words(`fields.${id}`) : id), why: isWords(whys[id]) ? say(whys[id] as Words) : say(of?.why) }
    }),
    why: isWords(why) ? say(why) : typeof why === 'string' ? why : '',
    clause: refusal.clause ?? '',
    trace: 'trace' in refusal ? refusal.trace : '',
  }
}

// What is under `fields` is a field of the pack; anything else is a field of our own forms.
function fieldName(path: string, named: Namer): string {
  const last = lastStep(path)
  if (!/(^|\.)fields\./.test(path) && known(`fields.${last}`)) return words(`fields.${last}`)
  const name = named('field', last)
  return name === last && known(`fields.${last}`) ? words(`fields.${last}`) : name
}

// `fields.funds` names `funds`, `items[3].note` names `note`.
function lastStep(path: string): string {
  return path.replace(/^\$\.?/, '').replace(/\[\d+\]$/, '').split('.').pop() ?? path
}
