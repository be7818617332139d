// What the server says of tasks and takes as answers, field by field as on the wire.

import type { Ref, Words } from '@/api/types'

export type TaskState = 'expected' | 'open' | 'done' | 'late' | 'missed' | 'excused'
export type AnswerWord = 'in_order' | 'not_in_order' | 'not_applicable'
export type PresenceKind = 'by_hand' | 'qr' | 'position'
export type Asks = 'state' | 'number' | 'numbers' | 'choice' | 'photo' | 'text' | 'moment'

export interface Filled { item: string; answer: AnswerWord; person: Ref; happened_at: string; from: string }
export interface TaskAnswer { id: string; happened_at: string; known_at: string; person: Ref; presence: PresenceKind; matters: string[] }
export interface DutyTask {
  duty: string
  name: Words
  checklist: string | null
  cycle: string
  requirement: string
  norm: string | null
  basis: string
  organisation: Ref
  period: string
  point: Ref | null
  opens_at: string
  closes_at: string
  times: number
  given: number
  state: TaskState
  known_late: boolean
  optional: boolean
  mine: boolean
  owner: { post: string; people: Ref[]; vacant: string[] }
  answer: TaskAnswer | null
  filled?: Filled[]
  excuse: { id: string; reason: string; state: 'asked' | 'approved' | 'refused'; asked_by: Ref } | null
}

export interface ItemChoice { id: string; name: Words; wrong?: boolean }
// An item of a checklist as the pack gives it.
export interface ListItem {
  id: string
  text: Words
  wrong?: Words | null
  category?: string | null
  level?: string | null
  photo_wanted?: boolean
  asks?: Asks
  required?: boolean
  least?: number | null
  most?: number | null
  unit?: Words | null
  choices?: ItemChoice[]
  same_as?: string | null
}

export interface NamedNumber { name: string; number: number }
export interface ItemBody {
  item: string
  answer?: AnswerWord
  number?: number
  numbers?: NamedNumber[]
  choice?: string
  text?: string
  moment?: string
  note?: string
  photos?: string[]
  mended?: boolean
}
export interface Position { latitude: number; longitude: number; accuracy_m: number }
export interface AnswerBody {
  point: string
  happened_at: string
  presence: PresenceKind
  code?: string
  position?: Position
  items: ItemBody[]
  note?: string
  photos?: string[]
  at_once?: boolean
  again?: boolean
  clock_corrected_ms?: number
}
export interface AnswerView {
  id: string
  duty: string
  organisation: Ref | string
  period: string
  point: Ref | null
  happened_at: string
  known_at: string
  person: Ref
  matters: { id: string; title: string }[]
}
