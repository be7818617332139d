// Works out the product and the level of an assessment while its factors are being chosen, with
// the method as the pack gives it. The server works them out again; this is only what is shown.

import type { Assessment, Loop } from '@/api/types'
import { isBlank, type Typed } from './moveform'

export interface Threshold {
  at_least: number
  level: string
}

export interface AssessmentMethod {
  id: string
  factors: { id: string }[]
  result: string
  thresholds: Threshold[]
}

export interface AssessmentPreview {
  product: number
  level: string | null
}

// Empty until every factor is chosen.
export function previewAssessment(
  method: AssessmentMethod,
  fields: Record<string, unknown>,
): AssessmentPreview | null {
  let product = 1
  for (const factor of method.factors) {
    const value = fields[factor.id]
    if (value === undefined || value === null || value === '') return null
    const number = Number(value)
    if (!Number.isFinite(number)) return null
    product *= number
  }
  // 0.1 × 3 × 40 is 12.000000000000002 in binary; the factors have one decimal at most.
  product = Math.round(product * 1e6) / 1e6
  return { product, level: levelOf(method, product) }
}

// The highest threshold reached; a product below them all has the lowest level, as on the server.
export function levelOf(method: AssessmentMethod, product: number): string | null {
  const highestFirst = [...method.thresholds].sort((a, b) => b.at_least - a.at_least)
  const reached = highestFirst.find((threshold) => product >= threshold.at_least)
  return (reached ?? highestFirst[highestFirst.length - 1])?.level ?? null
}

// What an assessing move is given by its own part of the form, and no field of the form asks again.
export const kMethod = 'method'

export function assessedIds(loop: Pick<Loop, 'assessments'>): Set<string> {
  return new Set([kMethod, ...loop.assessments.flatMap((one) => [one.result, ...one.factors.map((factor) => factor.id)])])
}

// The method that was chosen; the first until one is.
export function methodIn(loop: Pick<Loop, 'assessments'>, typed: Typed): Assessment | undefined {
  return loop.assessments.find((one) => one.id === typed[kMethod]) ?? loop.assessments[0]
}

export function lacksFactor(method: Assessment | undefined, typed: Typed): boolean {
  return method?.factors.some((factor) => isBlank(typed[factor.id])) ?? false
}

// As it is sent.
export function assessmentIn(method: Assessment | undefined, typed: Typed): Record<string, unknown> {
  if (!method) return {}
  return { [kMethod]: method.id, ...Object.fromEntries(method.factors.map((factor) => [factor.id, Number(typed[factor.id])])) }
}
