// An answer in plain words: to be read by people where the server will not take it, and for the note
// where an item is no longer asked.

import { clock, dayOf, dayShort, exactly, serverNow } from '@/format'
import { say, words as t } from '@/words'
import { asksOf, isAnswered } from './checklist'
import type { Draft, ItemDraft } from './draft'
import type { DutyTask, ListItem } from './types'

// Until when it is open: an hour where that is today, else the last day.
export function untilWords(task: DutyTask): string {
  const last = dayOf(Date.parse(task.closes_at) - 1)
  if (last !== dayOf(serverNow())) return t('inspection.until_day', { day: dayShort(last) })
  return dayOf(task.closes_at) === last ? t('inspection.until_clock', { time: clock(task.closes_at) }) : t('inspection.until_tonight')
}

export function valueInWords(item: ListItem, given: ItemDraft): string {
  switch (asksOf(item)) {
    case 'state': return given.answer ? t(`inspection.${given.answer}`) : ''
    case 'number': return `${given.number.trim()} ${say(item.unit)}`.trim()
    case 'numbers': return given.numbers.filter((row) => row.name || row.number).map((row) => `${row.name} ${row.number} ${say(item.unit)}`.trim()).join(t('parts.list_join'))
    case 'choice': return say(item.choices?.find((choice) => choice.id === given.choice)?.name) || given.choice
    case 'photo': return t('photo.many', { n: given.photos.length })
    case 'text': return given.text.trim()
    case 'moment': return given.moment
  }
}

export function itemInWords(item: ListItem, given: ItemDraft): string {
  const note = given.note.trim() ? t('inspection.words_note', { note: given.note.trim() }) : ''
  return t('inspection.words_item', { item: say(item.text), value: valueInWords(item, given) }) + note
}

export function answerInWords(draft: Draft, person: string): string {
  const happened = draft.happened_at ?? (draft.looked ? new Date(draft.looked.phone_ms + draft.looked.ahead_ms).toISOString() : null)
  const lines = [
    [say(draft.names.list), draft.names.point].filter(Boolean).join(' · '),
    t('inspection.words_head', { period: draft.period, person, time: happened ? exactly(happened) : '' }),
    '',
  ]
  for (const item of draft.list) {
    const given = draft.items[item.id]
    if (given && isAnswered(item, given)) lines.push(itemInWords(item, given))
  }
  if (draft.note.trim()) lines.push('', draft.note.trim())
  return lines.join('\n') + '\n'
}
