// What a day of the calendar is, as one word.

import type { CalendarDay } from '@/api/types'
import { weekdayOf } from '@/days'

export type DayKind = 'unknown' | 'closed' | 'worked_weekend' | 'lessons' | 'holiday' | 'vacation' | 'no_lessons'

// A closure comes before everything else that the day may be: that is why nobody is there.
export function kindOf(day: CalendarDay): DayKind {
  if (day.closed) return 'closed'
  if (!day.known) return 'unknown'
  if (day.lessons) return weekdayOf(day.day) > 5 ? 'worked_weekend' : 'lessons'
  if (day.holiday && !day.worked) return 'holiday'
  return day.term ? 'no_lessons' : 'vacation'
}

export function lessonsIn(days: CalendarDay[]): number {
  return days.filter((day) => day.lessons && !day.closed).length
}
