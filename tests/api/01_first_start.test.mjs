// The first start makes a district and prints one-time passwords once; the second changes nothing.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Server } from '../support/server.mjs'

let server
before(async () => (server = await Server.start()))
after(() => server.end())

test('the first start prints a one-time password for each of eleven people', () => {
  assert.deepEqual(Object.keys(server.passwords).sort(), ['anquan', 'banzhuren', 'duxue', 'jingcha', 'menwei', 'quxian', 'shian', 'shiji', 'xiaofang', 'xiaozhang', 'xinli'])
  assert.equal(new Set(Object.values(server.passwords)).size, 11)
})

test('a one-time password opens nothing but its own change', async () => {
  const caller = server.nobody()
  const begun = await caller.post('/session', { login: 'shiji', password: server.passwords.shiji })
  assert.equal(begun.status, 200)
  assert.equal(begun.body.must_change_password, true)
  assert.match(caller.cookieText, /HttpOnly/)
  assert.match(caller.cookieText, /SameSite=Strict/)
  for (const path of ['/organisations', '/today', '/loops/hazard/matters', '/journal']) {
    const refused = await caller.get(path)
    assert.equal(refused.status, 403, path)
    assert.equal(refused.body.key, 'session.password_change_required')
  }
  assert.equal((await caller.put('/session/password', { old: server.passwords.shiji, new: 'short' })).body.key, 'password.weak')
  assert.equal((await caller.put('/session/password', { old: server.passwords.shiji, new: server.passwords.shiji })).body.key, 'password.same')
})

test('a dozen schools of different kinds stand in an invented district', async () => {
  const officer = await server.enter('quxian')
  const { body } = await officer.get('/organisations?limit=100')
  const schools = body.items.filter((each) => !['municipality', 'district', 'department'].includes(each.kind))
  assert.equal(schools.length, 12)
  assert.ok(new Set(schools.map((each) => each.kind)).size >= 7)
})

test('nobody gets in without a session, with a wrong password, or across sites', async () => {
  const nobody = server.nobody()
  assert.equal((await nobody.get('/organisations')).status, 401)
  const wrong = await nobody.post('/session', { login: 'quxian', password: 'wrong-wrong-wrong' })
  assert.equal(wrong.status, 401)
  assert.equal(wrong.body.key, 'session.wrong')
  const unknown = await nobody.post('/session', { login: 'nobody-here', password: 'wrong-wrong-wrong' })
  assert.equal(unknown.body.key, 'session.wrong')
  const officer = await server.enter('quxian')
  const forged = await fetch(server.base + '/api/v1/session', { method: 'DELETE', headers: { cookie: officer.cookie } })
  assert.equal(forged.status, 403)
  assert.equal((await forged.json()).key, 'session.csrf')
  const foreign = await officer.delete('/session', { origin: 'http://elsewhere.example' })
  assert.equal(foreign.status, 403)
})

test('guessing is slowed down for the account, and the answer says for how long', async () => {
  const nobody = server.nobody()
  let last
  for (let i = 0; i < 12; ++i) last = await nobody.post('/session', { login: 'xiaofang', password: 'wrong-' + i })
  assert.equal(last.status, 429)
  assert.equal(last.body.key, 'session.throttled')
  assert.ok(Number(last.headers.get('retry-after')) > 0)
  const right = await nobody.post('/session', { login: 'xiaofang', password: server.passwords.xiaofang })
  assert.equal(right.status, 429)
})

test('a second start finds the data again and prints no password', async () => {
  const before = await (await server.enter('quxian')).get('/organisations?limit=100')
  await server.stop()
  await server.launch()
  assert.doesNotMatch(server.output, /[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}/)
  const officer = await server.enter('quxian')
  const { body } = await officer.get('/organisations?limit=100')
  assert.deepEqual(body.items, before.body.items)
})
