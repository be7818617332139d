// What a list of matters is narrowed to. It lives in the address, so that a figure anywhere can
// open exactly the rows it counts, and so that a list can be sent to a colleague.

export interface MatterFilter {
  stage: string
  level: string
  state: 'open' | 'closed' | 'all'
  late: boolean
  waiting: boolean
  q: string
  organisation: string
}

export const kNoFilter: MatterFilter = {
  stage: '',
  level: '',
  state: 'open',
  late: false,
  waiting: false,
  q: '',
  organisation: '',
}

type Query = Record<string, string | null | undefined | (string | null)[]>

function one(query: Query, key: string): string {
  const value = query[key]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

export function filterFromQuery(query: Query): MatterFilter {
  const state = one(query, 'state')
  return {
    stage: one(query, 'stage'),
    level: one(query, 'level'),
    state: state === 'closed' || state === 'all' ? state : 'open',
    late: one(query, 'late') === 'true',
    waiting: one(query, 'waiting') === 'me',
    q: one(query, 'q'),
    organisation: one(query, 'organisation'),
  }
}

// Only what differs from no filter at all is said.
export function queryFromFilter(filter: MatterFilter): Record<string, string> {
  const query: Record<string, string> = {}
  if (filter.stage) query.stage = filter.stage
  if (filter.level) query.level = filter.level
  if (filter.state !== 'open') query.state = filter.state
  if (filter.late) query.late = 'true'
  if (filter.waiting) query.waiting = 'me'
  if (filter.q.trim()) query.q = filter.q.trim()
  if (filter.organisation) query.organisation = filter.organisation
  return query
}

// The same as the server wants it said.
export function requestOf(filter: MatterFilter): Record<string, string> {
  return { ...queryFromFilter(filter), state: filter.state }
}

// What has a day comes first, the soonest first; then what was opened last.
export function bySoonest(a: Dated, b: Dated): number {
  const due = (one: Dated) => (one.due_at ? Date.parse(one.due_at) : Infinity)
  return due(a) === due(b) ? Date.parse(b.opened_at) - Date.parse(a.opened_at) : due(a) - due(b)
}
interface Dated { due_at: string | null; opened_at: string }

export function isNarrowed(filter: MatterFilter): boolean {
  return Object.keys(queryFromFilter(filter)).length > 0
}
