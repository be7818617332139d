// When a thing happened and when it became known are two times; terms run from the first, the
// journal keeps the order of the second, and a clock that is set back disturbs neither.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listen } from '../support/listening.mjs'
import { Server, command, eventually, newId, photograph } from '../support/server.mjs'

const at = (day, time = '08:00') => `2026-03-${String(day).padStart(2, '0')}T${time}:00+08:00`
const same = (one, other) => assert.equal(Date.parse(one), Date.parse(other), `${one} is not ${other}`)

let server, guard, teacher, safety, principal, officer, school
before(async () => {
  server = await Server.start({ clock: at(2, '07:30') })
  await everybodyEnters()
  school = guard.me.postings[0].organisation.id
})
after(() => server.end())

async function everybodyEnters() {
  ;[guard, teacher, safety, principal, officer] = await Promise.all(['menwei', 'banzhuren', 'anquan', 'xiaozhang', 'quxian'].map((each) => server.enter(each)))
}
// Sessions do not last through the night.
async function itIsNow(instant) {
  server.setClock(instant)
  await everybodyEnters()
}

async function find(title, { who = guard, happened_at, category = 'building' } = {}) {
  const id = newId()
  const fields = { title, place: '一号楼', category, description: title, photos_before: [await who.attach(photograph(title), 'image/jpeg')] }
  const made = await who.put('/loops/hazard/matters/' + id, { organisation: school, move: 'find', fields, ...(happened_at && { happened_at }) })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return id
}
const move = (who, id, name, fields = {}, happened_at) =>
  who.put(`/loops/hazard/matters/${id}/moves/${newId()}`, { move: name, fields, ...(happened_at && { happened_at }) })
async function moved(...asked) {
  const made = await move(...asked)
  assert.equal(made.status, 200, JSON.stringify(made.body))
  return made.body
}
const matter = async (id, who = safety) => (await who.get('/loops/hazard/matters/' + id)).body
const refused = (answer, status, key) => assert.deepEqual([answer.status, answer.body.key], [status, key], JSON.stringify(answer.body))

const levels = { red: { l: 10, e: 10, c: 40 }, orange: { l: 6, e: 6, c: 7 }, yellow: { l: 3, e: 6, c: 7 }, blue: { l: 1, e: 3, c: 3 } }
async function assessed(title, level) {
  const id = await find(title)
  const whole = await moved(safety, id, 'assess', { method: 'lec', ...levels[level] })
  assert.equal(whole.level, level)
  return id
}
const five = (deadline) => ({ person_answerable: safety.me.person.id, measures: '拆除重砌', funds: 3000, deadline, contingency_plan: '围挡隔离，专人看守' })
async function inTreatment(title, level) {
  const id = await assessed(title, level)
  const whole = await moved(principal, id, 'begin_treatment', five('2026-03-20'))
  assert.equal(whole.stage, 'treatment')
  return id
}

test('a clock that is set back changes neither the order of the journal nor what was known', async () => {
  server.setClock(at(2, '10:00'))
  const heard = await listen(server, Object.assign(officer, { headers: () => ({ cookie: officer.cookie }) }))
  const id = await find('时钟拨回前')
  server.setClock(at(2, '08:00'))
  const second = await find('时钟拨回后')
  const whole = await moved(safety, id, 'plan', { note: '先看一眼' })
  assert.deepEqual(whole.timeline.map((each) => each.number), [1, 2])
  same(whole.timeline[0].known_at, at(2, '10:00'))
  same(whole.timeline[1].known_at, at(2, '08:00'))
  await eventually(() => heard.events, (events) => events.filter((each) => each.event === 'MatterMoved').length === 3)
  heard.close()
  const entries = (await officer.get('/journal?limit=500')).body.items
  const sequences = entries.map((each) => each.seq)
  assert.deepEqual(sequences, [...sequences].sort((a, b) => a - b))
  const of = (subject) => entries.filter((each) => each.subject === subject).map((each) => each.seq)
  assert.ok(of(id)[0] < of(second)[0] && of(second)[0] < of(id)[1], 'in the order in which they were written')
  assert.deepEqual(heard.events.map((each) => each.id), sequences.filter((each) => each > sequences.at(-1) - heard.events.length))
  await eventually(async () => (await officer.get('/state')).body.journal, (now) => now.sealed_seq === now.last_seq)
  const verified = await command('journal', 'verify', '--data', server.data)
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
})

test('what was done yesterday and sent today shows when it happened and when it became known', async () => {
  await itIsNow(at(3, '08:00'))
  const task = (await teacher.get('/tasks?for=me&on=2026-03-03')).body.items.find((each) => each.duty === 'daily_inspection')
  assert.equal(task.state, 'open')
  const checklist = (await teacher.get('/pack')).body.checklists.find((each) => each.id === task.checklist)
  const photo = await teacher.attach(photograph('sent late'), 'image/jpeg')
  const items = checklist.items.map((each, i) => (i ? { item: each.id, answer: 'in_order' } : { item: each.id, answer: 'not_in_order', note: '安全出口上锁，打不开', photos: [photo] }))
  const send = (period, happened_at) => teacher.put(`/tasks/${task.duty}/${school}/${period}/answers/${newId()}`, { point: task.point.id, happened_at, presence: 'by_hand', items })
  refused(await send('2026-03-03', at(2, '16:20')), 422, 'task.too_early')
  refused(await send('2026-03-03', at(3, '09:00')), 422, 'task.from_the_future')
  const sent = await send('2026-03-02', at(2, '16:20'))
  assert.equal(sent.status, 201, JSON.stringify(sent.body))
  same(sent.body.happened_at, at(2, '16:20'))
  same(sent.body.known_at, at(3, '08:00'))
  const done = (await teacher.get('/tasks?for=me&on=2026-03-02')).body.items.find((each) => each.duty === task.duty && each.point?.id === task.point.id)
  assert.equal(done.state, 'done')
  same(done.answer.happened_at, at(2, '16:20'))
  same(done.answer.known_at, at(3, '08:00'))
  const today = (await teacher.get('/tasks?for=me&on=2026-03-03')).body.items.find((each) => each.duty === task.duty && each.point?.id === task.point.id)
  assert.equal(today.state, 'open', 'yesterday does not count for today')

  const whole = await matter(sent.body.matters[0].id)
  same(whole.opened_at, at(2, '16:20'))
  same(whole.timeline[0].happened_at, at(2, '16:20'))
  same(whole.timeline[0].known_at, at(3, '08:00'))
  const hours = whole.stages.find((each) => each.stage === whole.stage).term_hours
  assert.equal(Date.parse(whole.due_at) - Date.parse(at(2, '16:20')), hours * 36e5, 'the term runs from what happened')
})

test('nothing happens after it became known, nor to a matter before it was there', async () => {
  server.setClock(at(3, '09:00'))
  const sent = { organisation: school, move: 'find', fields: { title: '明天的隐患', place: '南门', category: 'gate' } }
  refused(await guard.put('/loops/hazard/matters/' + newId(), { ...sent, happened_at: at(3, '10:00') }), 422, 'matter.from_the_future')
  assert.equal((await guard.put('/loops/hazard/matters/' + newId(), { ...sent, happened_at: '上午九点' })).status, 400)
  const id = await find('昨日发现', { happened_at: at(2, '15:00') })
  refused(await move(safety, id, 'assess', { method: 'lec', ...levels.blue }, at(2, '14:00')), 422, 'matter.before_opening')
  const whole = await moved(safety, id, 'assess', { method: 'lec', ...levels.blue }, at(2, '17:00'))
  assert.equal(whole.stages.find((each) => each.stage === 'assessment').took_ms, 2 * 36e5)
})

test('more time is asked for by one, granted by another, and ends', async () => {
  await itIsNow(at(4, '08:00'))
  const id = await inTreatment('外墙瓷砖脱落', 'orange')
  const { due_at: due } = await matter(id)
  refused(await move(officer, id, 'grant_deferral'), 422, 'loops.guard_unmet')
  const asked = await moved(principal, id, 'ask_deferral', { deferral_until: '2026-03-27', deferral_reason: '脚手架要到下周才能进场' })
  assert.equal(asked.due_at, due, 'asking alone moves nothing')
  assert.equal((await move(safety, id, 'grant_deferral')).status, 403)
  assert.equal((await move(principal, id, 'grant_deferral')).status, 403)
  const refusal = await moved(officer, id, 'refuse_deferral', { reason: '先围挡，再说时间' })
  assert.equal(refusal.due_at, due)
  refused(await move(officer, id, 'grant_deferral'), 422, 'loops.guard_unmet')
  await moved(principal, id, 'ask_deferral', { deferral_until: '2026-03-27', deferral_reason: '已围挡，等脚手架' })
  const granted = await moved(officer, id, 'grant_deferral', { note: '同意' })
  same(granted.due_at, '2026-03-28T00:00:00+08:00')
  assert.equal(granted.fields.deferral_until ?? null, null)
  await itIsNow(at(27, '23:59'))
  await new Promise((resolve) => setTimeout(resolve, 300))
  const before = await matter(id)
  assert.deepEqual([before.late, before.lapses.length], [false, 0])
  server.setClock(at(28, '00:01'))
  const lapsed = await eventually(() => matter(id), (each) => each.lapses.length === 1)
  assert.equal(lapsed.late, true)
  same(lapsed.lapses[0].lapsed_at, granted.due_at)
  assert.equal(lapsed.lapses[0].post, 'principal')
  // Set back again, what lapsed has lapsed, once.
  server.setClock(at(27, '12:00'))
  await new Promise((resolve) => setTimeout(resolve, 200))
  server.setClock(at(28, '00:02'))
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.equal((await matter(id)).lapses.length, 1)
})

test('a red hazard is made known up to the city, and only the district closes it', async () => {
  await itIsNow(at(28, '08:00'))
  const id = await assessed('围墙随时会倒', 'red')
  const whole = await matter(id)
  assert.deepEqual(new Set(whole.told.map((each) => each.post)), new Set(['safety_manager', 'principal', 'district_safety_officer', 'municipal_leader']))
  const leader = await server.enter('shiji')
  assert.ok((await leader.get('/today')).body.told.some((each) => each.id === id))
  assert.ok((await leader.get('/loops/hazard/matters?level=red')).body.items.some((each) => each.id === id))
  refused(await move(guard, id, 'mend_on_spot', { measures: '推倒' }), 422, 'loops.level_not_allowed')
  const photo = await principal.attach(photograph('wall'), 'image/jpeg')
  await moved(principal, id, 'begin_treatment', five('2026-04-02'))
  await moved(principal, id, 'finish_treatment', { photos_after: [photo] })
  await moved(safety, id, 'accept')
  refused(await move(principal, id, 'close_by_school'), 422, 'loops.level_not_allowed')
  assert.equal((await moved(officer, id, 'close')).stage, 'closed')
})

test('what is mended on the spot needs no plan, but another one accepts it', async () => {
  const id = await assessed('走廊纸箱堆放', 'blue')
  refused(await move(principal, id, 'mend_on_spot', { measures: '当场搬走' }), 422, 'loops.guard_unmet')
  const photo = await principal.attach(photograph('clear'), 'image/jpeg')
  const mended = await moved(principal, id, 'mend_on_spot', { measures: '当场搬走', photos_after: [photo] })
  assert.equal(mended.stage, 'acceptance')
  refused(await move(principal, id, 'accept'), 422, 'loops.same_actor')
  await moved(teacher, id, 'accept')
  const closed = await moved(principal, id, 'close_by_school')
  assert.equal(closed.stage, 'closed')
  assert.ok(closed.closed_at)
  const of = Object.fromEntries(closed.stages.map((each) => [each.stage, each.state]))
  assert.deepEqual([of.acceptance, of.closing], ['done', 'done'])
  assert.notEqual(of.treatment, 'ahead')
})

test('what is not accepted goes back into treatment and is finished anew', async () => {
  const id = await inTreatment('楼梯扶手松动', 'yellow')
  const photo = async (note) => [await principal.attach(photograph(note), 'image/jpeg')]
  await moved(principal, id, 'finish_treatment', { photos_after: await photo('loose still') })
  refused(await move(principal, id, 'refuse_acceptance', { reason: '自己退自己' }), 422, 'loops.same_actor')
  const without = await move(safety, id, 'refuse_acceptance')
  assert.ok(without.status === 400 || without.status === 422, String(without.status))
  const back = await moved(safety, id, 'refuse_acceptance', { reason: '第二级仍然晃动' })
  assert.equal(back.stage, 'treatment')
  assert.ok(back.due_at, 'a new term runs')
  assert.equal(back.fields.photos_after ?? null, null)
  const bare = await move(principal, id, 'finish_treatment')
  refused(bare, 422, 'loops.guard_unmet')
  assert.deepEqual(bare.body.wants, ['photos_after'])
  const again = await moved(principal, id, 'finish_treatment', { photos_after: await photo('firm now') })
  assert.equal(again.stage, 'acceptance')
  const accepted = await moved(safety, id, 'accept')
  assert.equal(accepted.stage, 'closing')
  const line = accepted.timeline.map((each) => each.move)
  assert.deepEqual(line.slice(-4), ['finish_treatment', 'refuse_acceptance', 'finish_treatment', 'accept'])
  assert.equal(accepted.timeline.find((each) => each.move === 'refuse_acceptance').fields.reason, '第二级仍然晃动')
})
