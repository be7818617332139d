// Two servers over one PostgreSQL database: either answers anything, what one writes the other
// shows, and the clock's work is done once.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import { Caller, Server, command, eventually, newId } from '../support/server.mjs'
import { Postgres, absent } from '../support/postgres.mjs'

const skip = absent
let postgres, url, one, other, guard, principal, school

before(async () => {
  if (skip) return
  postgres = await Postgres.start()
  url = postgres.database('city')
  one = await Server.start({ database: url })
  other = await Server.start({ database: url, demo: false, data: one.data })
  guard = await one.enter('menwei')
  principal = await one.enter('xiaozhang')
  school = guard.me.postings[0].organisation.id
})
after(async () => {
  await other?.end()
  await one?.end()
  await postgres?.end()
})

// The same person at the other server.
function at(server, caller) {
  const there = new Caller(server.base, server.described)
  there.cookie = caller.cookie
  return there
}

const hazard = (title) => ({ organisation: school, move: 'find', fields: { title, place: '南门', category: 'gate', description: '门轴松动' } })

test('whoever has logged in at one server is known at the other', { skip }, async () => {
  const me = await eventually(() => at(other, guard).get('/session'), (answer) => answer.status === 200)
  assert.equal(me.body.person.login, 'menwei')
})

test('what is registered at one server stands in the lists and figures of the other', { skip }, async () => {
  const id = newId()
  const opened = await guard.put('/loops/hazard/matters/' + id, hazard('两台服务器'))
  assert.equal(opened.status, 201)
  const there = at(other, principal)
  assert.equal((await there.get('/loops/hazard/matters/' + id)).status, 200)
  const counts = await eventually(
    () => there.get('/loops/hazard/matters/counts?organisation=' + school),
    (answer) => answer.body.rows.reduce((sum, row) => sum + row.count, 0) === 1,
  )
  assert.equal(counts.status, 200)
  // Sent again to the other it is the same matter.
  const again = await at(other, guard).put('/loops/hazard/matters/' + id, hazard('两台服务器'))
  assert.equal(again.status, 200)
})

test('many at both servers at a time are each kept once, in one journal without a hole', { skip }, async () => {
  const ids = Array.from({ length: 60 }, () => newId())
  const answers = await Promise.all(ids.map((id, i) => at(i % 2 ? one : other, guard).put('/loops/hazard/matters/' + id, hazard('第' + i + '处'))))
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([201]))
  const [[count, last]] = postgres.rows('city', 'SELECT count(*), max(seq) FROM journal')
  assert.equal(count, last)
  for (const server of [one, other])
    await eventually(
      () => at(server, principal).get('/loops/hazard/matters/counts?organisation=' + school),
      (answer) => answer.body.rows.reduce((sum, row) => sum + row.count, 0) === 61,
    )
})

test('a term that lapses is put on record once, by whichever server comes to it', { skip }, async () => {
  one.setClock('2026-03-09T07:30:00+08:00')
  other.setClock('2026-03-09T07:30:00+08:00')
  await eventually(() => postgres.rows('city', 'SELECT count(*) FROM lapses'), ([[count]]) => Number(count) >= 61)
  await new Promise((resolve) => setTimeout(resolve, 500))
  assert.deepEqual(postgres.rows('city', 'SELECT matter, stage_move, number FROM lapses GROUP BY 1, 2, 3 HAVING count(*) > 1'), [])
  assert.deepEqual(postgres.rows('city', "SELECT data, count(*) FROM journal WHERE kind = 'DutyMissed' GROUP BY district, subject, data HAVING count(*) > 1"), [])
})

test('whoever logs out at one server is out at the other', { skip }, async () => {
  const leaving = await one.enter('anquan')
  await eventually(() => at(other, leaving).get('/session'), (answer) => answer.status === 200)
  assert.equal((await leaving.delete('/session')).status, 204)
  await eventually(() => at(other, leaving).get('/session'), (answer) => answer.status === 401)
})

test('one server is killed and the other goes on', { skip }, async () => {
  // A week has passed since they logged in.
  guard = await one.enter('menwei')
  principal = await one.enter('xiaozhang')
  await one.kill()
  const id = newId()
  assert.equal((await at(other, guard).put('/loops/hazard/matters/' + id, hazard('只剩一台'))).status, 201)
  await one.launch()
  assert.equal((await at(one, principal).get('/loops/hazard/matters/' + id)).status, 200)
})

test('while the database is away the answer is 503, and all is well when it is back', { skip }, async () => {
  await postgres.kill()
  const away = await at(other, guard).put('/loops/hazard/matters/' + newId(), hazard('数据库不在'))
  assert.equal(away.status, 503)
  await postgres.launch()
  await eventually(() => at(other, guard).put('/loops/hazard/matters/' + newId(), hazard('数据库回来')), (answer) => answer.status === 201)
})

test('the journal of both is sealed and verifies', { skip }, async () => {
  await eventually(
    () => postgres.rows('city', 'SELECT (SELECT max(last_seq) FROM seals) = (SELECT max(seq) FROM journal)'),
    ([[all]]) => all === 't',
  )
  await other.stop()
  await one.stop()
  const verified = await command('journal', 'verify', '--data', one.data, '--database', url)
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  assert.match(verified.stdout, /the journal is sound/)
})

test('the city moves into a file, is served from there, and moves back into another database', { skip }, async () => {
  const file = join(one.data, 'anxiao.sqlite')
  const moved = await command('move', '--data', one.data, '--from', url, '--to', 'sqlite:' + file)
  assert.equal(moved.code, 0, moved.stdout + moved.stderr)
  assert.match(moved.stdout, /the same in both; the journal of \d+ entries is sound/)
  const served = await Server.start({ data: one.data, demo: false, clock: one.now })
  served.changed = one.changed
  const again = await served.enter('xiaozhang')
  const counts = await again.get('/loops/hazard/matters/counts?organisation=' + school)
  assert.equal(counts.body.rows.reduce((sum, row) => sum + row.count, 0), 63)
  await served.stop()
  const back = await command('move', '--data', one.data, '--from', 'sqlite:' + file, '--to', postgres.database('back'))
  assert.equal(back.code, 0, back.stdout + back.stderr)
  served.temporary.remove()
  // Into a database that holds a city nothing is moved.
  const refused = await command('move', '--data', one.data, '--from', url, '--to', 'sqlite:' + file)
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /there is a city in the other database already/)
})
