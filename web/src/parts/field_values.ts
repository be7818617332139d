// The several choices held by one text.
export function listed(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'string' ? value.split(/[\s,;]+/).filter(Boolean) : []
}

// Of papers, only the last characters come back from the server.
export function lastFour(value: unknown): string {
  const last = (value as { last4?: unknown } | null | undefined)?.last4
  return typeof last === 'string' ? last : ''
}

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)
const isSame = (a: unknown, b: unknown): boolean => (isEmpty(a) && isEmpty(b)) || JSON.stringify(a) === JSON.stringify(b)

// A field that was never filled is not said at all.
export function givenFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)))
}

// What differs from before; a field that was emptied is said to be empty.
export function changedFields(before: Record<string, unknown>, now: Record<string, unknown>): Record<string, unknown> {
  const ids = new Set([...Object.keys(before), ...Object.keys(now)])
  return Object.fromEntries([...ids].filter((id) => !isSame(before[id], now[id])).map((id) => [id, isEmpty(now[id]) ? null : now[id]]))
}
