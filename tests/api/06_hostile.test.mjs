// Malformed, oversized, slow and hostile requests get a clear refusal and cost little.

import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { Server, newId } from '../support/server.mjs'

let server, teacher, school
before(async () => {
  server = await Server.start()
  teacher = await server.enter('banzhuren')
  school = teacher.me.postings[0].organisation.id
})
after(() => server.end())

// Says bytes on a socket of its own; gives what came back until the other side closes.
function say(bytes, wait = 2000) {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes))
    let text = ''
    const timer = setTimeout(() => socket.destroy(), wait)
    socket.on('data', (piece) => (text += piece))
    socket.on('close', () => (clearTimeout(timer), resolve(text)))
    socket.on('error', (error) => (error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(text) : reject(error)))
  })
}
const status = (text) => Number(text.match(/^HTTP\/1\.1 (\d+)/)?.[1] ?? 0)

test('what is no HTTP is refused and the connection closed', async () => {
  for (const bytes of ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc', 'GET\r\n\r\n', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 'GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n'])
    assert.ok([400, 505].includes(status(await say(Buffer.from(bytes, 'latin1')))), JSON.stringify(bytes))
})

test('two lengths, or a length and chunks, are refused', async () => {
  const head = 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
  assert.equal(status(await say(head + 'Content-Length: 5\r\nContent-Length: 6\r\n\r\n{"a":1')), 400)
  assert.equal(status(await say(head + 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')), 400)
  assert.equal(status(await say(head + 'Content-Length: -5\r\n\r\n')), 400)
})

test('a head that never ends and a body that is too large are cut off', async () => {
  assert.equal(status(await say('GET / HTTP/1.1\r\nHost: x\r\n' + 'X-Pad: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n'.repeat(1000))), 431)
  assert.equal(status(await say('GET /' + 'a'.repeat(20000) + ' HTTP/1.1\r\nHost: x\r\n\r\n')), 414)
  assert.equal(status(await say('POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n')), 413)
})

test('traversal finds nothing outside the pages', async () => {
  for (const path of ['/../../etc/passwd', '/..%2f..%2fetc/passwd', '/assets/../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd'])
    assert.doesNotMatch(await say(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`), /root:/)
})

test('a body that is not what is described names the field', async () => {
  const put = (body) => teacher.put('/loops/hazard/matters/' + newId(), body)
  assert.equal((await put({ organisation: school })).body.key, 'body.required')
  assert.equal((await put({ organisation: school, move: 'find', fields: [] })).body.field, 'fields')
  assert.equal((await put({ organisation: school, move: 'find', fields: {}, more: 1 })).body.key, 'body.unknown')
  const text = await fetch(server.base + '/api/v1/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"login":' })
  assert.equal(text.status, 400)
  assert.equal((await text.json()).key, 'body.not_json')
  const deep = await fetch(server.base + '/api/v1/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '['.repeat(5000) })
  assert.equal(deep.status, 400)
  assert.equal((await teacher.put('/loops/hazard/matters/nonsense', { organisation: school, move: 'find', fields: {} })).status, 400)
  assert.equal((await teacher.put('/loops/nothing/matters/' + newId(), { organisation: school, move: 'find', fields: {} })).status, 404)
})

test('text is kept as text, whatever it says', async () => {
  const title = `'); DROP TABLE matters; -- <script>alert(1)</script> “引号”`
  const id = newId()
  const opened = await teacher.put('/loops/hazard/matters/' + id, { organisation: school, move: 'find', fields: { title, place: '南门', category: 'gate' } })
  assert.equal(opened.status, 201, JSON.stringify(opened.body))
  assert.equal((await teacher.get('/loops/hazard/matters/' + id)).body.title, title)
  const found = await teacher.get('/loops/hazard/matters?q=' + encodeURIComponent('DROP TABLE'))
  assert.equal(found.body.items.length, 1)
  assert.equal((await teacher.get('/loops/hazard/matters?q=' + encodeURIComponent('%'))).body.items.length, 0)
})

test('a cursor, a limit or a method that was made up is refused', async () => {
  assert.equal((await teacher.get('/loops/hazard/matters?cursor=made-up')).body.key, 'list.cursor_malformed')
  assert.equal((await teacher.get('/loops/hazard/matters?limit=-1')).status, 400)
  const wrong = await teacher.call('BREW', '/session')
  assert.ok([405, 400, 501].includes(wrong.status))
})

test('a file is what it says it is, whole, and not too large', async () => {
  const bytes = Buffer.from('<svg onload=alert(1)>')
  const { sha256 } = await import('../support/server.mjs')
  const lied = await teacher.put('/attachments/' + sha256(bytes), bytes, { 'content-type': 'image/jpeg' })
  assert.equal(lied.body.key, 'attachment.wrong_type')
  const other = await teacher.put('/attachments/' + sha256(Buffer.from('something else')), (await import('../support/server.mjs')).photograph('x'), { 'content-type': 'image/jpeg' })
  assert.equal(other.body.key, 'attachment.wrong_hash')
  const opened = await teacher.put('/loops/hazard/matters/' + newId(), { organisation: school, move: 'find', fields: { title: '没有照片的隐患', place: '南门', category: 'gate', photos_before: ['0'.repeat(64)] } })
  assert.equal(opened.body.key, 'attachment.incomplete')
})

test('a file sent in two pieces is put together', async () => {
  const { photograph, sha256 } = await import('../support/server.mjs')
  const bytes = photograph('in pieces')
  const path = '/attachments/' + sha256(bytes)
  const first = await teacher.put(path, bytes.subarray(0, 100), { 'content-type': 'image/jpeg', 'content-range': `bytes 0-99/${bytes.length}` })
  assert.equal(first.status, 202, JSON.stringify(first.body))
  assert.equal(first.body.received, 100)
  const state = await teacher.get(path + '/state')
  assert.equal(state.body.received, 100)
  const gap = await teacher.put(path, bytes.subarray(200), { 'content-type': 'image/jpeg', 'content-range': `bytes 200-${bytes.length - 1}/${bytes.length}` })
  assert.equal(gap.body.key, 'attachment.range')
  const rest = await teacher.put(path, bytes.subarray(100), { 'content-type': 'image/jpeg', 'content-range': `bytes 100-${bytes.length - 1}/${bytes.length}` })
  assert.equal(rest.status, 201, JSON.stringify(rest.body))
  assert.equal((await teacher.get(path)).status, 200)
})

test('the server is still well', async () => {
  assert.equal((await server.nobody().get('/healthz')).status, 200)
  assert.equal((await server.nobody().get('/readyz')).status, 200)
  assert.match((await server.nobody().get('/metrics')).body, /anxiao_/)
})
