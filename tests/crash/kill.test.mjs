// kill -9 in a loop under write load: nothing that was acknowledged is lost, nothing is half done.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DatabaseSync } from '../support/sqlite.mjs'
import { join } from 'node:path'
import { Server, command, newId } from '../support/server.mjs'

let server, school
const rounds = Number(process.env.ANXIAO_KILLS ?? 6)

before(async () => {
  server = await Server.start({ clock: 'system' })
  const guard = await server.enter('menwei')
  school = guard.me.postings[0].organisation.id
})
after(() => server.end())

test(`nothing acknowledged is lost over ${rounds} kills, nothing is half done`, async () => {
  const acknowledged = new Set()
  for (let round = 0; round < rounds; ++round) {
    const guard = await server.enter('menwei')
    let alive = true
    const writers = Array.from({ length: 16 }, async () => {
      while (alive) {
        const id = newId()
        try {
          const opened = await guard.put('/loops/hazard/matters/' + id, { organisation: school, move: 'find', fields: { title: '负载下登记', place: '南门', category: 'gate', description: '压力之下' } })
          if (opened.status === 201) acknowledged.add(id)
          else if (alive) assert.fail(`${opened.status} ${opened.bytes}`)
        } catch (error) {
          if (alive && error.name === 'AssertionError') throw error
        }
      }
    })
    await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 700))
    await server.kill()
    alive = false
    await Promise.all(writers)
    await server.launch()
  }
  await server.stop()
  const db = new DatabaseSync(join(server.data, 'anxiao.sqlite'))
  assert.equal(db.all('PRAGMA integrity_check')[0].integrity_check, 'ok')
  const stored = new Set(db.all('SELECT id FROM matters').map((each) => each.id))
  const lost = [...acknowledged].filter((id) => !stored.has(id))
  assert.deepEqual(lost, [])
  assert.ok(acknowledged.size > 50, `only ${acknowledged.size} were acknowledged`)
  // A matter, its first move and its line of the journal are there together or not at all.
  const half = db.all(`SELECT m.id FROM matters m
    LEFT JOIN moves v ON v.district = m.district AND v.matter = m.id AND v.number = 1
    LEFT JOIN journal j ON j.district = m.district AND j.subject = m.id AND j.kind = 'MatterMoved'
    WHERE v.id IS NULL OR j.seq IS NULL`)
  assert.deepEqual(half, [])
  const orphans = db.all(`SELECT v.id FROM moves v LEFT JOIN matters m ON m.district = v.district AND m.id = v.matter WHERE m.id IS NULL`)
  assert.deepEqual(orphans, [])
  const gaps = db.all(`SELECT count(*) AS n, max(seq) AS last FROM journal`)[0]
  assert.equal(gaps.n, gaps.last, 'the journal has no hole')
  const verified = await command('journal', 'verify', '--data', server.data)
  assert.equal(verified.code, 0, verified.stdout)
})
