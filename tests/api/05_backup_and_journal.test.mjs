// What was recorded can be proved, kept elsewhere and brought back; one altered byte is named.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DatabaseSync } from '../support/sqlite.mjs'
import { Server, command, eventually, newId, photograph } from '../support/server.mjs'

let server, teacher, school, id, photo
before(async () => {
  server = await Server.start()
  teacher = await server.enter('banzhuren')
  school = teacher.me.postings[0].organisation.id
  photo = await teacher.attach(photograph('kept'), 'image/jpeg')
  id = newId()
  const opened = await teacher.put('/loops/hazard/matters/' + id, { organisation: school, move: 'find', fields: { title: '配电箱未锁', place: '实验楼', category: 'fire', description: '箱门打开', photos_before: [photo] } })
  assert.equal(opened.status, 201, JSON.stringify(opened.body))
})
after(() => server.end())

const state = async () => (await (await server.enter('quxian')).get('/state')).body

test('a backup made while people work brings everything back', async () => {
  const folder = join(server.temporary.folder, 'backups')
  const made = await command('backup', '--data', server.data, '--to', folder)
  assert.equal(made.code, 0, made.stderr)
  const [name] = readdirSync(folder)
  await server.stop()
  rmSync(server.data, { recursive: true })
  const restored = await command('restore', '--from', join(folder, name), '--data', server.data)
  assert.equal(restored.code, 0, restored.stderr)
  await server.launch()
  teacher = await server.enter('banzhuren')
  const found = (await teacher.get('/loops/hazard/matters/' + id)).body
  assert.equal(found.title, '配电箱未锁')
  assert.equal((await teacher.get('/attachments/' + photo)).status, 200)
  assert.ok(existsSync(join(server.data, 'keys')))
})

test('a folder that holds data is not overwritten', async () => {
  const folder = join(server.temporary.folder, 'backups')
  const [name] = readdirSync(folder)
  const refused = await command('restore', '--from', join(folder, name), '--data', server.data)
  assert.notEqual(refused.code, 0)
  assert.match(refused.stderr, /not empty/)
})

test('the journal verifies, and one entry can be proved without the database', async () => {
  await eventually(state, (now) => now.journal.sealed_seq === now.journal.last_seq)
  const verified = await command('journal', 'verify', '--data', server.data)
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  const proof = await command('journal', 'prove', '1', '--data', server.data)
  assert.equal(proof.code, 0, proof.stderr)
  const file = join(server.temporary.folder, 'proof.json')
  writeFileSync(file, proof.stdout)
  const holds = await command('journal', 'verify', '--proof', file)
  assert.equal(holds.code, 0, holds.stdout + holds.stderr)
  writeFileSync(file, proof.stdout.replace('Organisation', 'Organisatiom'))
  const broken = await command('journal', 'verify', '--proof', file)
  assert.notEqual(broken.code, 0)
})

test('the entry that was altered by one byte is named', async () => {
  await server.stop()
  const database = join(server.data, 'anxiao.sqlite')
  const db = new DatabaseSync(database)
  const [{ seq }] = db.all("SELECT seq FROM journal WHERE kind = 'MatterMoved' ORDER BY seq LIMIT 1")
  db.run(`UPDATE journal SET data = replace(data, 'assessment', 'assessmenu') WHERE seq = ${seq}`)
  const verified = await command('journal', 'verify', '--data', server.data)
  assert.notEqual(verified.code, 0)
  assert.match(verified.stdout, new RegExp(`\\b${seq}\\b`))
  db.run(`UPDATE journal SET data = replace(data, 'assessmenu', 'assessment') WHERE seq = ${seq}`)
  assert.equal((await command('journal', 'verify', '--data', server.data)).code, 0)
})

test('a damaged database is refused with what to do', async () => {
  const bad = join(server.temporary.folder, 'bad')
  execFileSync('mkdir', ['-p', bad])
  writeFileSync(join(bad, 'anxiao.sqlite'), Buffer.alloc(8192, 'x'))
  const refused = await command('serve', '--data', bad, '--port', '0')
  assert.notEqual(refused.code, 0)
  assert.match(refused.stderr, /restore/)
})

test('a broken pack is refused with file, line and remedy', async () => {
  const broken = join(server.temporary.folder, 'pack')
  execFileSync('cp', ['-r', 'pack/cq-2017-193', broken])
  const file = join(broken, 'loops/hazard.yml')
  execFileSync('sed', ['-i', '0,/to: assessment/s//to: assesment/', file])
  const refused = await command('pack', 'check', '--pack', broken)
  assert.notEqual(refused.code, 0)
  assert.match(refused.stdout + refused.stderr, /loops\/hazard\.yml:\d+: .*assesment/)
  const good = await command('pack', 'check')
  assert.equal(good.code, 0, good.stdout + good.stderr)
})
