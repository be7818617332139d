// The loops under the clauses that they serve, each with what it is in a sentence: that of the
// requirement it holds. Of one that holds many no single sentence tells it; the way it goes does. Narrowed by what somebody looks for and by what there is to do.

import type { Clause, Loop, LoopLine, Words } from '@/api/types'

export interface LoopEntry { line: LoopLine; loop: Loop; text: Words | null }
export interface LoopGroup { clause: number; title: Words | null; entries: LoopEntry[] }

const kTelling = 3

export const worksOfLoops = ['open', 'waiting', 'late'] as const
export type Work = (typeof worksOfLoops)[number]

export const clauseOf = (loop: Pick<Loop, 'clause'>): number => Number(/^C(\d+)/.exec(loop.clause ?? '')?.[1] ?? 0)

export function groupsOf(lines: readonly LoopLine[], loops: readonly Loop[], clauses: readonly Clause[]): LoopGroup[] {
  const entries = lines.flatMap((line): LoopEntry[] => {
    const loop = loops.find((one) => one.id === line.id)
    if (!loop) return []
    const held = clauses.flatMap((clause) => clause.requirements).filter((one) => one.held_by.includes(`loop/${loop.id}`))
    return [{ line, loop, text: held.length <= kTelling ? (held[0]?.text ?? null) : null }]
  })
  const numbers = [...new Set(entries.map((entry) => clauseOf(entry.loop)))].sort((a, b) => a - b)
  return numbers.map((number) => ({
    clause: number,
    title: clauses.find((one) => one.number === number)?.title ?? null,
    entries: entries.filter((entry) => clauseOf(entry.loop) === number),
  }))
}

// `said` gives words in the reader's language.
export function found(groups: readonly LoopGroup[], typed: string, said: (words: Words | null | undefined) => string, work: Work | '' = ''): LoopGroup[] {
  const wanted = typed.trim().toLowerCase()
  const has = (words: Words | null | undefined) => said(words).toLowerCase().includes(wanted)
  const fits = (entry: LoopEntry) => has(entry.loop.name) || has(entry.text) || entry.loop.stages.some((stage) => has(stage.name))
  return groups
    .map((group) => ({ ...group, entries: group.entries.filter((entry) => (!work || (entry.line[work] ?? 0) > 0) && (!wanted || has(group.title) || fits(entry))) }))
    .filter((group) => group.entries.length > 0)
}

export function sumOf(groups: readonly LoopGroup[], work: Work): number {
  return groups.flatMap((group) => group.entries).reduce((sum, entry) => sum + (entry.line[work] ?? 0), 0)
}

// What the list of a loop is narrowed to, to show exactly what a figure counts.
export const queryOf: Record<Work, Record<string, string>> = {
  open: { view: 'list' },
  waiting: { waiting: 'me', view: 'list' },
  late: { late: 'true', view: 'list' },
}
