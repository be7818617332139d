// One checklist being answered at one point. It is kept on the telephone from the first tick until
// the server has said that it received it: a reload, a call coming in, or a way that is broken at
// the moment of sending loses nothing. A draft belongs to the person who began it; another person
// on the same telephone does not see it.

import type { Words } from '@/api/types'

export type Answer = 'in_order' | 'not_in_order' | 'not_applicable'

export interface ItemDraft {
  answer: Answer | null
  note: string
  photos: string[]
  mended: boolean
}

export interface Draft {
  version: 1
  id: string // of the answer, made here, so that sending twice is sending once
  person: string
  duty: string
  checklist: string
  organisation: string
  period: string
  point: string // empty where the duty has no points
  names: DraftNames
  presence: 'by_hand' | 'qr'
  looked_at: string | null // when the last item was answered, within the period it is of
  happened_at: string | null // as sent, from the first sending on; the server adds when it became known
  items: Record<string, ItemDraft>
  state: 'writing' | 'waiting' // waiting: sent by the person, not yet received by the server
  saved_at: number
}

// How it is called where the list of tasks cannot be read.
export interface DraftNames {
  point: string
  list: Words
}

export interface TaskKey {
  duty: string
  organisation: string
  period: string
  point: string
}

export interface ItemOfList {
  id: string
  photo_wanted?: boolean
}

const kPrefix = 'anxiao.inspection.'

export function keyOf(person: string, task: TaskKey): string {
  return kPrefix + [person, task.duty, task.organisation, task.period, task.point].join('|')
}

export function begun(
  id: string,
  person: string,
  task: TaskKey & { checklist: string; names: DraftNames },
  presence: Draft['presence'] = 'by_hand',
): Draft {
  return {
    version: 1,
    id,
    person,
    duty: task.duty,
    checklist: task.checklist,
    organisation: task.organisation,
    period: task.period,
    point: task.point,
    names: task.names,
    presence,
    looked_at: null,
    happened_at: null,
    items: {},
    state: 'writing',
    saved_at: 0,
  }
}

export function itemOf(draft: Draft, item: string): ItemDraft {
  return (draft.items[item] ??= { answer: null, note: '', photos: [], mended: false })
}

// Nothing answered, written or photographed yet: not worth keeping.
export function isUntouched(draft: Draft): boolean {
  return Object.values(draft.items).every(
    (item) => item.answer === null && item.note === '' && item.photos.length === 0,
  )
}

// False where the telephone refuses to keep it; the page then says so.
export function save(storage: Storage, draft: Draft): boolean {
  draft.saved_at = Date.now()
  try {
    storage.setItem(keyOf(draft.person, draft), JSON.stringify(draft))
    return true
  } catch {
    return false
  }
}

export function load(storage: Storage, person: string, task: TaskKey): Draft | null {
  return read(storage, keyOf(person, task))
}

export function drop(storage: Storage, draft: Draft): void {
  storage.removeItem(keyOf(draft.person, draft))
}

// All drafts of a person, the oldest first.
export function kept(storage: Storage, person: string): Draft[] {
  return allKeys(storage)
    .filter((key) => key.startsWith(`${kPrefix}${person}|`))
    .map((key) => read(storage, key))
    .filter((draft): draft is Draft => draft !== null)
    .sort((a, b) => a.saved_at - b.saved_at)
}

// Every photograph that some draft, of anybody, still names.
export function photosNamed(storage: Storage): Set<string> {
  const named = new Set<string>()
  for (const key of allKeys(storage)) {
    if (!key.startsWith(kPrefix)) continue
    for (const item of Object.values(read(storage, key)?.items ?? {})) {
      for (const sha of item.photos) named.add(sha)
    }
  }
  return named
}

export function photosOf(draft: Draft): string[] {
  return [
    ...new Set(
      Object.values(draft.items)
        .filter((item) => item.answer === 'not_in_order')
        .flatMap((item) => item.photos),
    ),
  ]
}

// Whether a day of the zone is of the period; of a week only its own days could tell, and the server
// does.
export function isOfPeriod(period: string, day: string): boolean {
  return period.includes('W') || day.startsWith(period)
}

// Ticks what has no answer yet; what was answered stays as it is.
export function restInOrder(draft: Draft, list: ItemOfList[]): number {
  let ticked = 0
  for (const { id } of list) {
    const item = itemOf(draft, id)
    if (item.answer === null) {
      item.answer = 'in_order'
      ticked++
    }
  }
  return ticked
}

// What is still to be done before it can be sent: items without an answer, bad ones whose photograph
// the checklist asks for, and bad ones of which neither a word nor a photograph tells what is wrong.
export interface Wanting {
  unanswered: string[]
  unphotographed: string[]
  undescribed: string[]
}

export function wanting(draft: Draft, list: ItemOfList[]): Wanting {
  const unanswered: string[] = []
  const unphotographed: string[] = []
  const undescribed: string[] = []
  for (const { id, photo_wanted } of list) {
    const item = draft.items[id]
    if (!item || item.answer === null) unanswered.push(id)
    else if (item.answer !== 'not_in_order' || item.photos.length > 0) continue
    else if (photo_wanted) unphotographed.push(id)
    else if (!item.note.trim()) undescribed.push(id)
  }
  return { unanswered, unphotographed, undescribed }
}

export interface AnswerBody {
  point: string | null
  happened_at: string
  presence: Draft['presence']
  items: {
    item: string
    answer: Answer
    note?: string
    photos?: string[]
    mended?: boolean
  }[]
}

// What is sent. A note or photograph left from an answer since changed does not go along.
export function bodyOf(draft: Draft, list: ItemOfList[]): AnswerBody {
  return {
    point: draft.point || null,
    happened_at: draft.happened_at ?? '',
    presence: draft.presence,
    items: list.map(({ id }) => {
      const item = itemOf(draft, id)
      const answer = item.answer ?? 'not_applicable'
      if (answer !== 'not_in_order') return { item: id, answer }
      return {
        item: id,
        answer,
        ...(item.note.trim() ? { note: item.note.trim() } : {}),
        ...(item.photos.length ? { photos: [...item.photos] } : {}),
        ...(item.mended ? { mended: true } : {}),
      }
    }),
  }
}

function allKeys(storage: Storage): string[] {
  return Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '')
}

function read(storage: Storage, key: string): Draft | null {
  try {
    const draft = JSON.parse(storage.getItem(key) ?? 'null') as Draft | null
    return draft?.version === 1 && typeof draft.items === 'object' ? draft : null
  } catch {
    return null
  }
}
