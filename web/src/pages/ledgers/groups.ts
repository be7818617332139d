// The ledgers in groups, so that one of several dozen is found: under the clause that it serves first,
// and before them what a school needs every day and no clause names.

import type { Clause, Ledger, Words } from '@/api/types'

// Clause 0 stands for none.
export interface LedgerGroup { clause: number; title: Words | null; ledgers: Ledger[] }

export function groupsOf(ledgers: Ledger[], clauses: Clause[]): LedgerGroup[] {
  const first = new Map<string, number>()
  for (const clause of clauses)
    for (const requirement of clause.requirements)
      for (const holder of requirement.held_by) if (!first.has(holder)) first.set(holder, clause.number)
  const clauseOf = (ledger: Ledger) => first.get(`ledger/${ledger.id}`) ?? 0
  return [{ number: 0, title: null }, ...clauses]
    .map(({ number, title }) => ({ clause: number, title, ledgers: ledgers.filter((ledger) => clauseOf(ledger) === number) }))
    .filter((group) => group.ledgers.length > 0)
}

// What is left when somebody looks for something: ledgers whose name or one of whose fields has it,
// and all of a clause whose title has it. `said` gives words in the reader's language.
export function found(groups: LedgerGroup[], typed: string, said: (words: Words | null) => string): LedgerGroup[] {
  const wanted = typed.trim().toLowerCase()
  if (!wanted) return groups
  const has = (words: Words | null) => said(words).toLowerCase().includes(wanted)
  return groups
    .map((group) => (has(group.title) ? group : { ...group, ledgers: group.ledgers.filter((ledger) => has(ledger.name) || ledger.fields.some((field) => has(field.name))) }))
    .filter((group) => group.ledgers.length > 0)
}
