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
  | 'person' | 'organisation' | 'flag' | 'factor' | 'moment' | 'identity' | 'matter'
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
  // Of somebody outside the staff; gone when the row's term of keeping has passed.
  personal?: boolean
  // Of an organisation, the kinds it may be; of a matter, of which loop.
  kinds?: string[]
  loop?: string
}
export interface Kind { id: string; name: Words; is_school: boolean; under?: string[] }
export interface Post { id: string; name: Words; at: string[] }
export interface Ledger {
  id: string
  name: Words
  fields: Field[]
  kinds: string[]
  title: string
  // What a post is granted on: `rows` of most ledgers.
  noun?: string
  // The term after which an ended row is forgotten; empty: rows stay.
  keep?: string
  // Days of expiry that are spoken of so many days before.
  expires?: { field: string; lead_days: number }[]
}
export type Asks = 'state' | 'number' | 'numbers' | 'choice' | 'photo' | 'text' | 'moment'
export interface ItemChoice { id: string; name: Words; wrong?: boolean }
export interface ChecklistItem {
  id: string
  text: Words
  wrong: Words
  norm: string
  category: string
  level: string
  photo_wanted: boolean
  asks?: Asks
  required?: boolean
  least?: number | null
  most?: number | null
  // The terms of the pack that give the two, where it has them as terms.
  least_term?: string
  most_term?: string
  unit?: Words | null
  choices?: ItemChoice[]
  same_as?: string
}
export interface Checklist { id: string; name: Words; requirement: string; items: ChecklistItem[] }
export type Cycle = 'school_day' | 'day' | 'night' | 'week' | 'month' | 'quarter' | 'half_year' | 'year' | 'term'
  | 'school_year' | 'dates' | 'event'
export type Basis = 'law' | 'reported' | 'default'
export interface Duty {
  id: string
  name: Words
  post: string
  when_vacant: string[]
  kinds: string[]
  cycle: Cycle
  times: number
  from_minute?: number
  to_minute?: number
  checklist: string | null
  rostered: boolean
  requirement: string
  norm: string
  basis: Basis
  // Parallel norms, of which `norm` is the strictest.
  strictest_of: string[]
  since: string
  until: string | null
}
export interface SchoolYear { id: string; from: string; to: string; published?: boolean; terms: { id: string; from: string; to: string }[] }
export interface Facet {
  id: string
  name: Words
  type: 'flag' | 'number' | 'choice' | 'choices'
  choices: { value: string; name: Words }[]
  assumed: Record<string, string>
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
  // What a post is granted on; of most loops `matters`.
  noun?: string
  // Of the organisations that its matters are about; none: schools of any kind.
  kinds?: string[]
  // The term after which what is personal of an ended matter is forgotten.
  keep?: string
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
  facets: Facet[]
  duties: Duty[]
  grading?: Grading | null
  school_years: SchoolYear[]
}

// The words of how schools are graded; what weighs how much comes with the grades.
export interface Grading {
  id: string
  name: Words
  kinds: string[]
  parts: { id: string; name: Words }[]
  grades: { id: string; name: Words; sign: string }[]
}

export interface Requirement {
  id: string
  text: Words
  subject: string
  status: 'held' | 'automated' | 'attested' | 'later'
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

export interface FieldChange { field: string; before: unknown; after: unknown }
export interface RowChanged { what: 'entered' | 'changed' | 'ended'; at: string; by: Ref; file: string; changes: FieldChange[] }
export interface RowHistory { items: RowChanged[]; names: Record<string, string>; as_of: string }

export interface RowsAsk { attachment: string; name: string; organisation: string; dry_run: boolean }
export interface RefusedLine { line: number; column: string; value: string; key: string; field: string; clause: string; wants: string[]; args: Record<string, unknown>; detail: string }
export interface RowsImported {
  rows: number
  taken: number
  created: number
  there: number
  // Lines of the same title as a row that says something else.
  alike: number[]
  refused: RefusedLine[]
  columns: { head: string; field: string }[]
  as_of: string
}

export interface ExpiringRow { ledger: string; name: Words; id: string; title: string; organisation: Ref; field: string; day: string }
export interface Expiring {
  all: number
  items: ExpiringRow[]
  ledgers: { ledger: string; name: Words; organisation: Ref; count: number }[]
}

export type TaskState = 'expected' | 'open' | 'done' | 'late' | 'missed' | 'excused'
export const taskStates: readonly TaskState[] = ['expected', 'open', 'done', 'late', 'missed', 'excused']
export type Presence = 'by_hand' | 'qr' | 'position'
export type ExcuseState = 'asked' | 'approved' | 'refused'
// People who owe it, by the post that made it theirs; `vacant` are the posts before it that nobody held.
export interface Owner { post: string; people: Ref[]; vacant: string[] }
export interface ExcuseBrief { id: string; reason: string; state: ExcuseState; asked_by: Ref }
export interface TaskAnswer {
  id: string
  happened_at: string
  known_at: string
  person: Ref
  presence: Presence
  matters: string[]
}
// One occurrence of a duty, at a point or (point null) for the whole organisation.
export interface Task {
  duty: string
  name: Words
  checklist: string | null
  cycle: Cycle
  requirement: string
  norm: string
  basis: Basis
  rostered: boolean
  organisation: Ref
  period: string
  point: Ref | null
  opens_at: string
  closes_at: string
  times: number
  given: number
  state: TaskState
  known_late: boolean
  // It came up on a first, broken day: it may be done, and nobody misses it.
  optional: boolean
  mine: boolean
  owner: Owner
  answer: TaskAnswer | null
  filled: { item: string; answer: 'in_order'; person: Ref; happened_at: string; from: string }[]
  excuse: ExcuseBrief | null
}
export interface TaskInFull extends Task {
  answers: AnswerView[]
  excuses: Excuse[]
  miss: Miss | null
}
export interface Figures {
  organisation: Ref
  expected: number
  open: number
  done: number
  late: number
  missed: number
  excused: number
  total: number
}
export interface FigureList { items: Figures[]; as_of: string }
export interface Miss {
  duty: string
  name: Words
  organisation: Ref
  period: string
  point: Ref | null
  closed_at: string
  known_at: string
  times: number
  given: number
  owner: Owner
  // What it amounts to now.
  state: TaskState
  excuse: ExcuseBrief | null
}
export interface Excuse {
  id: string
  duty: string
  name: Words
  organisation: Ref
  period: string
  point: Ref | null
  reason: string
  asked_by: Ref
  asked_at: string
  state: ExcuseState
  decided_by: Ref | null
  decided_at: string | null
  words: string
  may_decide: boolean
  version: number
}

export type AnswerWord = 'in_order' | 'not_in_order' | 'not_applicable'
export interface NamedNumber { name: string; number: number }
export interface AnswerItem {
  item: string
  answer?: AnswerWord | null
  number?: number | null
  numbers?: NamedNumber[]
  choice?: string | null
  text?: string | null
  // The hour of the day: 07:30.
  moment?: string | null
  note?: string
  photos?: string[]
  mended?: boolean
}
export interface AnswerAsk {
  point: string
  happened_at: string
  presence: Presence
  code?: string
  position?: { latitude: number; longitude: number; accuracy_m: number }
  items: AnswerItem[]
  note?: string
  photos?: string[]
  // Everything was ticked in order with one touch: one item then needs a photograph.
  at_once?: boolean
  // A further answer though there are enough.
  again?: boolean
  clock_corrected_ms?: number
}
export interface AnswerView {
  id: string
  duty: string
  checklist: string | null
  organisation: Ref
  period: string
  point: Ref | null
  happened_at: string
  known_at: string
  person: Ref
  presence: Presence
  items: AnswerItem[]
  note: string
  photos: string[]
  extra?: {
    position?: { latitude: number; longitude: number; accuracy_m: number }
    at_once?: boolean
    again?: boolean
    clock_corrected_ms?: number
    // Answered already the same day, and from which answer it was taken.
    filled?: { item: string; from: string }[]
  }
  matters: { id: string; title: string; item?: string }[]
}
// The older name of the same.
export type Answer = AnswerView

export interface CalendarDay {
  day: string
  // A working day of the country.
  worked: boolean
  lessons: boolean
  closed: boolean
  term: string | null
  holiday: Words | null
  // Outside the school years on record nothing is known of lessons.
  known: boolean
}
export interface SchoolTerm { id: string; from: string; to: string }
export interface CalendarSpan { items: CalendarDay[]; terms: SchoolTerm[]; as_of: string }
export interface RosterDay { organisation?: Ref; duty: string; day: string; people: Ref[]; rows: string[]; expected: boolean; hole: boolean }
export interface RosterSpan { duties: { duty: string; name: Words; cycle: Cycle }[]; items: RosterDay[]; as_of: string }
export interface RosterHole { duty: string; name: Words; day: string; organisation: Ref }
export interface Sheet { point: Ref; place: string; organisation: Ref; code: string }

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
  // Matters that this one names, and matters that name this one.
  links: LinkedMatter[]
  linked_from: LinkedMatter[]
  // When what was personal of it was deleted.
  forgotten_at: string | null
}
// Of what the reader may not see only where it is named.
export interface LinkedMatter { field: string; id: string; loop: string; title: string | null; stage: string | null; ended: boolean | null; organisation: Ref | null }
// A loop that the reader may read or open, how much goes round in it, and where he may open what.
export interface LoopLine {
  id: string
  name: Words
  clause: string
  noun: string
  confidential: boolean
  kinds: string[]
  may_read: boolean
  open: number | null
  late: number | null
  waiting: number | null
  opens: Opens[]
}
// At the organisation itself, where its kind is among the kinds, and with `beneath` at those under it.
export interface OpeningPlace { organisation: Ref; kind: string; beneath: boolean; kinds: string[] }
export interface Opens { move: string; name: Words; at: OpeningPlace[] }
export interface Lapse { number: number; stage: string; lapsed_at: string; known_at: string; post: string; organisation: Ref; people: Ref[] }

export interface Today {
  tasks: Task[]
  waiting: MatterSummary[]
  late: MatterSummary[]
  told: MatterSummary[]
  counts: { tasks_due?: number; tasks_done?: number; waiting: number; late: number; open: number }
  // Of what I answer for: everything at and under `duties_of`, or where that is null my own tasks.
  duties?: Omit<Figures, 'organisation'> | null
  duties_of?: Ref | null
  roster_holes?: RosterHole[]
  excuses_asked?: number
  expiring?: Expiring
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
