// What was not done is found by the clock with nobody logged in, once, whatever happens to the
// server; whose it was stays on record, and an excuse changes what it amounts to, not that it was.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Server, command, eventually, newId } from '../support/server.mjs'
import { DatabaseSync } from '../support/sqlite.mjs'

const at = (day, time = '08:00') => `2026-03-${String(day).padStart(2, '0')}T${time}:00+08:00`
const same = (one, other) => assert.equal(Date.parse(one), Date.parse(other), `${one} is not ${other}`)
const refused = (answer, status, key) => assert.deepEqual([answer.status, answer.body.key], [status, key], JSON.stringify(answer.body))

let server, school, people
before(async () => {
  server = await Server.start({ clock: at(2, '07:30') })
  school = (await server.enter('menwei')).me.postings[0].organisation.id
})
after(() => server.end())

// Sessions do not last through the night.
async function itIsNow(instant) {
  server.setClock(instant)
  people = {}
  for (const login of ['menwei', 'banzhuren', 'anquan', 'xiaozhang', 'quxian', 'shiji', 'xiaofang']) people[login] = await server.enter(login)
}

// On record, read past the program.
const rows = (sql) => new DatabaseSync(join(server.data, 'anxiao.sqlite')).all(sql)
const kept = () => Math.min(...rows('SELECT d.district, k.kept_until FROM districts d LEFT JOIN duties_kept k ON k.district = d.district').map((each) => each.kept_until ?? 0))
// Until whoever looks for misses has come to that instant.
const lookedUpTo = (instant) => eventually(async () => kept(), (until) => until >= Date.parse(instant))

async function misses(who, query = '') {
  const all = []
  let cursor = ''
  do {
    const page = await who.get(`/misses?limit=40&for=${school}${query}${cursor && '&cursor=' + encodeURIComponent(cursor)}`)
    assert.equal(page.status, 200, JSON.stringify(page.body))
    all.push(...page.body.items)
    cursor = page.body.next
  } while (cursor)
  return all
}
const one = (list, duty, period) => list.find((each) => each.duty === duty && each.period === period && !each.point)
const taskOf = async (duty, period) => (await people.quxian.get(`/tasks?for=${school}&on=${period}&duty=${duty}`)).body.items.find((each) => each.period === period)
const doneIn = (who, duty, period, happened_at) =>
  who.put(`/tasks/${duty}/${school}/${period}/answers/${newId()}`, { point: '', happened_at, presence: 'by_hand', items: [] })

test('nothing is missed on the day a school is entered', async () => {
  await lookedUpTo(at(2, '07:30'))
  server.setClock(at(3, '00:30'))
  await lookedUpTo(at(3, '00:00'))
  assert.deepEqual(rows('SELECT * FROM misses'), [])
})

test('what closed without an answer is found in the night with whose it was', async () => {
  await itIsNow(at(3))
  const done = await doneIn(people.menwei, 'gate_register', '2026-03-03', at(3, '07:40'))
  assert.equal(done.status, 201, JSON.stringify(done.body))
  server.setClock(at(4, '00:00'))
  await lookedUpTo(at(4, '00:00'))
  await itIsNow(at(4, '07:30'))
  const found = await misses(people.quxian)
  assert.ok(found.length > 8, String(found.length))
  assert.equal(one(found, 'gate_register', '2026-03-03'), undefined, 'it was done')
  const leader = one(found, 'leader_on_duty', '2026-03-03')
  assert.equal(leader.state, 'missed')
  assert.deepEqual([leader.owner.post, leader.owner.people.map((each) => each.name), leader.owner.vacant], ['principal', ['校小长'], []])
  same(leader.closed_at, at(4, '00:00'))
  same(leader.known_at, at(4, '00:00'))
  const atPoint = found.find((each) => each.duty === 'daily_inspection' && each.point)
  assert.ok(atPoint.point.name)
  assert.equal(atPoint.owner.people.length, 1, 'who answers for the point')
  // Nobody else's school, and nobody without the grant.
  assert.equal((await people.xiaofang.get('/misses?for=' + school)).status, 403)
  assert.ok((await people.xiaofang.get('/misses')).body.items.every((each) => each.organisation.id !== school))
  const entry = (await people.xiaozhang.get('/journal?limit=1000')).body.items.find((each) => each.kind === 'DutyMissed' && each.data.duty === 'leader_on_duty')
  assert.deepEqual([entry.noun, entry.organisation, entry.actor, entry.data.owner_post, entry.data.period], ['tasks', school, '', 'principal', '2026-03-03'])
  const file = await people.quxian.get(`/misses?for=${school}&format=csv&language=en`)
  assert.match(file.headers.get('content-type'), /text\/csv/)
  assert.ok(String(file.body).includes(leader.name.en))
  assert.equal(String(file.body).trim().split('\n').length, found.length + 1)
})

test('a night is missed in the morning and belongs to its evening', async () => {
  const found = (await misses(people.quxian, '&from=2026-03-04&to=2026-03-04')).filter((each) => each.duty === 'night_fire_patrol')
  assert.ok(found.length >= 1)
  assert.ok(found.every((each) => each.period.startsWith('2026-03-03N')), JSON.stringify(found.map((each) => each.period)))
  same(found[0].closed_at, at(4, '06:00'))
  const before = await misses(people.quxian, '&from=2026-03-03&to=2026-03-03')
  assert.ok(before.length > 0 && before.every((each) => Date.parse(each.closed_at) <= Date.parse(at(4, '00:00'))))
})

test('an answer that comes to light later makes it done, and the miss stays', async () => {
  const late = await doneIn(people.xiaozhang, 'leader_on_duty', '2026-03-03', at(3, '18:00'))
  assert.equal(late.status, 201, JSON.stringify(late.body))
  const now = one(await misses(people.quxian), 'leader_on_duty', '2026-03-03')
  assert.deepEqual([now.state, now.given], ['done', 0])
  const task = await taskOf('leader_on_duty', '2026-03-03')
  assert.deepEqual([task.state, task.known_late], ['done', true])
  same((await people.quxian.get(`/tasks/leader_on_duty/${school}/2026-03-03`)).body.miss.closed_at, at(4, '00:00'))
  const afterwards = await doneIn(people.banzhuren, 'leaving_reminder', '2026-03-03', at(4, '07:20'))
  assert.equal(afterwards.status, 201, JSON.stringify(afterwards.body))
  assert.equal(one(await misses(people.quxian), 'leaving_reminder', '2026-03-03').state, 'late')
})

const excuseOf = (duty, period) => `/tasks/${duty}/${school}/${period}/excuses/${newId()}`
const idOf = (path) => path.split('/').at(-1)

test('an excuse is asked by one, decided by another, once, and erases nothing', async () => {
  const path = excuseOf('arrival_guard', '2026-03-03')
  const input = { point: '', reason: '突发停电，全员转移到操场' }
  const asked = await people.menwei.put(path, input)
  assert.equal(asked.status, 201, JSON.stringify(asked.body))
  assert.deepEqual([asked.body.state, asked.body.may_decide, asked.headers.get('etag')], ['asked', false, '"1"'])
  assert.equal((await people.menwei.put(path, input)).status, 200)
  refused(await people.menwei.put(path, { ...input, reason: '别的理由' }), 409, 'id.taken')
  refused(await people.banzhuren.put(excuseOf('arrival_guard', '2026-03-03'), input), 409, 'excuse.there')
  refused(await people.xiaofang.put(excuseOf('arrival_guard', '2026-03-03'), input), 403, 'authority.forbidden')
  assert.equal(one(await misses(people.quxian), 'arrival_guard', '2026-03-03').state, 'missed')

  const decision = `/excuses/${idOf(path)}/decision`
  for (const who of ['menwei', 'anquan', 'shiji', 'xiaofang']) refused(await people[who].put(decision, { approved: true }), 403, 'authority.forbidden')
  refused(await people.xiaozhang.put(decision, { approved: true }, { 'if-match': '"7"' }), 412, 'edit.stale')
  refused(await people.xiaozhang.put(decision, { approved: false }), 422, 'excuse.words_wanted')
  const waiting = (await people.xiaozhang.get(`/excuses?for=${school}&state=asked`)).body.items
  assert.deepEqual(waiting.map((each) => [each.id, each.may_decide]), [[idOf(path), true]])
  const decided = await people.xiaozhang.put(decision, { approved: true, words: '情况属实' }, { 'if-match': '"1"' })
  assert.equal(decided.status, 200, JSON.stringify(decided.body))
  assert.deepEqual([decided.body.state, decided.body.decided_by.name, decided.headers.get('etag')], ['approved', '校小长', '"2"'])
  assert.equal((await people.xiaozhang.put(decision, { approved: true, words: '情况属实' })).status, 200)
  refused(await people.quxian.put(decision, { approved: false, words: '不同意' }), 409, 'excuse.decided')

  const miss = one(await misses(people.quxian), 'arrival_guard', '2026-03-03')
  assert.deepEqual([miss.state, miss.excuse.id, miss.excuse.state], ['excused', idOf(path), 'approved'])
  const task = await taskOf('arrival_guard', '2026-03-03')
  assert.deepEqual([task.state, task.excuse.id], ['excused', idOf(path)])
  const { excuses } = (await people.menwei.get(`/tasks/arrival_guard/${school}/2026-03-03`)).body
  assert.deepEqual(excuses.map((each) => each.words), ['情况属实'])
  assert.equal(rows(`SELECT count(*) AS n FROM misses WHERE organisation = '${school}' AND duty = 'arrival_guard' AND period = '2026-03-03'`)[0].n, 1)
})

test('nobody excuses what was his to do, nor what he asked for', async () => {
  const own = excuseOf('meal_with_pupils', '2026-03-03')
  assert.equal((await people.menwei.put(own, { point: '', reason: '校长外出开会' })).status, 201)
  refused(await people.xiaozhang.put(`/excuses/${idOf(own)}/decision`, { approved: true }), 422, 'excuse.by_owner')
  const asked = excuseOf('leaving_guard', '2026-03-03')
  assert.equal((await people.xiaozhang.put(asked, { point: '', reason: '路口封闭' })).status, 201)
  refused(await people.xiaozhang.put(`/excuses/${idOf(asked)}/decision`, { approved: true }), 422, 'excuse.by_asker')
  for (const path of [own, asked]) assert.equal((await people.quxian.put(`/excuses/${idOf(path)}/decision`, { approved: true })).status, 200)
})

test('what is not expected, or was done, needs no excuse', async () => {
  const input = { point: '', reason: '不需要' }
  refused(await people.menwei.put(excuseOf('gate_register', '2026-03-03'), input), 422, 'excuse.needless')
  refused(await people.menwei.put(excuseOf('gate_register', '2026-03-08'), input), 422, 'task.not_expected')
  refused(await people.menwei.put(excuseOf('no_such_duty', '2026-03-03'), input), 422, 'task.unknown_duty')
  refused(await people.menwei.put(excuseOf('gate_register', 'someday'), input), 400, 'duty.period_malformed')
  assert.equal((await people.menwei.put(excuseOf('key_place_patrol', '2026-03-03'), { point: '', reason: ' ' })).status, 400)
  assert.equal((await people.quxian.get('/excuses?state=open')).status, 400)
  assert.equal((await people.quxian.get('/misses?from=yesterday')).status, 400)
})

test('a closure declared after the fact excuses the day, and its misses stay', async () => {
  const before = (await misses(people.quxian)).length
  const closed = await people.quxian.post('/ledgers/closures/rows', {
    id: newId(),
    organisation: people.quxian.me.postings[0].organisation.id,
    fields: { from: '2026-03-03', to: '2026-03-03', reason: '暴雨红色预警', kinds: 'boarding_middle' },
  })
  assert.equal(closed.status, 201, JSON.stringify(closed.body))
  const now = await misses(people.quxian)
  assert.equal(now.length, before)
  const noon = one(now, 'noon_check', '2026-03-03')
  assert.equal(noon.state, 'excused')
  assert.equal(noon.excuse, null)
  assert.equal((await people.quxian.delete('/ledgers/closures/rows/' + closed.body.id)).status, 204)
  assert.equal(one(await misses(people.quxian), 'noon_check', '2026-03-03').state, 'missed')
})

test('kill -9 while misses are found loses none and doubles none', async () => {
  await server.stop()
  // Nobody was there for weeks.
  const back = '2026-05-16T00:00:00+08:00'
  server.setClock('2026-05-16T00:30:00+08:00')
  for (let kills = 0; kills < 12 && kept() < Date.parse(back); ++kills) {
    await server.launch()
    await pause(Math.random() * 100)
    await server.kill()
  }
  await server.launch()
  await lookedUpTo(back)
  // Whatever is done twice would be doubled by now.
  await pause(300)
  await server.stop()
  const count = (sql) => rows('SELECT count(*) AS n ' + sql)[0].n
  const total = count('FROM misses')
  assert.ok(total > 5000, String(total))
  assert.equal(count(`FROM journal WHERE kind = 'DutyMissed'`), total, 'a line of the journal for each')
  const without = `FROM misses m WHERE m.organisation = '${school}' AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.kind = 'DutyMissed' AND j.organisation = m.organisation
    AND j.data->>'duty' = m.duty AND j.data->>'period' = m.period AND j.data->>'point' = m.point)`
  assert.equal(count(without), 0)
  const periods = rows(`SELECT period FROM misses WHERE organisation = '${school}' AND duty = 'leader_on_duty' ORDER BY period`).map((each) => each.period)
  const days = Array.from({ length: 74 }, (_, i) => new Date(Date.UTC(2026, 2, 3 + i)).toISOString().slice(0, 10))
  assert.deepEqual(periods, days, 'every day of the silence once')
  const gaps = rows('SELECT count(*) AS n, max(seq) AS last FROM journal')[0]
  assert.equal(gaps.n, gaps.last)
  const verified = await command('journal', 'verify', '--data', server.data)
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  await server.launch()
})

test('a clock that is set back and forth finds nothing twice', async () => {
  const count = () => rows('SELECT count(*) AS n FROM misses')[0].n
  const before = count()
  server.setClock(at(10, '12:00'))
  await pause(200)
  server.setClock('2026-05-16T00:31:00+08:00')
  await pause(300)
  assert.equal(count(), before)
})
