import { expect, it } from 'vitest'
import { begun } from './draft'
import { hourOf, kSlackMs, settle, touch } from './hour'
import { task } from './shelf_for_tests'

const kDay = 24 * 3600_000
const noon = Date.parse('2026-03-02T12:00:00Z')

it('a phone a day wrong is set right without a word where it was known to be', () => {
  const draft = begun('500190.a', 'me', task)
  touch(draft, noon + kDay, -kDay)
  const hour = hourOf(draft, -kDay + 3000, noon + kDay + 60_000)
  expect(hour).toEqual({ settled: true, happened_ms: noon + 3000, corrected_ms: -kDay + 3000 })
})

it('a clock that was set meanwhile leaves two hours, and a person to say which', () => {
  const draft = begun('500190.a', 'me', task)
  touch(draft, noon + kDay, 0)
  expect(hourOf(draft, -kDay, noon + kDay + 60_000)).toEqual({ settled: false, then_ms: noon + kDay, now_ms: noon })
  settle(draft, noon, -kDay)
  expect(hourOf(draft, 0, noon)).toEqual({ settled: true, happened_ms: noon, corrected_ms: -kDay })
})

it('a drift of seconds is no question, and nothing happens after the present', () => {
  const draft = begun('500190.a', 'me', task)
  touch(draft, noon, 0)
  expect(hourOf(draft, kSlackMs, noon)).toMatchObject({ settled: true })
  expect(hourOf(draft, 500, noon - 2000)).toMatchObject({ settled: true, happened_ms: noon - 1500 })
})

it('a touch after it was settled opens the hour again', () => {
  const draft = begun('500190.a', 'me', task)
  settle(draft, noon, 400)
  expect(draft.corrected_ms).toBeNull()
  touch(draft, noon + 1, 7)
  expect(draft.happened_at).toBeNull()
})
