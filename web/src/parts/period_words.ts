// Periods and windows as people say them: `2026-W10` is a week, `2026-03-02N1` a night.

import { addDays } from '@/days'
import { clock, dayOf, dayShort as day, instant } from '@/format'
import { words as t } from '@/words'

// With the pack's words for what an event or a holiday is where they are known.
export function periodText(period: string): string {
  let hit = /^(\d{4}-\d{2}-\d{2})N(\d+)$/.exec(period)
  if (hit) return t('duties.period_night', { day: day(hit[1]), n: hit[2] })
  if (/^\d{4}-\d{2}-\d{2}$/.test(period)) return day(period)
  hit = /^(\d{4})-W(\d{2})$/.exec(period)
  if (hit) return t('duties.period_week', { year: hit[1], n: Number(hit[2]) })
  hit = /^(\d{4})-(\d{2})$/.exec(period)
  if (hit) return t('duties.period_month', { year: hit[1], n: Number(hit[2]) })
  hit = /^(\d{4})-Q(\d)$/.exec(period)
  if (hit) return t('duties.period_quarter', { year: hit[1], n: hit[2] })
  hit = /^(\d{4})-H(\d)$/.exec(period)
  if (hit) return t(`duties.period_half_${hit[2]}`, { year: hit[1] })
  hit = /^(\d{4})-S(\d)$/.exec(period)
  if (hit) return t(hit[2] === '1' || hit[2] === '2' ? `duties.period_term_${hit[2]}` : 'duties.period_term', { year: hit[1], n: hit[2] })
  hit = /^(\d{4})-(\d{4})$/.exec(period)
  if (hit) return t('duties.period_school_year', { from: hit[1], to: hit[2] })
  if (/^\d{4}$/.test(period)) return t('duties.period_year', { year: period })
  hit = /^(term_start|term_end|vacation_start|holiday_start):(.+)$/.exec(period)
  if (hit) return t(`duties.event_${hit[1]}`, { which: periodText(hit[2]) })
  return period
}

// A window that ends at midnight ends with the day before.
export function windowText(opensAt: string, closesAt: string): string {
  const first = dayOf(opensAt)
  const wholeEnd = clock(closesAt) === '00:00'
  const last = wholeEnd ? addDays(dayOf(closesAt), -1) : dayOf(closesAt)
  const wholeStart = clock(opensAt) === '00:00'
  if (first === last) {
    if (wholeStart && wholeEnd) return t('duties.window_day', { day: day(first) })
    return t('duties.window_hours', { day: day(first), from: clock(opensAt), to: wholeEnd ? '24:00' : clock(closesAt) })
  }
  if (wholeStart && wholeEnd) return t('duties.window_days', { from: day(first), to: day(last) })
  return t('duties.window_days', { from: instant(opensAt), to: wholeEnd ? day(last) : instant(closesAt) })
}

// The last moment of a window; midnight is the end of the day before.
export function deadlineText(closesAt: string): string {
  return clock(closesAt) === '00:00' ? `${day(dayOf(Date.parse(closesAt) - 1))} 24:00` : instant(closesAt)
}

// When it closes, short: the hour of today, otherwise the day as well.
export function closesText(closesAt: string, now: number): string {
  const at = Date.parse(closesAt)
  if (dayOf(at - 1) === dayOf(now)) return t('duties.until', { time: clock(closesAt) === '00:00' ? '24:00' : clock(closesAt) })
  return t('duties.until', { time: clock(closesAt) === '00:00' ? day(dayOf(at - 1)) : instant(closesAt, now) })
}

// 3 分 20 秒: the seconds of a drill.
export function secondsText(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return t('duties.seconds', { s: whole })
  const s = whole % 60
  return s ? t('duties.minutes_seconds', { m: Math.floor(whole / 60), s }) : t('duties.minutes', { m: whole / 60 })
}
