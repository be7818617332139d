// A hazard at the gate goes to the department and back; terms lapse with nobody looking.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Server, eventually, newId, photograph } from '../support/server.mjs'

let server, guard, safety, principal, officer, fire, school
const at = (day, time) => `2026-03-${String(day).padStart(2, '0')}T${time}:00+08:00`

before(async () => {
  server = await Server.start({ clock: at(2, '07:30') })
  guard = await server.enter('menwei')
  safety = await server.enter('anquan')
  principal = await server.enter('xiaozhang')
  officer = await server.enter('quxian')
  fire = await server.enter('xiaofang')
  school = guard.me.postings[0].organisation.id
})
after(() => server.end())

const matter = (who, id) => who.get('/loops/hazard/matters/' + id)
const move = (who, id, name, fields = {}) => who.put(`/loops/hazard/matters/${id}/moves/${newId()}`, { move: name, fields })
async function found(title, category = 'gate') {
  const id = newId()
  const opened = await guard.put('/loops/hazard/matters/' + id, {
    organisation: school,
    move: 'find',
    fields: { title, place: '南门外公共道路', category, description: title, photos_before: [await guard.attach(photograph(title), 'image/jpeg')] },
  })
  assert.equal(opened.status, 201, JSON.stringify(opened.body))
  return id
}

test('a hazard on the public road is passed to the department and back, each holding counted', async () => {
  const id = await found('消防车通道被占')
  assert.equal((await matter(fire, id)).status === 404 || (await matter(fire, id)).status === 403, true)
  assert.equal((await move(safety, id, 'assess', { method: 'lec', l: 6, e: 6, c: 7 })).status, 200)
  const departments = (await principal.get('/organisations?kind=department&limit=100')).body.items
  const department = departments.find((each) => each.id === fire.me.postings[0].organisation.id)
  assert.ok(department, 'the school finds the departments of its district')
  server.setClock(at(2, '09:30'))
  const passed = await move(principal, id, 'pass_on', { department: department.id })
  assert.equal(passed.status, 200, JSON.stringify(passed.body))
  assert.equal(passed.body.holder.id, department.id)
  const theirs = await fire.get('/loops/hazard/matters?state=open')
  assert.deepEqual(theirs.body.items.map((each) => each.id), [id])
  assert.ok((await fire.get('/today')).body.waiting.some((each) => each.id === id))
  const schoolTreats = await move(principal, id, 'begin_treatment')
  assert.notEqual(schoolTreats.status, 200, 'the school waits while the department holds it')
  server.setClock(at(2, '15:30'))
  const back = await move(fire, id, 'hand_back', { note: '已施划禁停线' })
  assert.equal(back.status, 200, JSON.stringify(back.body))
  server.setClock(at(2, '16:30'))
  const whole = (await matter(principal, id)).body
  assert.equal(whole.holder.id, school)
  const held = whole.holdings.map((each) => [each.organisation.id, each.held_ms / 3600000])
  assert.deepEqual(held, [
    [school, 2],
    [department.id, 6],
    [school, 1],
  ])
  assert.equal((await fire.get('/loops/hazard/matters?state=open')).body.items.length, 0)
})

test('a lapsed term escalates to the next answerable post, once, with nobody logged in', async () => {
  const id = await found('围墙裂缝', 'building')
  const before = (await matter(safety, id)).body
  assert.ok(before.due_at)
  await server.stop()
  server.setClock(new Date(Date.parse(before.due_at) + 1000).toISOString())
  await server.launch()
  safety = await server.enter('anquan')
  const lapsed = await eventually(() => matter(safety, id), (each) => each.body.lapses.length === 1)
  assert.equal(lapsed.body.lapses[0].number, 1)
  assert.equal(Date.parse(lapsed.body.lapses[0].lapsed_at), Date.parse(before.due_at))
  assert.equal(lapsed.body.late, true)
  assert.equal(lapsed.body.lapses[0].post, 'principal')
  await server.kill()
  await server.launch()
  safety = await server.enter('anquan')
  await new Promise((resolve) => setTimeout(resolve, 500))
  assert.equal((await matter(safety, id)).body.lapses.length, 1)
  principal = await server.enter('xiaozhang')
  assert.ok((await principal.get('/today')).body.late.some((each) => each.id === id))
  const list = (await principal.get('/loops/hazard/matters?late=true')).body.items
  assert.ok(list.some((each) => each.id === id))
})
