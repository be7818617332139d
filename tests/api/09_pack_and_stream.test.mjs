// The pack is read again while the server runs: one with a fault is refused whole and the old one
// goes on. Listeners are told what they may hear, without gap or double, across breaks of the line
// and of the server. And the API describes itself.

import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { listen } from '../support/listening.mjs'
import { Server, eventually, newId, root, temporaryFolder } from '../support/server.mjs'

let place, folder, server, keeper, guard, safety, principal, fire, leader, school
const enter = async (login) => {
  const caller = await server.enter(login)
  return Object.assign(caller, { headers: () => ({ cookie: caller.cookie }) })
}
before(async () => {
  place = temporaryFolder()
  folder = join(place.folder, 'pack', 'cq-2017-193')
  cpSync(join(root, 'pack'), join(place.folder, 'pack'), { recursive: true })
  server = await Server.start({ clock: '2026-03-02T07:30:00+08:00', pack: folder })
  ;[keeper, guard, safety, principal, fire, leader] = [await enter('quxian'), await enter('menwei'), await enter('anquan'), await enter('xiaozhang'), await enter('xiaofang'), await enter('shiji')]
  school = guard.me.postings[0].organisation.id
})
after(async () => {
  await server?.end()
  place?.remove()
})

const find = async (title, who = guard, organisation = school) => {
  const id = newId()
  const made = await who.put('/loops/hazard/matters/' + id, { organisation, move: 'find', fields: { title, place: 'B', category: 'building' } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return id
}
const move = (who, id, name, fields = {}) => who.put(`/loops/hazard/matters/${id}/moves/${newId()}`, { move: name, fields })
const file = (name) => join(folder, name)
function edit(name, from, to) {
  const text = readFileSync(file(name), 'utf8')
  assert.ok(text.includes(from), `${name} has ${from}`)
  writeFileSync(file(name), text.replace(from, to))
  return () => writeFileSync(file(name), text)
}
const packNow = async () => (await guard.get('/pack')).body

// --- the pack ---

test('every requirement is traced to what decides it, its norms and its cases', async () => {
  const { body } = await guard.get('/pack/trace')
  assert.equal(body.items.length, 125)
  assert.equal(body.sums.requirements, body.sums.automated + body.sums.attested + body.sums.later)
  for (const one of body.items) {
    assert.equal(one.checks.length > 0, one.status !== 'later', one.id)
    if (one.status === 'later') assert.ok(one.reason.zh && one.reason.en, one.id)
    else assert.ok(one.cases.holds > 0 && one.cases.fails > 0, one.id)
    for (const check of one.checks) assert.ok(check.words && check.kind, one.id)
  }
  const insured = body.items.find((one) => one.id === 'C18.1')
  assert.deepEqual(insured.checks[0].where, [{ field: 'sort', compare: 'is', values: ['liability'], number: 0 }])
  assert.ok(body.own_numbers.length === body.sums.bases.default && body.own_numbers.every((one) => one.number && one.words.zh))
})

test('what a week of the pack costs each kind of school is the sum of its parts', async () => {
  const { body } = await guard.get('/pack/burden')
  const sum = (list) => list.reduce((all, one) => all + one.weekly, 0)
  const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-6, `${a} ${b}`)
  for (const kind of body.items) {
    near(sum(kind.offices), kind.weekly)
    assert.ok(kind.weekly <= kind.limit, kind.kind)
    for (const office of kind.offices) {
      near(sum(office.parts), office.weekly)
      for (const part of office.parts) near(part.minutes * part.times, part.weekly)
    }
  }
  const kindergarten = body.items.find((one) => one.kind === 'kindergarten')
  assert.ok(kindergarten.offices.some((one) => one.office === 'fire' && one.parts.some((part) => part.what === 'duty/fire_patrol')))
})

test('a pack with a fault is refused with file and line, and the old one goes on', async () => {
  const before = await packNow()
  const faults = [
    ['loops/hazard.yml', 'to: assessment', 'to: assesment', /loops\/hazard\.yml:\d+: .*assesment/],
    ['posts.yml', 'reach: subtree', 'reach: everywhere', /posts\.yml:\d+: .*everywhere/],
    ['posts.yml', 'posts:', 'posts: [', /posts\.yml:\d+: /],
    ['checklists/daily.yml', 'requirement: C07.13', 'requirment: C07.13', /checklists\/daily\.yml:\d+: .*requirement/],
  ]
  for (const [name, from, to, says] of faults) {
    const mend = edit(name, from, to)
    const refused = await keeper.post('/state/pack')
    mend()
    assert.equal(refused.status, 422, JSON.stringify(refused.body))
    assert.equal(refused.body.key, 'pack.refused')
    assert.ok(refused.body.wants.some((each) => says.test(each)), JSON.stringify(refused.body.wants))
    const now = await packNow()
    assert.equal(now.hash, before.hash)
    assert.deepEqual(now, before)
    const id = await find('found under the old pack')
    assert.equal((await move(safety, id, 'assess', { method: 'matrix', likelihood: 2, severity: 2 })).status, 200)
  }
})

test('a mended pack is taken at once, by everybody, also for what was begun under the old one', async () => {
  const before = await packNow()
  const id = await find('begun under the old pack')
  const open = await listen(server, guard)
  edit('loops/hazard.yml', 'name: {zh: 评估, en: Assessment}', 'name: {zh: 评定, en: Grading}')
  edit('posts.yml', '- {noun: people, actions: [read], reach: self}', '- {noun: people, actions: [read], reach: own}')
  const taken = await keeper.post('/state/pack')
  assert.equal(taken.status, 200, JSON.stringify(taken.body))
  assert.notEqual(taken.body.hash, before.hash)
  const now = await packNow()
  assert.equal(now.hash, taken.body.hash)
  assert.equal(now.loops.find((each) => each.id === 'hazard').stages.find((each) => each.id === 'assessment').name.en, 'Grading')
  assert.equal((await keeper.get('/state')).body.pack.hash, now.hash)
  assert.equal((await guard.get('/pack', { 'if-none-match': `"${before.hash}"` })).status, 200)
  assert.equal((await guard.get('/pack', { 'if-none-match': `"${now.hash}"` })).status, 304)
  assert.equal((await guard.get('/people/' + principal.me.person.id)).status, 200, 'what the pack grants is granted at once')
  await eventually(() => open.over, (over) => over)
  const again = await listen(server, guard, open.place)
  const [told] = await eventually(() => [...open.events, ...again.events].filter((each) => each.event === 'PackChanged'), (events) => events.length === 1)
  assert.deepEqual([told.data.hash_before, told.data.hash], [before.hash, now.hash], 'whoever reads the pack hears of it')
  again.close()
  assert.equal((await move(safety, id, 'assess', { method: 'matrix', likelihood: 2, severity: 2 })).status, 200)
  assert.equal((await keeper.post('/state/pack')).body.hash, now.hash, 'read again it is the same')
  const entries = (await leader.get('/journal?limit=500')).body.items.filter((each) => each.kind === 'PackChanged')
  assert.deepEqual(entries.map((each) => [each.actor, each.data.hash]), [[keeper.me.person.id, now.hash]])
})

// --- the stream ---

const heardOf = (kept, kind = 'MatterMoved') => kept.events.filter((each) => each.event === kind)
const until = (kept, subject) => eventually(() => heardOf(kept), (events) => events.some((each) => each.subject === subject))

test('across breaks of the line nothing is missed and nothing told twice, while others write', async () => {
  const start = await listen(server, safety)
  const place = start.place
  start.close()
  const made = []
  let writing = true
  const writers = [guard, principal].map(async (who) => {
    while (writing) made.push(await find('while the line breaks', who))
  })
  // A telephone on a bad line: it breaks off again and again and goes on from where it was.
  const heard = []
  let after = place
  for (let i = 0; i < 8; ++i) {
    const kept = await listen(server, safety, after)
    await eventually(() => kept.events.length, (count) => count >= 3)
    kept.close()
    heard.push(...kept.events.splice(0))
    after = heard.at(-1).id
  }
  writing = false
  await Promise.all(writers)
  const last = await find('the last one')
  const kept = await listen(server, safety, after)
  await until(kept, last)
  heard.push(...kept.events)
  kept.close()
  const sequences = heard.map((each) => each.id)
  assert.deepEqual(sequences, [...new Set(sequences)].sort((a, b) => a - b), 'in order, each once')
  assert.deepEqual(heard.filter((each) => each.event === 'MatterMoved').map((each) => each.subject).sort(), [...made, last].sort())
})

test('across a restart of the server the line goes on from its place', async () => {
  const kept = await listen(server, safety)
  const first = await find('before the restart')
  await until(kept, first)
  const after = kept.place
  const between = await find('not yet told')
  await server.stop()
  await eventually(() => kept.over, (over) => over)
  await server.launch({ port: server.port })
  const back = await listen(server, safety, after)
  const last = await find('after the restart')
  await until(back, last)
  const seen = heardOf(back).map((each) => each.subject)
  assert.deepEqual(seen.filter((each) => each === between || each === last), [between, last])
  assert.ok(!seen.includes(first))
  back.close()
})

test('each hears what he may read and nothing else, live as from the journal', async () => {
  const elsewhere = (await keeper.get('/organisations?limit=200')).body.items.find((each) => each.kind === 'primary' && each.id !== school)
  const listeners = { guard, safety, fire, leader, keeper }
  const start = await listen(server, keeper)
  const place = start.place
  start.close()
  const live = Object.fromEntries(await Promise.all(Object.entries(listeners).map(async ([name, who]) => [name, await listen(server, who)])))
  const here = await find('of this school')
  const there = await find('of another school', keeper, elsewhere.id)
  assert.equal((await move(principal, here, 'pass_on', { department: fire.me.postings[0].organisation.id })).status, 200)
  const row = await safety.post('/ledgers/points/rows', { id: newId(), organisation: school, fields: { name: 'Hall', place: 'B', checklists: 'daily' } })
  assert.equal(row.status, 201)
  const somebody = newId()
  assert.equal((await keeper.post('/people', { id: somebody, name: '听不见的', login: 'unheard', organisation: elsewhere.id, posts: [] })).status, 201)
  const last = await find('the last one', keeper, elsewhere.id)
  for (const name of ['keeper', 'leader']) await until(live[name], last)
  await pause(200)
  const late = Object.fromEntries(await Promise.all(Object.entries(listeners).map(async ([name, who]) => [name, await listen(server, who, place)])))
  await until(late.leader, last)
  await pause(200)
  const told = (kept) => kept.events.map((each) => `${each.event} ${each.subject}`)
  for (const name of Object.keys(listeners)) assert.deepEqual(told(late[name]), told(live[name]), name)
  const subjects = (name) => new Set(live[name].events.map((each) => each.subject))
  assert.deepEqual(subjects('guard'), new Set([here, row.body.id]))
  assert.deepEqual(subjects('safety'), new Set([here, row.body.id]))
  assert.deepEqual(live.fire.events.map((each) => [each.subject, each.data.move]), [[here, 'pass_on']])
  assert.deepEqual(subjects('leader'), new Set([here, there, last, row.body.id]), 'accounts are not his')
  assert.ok(subjects('keeper').has(somebody))
  for (const kept of [...Object.values(live), ...Object.values(late)]) kept.close()
})

// --- the description ---

test('the description of the API is whole', async () => {
  const { document } = server.described
  assert.match(document.openapi, /^3\.1/)
  assert.ok(document.info.title && document.info.version)
  const names = new Set()
  const posts = readFileSync(join(root, 'pack/cq-2017-193/posts.yml'), 'utf8')
  for (const [path, verbs] of Object.entries(document.paths))
    for (const [verb, route] of Object.entries(verbs)) {
      const name = `${verb.toUpperCase()} ${path}`
      assert.match(route.summary, /^[A-Z].*\.$/s, name)
      assert.ok(!names.has(route.operationId), route.operationId)
      names.add(route.operationId)
      const wild = [...path.matchAll(/\{(\w+)\}/g)].map((each) => each[1])
      const given = (route.parameters ?? []).filter((each) => each.in === 'path')
      assert.deepEqual(given.map((each) => each.name), wild, name)
      assert.ok(given.every((each) => each.required && each.schema), name)
      assert.ok(Object.keys(route.responses).some((each) => /^2/.test(each)), name)
      assert.ok(route.responses.default, name)
      if (wild.length) assert.ok(route.responses['404'], name)
      for (const grant of route['x-grants'] ?? []) assert.ok(posts.includes(`noun: ${grant.split('.')[0]}`), `${name}: ${grant}`)
    }
  const followed = (value) => {
    if (Array.isArray(value)) return value.every(followed)
    if (!value || typeof value !== 'object') return true
    if (value.$ref) assert.ok(value.$ref.slice(2).split('/').reduce((at, key) => at?.[key], document), value.$ref)
    return Object.values(value).every(followed)
  }
  assert.ok(followed(document))
})
