import { effectScope, nextTick, ref } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { api } from '@/api/client'
import { useReading } from './reading'

type Answer = { of: string }
const waiting: { path: string; give: (answer: Answer) => void; fail: (why: Error) => void }[] = []
function listen(): void {
  vi.spyOn(api, 'get').mockImplementation(((path: string) => new Promise((give, fail) => { waiting.push({ path, give: give as never, fail }) })) as never)
}
const settled = async () => { await nextTick(); await Promise.resolve(); await nextTick() }

afterEach(() => {
  waiting.length = 0
  vi.restoreAllMocks()
})

describe('an answer that is read', () => {
  it('is the one to the question that is asked now, whichever comes first', async () => {
    listen()
    const of = ref('a')
    const scope = effectScope()
    const reading = scope.run(() => useReading<Answer>(() => ({ path: `/trends/${of.value}` })))!
    of.value = 'b'
    await settled()
    expect(waiting.map((one) => one.path)).toEqual(['/trends/a', '/trends/b'])
    waiting[1].give({ of: 'b' })
    await settled()
    waiting[0].give({ of: 'a' })
    await settled()
    expect(reading.answer.value).toEqual({ of: 'b' })
    scope.stop()
  })
  it('goes at once when another place is asked for, and stays while only the filter changes', async () => {
    listen()
    const of = ref('a')
    const days = ref(30)
    const scope = effectScope()
    const reading = scope.run(() => useReading<Answer>(() => ({ path: `/trends/${of.value}`, query: { days: days.value } })))!
    waiting[0].give({ of: 'a' })
    await settled()
    days.value = 90
    await settled()
    expect(reading.answer.value).toEqual({ of: 'a' })
    of.value = 'b'
    await settled()
    expect(reading.answer.value).toBeNull()
    scope.stop()
  })
  it('is not asked for while there is no question', async () => {
    listen()
    const of = ref('')
    const scope = effectScope()
    scope.run(() => useReading<Answer>(() => (of.value ? { path: `/grades/${of.value}` } : null)))
    expect(waiting).toEqual([])
    of.value = 'a'
    await settled()
    expect(waiting).toHaveLength(1)
    scope.stop()
  })
  it('says why there is none, and forgets it with the next that comes', async () => {
    listen()
    const of = ref('a')
    const scope = effectScope()
    const reading = scope.run(() => useReading<Answer>(() => ({ path: `/grades/${of.value}` })))!
    waiting[0].fail(new TypeError('no line'))
    await settled()
    expect(reading.refusal.value).not.toBeNull()
    expect(reading.once.value).toBe(true)
    of.value = 'b'
    await settled()
    waiting[1].give({ of: 'b' })
    await settled()
    expect(reading.refusal.value).toBeNull()
    scope.stop()
  })
})
