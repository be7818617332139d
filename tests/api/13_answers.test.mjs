// Answers as phones send them: values of every kind, twice from two phones, from the sheet or from
// somewhere else, filled from another, ticked with one touch, too early, too late, in the vacation
// and on a day that was closed afterwards.

import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Server, newId, photograph, root, sha256, temporaryFolder } from '../support/server.mjs'

// A list with an item of every kind, for a duty that has none: the whole school's.
const trial = `id: trial
name: {zh: 试用清单, en: Trial}
requirement: C07.13
items:
  - id: exits
    text: {zh: 出口畅通, en: Exits are clear}
    wrong: {zh: 出口堵塞, en: Exit blocked}
    norm: 7-20
    category: fire
    level: yellow
    same_as: daily.exits_clear
  - {id: signal_at, asks: moment, text: {zh: 信号时刻, en: When the signal was given}}
  - id: clear_seconds
    asks: numbers
    text: {zh: 各楼清空用时, en: Time to clear}
    wrong: {zh: 疏散用时过长, en: Cleared too slowly}
    category: fire
    level: yellow
    most: 120
    unit: {zh: 秒, en: s}
  - {id: absent, asks: number, required: false, least: 0, text: {zh: 未到人数, en: How many were absent}}
  - id: route
    asks: choice
    text: {zh: 路线, en: Route}
    choices:
      - {id: planned, name: {zh: 按预案, en: As planned}}
      - {id: other, name: {zh: 临时改道, en: Another way}, wrong: true}
  - {id: picture, asks: photo, required: false, text: {zh: 集合照片, en: Picture of the assembly}}
  - {id: went_wrong, asks: text, required: false, text: {zh: 发现的问题, en: What went wrong}}
`
const trialDuty = 'leaving_reminder'

let place, server, teacher, guard, safety, principal, officer, school, daily, corridor, gate, photo
const at = (day, time) => `2026-${day}T${time}:00+08:00`
// Sessions end when nothing is done for long: everybody comes in again.
async function itIs(day, time) {
  server.setClock(at(day, time))
  ;[teacher, guard, safety, principal, officer] = [await server.enter('banzhuren'), await server.enter('menwei'), await server.enter('anquan'), await server.enter('xiaozhang'), await server.enter('quxian')]
}

before(async () => {
  place = temporaryFolder()
  const folder = join(place.folder, 'pack', 'cq-2017-193')
  cpSync(join(root, 'pack'), join(place.folder, 'pack'), { recursive: true })
  writeFileSync(join(folder, 'checklists', 'trial.yml'), trial)
  const duties = join(folder, 'duties', 'education.yml')
  const text = readFileSync(duties, 'utf8')
  const [before, own] = text.split(`  - id: ${trialDuty}\n`)
  writeFileSync(duties, `${before}  - id: ${trialDuty}\n${own.replace('    requirement:', '    checklist: trial\n    requirement:')}`)
  server = await Server.start({ clock: at('03-02', '07:30'), pack: folder })
  await itIs('03-02', '07:30')
  school = teacher.me.postings[0].organisation.id
  const list = (await teacher.get('/pack')).body.checklists.find((each) => each.id === 'daily')
  assert.equal(list.items[0].id, 'exits_clear')
  daily = list.items.map((each) => each.id)
  const points = (await safety.get('/ledgers/points/rows?organisation=' + school)).body.items
  const atPoint = (person) => points.find((each) => each.fields.checklists.split(',').includes('daily') && each.fields.person === person.me.person.id).id
  corridor = atPoint(teacher)
  gate = atPoint(guard)
  photo = await teacher.attach(photograph('door'), 'image/jpeg')
})
after(async () => {
  await server?.end()
  place?.remove()
})

const path = (duty, period, id = newId()) => `/tasks/${duty}/${school}/${period}/answers/${id}`
const good = (more = {}) => ({ point: corridor, happened_at: at('03-02', '07:20'), presence: 'by_hand', items: daily.map((item) => ({ item, answer: 'in_order' })), ...more })
const bad = (more = {}) => {
  const answer = good(more)
  answer.items[0] = { item: daily[0], answer: 'not_in_order', note: '东侧疏散门上了锁，打不开', photos: [photo] }
  return answer
}
const sendDaily = (who, answer, period = '2026-03-02', id = newId()) => who.put(path('daily_inspection', period, id), answer)
const drill = (seconds, more = {}) => ({
  point: '',
  happened_at: at('03-02', '07:25'),
  presence: 'by_hand',
  items: [
    { item: 'exits', answer: 'in_order' },
    { item: 'signal_at', moment: '07:21' },
    { item: 'clear_seconds', numbers: [{ name: '一号楼', number: 88 }, { name: '二号楼', number: seconds }] },
    { item: 'route', choice: 'planned' },
  ],
  ...more,
})
const sendDrill = (answer, period = '2026-03-02', id = newId(), who = teacher) => who.put(path(trialDuty, period, id), answer)
function taken(answer) {
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body
}
const statuses = { 'task.already_answered': 409, 'duty.period_malformed': 400 }
function refused(answer, key, field) {
  assert.equal(answer.body.key, key, JSON.stringify(answer.body))
  assert.equal(answer.status, statuses[key] ?? 422)
  if (field) assert.equal(answer.body.field, field)
  return answer.body
}
const one = async (duty, period, point = '') => (await teacher.get(`/tasks/${duty}/${school}/${period}?point=${point}`)).body

test('values are held against their limits, whatever was claimed of them', async () => {
  const items = (change) => drill(100).items.map(change)
  refused(await sendDrill(drill(100, { items: items((each) => (each.item === 'signal_at' ? { ...each, moment: '25:10' } : each)) })), 'task.value_malformed', 'items[1].moment')
  refused(await sendDrill(drill(100, { items: items((each) => (each.item === 'clear_seconds' ? { item: each.item, answer: 'in_order' } : each)) })), 'task.value_wanted', 'items[2].numbers')
  refused(await sendDrill(drill(100, { items: items((each) => (each.item === 'route' ? { ...each, choice: 'roof' } : each)) })), 'task.value_malformed', 'items[3].choice')
  refused(await sendDrill(drill(100, { items: [...drill(100).items, { item: 'went_wrong', text: '  ' }] })), 'task.value_wanted', 'items[4].text')
  const missing = refused(await sendDrill(drill(100, { items: drill(100).items.slice(0, 2) })), 'task.items_missing', 'items')
  assert.deepEqual(missing.wants, ['clear_seconds', 'route'])

  const answer = drill(131)
  answer.items[2].answer = 'in_order'
  answer.items.push({ item: 'absent', number: 2 }, { item: 'picture', photos: [photo] }, { item: 'went_wrong', text: '广播听不清' })
  answer.note = '全校疏散'
  const given = taken(await sendDrill(answer))
  assert.equal(given.state, 'done')
  assert.equal(given.checklist, 'trial')
  assert.equal(given.point, null)
  assert.deepEqual(given.matters.map((each) => [each.title, each.item]), [['疏散用时过长', 'clear_seconds']])
  const slow = given.items.find((each) => each.item === 'clear_seconds')
  assert.equal(slow.answer, 'not_in_order')
  const read = await officer.get('/answers/' + given.id)
  assert.deepEqual(read.body, given)
  assert.equal((await officer.get('/answers/' + newId())).status, 404)
  const hazard = (await safety.get('/loops/hazard/matters/' + given.matters[0].id)).body
  assert.equal(hazard.fields.place, hazard.organisation.name, 'it is of no one place')
  assert.ok(JSON.stringify(hazard.fields).includes('二号楼 131'), JSON.stringify(hazard.fields))
  assert.equal((await safety.get(`/attachments/${photo}`)).status, 200)
})

test('the same from two phones is shown to a person, who may send it beside the other', async () => {
  const first = taken(await sendDaily(teacher, bad({ point: gate })))
  const [id, answer] = [newId(), bad({ point: gate, happened_at: at('03-02', '07:24') })]
  const conflict = refused(await sendDaily(guard, answer, '2026-03-02', id), 'task.already_answered')
  assert.equal(conflict.args.answer, first.id)
  assert.equal(conflict.args.person, '班小任')
  assert.equal(Date.parse(conflict.args.happened_at), Date.parse(at('03-02', '07:20')))
  const beside = taken(await sendDaily(guard, { ...answer, again: true }, '2026-03-02', id))
  assert.equal(beside.matters[0].id, first.matters[0].id, 'one lock is one hazard')
  assert.equal((await sendDaily(guard, { ...answer, again: true }, '2026-03-02', id)).status, 200)
  assert.equal((await sendDaily(guard, answer, '2026-03-02', id)).body.key, 'id.taken')
  const hazards = (await safety.get('/loops/hazard/matters?state=all&limit=100')).body.items
  assert.equal(hazards.filter((each) => each.title === hazards.find((one) => one.id === first.matters[0].id).title).length, 1)
  const entries = (await principal.get('/journal?limit=500')).body.items.filter((each) => each.kind === 'DutyAnswered' && each.data.point === gate)
  assert.deepEqual(entries.map((each) => [each.data.given, each.data.again ?? false]), [[1, false], [2, true]])
})

test('whoever says that he scanned the sheet has its code', async () => {
  refused(await sendDaily(teacher, good({ presence: 'qr', code: 'AAAAAAAAAAAA' })), 'task.code_wrong', 'code')
  const code = (await safety.get(`/points/${corridor}/code`)).body.code
  const other = (await safety.get(`/points/${gate}/code`)).body.code
  assert.notEqual(code, other)
  refused(await sendDaily(teacher, good({ presence: 'qr', code: other })), 'task.code_wrong', 'code')
  refused(await sendDaily(teacher, good({ presence: 'qr' })), 'task.code_wrong', 'code')
  refused(await sendDaily(teacher, good({ presence: 'position' })), 'task.position_wanted', 'position')
  refused(await sendDaily(teacher, good({ presence: 'position', position: { latitude: 129, longitude: 106, accuracy_m: 8 } })), 'task.position_wanted', 'position')
  assert.equal((await one('daily_inspection', '2026-03-02', corridor)).state, 'open', 'nothing was kept of these')
  const given = taken(await sendDaily(teacher, good({ presence: 'qr', code, position: { latitude: 29.5, longitude: 106.5, accuracy_m: 8 } })))
  assert.equal(given.presence, 'qr')
  assert.equal(given.extra.position, null, 'what proves nothing is not kept')
  assert.equal(JSON.stringify(given).includes(code), false)
})

test('where it was is kept with what kind of proof it is', async () => {
  await itIs('03-03', '07:30')
  const position = { latitude: 29.53, longitude: 106.55, accuracy_m: 12.5 }
  const given = taken(await sendDaily(teacher, good({ happened_at: at('03-03', '07:20'), presence: 'position', position, clock_corrected_ms: 86400000 }), '2026-03-03'))
  assert.equal(given.presence, 'position')
  assert.deepEqual(given.extra.position, position)
  assert.equal(given.extra.clock_corrected_ms, 86400000)
  const entry = (await principal.get('/journal?limit=500')).body.items.find((each) => each.subject === given.id)
  assert.equal(entry.data.clock_corrected_ms, 86400000)
  assert.equal(JSON.stringify(entry.data).includes('29.53'), false)
})

test('what was in order elsewhere on the day is not asked again', async () => {
  await itIs('03-03', '07:40')
  const answer = drill(90, { happened_at: at('03-03', '07:35') })
  answer.items.shift()
  const shown = (await teacher.get(`/tasks?for=${school}&on=2026-03-03&duty=${trialDuty}`)).body.items[0]
  assert.deepEqual(shown.filled.map((each) => [each.item, each.answer, each.person.name]), [['exits', 'in_order', '班小任']])
  const given = taken(await sendDrill(answer, '2026-03-03'))
  assert.deepEqual(given.extra.filled, [{ item: 'exits', from: shown.filled[0].from }])
  await itIs('03-04', '07:40')
  const tomorrow = refused(await sendDrill({ ...answer, happened_at: at('03-04', '07:35') }, '2026-03-04'), 'task.items_missing')
  assert.deepEqual(tomorrow.wants, ['exits'])
})

test('everything in order with one touch shows one thing that nobody chose', async () => {
  const id = newId()
  const answer = good({ happened_at: at('03-04', '07:20'), at_once: true })
  const chosen = parseInt(sha256(id).slice(0, 8), 16) % daily.length
  const asked = refused(await sendDaily(teacher, answer, '2026-03-04', id), 'task.random_photo_wanted', `items[${chosen}].photos`)
  assert.equal(asked.args.item, daily[chosen])
  answer.items[(chosen + 1) % daily.length].photos = [photo]
  refused(await sendDaily(teacher, answer, '2026-03-04', id), 'task.random_photo_wanted')
  answer.items[chosen].photos = [photo]
  const given = taken(await sendDaily(teacher, answer, '2026-03-04', id))
  assert.equal(given.extra.at_once, true)
})

test('an answer is of the period it names, early or late by when it happened', async () => {
  await itIs('03-05', '07:30')
  refused(await sendDaily(guard, good({ point: gate, happened_at: at('03-04', '23:30') }), '2026-03-05'), 'task.too_early', 'happened_at')
  refused(await sendDaily(guard, good({ point: gate, happened_at: at('03-05', '09:00') }), '2026-03-05'), 'task.from_the_future', 'happened_at')
  refused(await sendDaily(guard, good({ point: gate }), 'yesterday'), 'duty.period_malformed', 'period')
  refused(await sendDaily(guard, good({ point: gate }), '2026-03-01'), 'task.not_expected', 'period')
  const late = taken(await sendDaily(guard, good({ point: gate, happened_at: at('03-05', '06:50') }), '2026-03-04'))
  assert.equal(late.state, 'late')
  await itIs('03-11', '07:30')
  refused(await sendDaily(guard, good({ point: gate, happened_at: at('03-11', '07:00') }), '2026-03-05'), 'task.too_late', 'happened_at')
  const known = taken(await sendDaily(guard, good({ point: gate, happened_at: at('03-05', '07:20') }), '2026-03-05'))
  assert.equal(known.state, 'done', 'the phone had no network for six days')
  const task = await one('daily_inspection', '2026-03-05', gate)
  assert.deepEqual([task.state, task.known_late, task.answer.id], ['done', true, known.id])
})

test('what is done at points is not answered for the whole school, nor elsewhere', async () => {
  refused(await sendDaily(guard, good({ point: '', happened_at: at('03-11', '07:20') }), '2026-03-11'), 'task.point_wanted', 'point')
  refused(await sendDaily(guard, good({ point: newId(), happened_at: at('03-11', '07:20') }), '2026-03-11'), 'task.other_point', 'point')
  refused(await guard.put(path('monthly_inspection', '2026-03'), good({ happened_at: at('03-11', '07:20') })), 'task.unknown_duty')
  refused(await guard.put(path('daydreaming', '2026-03'), good()), 'task.unknown_duty')
  assert.equal((await sendDaily(officer, good({ happened_at: at('03-11', '07:20') }), '2026-03-11')).status, 403)
})

// A value that is in order, whatever is asked for.
function fine(item) {
  const number = item.least ?? item.most ?? 1
  const said = {
    state: { answer: 'in_order' },
    number: { number },
    numbers: { numbers: [{ name: '一号楼', number }] },
    choice: { choice: item.choices?.find((each) => !each.wrong)?.id },
    photo: { photos: [photo] },
    text: { text: '一切正常' },
    moment: { moment: '07:20' },
  }
  return { item: item.id, ...said[item.asks] }
}

test('every list of the pack can be answered as it asks, and a slow drill is a hazard', async () => {
  await itIs('03-11', '07:35')
  const pack = (await teacher.get('/pack')).body
  const { items: tasks } = (await teacher.get(`/tasks?for=${school}&on=2026-03-11&state=open&limit=500`)).body
  const listed = tasks.filter((each) => each.checklist)
  assert.ok(new Set(listed.map((each) => each.checklist)).size > 5)
  for (const task of listed) {
    const list = pack.checklists.find((each) => each.id === task.checklist)
    const answer = { point: task.point?.id ?? '', happened_at: at('03-11', '07:30'), presence: 'by_hand', items: list.items.map(fine) }
    const given = taken(await safety.put(path(task.duty, task.period), answer))
    assert.deepEqual([given.matters, given.extra.filled], [[], null], task.duty)
  }
  const drill = pack.checklists.find((each) => each.id === 'drill')
  const norm = drill.items.find((each) => each.id === 'clear_seconds').most
  const items = drill.items.map((each) => (each.id === 'clear_seconds' ? { item: each.id, numbers: [{ name: '一号楼', number: norm }, { name: '二号楼', number: norm + 1 }] } : fine(each)))
  const given = taken(await safety.put(path('evacuation_drill', '2026-03'), { point: '', happened_at: at('03-11', '07:32'), presence: 'by_hand', items, again: true }))
  assert.deepEqual(given.matters.map((each) => each.item), ['clear_seconds'])
})

test('nothing is asked in the vacation, and what was done before a closure stays', async () => {
  await itIs('08-03', '08:00')
  const vacation = refused(await sendDaily(teacher, good({ happened_at: at('08-03', '07:20') }), '2026-08-03'), 'task.not_expected', 'period')
  assert.equal(vacation.args.waiver, 'vacation')
  await itIs('03-12', '07:30')
  const given = taken(await sendDaily(teacher, good({ happened_at: at('03-12', '07:20') }), '2026-03-12'))
  const closed = await safety.post('/ledgers/closures/rows', { id: newId(), organisation: school, fields: { from: '2026-03-12', to: '2026-03-12', reason: '暴雨停课' } })
  assert.equal(closed.status, 201, JSON.stringify(closed.body))
  const after = taken(await sendDaily(guard, good({ point: gate, happened_at: at('03-12', '07:25') }), '2026-03-12'))
  assert.equal(after.state, 'done')
  assert.equal((await officer.get('/answers/' + given.id)).body.state, 'done')
  const listed = (await teacher.get(`/tasks?for=${school}&on=2026-03-12&duty=daily_inspection`)).body.items
  assert.deepEqual(listed.map((each) => each.state), ['done', 'done'])
})
