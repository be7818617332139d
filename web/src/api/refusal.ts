// Why the server, or the way to it, would not do what was asked. Every failed call ends as one of
// these, so that a page has one thing to show.

import type { Problem } from './types'

export class RefusalError extends Error {
  readonly status: number
  readonly key: string
  readonly field: string
  readonly clause: string
  readonly wants: string[]
  readonly args: Record<string, unknown>
  readonly detail: string
  readonly trace: string
  readonly retryAfterSeconds: number | null

  constructor(problem: Partial<Problem> & { key: string }, retryAfterSeconds: number | null = null) {
    super(problem.detail || problem.key)
    this.name = 'RefusalError'
    this.status = problem.status ?? 0
    this.key = problem.key
    this.field = problem.field ?? ''
    this.clause = problem.clause ?? ''
    this.wants = problem.wants ?? []
    this.args = problem.args ?? {}
    this.detail = problem.detail ?? ''
    this.trace = problem.trace ?? ''
    this.retryAfterSeconds = retryAfterSeconds
  }

  // The way to the server is closed: what was asked may be asked again later, under the same id.
  get unreachable(): boolean {
    return this.key === 'browser.unreachable'
  }
}

// Anything thrown, as a refusal; a fault of the page itself keeps its message as detail.
export function refusalOf(error: unknown): RefusalError {
  if (error instanceof RefusalError) return error
  return new RefusalError({ key: 'browser.fault', detail: error instanceof Error ? error.message : String(error) })
}
