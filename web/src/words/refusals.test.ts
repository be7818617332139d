import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { RefusalError } from '@/api/refusal'
import type { Pack } from '@/api/types'
import { usePack } from '@/stores/pack'
import { speak } from './index'
import { refusalText } from './refusals'

const words = (zh: string, en = zh) => ({ zh, en })

beforeEach(async () => {
  setActivePinia(createPinia())
  await speak('zh-CN')
  usePack().pack = {
    zone: 'Asia/Shanghai', kinds: [{ id: 'primary', name: words('小学') }, { id: 'district', name: words('区县') }],
    posts: [{ id: 'principal', name: words('校长') }, { id: 'guard', name: words('保安') }], checklists: [],
    ledgers: [{ id: 'points', name: words('排查点位'), fields: [{ id: 'name', name: words('点位') }] }],
    loops: [{ id: 'hazard', stages: [], levels: [], categories: [], assessments: [], moves: [{ id: 'accept', name: words('验收'), fields: [] }], fields: [{ id: 'funds', name: words('治理资金'), why: words('没有钱会停工') }, { id: 'contingency_plan', name: words('应急预案') }] }],
  } as unknown as Pack
})
const text = (problem: ConstructorParameters<typeof RefusalError>[0]) => refusalText(new RefusalError(problem))

test('what is missing is listed by name, with why it is wanted', () => {
  const said = text({ key: 'loops.guard_unmet', clause: 'C07.14', wants: ['funds', 'contingency_plan'], args: { why: words('五项落实'), whys: { contingency_plan: words('万一出事') } } })
  expect(said.wants).toEqual([
    { id: 'funds', name: '治理资金', why: '没有钱会停工' },
    { id: 'contingency_plan', name: '应急预案', why: '万一出事' },
  ])
  expect(said.why).toBe('五项落实')
  expect(said.clause).toBe('C07.14')
})

test('ids of the pack are said by their names', () => {
  expect(text({ key: 'loops.same_actor', args: { move: 'accept' } }).text).toContain('“验收”')
  expect(text({ key: 'loops.not_yours', args: { move: 'accept', posts: ['principal', 'guard'] } }).text).toContain('校长、保安')
  expect(text({ key: 'organisation.wrong_parent', args: { kind: 'district', parent_kind: 'primary' } }).text).toContain('“区县”不能放在“小学”下面')
})

test('words of the server’s own are said in the reader’s language', async () => {
  expect(text({ key: 'authority.forbidden', args: { noun: 'matters', action: 'read' } }).text).toContain('查看隐患')
  await speak('en')
  expect(text({ key: 'authority.forbidden', args: { noun: 'matters', action: 'read' } }).text).toContain('see hazards')
})

test('the field is named once', () => {
  expect(text({ key: 'body.required', field: 'login' }).field).toBe('登录名')
  const malformed = text({ key: 'fields.malformed', field: 'fields.name', args: { field: 'name', fault: 'long' } })
  expect(malformed.text).toContain('“点位”')
  expect(malformed.text).toContain('太长')
  expect(malformed.field).toBe('')
})

test('instants are times of the zone', () => {
  expect(text({ key: 'matter.from_the_future', args: { now: '2026-03-02T07:30:00.000+08:00' } }).text).toContain('07:30')
})

test('a key without words is shown as it is', () => {
  expect(text({ key: 'nobody.knows' }).text).toContain('nobody.knows')
})
