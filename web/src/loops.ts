// The loops of the pack as pages see them: where each has its pages, what a reader needs to be let
// in, and where a new matter can begin. A loop that is worked every day has an address of its own;
// every other one is found under /loops, and a new chart needs nothing here.

import type { LocationQueryRaw, RouteLocationRaw } from 'vue-router'
import type { Field, Kind, Loop, LoopLine, Opens, Posting, Ref } from '@/api/types'

const kOwn: Record<string, { list: string; matter: string; open: string }> = {
  hazard: { list: 'hazards', matter: 'matter', open: 'report' },
}

// What an inspection finds goes round this one.
export const kFoundLoop = 'hazard'

// The page of one matter.
export function pathOf(loop: string, id: string): RouteLocationRaw {
  const own = kOwn[loop]
  return own ? { name: own.matter, params: { id } } : { name: 'loop_matter', params: { loop, id } }
}
// All its matters, narrowed to some.
export function listOf(loop: string, query: LocationQueryRaw = {}): RouteLocationRaw {
  const own = kOwn[loop]
  return own ? { name: own.list, query } : { name: 'loop', params: { loop }, query }
}
// The form that opens a new one.
export function openingOf(loop: string, query: LocationQueryRaw = {}): RouteLocationRaw {
  const own = kOwn[loop]
  return own ? { name: own.open, query } : { name: 'loop_open', params: { loop }, query }
}

export const kMattersRead = ['matters.read', 'confidential_matters.read']

type Said = { noun?: string }
export const nounOf = (loop: Said | undefined): string => loop?.noun || 'matters'
export const isConfidential = (loop: Said | undefined): boolean => nounOf(loop) === 'confidential_matters'

// What a matter may be about: organisations of the reader's own, and the kinds of those beneath them
// among which one is looked for.
export interface Grounds { own: Ref[]; kinds: string[] }

// Where a chart names no kinds it is of schools, unless there are none within reach.
export function groundsOf(opens: Opens | undefined, loop: Pick<Loop, 'kinds'>, isSchool: (kind: string) => boolean): Grounds {
  const at = opens?.at ?? []
  const all = at.flatMap((place) => place.kinds)
  const schools = all.filter(isSchool)
  const fits = (kind: string) => all.includes(kind) && (Boolean(loop.kinds?.length) || !schools.length || isSchool(kind))
  const own = at.filter((place) => fits(place.kind)).map((place) => place.organisation)
  const beneath = at.filter((place) => place.beneath).flatMap((place) => place.kinds.filter((kind) => kind !== place.kind && fits(kind)))
  return { own: own.filter((one, i) => own.findIndex((other) => other.id === one.id) === i), kinds: [...new Set(beneath)] }
}

// The same without the server's word: somebody at a school begins there.
export function ownGrounds(loop: Loop, postings: readonly Posting[]): Opens[] {
  return loop.moves.filter((move) => !move.from.length && !move.automatic).flatMap((move) => {
    const at = postings.filter((posting) => move.by.includes(posting.post) && (!loop.kinds?.length || loop.kinds.includes(posting.kind)))
    return at.length ? [{ move: move.id, name: move.name, at: at.map(({ organisation, kind }) => ({ organisation, kind, beneath: false, kinds: [kind] })) }] : []
  })
}

// Whether matters of a loop can be about the places of these postings or what is beneath them.
export function concerns(loop: Pick<Loop, 'kinds'>, postings: readonly Posting[], kinds: readonly Kind[]): boolean {
  return !loop.kinds?.length || postings.some((posting) => [posting.kind, ...kindsUnder(posting.kind, kinds)].some((kind) => loop.kinds!.includes(kind)))
}

function kindsUnder(kind: string, kinds: readonly Kind[]): string[] {
  const found = new Set<string>()
  const wanted = [kind]
  for (let at = wanted.pop(); at !== undefined; at = wanted.pop()) {
    for (const one of kinds) {
      if (!one.under?.includes(at) || found.has(one.id)) continue
      found.add(one.id)
      wanted.push(one.id)
    }
  }
  return [...found]
}

// Loops whose matters can be opened as belonging to one of this loop: they ask for it when they begin.
export interface Belonging { loop: Loop; field: Field }

export function belongingTo(loop: string, lines: readonly LoopLine[], charts: readonly Loop[]): Belonging[] {
  return lines.flatMap((line) => {
    const chart = charts.find((one) => one.id === line.id)
    if (!chart) return []
    const ways = chart.moves.filter((move) => line.opens.some((one) => one.move === move.id))
    const field = ways.flatMap((move) => move.fields).find((each) => each.type === 'matter' && each.loop === loop)
    return field ? [{ loop: chart, field }] : []
  })
}
