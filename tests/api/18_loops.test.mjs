// A confidential matter from its opening to its end and until what is personal of it is forgotten,
// with everybody else looking for it at every door; and matters that name each other.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { listen } from '../support/listening.mjs'
import { Server, eventually, newId } from '../support/server.mjs'
import { DatabaseSync } from '../support/sqlite.mjs'

const begun = '2026-03-02T09:00:00+08:00'
const path = '/loops/bullying/matters'
const title = 'Pushed about in the break'
const concerned = 'L.W. and Z.Q., class 3-2'

let server, few, others, school, id, keepDays
const streams = []

const ok = (answer, status = 200) => (assert.equal(answer.status, status, `${answer.status} ${answer.bytes}`), answer.body)
const later = (ms) => server.setClock(new Date(Date.parse(server.now) + ms).toISOString())
const move = (who, name, fields = {}, of = path, matter = id) => who.put(`${of}/${matter}/moves/${newId()}`, { move: name, fields })
const rows = (sql) => new DatabaseSync(join(server.data, 'anxiao.sqlite')).all(sql)
const seen = () => rows(`SELECT actor, subject, data FROM journal WHERE kind = 'MattersSeen' ORDER BY seq`)

// Everybody comes, and again after a leap of the clock has ended the sessions.
async function comeIn() {
  const enter = async (login) => {
    const who = await server.enter(login)
    streams.push({ login, ...(await follow(who)) })
    return [login, who]
  }
  few = Object.fromEntries(await Promise.all(['xinli', 'xiaozhang', 'quxian'].map(enter)))
  others = Object.fromEntries(await Promise.all(['banzhuren', 'anquan', 'menwei', 'shiji', 'xiaofang', 'duxue', 'shian', 'jingcha'].map(enter)))
}
const follow = async (who) => {
  const stream = await listen(server, who)
  return { events: stream.events, close: stream.close }
}
const heardBy = (test) => streams.filter((each) => test(each.login)).flatMap((each) => each.events)

before(async () => {
  server = await Server.start({ clock: begun })
  await comeIn()
  school = few.xinli.me.postings[0].organisation.id
  keepDays = ok(await few.xiaozhang.get('/pack')).terms.find((each) => each.id === 'bullying.keep').value
})
after(async () => {
  for (const each of streams) each.close()
  await server.end()
})

// Every door at which a matter may show, as far as it opens.
const doors = () => [
  path,
  path + '?state=all',
  path + '?format=csv',
  path + '?late=true',
  `${path}?organisation=${school}`,
  path + '?q=break',
  path + '/counts',
  `${path}/counts?organisation=${school}`,
  `${path}/${id}`,
  `${path}/${id}/history`,
  `/loops/hazard/matters/${id}`,
  '/loops/hazard/matters?state=all&limit=500',
  '/loops',
  '/today',
  '/journal?limit=1000',
  `/standing/${school}`,
  `/standing/${school}/requirements/C14.1/explain`,
  `/standing/${school}/requirements/C14.1`,
  `/trends/${school}`,
  `/grades/${school}/explain`,
  '/misses?for=' + school,
]

async function nothingShows() {
  for (const [login, who] of Object.entries(others))
    for (const door of doors()) {
      const answer = await who.get(door)
      const text = answer.bytes.toString('utf8')
      for (const word of [id, title, concerned, 'class 3-2']) assert.ok(!text.includes(word), `${login} finds ${word} at ${door}`)
      // Whoever reads none at all is refused; an office that could be handed one has none.
      if (door.startsWith(path) && answer.status === 200) assert.ok(['xiaofang', 'jingcha'].includes(login), `${login} at ${door}`)
      if (door.startsWith(path)) assert.ok([403, 404].includes(answer.status) || answer.body.items?.length === 0 || answer.body.rows?.length === 0 || (door.endsWith('csv') && text.trim().split('\n').length === 1), `${login}: ${answer.status} at ${door}`)
    }
}

test('a counsellor finds the loop among hers, and where she may open a matter of it', async () => {
  const { items } = ok(await few.xinli.get('/loops'))
  const bullying = items.find((each) => each.id === 'bullying')
  assert.equal(bullying.confidential, true)
  assert.deepEqual([bullying.open, bullying.late], [0, 0])
  assert.equal(bullying.opens[0].move, 'find')
  assert.deepEqual(bullying.opens[0].at.map((each) => [each.organisation.id, each.beneath]), [[school, false]])
  assert.ok(!items.some((each) => each.id === 'hazard'), 'hazards are none of hers')
  for (const [login, who] of Object.entries(others)) {
    const listed = ok(await who.get('/loops')).items
    const one = listed.find((each) => each.id === 'bullying')
    // What an office holds for schools it may read; it opens none.
    if (!['xiaofang', 'jingcha'].includes(login)) assert.equal(one, undefined, login)
    assert.ok(!one?.opens.length, login)
  }
})

test('it is opened at a school and nowhere else, by those who deal with it', async () => {
  const opening = (who, organisation) => who.put(`${path}/${newId()}`, { organisation, move: 'find', fields: { title, concerned } })
  const district = few.quxian.me.postings[0].organisation.id
  const wrong = await opening(few.quxian, district)
  assert.deepEqual([wrong.status, wrong.body.key, wrong.body.field], [422, 'matter.wrong_kind', 'organisation'])
  for (const login of ['banzhuren', 'anquan', 'menwei']) assert.equal((await opening(others[login], school)).status, 403, login)
  id = newId()
  ok(await few.xinli.put(`${path}/${id}`, { organisation: school, move: 'find', fields: { title, concerned, category: 'body', source: 'seen' } }), 201)
  await nothingShows()
})

test('the journal and the stream say that it was opened and nothing of who is meant', async () => {
  const heard = await eventually(() => heardBy((login) => login === 'xiaozhang').find((each) => each.subject === id), Boolean)
  assert.equal(heard.noun, 'confidential_matters')
  assert.deepEqual(heard.data.personal, ['concerned'])
  assert.ok(!JSON.stringify(heard).includes(concerned))
  const entry = ok(await few.xiaozhang.get('/journal?limit=1000')).items.find((each) => each.subject === id)
  assert.equal(entry.data.title, title)
  assert.equal(entry.data.fields.concerned, undefined)
  assert.ok(!rows('SELECT data FROM journal').some((each) => each.data.includes(concerned)))
})

test('whoever reads it is on record once in ten minutes', async () => {
  later(60_000)
  const of = (login) => seen().filter((each) => each.actor === few[login].me.person.id).length
  const before = of('quxian')
  const found = ok(await few.quxian.get(`${path}/${id}`))
  assert.equal(found.fields.concerned, concerned)
  assert.equal(of('quxian'), before + 1)
  ok(await few.quxian.get(`${path}/${id}/history`))
  ok(await few.quxian.get(path))
  ok(await few.quxian.get('/today'))
  assert.equal(of('quxian'), before + 1)
  ok(await few.quxian.get(path + '?format=csv'))
  assert.equal(of('quxian'), before + 2, 'what is taken away is put on record by itself')
  later(10 * 60_000)
  ok(await few.quxian.get(path))
  assert.equal(of('quxian'), before + 3)
  assert.ok(seen().every((each) => each.subject === school && JSON.parse(each.data).loop === 'bullying'))
  const names = ok(await few.xiaozhang.get('/journal?limit=1000')).items.filter((each) => each.kind === 'MattersSeen').map((each) => each.actor)
  assert.ok(names.includes(few.quxian.me.person.id), 'who answers for it reads who looked')
})

test('late, it waits on those few and stands as a mere number elsewhere', async () => {
  later(40 * 864e5)
  await eventually(() => rows(`SELECT noun FROM journal WHERE kind = 'TermLapsed' AND subject = '${id}'`), (lapses) => lapses.length > 0)
  await comeIn()
  await nothingShows()
  const why = async (who) => ok(await who.get(`/standing/${school}/requirements/C14.1/explain`)).checks.find((each) => each.kind === 'deadline')
  assert.equal((await why(few.xiaozhang)).matters.late[0].title, title)
  const told = await why(others.shiji)
  assert.equal(told.state, 'late')
  assert.equal(told.matters.late.length, 1)
  assert.deepEqual([told.matters.late[0].id, told.matters.late[0].title], [null, null])
  const today = ok(await few.xiaozhang.get('/today'))
  assert.ok(today.late.some((each) => each.id === id && each.title === title))
  const counted = ok(await few.xiaozhang.get('/loops')).items.find((each) => each.id === 'bullying')
  assert.deepEqual([counted.open, counted.late], [1, 1])
})

test('it is brought to its end by two of them', async () => {
  ok(await move(few.xinli, 'stop', { stopped: 'Taken apart', guardians: 'Both called at once' }))
  ok(await move(few.xinli, 'conclude', { findings: 'An accident; both were heard', level: 'none' }))
  const own = await move(few.xinli, 'close_unfounded', { result_told: 'Both told' })
  assert.equal(own.status >= 400, true, 'who found the facts does not close')
  ok(await move(few.xiaozhang, 'close_unfounded', { result_told: 'Both told' }))
  assert.equal(ok(await few.xiaozhang.get(`${path}/${id}`)).stage, 'unfounded')
  await nothingShows()
})

test('when the term has passed what is personal is forgotten, once', async () => {
  later((keepDays + 2) * 864e5)
  await eventually(() => rows(`SELECT data FROM journal WHERE kind = 'MatterForgotten'`), (lines) => lines.length > 0)
  await comeIn()
  const kept = few.xiaozhang
  const found = ok(await kept.get(`${path}/${id}`))
  assert.equal(found.fields.concerned, undefined)
  assert.equal(found.title, title)
  assert.ok(found.forgotten_at)
  assert.ok(!JSON.stringify(found).includes(concerned))
  for (const table of ['matters', 'moves']) assert.ok(!rows(`SELECT CAST(fields AS TEXT) AS fields FROM ${table}`).some((each) => each.fields.includes(concerned)), table)
  later(2 * 36e5)
  await eventually(() => kept.get('/journal?limit=1000'), (page) => page.status === 200)
  assert.equal(rows(`SELECT data FROM journal WHERE kind = 'MatterForgotten'`).length, 1)
})

test('no stream told anybody else of it', () => {
  assert.ok(heardBy((login) => login === 'quxian').some((each) => each.noun === 'confidential_matters'))
  assert.deepEqual(heardBy((login) => others[login]).filter((each) => each.noun === 'confidential_matters'), [])
  assert.deepEqual(heardBy((login) => login === 'xinli').filter((each) => each.noun === 'matters'), [])
})

test('what is named by another matter says by which, to those who may see it', async () => {
  const [teacher, officer, overseer] = await Promise.all(['banzhuren', 'quxian', 'shian'].map((login) => server.enter(login)))
  const hazard = newId()
  ok(await teacher.put(`/loops/hazard/matters/${hazard}`, { organisation: school, move: 'find', fields: { title: 'A locked door', place: 'Hall', category: 'fire' } }), 201)
  const listed = newId()
  const district = officer.me.postings[0].organisation.id
  const opening = (named) => ({ organisation: district, move: 'list', fields: { title: 'Listed', level: 'listed', description: 'To be mended', deadline: '2099-01-01', hazard: named } })
  const unknown = await overseer.put(`/loops/supervision/matters/${newId()}`, opening(newId()))
  assert.deepEqual([unknown.status, unknown.body.key, unknown.body.field], [422, 'matter.unknown_matter', 'fields.hazard'])
  ok(await overseer.put(`/loops/supervision/matters/${listed}`, opening(hazard)), 201)
  const naming = ok(await officer.get(`/loops/supervision/matters/${listed}`))
  assert.deepEqual(naming.links.map((each) => [each.field, each.id, each.loop, each.title, each.ended]), [['hazard', hazard, 'hazard', 'A locked door', false]])
  const named = ok(await officer.get(`/loops/hazard/matters/${hazard}`))
  assert.deepEqual(named.linked_from.map((each) => [each.id, each.loop, each.title]), [[listed, 'supervision', 'Listed']])
  assert.deepEqual(ok(await teacher.get(`/loops/hazard/matters/${hazard}`)).linked_from, [])
})
