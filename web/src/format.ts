// Times, lengths of time, sizes and sums as people read them. Times are always those of the pack's
// zone, wherever the reader is.

import { computed, onScopeDispose, ref } from 'vue'
import { presentMs } from '@/api/server_clock'
import { usePack } from '@/stores/pack'
import { language, words as t } from '@/words'

export const defaultZone = 'Asia/Shanghai'
const zone = (): string => usePack().pack?.zone ?? defaultZone

const makers = new Map<string, Intl.DateTimeFormat>()
function maker(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const whole = { ...options, timeZone: zone(), hourCycle: 'h23' as const }
  const key = language.value + JSON.stringify(whole)
  let made = makers.get(key)
  if (!made) {
    made = new Intl.DateTimeFormat(language.value, whole)
    makers.set(key, made)
  }
  return made
}

type Moment = string | number | null | undefined
function at(moment: Moment): Date | null {
  if (moment === null || moment === undefined || moment === '') return null
  const date = new Date(moment)
  return Number.isNaN(date.getTime()) ? null : date
}

// The server's present; pages measure against it so that a wrong phone clock misleads nobody.
export function serverNow(): number {
  return presentMs()
}

// A present that moves on while the component lives.
export function useNow(everyMs = 30000) {
  const now = ref(Date.now())
  const timer = setInterval(() => { now.value = Date.now() }, everyMs)
  onScopeDispose(() => clearInterval(timer))
  return computed(() => presentMs(now.value))
}

// 2026-03-02 in the zone.
export function dayOf(moment: Moment): string {
  const date = at(moment)
  if (!date) return ''
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone(), year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(date)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

// 3月2日 07:30; with the year where it is not this one.
export function instant(moment: Moment, now: number = serverNow()): string {
  const date = at(moment)
  if (!date) return ''
  const sameYear = dayOf(date.getTime()).slice(0, 4) === dayOf(now).slice(0, 4)
  return maker({ year: sameYear ? undefined : 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(date)
}

// With year and second, for records: 2026-03-02 07:30:00, which reads the same in every language.
export function exactly(moment: Moment): string {
  const date = at(moment)
  return date ? `${dayOf(moment)} ${maker({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(date)}` : ''
}

export function day(moment: Moment): string {
  // A day without an hour is a day of the zone already.
  const date = typeof moment === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(moment) ? at(`${moment}T12:00:00+08:00`) : at(moment)
  return date ? maker({ year: 'numeric', month: 'short', day: 'numeric' }).format(date) : ''
}

// 3月2日; with the year where it is not this one.
export function dayShort(civil: string, now: number = serverNow()): string {
  const date = at(`${civil}T12:00:00+08:00`)
  if (!date) return ''
  return maker({ year: civil.slice(0, 4) === dayOf(now).slice(0, 4) ? undefined : 'numeric', month: 'short', day: 'numeric' }).format(date)
}

export function weekday(moment: Moment): string {
  const date = at(moment)
  if (!date) return ''
  if (language.value === 'en') return maker({ month: 'long', day: 'numeric', weekday: 'long' }).format(date)
  return `${maker({ month: 'long', day: 'numeric' }).format(date)} ${maker({ weekday: 'long' }).format(date)}`
}

export function clock(moment: Moment): string {
  const date = at(moment)
  return date ? maker({ hour: '2-digit', minute: '2-digit' }).format(date) : ''
}

const minute = 60_000
const hour = 60 * minute
const wholeDay = 24 * hour

// 3 天 4 小时: the two largest units.
export function lasting(ms: number): string {
  const length = Math.abs(ms)
  if (length < minute) return t('time.under_a_minute')
  const days = Math.floor(length / wholeDay)
  const hours = Math.floor((length % wholeDay) / hour)
  const minutes = Math.floor((length % hour) / minute)
  if (days > 0) return hours > 0 ? t('time.days_hours', { days, hours }) : t('time.days', { days })
  if (hours > 0) return minutes > 0 ? t('time.hours_minutes', { hours, minutes }) : t('time.hours', { hours })
  return t('time.minutes', { minutes })
}

// 3 小时前, 还剩 2 天, 已超 5 小时.
export function ago(moment: Moment, now: number = serverNow()): string {
  const date = at(moment)
  if (!date) return ''
  const past = now - date.getTime()
  if (Math.abs(past) < minute) return t('time.just_now')
  return past > 0 ? t('time.ago', { length: coarse(past) }) : t('time.ahead', { length: coarse(past) })
}
export function dueIn(moment: Moment, now: number = serverNow()): string {
  const date = at(moment)
  if (!date) return ''
  const left = date.getTime() - now
  return left >= 0 ? t('time.left', { length: coarse(left) }) : t('time.over', { length: coarse(left) })
}

function coarse(ms: number): string {
  const length = Math.abs(ms)
  if (length < minute) return t('time.under_a_minute')
  if (length < hour) return t('time.minutes', { minutes: Math.floor(length / minute) })
  if (length < 2 * wholeDay) return t('time.hours', { hours: Math.floor(length / hour) })
  return t('time.days', { days: Math.floor(length / wholeDay) })
}

export function money(value: unknown): string {
  const sum = Number(value)
  if (!Number.isFinite(sum)) return ''
  return new Intl.NumberFormat(language.value, { style: 'currency', currency: 'CNY', maximumFractionDigits: sum % 1 ? 2 : 0 }).format(sum)
}

export function count(value: number): string {
  return new Intl.NumberFormat(language.value).format(value)
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(bytes < 10240 ? 1 : 0)} kB`
  if (bytes < 1024 ** 3) return `${(bytes / 1024 ** 2).toFixed(1)} MB`
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`
}

// An instant as a field for date and hour wants it, in the pack's zone: 2026-03-02T07:30.
export function fieldMoment(moment: Moment): string {
  return at(moment) ? `${dayOf(moment)}T${clockOf(moment)}` : ''
}
function clockOf(moment: Moment): string {
  const date = at(moment)
  return date ? new Intl.DateTimeFormat('en-GB', { timeZone: zone(), hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(date) : ''
}

// And back: the instant at which the zone's clocks say that.
export function momentOfField(text: string): string | null {
  const said = Date.parse(`${text}Z`)
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) || Number.isNaN(said)) return null
  const offset = (instantMs: number) => Date.parse(`${fieldMoment(instantMs)}Z`) - instantMs
  const near = said - offset(said)
  return new Date(said - offset(near)).toISOString()
}
