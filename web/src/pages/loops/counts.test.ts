import { describe, expect, it } from 'vitest'
import { sumOf } from './counts'

const rows = [
  { district: '500190', level: 'red', stage: 'treatment', count: 2, late: 1 },
  { district: '500190', level: 'blue', stage: 'treatment', count: 3, late: 0 },
  { district: '500190', level: '', stage: 'assessment', count: 4, late: 2 },
]

describe('the figures over the list', () => {
  it('are sums of the rows', () => {
    expect(sumOf(rows)).toBe(9)
    expect(sumOf(rows, { level: 'red' })).toBe(2)
    expect(sumOf(rows, { stage: 'treatment' })).toBe(5)
    expect(sumOf(rows, { late: true })).toBe(3)
    expect(sumOf(rows, { stage: 'treatment', level: 'red', late: true })).toBe(1)
    expect(sumOf([])).toBe(0)
  })
})
