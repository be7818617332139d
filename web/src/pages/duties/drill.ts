// A drill read from its answer: how long each building took to clear against the norm, and how many
// were absent. The checklist of drills says which item is which by what it asks.

import type { AnswerView, Checklist, ChecklistItem, NamedNumber, Task } from '@/api/types'

// The name of the checklist that makes an answer a drill.
export const kDrill = 'drill'

export function isOver(item: Pick<ChecklistItem, 'least' | 'most'>, value: number): boolean {
  return (typeof item.most === 'number' && value > item.most) || (typeof item.least === 'number' && value < item.least)
}

// The item of the times: numbers, one for each building.
export function clearItem(list: Checklist | undefined): ChecklistItem | undefined {
  return list?.items.find((item) => item.id === 'clear_seconds') ?? list?.items.find((item) => item.asks === 'numbers')
}

export interface DrillResult {
  buildings: (NamedNumber & { over: boolean })[]
  // The slowest building; null where none was timed.
  slowest: number | null
  norm: number | null
  absent: number | null
}

export function resultOf(answer: Pick<AnswerView, 'items'>, list: Checklist | undefined): DrillResult {
  const item = clearItem(list)
  const given = answer.items.find((one) => one.item === item?.id)
  const buildings = (given?.numbers ?? []).map((one) => ({ ...one, over: item ? isOver(item, one.number) : false }))
  const absent = answer.items.find((one) => one.item === 'absent')
  return {
    buildings,
    slowest: buildings.length ? Math.max(...buildings.map((one) => one.number)) : null,
    norm: item?.most ?? null,
    absent: absent?.number ?? null,
  }
}

// The drills of a day, each once though several duties hang on one answer's day.
export function drillsOf(tasks: Task[]): Task[] {
  return tasks.filter((task) => task.checklist === kDrill)
}
