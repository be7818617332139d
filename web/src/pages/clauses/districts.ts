// Districts beside each other: how much of what is asked each keeps.

import { bound, type Counts } from './standing'

export interface DistrictLine { id: string; name: string; code: string; counts: Counts; all: number; share: number }

// The first six digits of an id are the district's division code.
export function lineOf(organisation: { id: string; name: string }, counts: Counts): DistrictLine {
  const all = bound(counts)
  return { ...organisation, code: organisation.id.slice(0, 6), counts, all, share: all ? Math.round((1000 * (counts.kept + counts.due_soon)) / all) / 10 : 100 }
}

export type Order = 'share' | 'missing' | 'late' | 'name'
export function sorted(lines: DistrictLine[], by: Order): DistrictLine[] {
  const weight: Record<Order, (a: DistrictLine, b: DistrictLine) => number> = {
    share: (a, b) => a.share - b.share,
    missing: (a, b) => b.counts.missing - a.counts.missing,
    late: (a, b) => b.counts.late - a.counts.late,
    name: () => 0,
  }
  return [...lines].sort((a, b) => weight[by](a, b) || a.name.localeCompare(b.name, 'zh-CN'))
}
