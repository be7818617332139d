// The figures over the list, summed from the rows of counts: by level, by stage, late ones. Each
// figure names the filter that opens exactly the rows it counts.

export interface CountRow {
  district: string
  organisation?: string | null
  level: string | null
  stage: string
  count: number
  late: number
}

export interface CountNarrowing {
  level?: string
  stage?: string
  late?: boolean
}

export function sumOf(rows: CountRow[], { level, stage, late }: CountNarrowing = {}): number {
  let sum = 0
  for (const row of rows) {
    if (level && row.level !== level) continue
    if (stage && row.stage !== stage) continue
    sum += late ? row.late : row.count
  }
  return sum
}
