// What a checklist asks and whether it is answered: which value is wrong, what is still wanted, which
// photograph is asked for when everything is ticked at once, what is sent, and what happens to what
// was written when the list has changed meanwhile.

import { Sha256 } from '@/sha256'
import { allPhotosOf, itemOf, type Draft, type ItemDraft } from './draft'
import type { AnswerBody, Asks, ItemBody, ListItem } from './types'

export const asksOf = (item: ListItem): Asks => item.asks ?? 'state'
export const isRequired = (item: ListItem): boolean => item.required !== false

export function numberOf(typed: string): number | null {
  const text = typed.trim().replace('，', '.').replace(',', '.')
  if (!/^-?\d+(\.\d+)?$/.test(text)) return null
  return Number(text)
}
export const isOutside = (item: ListItem, value: number): boolean =>
  (item.least !== null && item.least !== undefined && value < item.least) || (item.most !== null && item.most !== undefined && value > item.most)

// Rows that say something; an empty row left standing says nothing.
const rowsOf = (item: ItemDraft) => item.numbers.filter((row) => row.name.trim() || row.number.trim())

export function isAnswered(item: ListItem, given: ItemDraft | undefined): boolean {
  if (!given) return false
  switch (asksOf(item)) {
    case 'state': return given.answer !== null
    case 'number': return numberOf(given.number) !== null
    case 'numbers': {
      const rows = rowsOf(given)
      return rows.length > 0 && rows.every((row) => row.name.trim() && numberOf(row.number) !== null)
    }
    case 'choice': return given.choice !== ''
    case 'photo': return given.photos.length > 0
    case 'text': return given.text.trim() !== ''
    case 'moment': return given.moment !== ''
  }
}

// Something was begun that cannot be sent as it stands.
export function isMalformed(item: ListItem, given: ItemDraft | undefined): boolean {
  if (!given) return false
  if (asksOf(item) === 'number') return given.number.trim() !== '' && numberOf(given.number) === null
  if (asksOf(item) === 'numbers') return rowsOf(given).length > 0 && !isAnswered(item, given)
  return false
}

// What is not in order, whichever way it is asked.
export function isWrong(item: ListItem, given: ItemDraft | undefined): boolean {
  if (!given) return false
  switch (asksOf(item)) {
    case 'state': return given.answer === 'not_in_order'
    case 'number': {
      const value = numberOf(given.number)
      return value !== null && isOutside(item, value)
    }
    case 'numbers': return rowsOf(given).some((row) => {
      const value = numberOf(row.number)
      return value !== null && isOutside(item, value)
    })
    case 'choice': return item.choices?.find((choice) => choice.id === given.choice)?.wrong === true
    default: return false
  }
}

// Only what the pack names a category for becomes a hazard.
export const opensHazard = (item: ListItem, given: ItemDraft | undefined): boolean => isWrong(item, given) && Boolean(item.category)

// Those that are asked: a filled one stands aside unless the person opens it.
export const asked = (draft: Draft): ListItem[] => draft.list.filter((item) => !draft.filled.includes(item.id))

// --- ticking at once ---

// Ticks what has no state yet. Where that was everything, it was ticked at once, and one photograph
// is asked for as a proof of having been there.
export function restInOrder(draft: Draft): number {
  const states = asked(draft).filter((item) => asksOf(item) === 'state')
  const open = states.filter((item) => itemOf(draft, item.id).answer === null)
  for (const item of open) itemOf(draft, item.id).answer = 'in_order'
  if (open.length > 0 && open.length === states.length) draft.at_once = true
  return open.length
}

// It stays so while everything is in order; whoever looked closer and found something has shown it.
export function isAtOnce(draft: Draft): boolean {
  const states = statesAnswered(draft)
  return draft.at_once && states.length > 0 && states.every((item) => draft.items[item.id]?.answer === 'in_order')
}

// Which one the server will ask for as well: it computes the same from the answer's id.
export function randomItem(draft: Draft): string | null {
  if (!isAtOnce(draft)) return null
  return chosenOf(draft.id, statesAnswered(draft).map((item) => item.id))
}

export function chosenOf(answer: string, items: string[]): string | null {
  if (!items.length) return null
  const sum = new Sha256().update(new TextEncoder().encode(answer)).hex()
  return items[parseInt(sum.slice(0, 8), 16) % items.length]
}

const statesAnswered = (draft: Draft): ListItem[] =>
  asked(draft).filter((item) => asksOf(item) === 'state' && draft.items[item.id]?.answer)

// --- what is still wanted ---

export interface Wanting {
  unanswered: string[] // nothing chosen or written
  malformed: string[] // no number, or a name without one
  unphotographed: string[] // the list, or chance, asks for a photograph
  undescribed: string[] // not in order, and neither a word nor a photograph tells what
}

export function wanting(draft: Draft): Wanting {
  const out: Wanting = { unanswered: [], malformed: [], unphotographed: [], undescribed: [] }
  const random = randomItem(draft)
  for (const item of asked(draft)) {
    const given = draft.items[item.id]
    if (isMalformed(item, given)) out.malformed.push(item.id)
    else if (!isAnswered(item, given)) {
      if (isRequired(item)) out.unanswered.push(item.id)
    } else if (isWrong(item, given) && given!.photos.length === 0) {
      if (item.photo_wanted) out.unphotographed.push(item.id)
      else if (asksOf(item) === 'state' && !given!.note.trim()) out.undescribed.push(item.id)
    } else if (item.id === random && given!.photos.length === 0) out.unphotographed.push(item.id)
  }
  return out
}

export const lacks = (wants: Wanting): string[] => [...wants.unanswered, ...wants.malformed, ...wants.unphotographed, ...wants.undescribed]

// --- what is sent ---

// A note or photograph left from an answer since changed does not go along.
export function photosOf(draft: Draft): string[] {
  return [...new Set([...draft.photos, ...bodyItems(draft).flatMap((item) => item.photos ?? [])])]
}

export function bodyItems(draft: Draft): ItemBody[] {
  const random = randomItem(draft)
  const items: ItemBody[] = []
  for (const item of asked(draft)) {
    const given = draft.items[item.id]
    if (!given || !isAnswered(item, given)) continue
    const body: ItemBody = { item: item.id }
    switch (asksOf(item)) {
      case 'state': body.answer = given.answer!; break
      case 'number': body.number = numberOf(given.number)!; break
      case 'numbers': body.numbers = rowsOf(given).map((row) => ({ name: row.name.trim(), number: numberOf(row.number)! })); break
      case 'choice': body.choice = given.choice; break
      case 'text': body.text = given.text.trim(); break
      case 'moment': body.moment = given.moment; break
      case 'photo': break
    }
    const wrong = isWrong(item, given)
    if (wrong && given.note.trim()) body.note = given.note.trim()
    if ((wrong || asksOf(item) === 'photo' || item.id === random) && given.photos.length) body.photos = [...given.photos]
    if (wrong && given.mended) body.mended = true
    items.push(body)
  }
  return items
}

export function bodyOf(draft: Draft): AnswerBody {
  const { kind, code, position } = draft.presence
  return {
    point: draft.point,
    happened_at: draft.happened_at ?? '',
    presence: kind,
    ...(kind === 'qr' && code ? { code } : {}),
    ...(kind === 'position' && position ? { position } : {}),
    items: bodyItems(draft),
    ...(draft.note.trim() ? { note: draft.note.trim() } : {}),
    ...(draft.photos.length ? { photos: [...draft.photos] } : {}),
    ...(isAtOnce(draft) ? { at_once: true } : {}),
    ...(draft.again ? { again: true } : {}),
    ...(draft.corrected_ms ? { clock_corrected_ms: Math.round(draft.corrected_ms) } : {}),
  }
}

// --- the list has changed meanwhile ---

export interface Refitted {
  added: string[] // asked now and not answered yet
  gone: ListItem[] // no longer asked; what was written of them is in the note
}

// Puts the answer on the list as it is now. `said` puts what was written of an item that is gone into
// words, for the note; its photographs stay with the answer as a whole.
export function refit(draft: Draft, now: ListItem[], said: (item: ListItem, given: ItemDraft) => string): Refitted {
  const before = draft.list
  const isSame = (one: ListItem, other: ListItem) => one.id === other.id && asksOf(one) === asksOf(other)
  const gone = before.filter((item) => !now.some((other) => isSame(item, other)))
  for (const item of gone) {
    const given = draft.items[item.id]
    if (given && isAnswered(item, given)) {
      const line = said(item, given)
      if (!draft.note.includes(line)) draft.note = [draft.note.trim(), line].filter(Boolean).join('\n')
      draft.photos = [...new Set([...draft.photos, ...given.photos])]
    }
    delete draft.items[item.id]
  }
  for (const item of now) {
    const given = draft.items[item.id]
    if (given?.choice && !item.choices?.some((choice) => choice.id === given.choice)) given.choice = ''
  }
  draft.list = now
  draft.filled = draft.filled.filter((id) => now.some((item) => item.id === id))
  const added = before.length ? now.filter((item) => !before.some((other) => isSame(item, other)) && !isAnswered(item, draft.items[item.id])) : []
  return { added: added.map((item) => item.id), gone: before.length ? gone : [] }
}

export { allPhotosOf }
