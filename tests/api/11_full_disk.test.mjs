// A disk without room: writes are refused with 503, reading goes on, nothing acknowledged is lost,
// and service resumes when there is room. The room is a limit on the size of the process's files.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Server, newId } from '../support/server.mjs'

let server, guard, school
before(async () => {
  server = await Server.start()
  guard = await server.enter('menwei')
  school = guard.me.postings[0].organisation.id
})
after(() => server.end())

const room = (bytes) => execFileSync('prlimit', ['--pid', String(server.process.pid), `--fsize=${bytes}`])
const open = async (id) =>
  guard.put('/loops/hazard/matters/' + id, { organisation: school, move: 'find', fields: { title: '磁盘将满时登记', place: '南门', category: 'gate', description: '写'.repeat(300) } })

test('without room writes are refused as 503, reading goes on, and nothing acknowledged is lost', async () => {
  // Room for a few registrations, each of some dozen pages, in the larger of the store's two files:
  // the limit holds for each of them.
  const largest = Math.max(...['anxiao.sqlite', 'anxiao.sqlite-wal'].map((file) => statSync(join(server.data, file)).size))
  room(`${largest + 512 * 1024}:unlimited`)
  const kept = []
  let refused
  for (let i = 0; i < 500 && !refused; ++i) {
    const id = newId()
    const answer = await open(id)
    if (answer.status === 201) kept.push(id)
    else refused = { id, answer }
  }
  assert.ok(refused, 'the room never ended')
  assert.equal(refused.answer.status, 503, JSON.stringify(refused.answer.body))
  assert.equal(refused.answer.body.key, 'store.full')
  assert.ok(Number(refused.answer.headers.get('retry-after')) > 0)
  assert.ok(kept.length > 0)
  assert.equal((await guard.get('/loops/hazard/matters/' + kept.at(-1))).status, 200)
  assert.equal((await guard.get('/loops/hazard/matters/' + refused.id)).status, 404)

  room('unlimited:unlimited')
  assert.equal((await open(refused.id)).status, 201, 'service resumes when there is room')
  for (const id of kept) assert.equal((await guard.get('/loops/hazard/matters/' + id)).status, 200)
})
