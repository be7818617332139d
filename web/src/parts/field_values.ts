// The several choices held by one text.
export function listed(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'string' ? value.split(/[\s,;]+/).filter(Boolean) : []
}
