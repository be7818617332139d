// Who answers for what, as the server lists it, and how the pages arrange it.

import type { Basis, Cycle, Ref, Row, Words } from '@/api/types'

export interface ListedDuty { id: string; name: Words; post: string; cycle: Cycle; event: string; times: number; requirement: string; norm: string; basis: Basis }
export interface ListedRequirement { id: string; text: Words; post: string; status: string; norms: string[] }
export interface ListedPost { post: string; name: Words; held: boolean; people: Ref[] | null }
export interface OfficeName { id: string; name: Words }
export interface DutyList {
  organisation: Ref
  kind: string
  office: OfficeName | null
  posts: ListedPost[]
  duties: ListedDuty[]
  requirements: ListedRequirement[]
  as_of: string
}
export interface DepartmentDuties { office: OfficeName; organisations: Ref[]; duties: ListedDuty[]; requirements: ListedRequirement[] }
export interface DepartmentList { organisation: Ref; items: DepartmentDuties[]; as_of: string }

export interface OfPost { post: ListedPost; duties: ListedDuty[]; requirements: ListedRequirement[] }

// What each post answers for; posts that nobody holds come first, because there nobody does.
export function byPost(list: DutyList): OfPost[] {
  const all = list.posts.map((post) => ({
    post,
    duties: list.duties.filter((duty) => duty.post === post.post),
    requirements: list.requirements.filter((requirement) => requirement.post === post.post),
  }))
  return [...all.filter((one) => !one.post.held), ...all.filter((one) => one.post.held)]
}

// A name of today with the notice's in brackets behind it, taken apart.
export function namesOf(name: string): { now: string; then: string } {
  const found = /^(.*?)\s*[（(](?:\u539f)?(.*)[）)]$/.exec(name)
  return found ? { now: found[1], then: found[2] } : { now: name, then: '' }
}

const dayIn = (row: Row, field: string): string => (typeof row.fields[field] === 'string' ? (row.fields[field] as string) : '')

// A day is the last on which it holds.
export const reviewPassed = (row: Row, today: string): boolean => dayIn(row, 'review_by') !== '' && dayIn(row, 'review_by') < today
export const isAccepted = (row: Row): boolean => row.fields.accepted === true
export const acceptancePassed = (row: Row, today: string): boolean => isAccepted(row) && dayIn(row, 'accepted_until') < today

export type RiskView = 'all' | 'review' | 'accepted'
export const riskViews: readonly RiskView[] = ['all', 'review', 'accepted']
export function inView(row: Row, view: RiskView, today: string): boolean {
  if (view === 'review') return reviewPassed(row, today) || acceptancePassed(row, today)
  return view === 'all' || isAccepted(row)
}

// The gravest first; of one level what waits for a review, then by name.
export function inOrder(rows: Row[], levels: string[], today: string): Row[] {
  const rank = (row: Row) => {
    const place = levels.indexOf(String(row.fields.level ?? ''))
    return place < 0 ? levels.length : place
  }
  const waits = (row: Row) => Number(!inView(row, 'review', today))
  return [...rows].sort((a, b) => rank(a) - rank(b) || waits(a) - waits(b) || a.title.localeCompare(b.title, 'zh'))
}
