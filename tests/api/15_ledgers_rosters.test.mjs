// The register of the gate, the sheets of the points and the rosters: who may, what is kept of
// people who are no staff and for how long, and what shows before it happens.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Server, eventually, newId } from '../support/server.mjs'

const rows = '/ledgers/visitors/rows'
const papers = '50010119900307123X'
let server, guard, principal, safety, teacher, officer, leader, school

before(async () => {
  server = await Server.start()
  await everybody()
  school = guard.me.postings[0].organisation.id
})
after(() => server.end())

async function everybody() {
  const enter = (login) => server.enter(login)
  ;[guard, principal, safety, teacher, officer, leader] = await Promise.all(['menwei', 'xiaozhang', 'anquan', 'banzhuren', 'quxian', 'shiji'].map(enter))
}

const visitor = (more = {}) => ({
  id: newId('500190'),
  organisation: school,
  fields: { name: '来访的李某', papers, plate: '渝A12345', reason: '送教材', people: 2, came_at: '2026-03-02T07:25:00+08:00', ...more },
})
async function enterVisitor(more) {
  const made = await guard.post(rows, visitor(more))
  assert.equal(made.status, 201, made.bytes.toString())
  return made.body
}
async function journal(kind) {
  const found = []
  for (let next = 0; next !== null; ) {
    const page = (await principal.get(`/journal?after=${next}&limit=500`)).body
    found.push(...page.items.filter((each) => !kind || each.kind === kind))
    next = page.next
  }
  return found
}

test('a guard enters and changes visitors, and those above him in the school end them', async () => {
  const row = await enterVisitor()
  const left = await guard.patch(`${rows}/${row.id}`, { fields: { left_at: '2026-03-02T07:29:00+08:00' } }, { 'if-match': '"1"' })
  assert.equal(left.status, 200)
  assert.equal(left.body.fields.left_at, '2026-03-02T07:29:00+08:00')
  assert.equal((await guard.get(rows)).body.items.length, 1)
  assert.equal((await guard.delete(`${rows}/${row.id}`)).status, 403)
  assert.equal((await principal.get(`${rows}/${row.id}`)).status, 200)
  assert.equal((await safety.delete(`${rows}/${row.id}`)).status, 204)
})

test('nobody above the school reads, enters or takes away what stands in the register', async () => {
  const row = await enterVisitor()
  for (const who of [officer, leader, teacher]) {
    for (const answer of [
      await who.get(rows),
      await who.get(`${rows}?organisation=${school}`),
      await who.get(`${rows}?format=csv`),
      await who.get(`${rows}/${row.id}`),
      await who.post(rows, visitor()),
      await who.patch(`${rows}/${row.id}`, { fields: { reason: '' } }, { 'if-match': '"1"' }),
      await who.delete(`${rows}/${row.id}`),
    ]) {
      assert.equal(answer.status, 403)
      assert.equal(answer.body.key, 'authority.forbidden')
      assert.equal(answer.body.args.noun, 'visitors')
    }
  }
})

test('of papers the last four characters are shown, and the same sent again are kept', async () => {
  const row = await enterVisitor()
  assert.deepEqual(row.fields.papers, { last4: '123X' })
  const again = await guard.patch(`${rows}/${row.id}`, { fields: { papers: '500101-19900307-123x' } }, { 'if-match': '"1"' })
  assert.deepEqual(again.body.fields.papers, { last4: '123X' })
  const shown = await guard.patch(`${rows}/${row.id}`, { fields: { papers: again.body.fields.papers } }, { 'if-match': '"2"' })
  assert.equal(shown.status, 200)
  const made_up = await guard.patch(`${rows}/${row.id}`, { fields: { papers: { hash: 'a'.repeat(64), last4: '0000' } } }, { 'if-match': '"3"' })
  assert.equal(made_up.status, 400)
  assert.deepEqual(made_up.body.args, { field: 'papers', fault: 'identity' })
  const csv = (await principal.get(`${rows}?format=csv`)).body
  assert.match(csv, /123X/)
  assert.doesNotMatch(csv, new RegExp(papers))
  assert.doesNotMatch(csv, /[0-9a-f]{64}/)
})

test('a moment is given with its offset', async () => {
  const refused = await guard.post(rows, visitor({ came_at: '2026-03-02T07:25:00' }))
  assert.equal(refused.status, 400)
  assert.deepEqual(refused.body.args, { field: 'came_at', fault: 'moment' })
})

test('the journal names the fields and holds nothing personal, and the store no papers', async () => {
  const row = await enterVisitor({ name: '只此一次的名字' })
  await guard.patch(`${rows}/${row.id}`, { fields: { name: '改过的名字', people: 3 } }, { 'if-match': '"1"' })
  const lines = await journal()
  const text = JSON.stringify(lines)
  for (const personal of ['只此一次的名字', '改过的名字', papers, '123X', '渝A12345']) assert.ok(!text.includes(personal), personal)
  const changed = lines.filter((each) => each.kind === 'RowChanged' && each.subject === row.id)
  assert.deepEqual(changed[0].data.changed, ['name', 'people'])
  assert.equal(changed[0].noun, 'visitors')
  for (const name of readdirSync(server.data).filter((each) => each.startsWith('anxiao.sqlite')))
    assert.ok(!readFileSync(join(server.data, name)).includes(papers), name)
  assert.ok(!(server.output + server.errors).includes(papers))
})

test('who reads the register is on record, once in ten minutes', async () => {
  const seen = async () => (await journal('RowsSeen')).filter((each) => each.actor === safety.me.person.id)
  const row = await enterVisitor()
  assert.equal((await seen()).length, 0)
  await safety.get(rows)
  await safety.get(`${rows}/${row.id}`)
  await safety.get(`${rows}?organisation=${school}`)
  const [line, ...others] = await seen()
  assert.deepEqual(others, [])
  assert.deepEqual([line.organisation, line.data], [school, { ledger: 'visitors', as_file: false }])
  await safety.get(`${rows}?format=csv`)
  assert.equal((await seen()).length, 2)
  server.setClock('2026-03-02T07:41:00+08:00')
  await safety.get(rows)
  assert.equal((await seen()).length, 3)
  await safety.get('/ledgers/points/rows')
  assert.equal((await seen()).length, 3)
})

test('every point has a code, and its sheet is drawn as a picture without scripts', async () => {
  const point = { id: newId('500190'), organisation: school, fields: { name: '北门', place: '北门外', checklists: 'daily' } }
  assert.equal((await safety.post('/ledgers/points/rows', point)).status, 201)
  const code = await safety.get(`/points/${point.id}/code`)
  assert.equal(code.status, 200)
  assert.match(code.body.code, /^[a-z2-7]{12}$/)
  const sheets = (await principal.get(`/sheets?for=${school}`)).body.items
  const sheet = sheets.find((each) => each.point.id === point.id)
  assert.deepEqual(sheet, { point: { id: point.id, name: '北门' }, place: '北门外', organisation: { id: school, name: sheet.organisation.name }, code: code.body.code })
  assert.equal(new Set(sheets.map((each) => each.code)).size, sheets.length)
  assert.equal((await guard.get(`/points/${point.id}/code`)).status, 403)
  assert.equal((await guard.get(`/sheets?for=${school}`)).status, 403)

  const svg = await guard.get('/qr.svg?text=' + encodeURIComponent(`${server.base}/i/${point.id}?k=${code.body.code}`))
  assert.equal(svg.status, 200)
  assert.match(svg.headers.get('content-type'), /^image\/svg\+xml/)
  assert.match(svg.body, /^<svg [^>]*viewBox="0 0 (\d+) \1"/)
  assert.doesNotMatch(svg.body, /script|href|on\w+=/)
  for (const text of ['', 'x'.repeat(513)]) assert.equal((await guard.get('/qr.svg?text=' + text)).body.key, 'qr.text_length')
  assert.equal((await server.nobody().get('/qr.svg?text=x')).status, 401)
})

test('a hole in the roster shows before it happens, to the school and to the district', async () => {
  const range = 'from=2026-03-09&to=2026-03-13'
  const holes = async (who, place) => (await who.get(`/rosters?for=${place}&${range}`)).body.items.filter((each) => each.hole && each.duty === 'arrival_guard' && each.organisation.id === school).map((each) => each.day)
  assert.deepEqual(await holes(principal, school), [], 'a duty that is left to its post')
  const named = { duty: 'arrival_guard', person: guard.me.person.id, from: '2026-03-09', to: '2026-03-11' }
  const row = { id: newId('500190'), organisation: school, fields: named }
  assert.equal((await principal.post('/ledgers/rosters/rows', row)).status, 201)
  assert.deepEqual(await holes(principal, school), ['2026-03-12', '2026-03-13'])
  const district = officer.me.postings[0].organisation.id
  assert.deepEqual(await holes(officer, district), ['2026-03-12', '2026-03-13'])
  const all = (await guard.get(`/rosters?for=${school}&${range}`)).body
  assert.ok(all.duties.some((each) => each.duty === 'arrival_guard' && each.cycle === 'school_day'))
  const monday = all.items.find((each) => each.duty === 'arrival_guard' && each.day === '2026-03-09')
  assert.deepEqual([monday.people.map((each) => each.id), monday.rows, monday.expected, monday.hole], [[guard.me.person.id], [row.id], true, false])
  assert.equal((await guard.get(`/rosters?for=${district}&${range}`)).status, 403)
  assert.equal((await guard.get(`/rosters?for=${school}&from=2026-03-13&to=2026-03-09`)).body.key, 'roster.too_long')
})

test('a duty without a roster cannot be rostered', async () => {
  const fields = { duty: 'gate_register', person: guard.me.person.id, from: '2026-03-09', to: '2026-03-09' }
  const refused = await principal.post('/ledgers/rosters/rows', { id: newId('500190'), organisation: school, fields })
  assert.deepEqual([refused.status, refused.body.args], [400, { field: 'duty', fault: 'choice' }])
})

test('visitors are forgotten when the term has passed, and nothing of them is left', async () => {
  const days = (await principal.get('/pack')).body.terms.find((each) => each.id === 'visitor.keep_days').value
  const at = (passed) => new Date(Date.parse('2026-03-02T08:00:00+08:00') + passed * 864e5).toISOString()
  const kept = await journal('RowEntered').then((lines) => lines.filter((each) => each.data.ledger === 'visitors').length)
  const count = async () => (await guard.get(`${rows}?ended=true&limit=500`)).body.items.length
  server.setClock(at(days))
  await everybody()
  const before = await count()
  assert.equal(before, kept)
  server.setClock(at(days + 1))
  await everybody()
  await eventually(count, (left) => left === 0)
  const lines = await journal('RowForgotten')
  assert.equal(lines.length, kept)
  assert.deepEqual(lines[0].data, { ledger: 'visitors' })
  assert.deepEqual([lines[0].actor, lines[0].organisation], ['', school])
})
