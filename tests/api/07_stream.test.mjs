// The live stream over the real journal: each listener hears what he may see, once and in order,
// also when he comes back; and nothing more once he is put out of office.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { listen as follow } from '../support/listening.mjs'
import { Server, eventually, newId } from '../support/server.mjs'

let server, teacher, guard, officer, fire, school
before(async () => {
  server = await Server.start()
  teacher = await server.enter('banzhuren')
  guard = await server.enter('menwei')
  officer = await server.enter('quxian')
  fire = await server.enter('xiaofang')
  school = guard.me.postings[0].organisation.id
})
after(() => server.end())

async function listen(who, last) {
  const kept = await follow(server, who, last)
  assert.equal(kept.status, 200)
  return kept
}

const find = async (number) => {
  const made = await guard.put('/loops/hazard/matters/' + newId(), {
    organisation: school,
    move: 'find',
    fields: { title: `Stair ${number}`, place: 'B', category: 'building', description: 'loose' },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return made.body.id
}
const moved = (kept) => kept.events.filter((each) => each.kind === 'MatterMoved')

test('whoever comes back hears what he missed once, in order, while more happens', async () => {
  const first = await listen(officer)
  const made = []
  for (let i = 0; i < 5; ++i) made.push(await find(i))
  await eventually(() => moved(first).length, (count) => count >= 5)
  const place = first.place
  first.close()

  const back = []
  for (let round = 0; round < 6; ++round) {
    const [, kept] = await Promise.all([
      Promise.all([0, 1, 2, 3].map(async (i) => made.push(await find(`${round}.${i}`)))),
      listen(officer, place),
    ])
    back.push(kept)
  }
  const last = await find('last')
  for (const kept of back) {
    await eventually(() => moved(kept), (events) => events.some((each) => each.subject === last))
    const heard = moved(kept)
    const sequences = heard.map((each) => each.seq)
    assert.deepEqual(sequences, [...new Set(sequences)].sort((a, b) => a - b))
    assert.ok(sequences[0] > place)
    assert.deepEqual(new Set(heard.map((each) => each.subject)), new Set([...made.slice(5), last]))
    kept.close()
  }
  // Those who began early heard the same as who came late.
  assert.equal(new Set(back.map((kept) => JSON.stringify(moved(kept)))).size, 1)
})

test('a department hears nothing of a school until something is passed to it', async () => {
  const [department, own] = [await listen(fire), await listen(teacher)]
  const hazard = await find('not for the department')
  await eventually(() => moved(own), (events) => events.some((each) => each.subject === hazard))
  await pause(100)
  assert.equal(department.events.filter((each) => each.subject === hazard).length, 0)
  department.close()
  own.close()
})

test('a place that was never reached gets resync', async () => {
  const kept = await listen(officer, 987654321)
  await eventually(() => kept.events, (events) => events.some((each) => each.event === 'resync'))
  assert.ok(kept.place < 987654321)
  kept.close()
  assert.equal((await officer.get('/stream?after=x')).status, 400)
  assert.equal((await server.nobody().get('/stream')).status, 401)
})

test('logging out ends the streams of that session and of no other', async () => {
  const elsewhere = await server.enter('banzhuren')
  const [mine, other] = [await listen(teacher), await listen(elsewhere)]
  assert.equal((await teacher.delete('/session')).status, 204)
  await eventually(() => mine.over, (over) => over)
  await pause(100)
  assert.equal(other.over, false)
  other.close()
})
