// What the list of hazards is narrowed to. It lives in the address, so that a figure anywhere can
// open exactly the rows it counts, and so that a list can be sent to a colleague.

export interface HazardFilter {
  stage: string
  level: string
  state: 'open' | 'closed' | 'all'
  late: boolean
  waiting: boolean
  q: string
  organisation: string
}

export const kNoFilter: HazardFilter = {
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

export function filterFromQuery(query: Query): HazardFilter {
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
export function queryFromFilter(filter: HazardFilter): Record<string, string> {
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
export function requestOf(filter: HazardFilter): Record<string, string> {
  return { ...queryFromFilter(filter), state: filter.state }
}

export function isNarrowed(filter: HazardFilter): boolean {
  return Object.keys(queryFromFilter(filter)).length > 0
}
