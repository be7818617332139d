// The loops of the pack as pages see them: where each has its pages, what a reader needs to be let
// in, and where a new matter can begin. A loop that is worked every day has an address of its own;
// every other one is found under /loops, and a new chart needs nothing here.

import type { LocationQueryRaw, RouteLocationRaw } from 'vue-router'
import type { Field, Kind, Loop, Move, Posting, Ref } from '@/api/types'

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

// The moves by which one of these posts opens a matter.
export function openingMoves(loop: Loop, posts: readonly string[]): Move[] {
  return loop.moves.filter((move) => !move.from.length && !move.automatic && move.by.some((post) => posts.includes(post)))
}

export function mayOpen(loop: Loop, posts: readonly string[], may: (right: string) => boolean): boolean {
  return may(`${nounOf(loop)}.open`) && openingMoves(loop, posts).length > 0
}

// What a matter may be about, as far as postings tell: organisations of one's own, and the kinds of
// those beneath them among which one is looked for.
export interface Grounds { own: Ref[]; kinds: string[] }

export function groundsFor(loop: Loop, move: Move, postings: readonly Posting[], kinds: readonly Kind[]): Grounds {
  const fits = loop.kinds?.length ? loop.kinds : kinds.filter((kind) => kind.is_school).map((kind) => kind.id)
  const opening = postings.filter((posting) => move.by.includes(posting.post))
  const beneath = new Set(opening.flatMap((posting) => kindsUnder(posting.kind, kinds)))
  const own = opening.filter((posting) => fits.includes(posting.kind)).map((posting) => posting.organisation)
  const found: Grounds = {
    own: own.filter((one, i) => own.findIndex((other) => other.id === one.id) === i),
    kinds: fits.filter((kind) => beneath.has(kind)),
  }
  // Where a chart names no kinds, whoever has no school beneath him begins at his own place.
  if (!loop.kinds?.length && !found.own.length && !found.kinds.length) found.own = opening.map((posting) => posting.organisation).slice(0, 1)
  return found
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

export function belongingTo(loop: string, all: readonly Loop[], posts: readonly string[], may: (right: string) => boolean): Belonging[] {
  return all.flatMap((one) => {
    if (!mayOpen(one, posts, may)) return []
    const field = openingMoves(one, posts).flatMap((move) => move.fields).find((each) => each.type === 'matter' && each.loop === loop)
    return field ? [{ loop: one, field }] : []
  })
}
