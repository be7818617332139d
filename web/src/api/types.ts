// What the server says and takes, field by field as on the wire.

export interface Words { zh: string; en: string }
export interface Ref { id: string; name: string }
export interface Page<T> { items: T[]; next: string | null; as_of: string }

export interface Posting {
  id: string
  post: string
  post_name: Words
  organisation: Ref
  kind: string
  district: string
}
export interface Me {
  person: { id: string; name: string; login: string; district: string }
  postings: Posting[]
  must_change_password: boolean
  may: string[]
  as_of: string
}

export type FieldType = 'text' | 'long_text' | 'day' | 'money' | 'integer' | 'number' | 'choice' | 'photos'
  | 'person' | 'organisation' | 'flag' | 'factor'
export interface Choice { id: string; name: Words }
export interface Field {
  id: string
  name: Words
  hint?: Words | null
  type: FieldType
  required: boolean
  choices?: Choice[]
  least?: number | null
  most?: number | null
  why?: Words | null
}
export interface Kind { id: string; name: Words; is_school: boolean; under?: string[] }
export interface Post { id: string; name: Words; at: string[] }
export interface Ledger { id: string; name: Words; fields: Field[]; kinds: string[]; title: string }
export interface ChecklistItem {
  id: string
  text: Words
  wrong: Words
  norm: string
  category: string
  level: string
  photo_wanted: boolean
}
export interface Checklist {
  id: string
  name: Words
  cycle: 'day' | 'week' | 'month'
  duty: string
  posts: string[]
  kinds: string[]
  requirement: string
  items: ChecklistItem[]
}
export interface Level { id: string; name: Words; sign: string }
export interface Stage {
  id: string
  name: Words
  end: boolean
  term_hours?: Record<string, number>
  answers?: string[]
}
export interface Guard { kind: string; of: string[]; unless?: string[]; why?: Words; clause?: string }
export interface Move {
  id: string
  name: Words
  from: string[]
  to: string
  passes: string[]
  by: string[]
  fields: Field[]
  guards: Guard[]
  assesses: boolean
  automatic: boolean
  forward: boolean
}
export interface Assessment {
  id: string
  name: Words
  factors: Field[]
  result: string
  thresholds: { term?: string; at_least: number; level: string }[]
}
export interface Loop {
  id: string
  name: Words
  clause?: string
  levels: Level[]
  stages: Stage[]
  moves: Move[]
  fields?: Field[]
  assessments: Assessment[]
  categories: Choice[]
  tells: Record<string, string[]>
}
export interface Term { id: string; value: number; unit: string; norm: string; basis: string; words: Words }
export interface Pack {
  id: string
  version: string
  title: Words
  zone: string
  hash: string
  kinds: Kind[]
  posts: Post[]
  checklists: Checklist[]
  ledgers: Ledger[]
  loops: Loop[]
  terms: Term[]
}

export interface Requirement {
  id: string
  text: Words
  subject: string
  status: 'held' | 'later'
  held_by: string[]
  norms: string[]
  reason: Words | null
}
export interface Clause { number: number; title: Words; requirements: Requirement[]; held: number; total: number }

export interface Organisation {
  id: string
  district: string
  parent: string | null
  kind: string
  name: string
  code: string | null
  facets: Record<string, unknown>
  since: string
  until: string | null
  version: number
  path?: Ref[]
}

export interface ImportAsk {
  attachment: string
  name: string
  dry_run: boolean
  district_map?: Record<string, string>
  all_into?: string
  kinds: string[]
  columns?: Partial<Record<'name' | 'district' | 'code' | 'kind', string>>
}
export interface ImportRefused { line: number; reason: string; value: string; detail: string }
export interface ImportResult {
  rows: number
  taken: number
  created: number
  refused: ImportRefused[]
  districts: { name: string; count: number; organisation: Ref | null }[]
  kinds: { kind: string; count: number }[]
  columns: Record<string, string | null>
  as_of: string
}

export interface PersonPosting { id: string; post: string; organisation: Ref; since: string; until: string | null }
export interface Person {
  id: string
  name: string
  login: string
  organisation: Ref
  active: boolean
  postings: PersonPosting[]
  version: number
}

export interface Row {
  id: string
  ledger: string
  organisation: Ref
  title: string
  fields: Record<string, unknown>
  // Of the people and organisations that the fields name.
  names: Record<string, string>
  since: string
  until: string | null
  version: number
}

export interface Task {
  duty: string
  checklist: string
  name: Words
  cycle: 'day' | 'week' | 'month'
  organisation: Ref
  period: string
  point: Ref | null
  state: 'due' | 'done'
  answer: { id: string; happened_at: string; known_at: string; person: Ref; matters: string[] } | null
}
export type AnswerWord = 'in_order' | 'not_in_order' | 'not_applicable'
export interface AnswerItem { item: string; answer: AnswerWord; note?: string; photos?: string[]; mended?: boolean }
export interface AnswerAsk {
  point: string | null
  happened_at: string
  presence: 'by_hand' | 'qr' | 'position'
  items: AnswerItem[]
}
export interface Answer {
  id: string
  duty: string
  organisation: Ref | string
  period: string
  point: Ref | null
  happened_at: string
  known_at: string
  person: Ref
  matters: { id: string; title: string }[]
  items: AnswerItem[]
}

export interface MatterSummary {
  id: string
  loop: string
  title: string
  organisation: Ref
  district: string
  category: string | null
  level: string | null
  assessed: boolean
  stage: string
  opened_at: string
  entered_at: string
  due_at: string | null
  late: boolean
  closed_at: string | null
  holder: Ref
  answerable: Ref | null
  lapses: number
  photo: string | null
  version: number
}
export interface Refused { key: string; clause?: string; wants?: string[]; args?: Record<string, unknown>; detail?: string; field?: string }
export interface OfferedMove {
  id: string
  name: Words
  forward: boolean
  fields: Field[]
  allowed: boolean
  refusal: Refused | null
}
export interface StageTime {
  stage: string
  state: 'done' | 'current' | 'skipped' | 'ahead'
  entered_at: string | null
  left_at: string | null
  by: { id: string; name: string; post: string } | null
  term_hours: number | null
  due_at: string | null
  took_ms: number | null
  late: boolean
}
export interface MoveMade {
  number: number
  id: string
  move: string
  from: string
  to: string
  passed: string[]
  actor: { id: string; name: string; post: string }
  holder: Ref
  happened_at: string
  known_at: string
  late: boolean
  level: string | null
  fields: Record<string, unknown>
}
export interface Matter extends Omit<MatterSummary, 'lapses'> {
  fields: Record<string, unknown>
  people: Record<string, string>
  stages: StageTime[]
  moves: OfferedMove[]
  timeline: MoveMade[]
  holdings: { organisation: Ref; from: string; until: string | null; held_ms: number }[]
  lapses: Lapse[]
  told: { post: string; people: Ref[] }[]
}
export interface Lapse { number: number; stage: string; lapsed_at: string; known_at: string; post: string; organisation: Ref; people: Ref[] }

export interface Today {
  tasks: Task[]
  waiting: MatterSummary[]
  late: MatterSummary[]
  told: MatterSummary[]
  counts: { tasks_due: number; tasks_done: number; waiting: number; late: number; open: number }
  as_of: string
}

export interface Token {
  id: string
  name: string
  person: Ref
  post: string
  organisation: Ref
  began_at: string
  ends_at: string
  revoked_at: string | null
  // In the one answer that made it.
  token?: string | null
}

export interface JournalEntry {
  seq: number
  district: string
  organisation: string
  kind: string
  noun: string
  subject: string
  actor: string
  happened_at: string
  known_at: string
  data: Record<string, unknown>
  hash: string
}
export interface JournalPage { items: JournalEntry[]; next: number | null; as_of: string }
export interface Seal {
  number: number
  first_seq: number
  last_seq: number
  count: number
  root: string
  chained: string
  key_id: string
  signature: string
  sealed_at: string
}

export interface State {
  version: string
  pack: { id: string; version: string; hash: string; title?: Words }
  journal: { last_seq: number; sealed_seq: number; seals: number; sealed_at?: string | null }
  counts: Record<string, number>
  as_of: string
}

export interface StreamFact {
  seq: number
  kind: string
  noun: string
  subject: string
  organisation: string | null
  district: string
  happened_at: string
  known_at: string
  data: Record<string, unknown>
}

export interface Problem {
  type?: string
  title?: string
  status: number
  detail?: string
  key: string
  field?: string
  clause?: string
  wants?: string[]
  args?: Record<string, unknown>
  trace?: string
}
