// How schools are graded, as the server says it to those who supervise them.

import type { Words } from '@/api/types'

export interface Ref { id: string; name: string }
export interface GradeCount { grade: string; name: Words; sign: string; up_to: number | null; inspect: number; inspect_days: boolean; count: number }
export interface Quiet { hazards: number; peers_median: number; peers: number; from: string; to: string }
export interface Inspection { last: string | null; due: string; overdue: boolean }
export interface GradeLine { organisation: Ref; kind: string; grade: string; points: number; percent: number; held_down: boolean; parts: { part: string; points: number }[]; inspection: Inspection; quiet: Quiet | null }
export interface GradesView { organisation: Ref; kind: string; measure: string; most: number; counts: GradeCount[]; graded: number; overdue: number; quiet: number; items: GradeLine[]; all: number; next: string | null; as_of: string }
export interface Weighed { what: string; heavier: boolean; count: number; each: number; points: number; term: string; requirements: string[] }
export interface GradedPart { part: string; name: Words; of: string; loop: string | null; from: string | null; to: string | null; lines: Weighed[]; sum: number; points: number; most: number }
export interface HeldDown { grade: string; why: Words; loop: string; levels: string[]; count: number; at_least: number; term: string }
export interface GradeWhy { organisation: Ref; kind: string; measure: string; grade: string; grade_by_points: string; points: number; percent: number; most: number; parts: GradedPart[]; held_down: HeldDown[]; inspection: Inspection; quiet: Quiet | null; scale: GradeCount[]; as_of: string }

// Points as people read them: no more than one place behind the point.
export const points = (value: number): number => Math.round(value * 10) / 10
