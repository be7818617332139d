// The main job from end to end: found by a teacher, assessed, treated, accepted and closed by
// others, everything on record.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listen } from '../support/listening.mjs'
import { Server, eventually, newId, photograph } from '../support/server.mjs'

let server, teacher, safety, principal, officer, school
const at = (time, day = '2026-03-02') => `${day}T${time}:00+08:00`

before(async () => {
  server = await Server.start({ clock: at('07:30') })
  teacher = await server.enter('banzhuren')
  safety = await server.enter('anquan')
  principal = await server.enter('xiaozhang')
  officer = await server.enter('quxian')
  school = teacher.me.postings[0].organisation.id
})
after(() => server.end())

const matter = (who, id) => who.get('/loops/hazard/matters/' + id).then((each) => each.body)
const move = (who, id, name, fields = {}, more = {}) => who.put(`/loops/hazard/matters/${id}/moves/${newId()}`, { move: name, fields, ...more })
const staff = async () => (await principal.get('/people?under=' + school)).body.items

let hazard

test('a teacher finds the daily checklist of her point, marks one item, and a hazard is registered', async () => {
  const { body: tasks } = await teacher.get('/tasks?for=me&on=2026-03-02')
  const task = tasks.items.find((each) => each.duty === 'daily_inspection')
  assert.ok(task, JSON.stringify(tasks))
  assert.equal(task.state, 'open')
  assert.equal(task.period, '2026-03-02')
  const pack = (await teacher.get('/pack')).body
  const checklist = pack.checklists.find((each) => each.id === task.checklist)
  const photo = await teacher.attach(photograph('before'), 'image/jpeg')
  const id = newId()
  const items = checklist.items.map((item, index) =>
    index === 0 ? { item: item.id, answer: 'not_in_order', note: '防火门被杂物挡住', photos: [photo] } : { item: item.id, answer: 'in_order' },
  )
  const path = `/tasks/${task.duty}/${task.organisation.id}/${task.period}/answers/${id}`
  const answer = { point: task.point.id, happened_at: at('07:25'), presence: 'by_hand', items }
  const sent = await teacher.put(path, answer)
  assert.equal(sent.status, 201, JSON.stringify(sent.body))
  assert.equal(sent.body.matters.length, 1)
  hazard = sent.body.matters[0].id
  const again = await teacher.put(path, answer)
  assert.ok([200, 201].includes(again.status))
  assert.deepEqual(again.body.matters, sent.body.matters)
  const other = await teacher.put(path, { ...answer, items: items.map((each) => ({ ...each, answer: 'in_order' })) })
  assert.equal(other.status, 409)
  assert.equal(other.body.key, 'id.taken')

  const found = await matter(teacher, hazard)
  assert.equal(found.title, checklist.items[0].wrong.zh)
  assert.equal(found.stage, 'assessment')
  assert.ok(found.answerable?.name, 'the person answerable comes from the responsibility list')
  assert.ok(found.fields.place)
  assert.deepEqual(found.fields.photos_before, [photo])
  assert.equal(found.timeline[0].actor.name, '班小任')
  const done = (await teacher.get('/tasks?for=me&on=2026-03-02')).body.items.find((each) => each.duty === task.duty && each.point?.id === task.point.id)
  assert.equal(done.state, 'done')
})

test('the photograph is shown without the place it was taken at', async () => {
  const found = await matter(safety, hazard)
  const shown = await safety.get('/attachments/' + found.fields.photos_before[0])
  assert.equal(shown.status, 200)
  assert.equal(shown.headers.get('content-type'), 'image/jpeg')
  assert.ok(!shown.bytes.includes(Buffer.from('GPS 29.56N')))
  assert.equal((await (await server.enter('xiaofang')).get('/attachments/' + found.fields.photos_before[0])).status >= 403, true)
})

test('assessed orange, the principal and the district know at once', async () => {
  const [p, d] = [await listen(server, principal), await listen(server, officer)]
  assert.deepEqual([p.status, d.status], [200, 200])
  const bad = await move(safety, hazard, 'assess', { method: 'lec', l: 6 })
  assert.equal(bad.status === 400 || bad.status === 422, true)
  const assessed = await move(safety, hazard, 'assess', { method: 'lec', l: 6, e: 6, c: 7 })
  assert.equal(assessed.status, 200, JSON.stringify(assessed.body))
  assert.equal(assessed.body.level, 'orange')
  assert.equal(assessed.body.stage, 'monitoring')
  for (const { events } of [p, d])
    await eventually(() => events, (all) => all.some((each) => each.event === 'MatterMoved' && each.subject === hazard && each.data.level === 'orange'))
  p.close()
  d.close()
  const told = await matter(officer, hazard)
  assert.ok(told.told.length >= 2, JSON.stringify(told.told))
  const today = (await principal.get('/today')).body
  assert.ok(today.waiting.concat(today.told).some((each) => each.id === hazard))
})

test('treatment without all five is refused, and the answer says which are missing and why', async () => {
  const people = await staff()
  const partly = await move(principal, hazard, 'plan', { person_answerable: people.find((each) => each.login === 'anquan').id, measures: '清走杂物，门前划线', deadline: '2026-03-05' })
  assert.equal(partly.status, 200, JSON.stringify(partly.body))
  const refused = await move(principal, hazard, 'begin_treatment')
  assert.equal(refused.status, 422)
  assert.equal(refused.body.key, 'loops.guard_unmet')
  assert.deepEqual([...refused.body.wants].sort(), ['contingency_plan', 'funds'])
  assert.equal(refused.body.clause, 'C07.14')
  const offered = (await matter(principal, hazard)).moves.find((each) => each.id === 'begin_treatment')
  // The move's own form asks for what is missing, so it is offered with those fields.
  assert.ok(['funds', 'contingency_plan'].every((id) => offered.fields.some((field) => field.id === id)))
})

test('with all five in hand it is monitored, then treated', async () => {
  const monitored = await move(safety, hazard, 'monitor', { monitoring: '每节课间专人查看' })
  assert.equal(monitored.status, 200, JSON.stringify(monitored.body))
  assert.equal(monitored.body.stage, 'monitoring')
  const planned = await move(principal, hazard, 'plan', { funds: 800, contingency_plan: '火情时由安全管理人员打开侧门疏散' })
  assert.equal(planned.status, 200, JSON.stringify(planned.body))
  server.setClock(at('09:00'))
  const begun = await move(principal, hazard, 'begin_treatment')
  assert.equal(begun.status, 200, JSON.stringify(begun.body))
  assert.equal(begun.body.stage, 'treatment')
  const without = await move(principal, hazard, 'finish_treatment')
  assert.equal(without.status, 422)
  assert.deepEqual(without.body.wants, ['photos_after'])
  const photo = await principal.attach(photograph('after'), 'image/jpeg')
  const stale = await principal.put(`/loops/hazard/matters/${hazard}/moves/${newId()}`, { move: 'finish_treatment', fields: { photos_after: [photo] } }, { 'if-match': '"1"' })
  assert.equal(stale.status, 412)
  assert.equal(stale.body.key, 'edit.stale')
  server.setClock(at('15:00'))
  const finished = await move(principal, hazard, 'finish_treatment', { photos_after: [photo] }, { happened_at: at('14:30') })
  assert.equal(finished.status, 200, JSON.stringify(finished.body))
  assert.equal(finished.body.stage, 'acceptance')
})

test('nobody accepts his own treatment, nobody closes what he accepted', async () => {
  const own = await move(principal, hazard, 'accept')
  assert.equal(own.status, 422)
  assert.equal(own.body.key, 'loops.same_actor')
  const accepted = await move(safety, hazard, 'accept')
  assert.equal(accepted.status, 200, JSON.stringify(accepted.body))
  const teacherCloses = await move(teacher, hazard, 'close')
  assert.equal(teacherCloses.status, 403)
  const closed = await move(officer, hazard, 'close')
  assert.equal(closed.status, 200, JSON.stringify(closed.body))
  assert.equal(closed.body.stage, 'closed')
})

test('the matter shows nine stages, who did what when, and the time each took', async () => {
  const whole = await matter(officer, hazard)
  assert.equal(whole.stages.length, 9)
  const of = Object.fromEntries(whole.stages.map((each) => [each.stage, each]))
  assert.equal(of.treatment.state, 'done')
  assert.equal(of.treatment.by.name, '校小长')
  assert.equal(of.treatment.took_ms, 5.5 * 3600 * 1000)
  assert.ok(of.treatment.term_hours > 0)
  assert.equal(of.acceptance.by.name, '安小全')
  assert.equal(of.closing.by.name, '区小安')
  const finish = whole.timeline.find((each) => each.move === 'finish_treatment')
  assert.match(finish.happened_at, /T14:30/)
  assert.match(finish.known_at, /T15:00/)
  assert.equal(whole.fields.photos_before.length, 1)
  assert.equal(whole.fields.photos_after.length, 1)
})

test('a move sent twice is made once; another under its name is a conflict', async () => {
  const id = newId()
  const opened = await teacher.put('/loops/hazard/matters/' + id, { organisation: school, move: 'find', fields: { title: '楼梯扶手松动', place: '一号楼二层', category: 'building', description: '扶手摇晃', photos_before: [await teacher.attach(photograph('rail'), 'image/jpeg')] } })
  assert.equal(opened.status, 201, JSON.stringify(opened.body))
  const name = newId()
  const body = { move: 'assess', fields: { method: 'matrix', likelihood: 3, severity: 3 } }
  const path = `/loops/hazard/matters/${id}/moves/${name}`
  const first = await safety.put(path, body)
  assert.equal(first.status, 200, JSON.stringify(first.body))
  assert.equal(first.body.level, 'yellow')
  const second = await safety.put(path, body)
  assert.equal(second.status, 200)
  assert.equal(second.body.version, first.body.version)
  const other = await safety.put(path, { move: 'monitor', fields: { monitoring: '另一件事' } })
  assert.equal(other.status, 409)
  const history = (await safety.get(`/loops/hazard/matters/${id}/history`)).body.items
  assert.equal(history.filter((each) => each.move === 'assess').length, 1)
})

test('a figure opens exactly the rows it counts', async () => {
  const counts = (await officer.get('/loops/hazard/matters/counts')).body
  for (const row of counts.rows) {
    const list = (await officer.get(`/loops/hazard/matters?state=open&stage=${row.stage}&level=${row.level}&limit=200`)).body
    assert.equal(list.items.length, row.count, JSON.stringify(row))
  }
  assert.ok(counts.as_of)
  const open = (await officer.get('/loops/hazard/matters?state=open&limit=200')).body.items.length
  assert.equal(counts.rows.reduce((sum, row) => sum + row.count, 0), open)
})
