// Civil days as the server writes them, `2026-03-02`, counted and named without any hour or zone.

const kDayMs = 86_400_000

const atNoon = (day: string): number => Date.parse(`${day}T12:00:00Z`)

export function isDay(text: unknown): text is string {
  return typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(atNoon(text)).toISOString().slice(0, 10) === text
}

export function addDays(day: string, many: number): string {
  return new Date(atNoon(day) + many * kDayMs).toISOString().slice(0, 10)
}

export function daysBetween(from: string, to: string): number {
  return Math.round((atNoon(to) - atNoon(from)) / kDayMs)
}

// 1 is Monday, 7 Sunday.
export function weekdayOf(day: string): number {
  return new Date(atNoon(day)).getUTCDay() || 7
}

export function mondayOf(day: string): string {
  return addDays(day, 1 - weekdayOf(day))
}

export function weekFrom(monday: string): string[] {
  return Array.from({ length: 7 }, (_, index) => addDays(monday, index))
}

// `2026-03`, so many months on.
export function addMonths(month: string, many: number): string {
  const all = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + many
  return `${String(Math.floor(all / 12)).padStart(4, '0')}-${String((all % 12) + 1).padStart(2, '0')}`
}

export function lastOfMonth(month: string): string {
  return addDays(`${addMonths(month, 1)}-01`, -1)
}

// The weeks of a month, from Monday on; null where a day is of another month.
export function weeksOf(month: string): (string | null)[][] {
  const first = `${month}-01`
  const last = lastOfMonth(month)
  const weeks: (string | null)[][] = []
  for (let monday = mondayOf(first); monday <= last; monday = addDays(monday, 7)) {
    weeks.push(weekFrom(monday).map((day) => (day.slice(0, 7) === month ? day : null)))
  }
  return weeks
}
