// The district officer imports the schools of a file: a dry run first, then the whole in one
// transaction, then again for nothing.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Server, root } from '../support/server.mjs'
import { workbook } from '../support/workbook.mjs'

const file = root + '../shared/data/cq_school_names.csv'
const absent = !existsSync(file) && 'the shared data folder is not beside the project'
const kinds = ['kindergarten', 'primary', 'village_primary', 'junior_middle', 'senior_middle', 'boarding_middle', 'nine_year', 'special', 'vocational', 'private_school']

let server, officer, district, csv, rows
before(async () => {
  server = await Server.start()
  officer = await server.enter('quxian')
  district = officer.me.postings[0].organisation.id
  if (absent) return
  csv = readFileSync(file)
  rows = csv.toString('utf8').trim().split(/\r?\n/).slice(1)
})
after(() => server.end())

const count = async () => {
  let total = 0
  for (let cursor = ''; cursor !== null; ) {
    const { body } = await officer.get('/organisations?limit=200' + (cursor ? '&cursor=' + encodeURIComponent(cursor) : ''))
    total += body.items.length
    cursor = body.next
  }
  return total
}

test('a dry run lists every row that cannot be taken, by line and reason', { skip: absent }, async () => {
  const attachment = await officer.attach(csv, 'text/csv')
  const before = await count()
  const { status, body } = await officer.post('/organisations/import', { attachment, name: 'schools.csv', dry_run: true, kinds, district_map: {} })
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.rows, rows.length)
  assert.equal(body.taken, 0)
  assert.equal(body.refused.length, rows.length)
  assert.ok(body.refused.every((each) => each.line >= 2 && each.reason.startsWith('import.')))
  assert.ok(body.refused.some((each) => each.reason === 'import.unknown_district'))
  assert.equal(body.districts.length, new Set(rows.map((row) => row.split(',')[3])).size)
  assert.equal(await count(), before)
})

test('rows of chosen districts are taken, the rest is named', { skip: absent }, async () => {
  const attachment = await officer.attach(csv, 'text/csv')
  const district_map = { 万州区: district, 渝中区: district }
  const { body } = await officer.post('/organisations/import', { attachment, name: 'schools.csv', dry_run: true, kinds, district_map })
  assert.equal(body.taken + body.refused.length, body.rows)
  assert.ok(body.taken > 0)
  const reasons = new Set(body.refused.map((each) => each.reason))
  assert.ok(reasons.has('import.unknown_district'))
  assert.ok(reasons.has('import.not_a_chosen_kind'), [...reasons].join())
})

test('the import takes the rest in one transaction, and importing again adds nothing', { skip: absent }, async () => {
  const twice = rows.find((row) => row.endsWith('小学'))
  const attachment = await officer.attach(Buffer.concat([csv, Buffer.from(twice + '\r\n')]), 'text/csv')
  const ask = { attachment, name: 'schools.csv', dry_run: false, kinds, all_into: district, district_map: {} }
  const before = await count()
  const first = (await officer.post('/organisations/import', ask)).body
  assert.ok(first.created > 100, JSON.stringify(first).slice(0, 500))
  assert.equal(await count(), before + first.created)
  assert.ok(first.refused.some((each) => each.reason === 'import.duplicate_in_file'), 'a school named twice is taken once')
  assert.equal(first.refused.find((each) => each.reason === 'import.duplicate_in_file').line, rows.length + 2)
  const second = (await officer.post('/organisations/import', ask)).body
  assert.equal(second.created, 0)
  assert.ok(second.refused.some((each) => each.reason === 'import.exists'))
  assert.equal(await count(), before + first.created)
})

test('the same file as a workbook and in GB18030 gives the same answer', { skip: absent }, async () => {
  const ask = (attachment, name) =>
    officer.post('/organisations/import', { attachment, name, dry_run: true, kinds, all_into: district, district_map: {} }).then((each) => each.body)
  const utf8 = await ask(await officer.attach(csv, 'text/csv'), 'schools.csv')
  const gb = await ask(await officer.attach(execFileSync('iconv', ['-f', 'UTF-8', '-t', 'GB18030'], { input: csv }), 'text/csv'), 'schools.csv')
  const table = csv.toString('utf8').trim().split(/\r?\n/).map((line) => line.split(','))
  const xlsx = await ask(await officer.attach(workbook(table), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'), 'schools.xlsx')
  const essence = ({ rows: total, taken, refused }) => ({ total, taken, refused: refused.map(({ line, reason }) => ({ line, reason })) })
  assert.deepEqual(essence(gb), essence(utf8))
  assert.deepEqual(essence(xlsx), essence(utf8))
})

test('who may not import is told so', { skip: absent }, async () => {
  const teacher = await server.enter('banzhuren')
  const attachment = await teacher.attach(csv, 'text/csv')
  const { status, body } = await teacher.post('/organisations/import', { attachment, name: 'schools.csv', dry_run: true, kinds, all_into: district, district_map: {} })
  assert.ok(status === 403 || status === 404, String(status))
  assert.match(body.key, /^(authority.forbidden|not_found|import.no_district)$/)
})

test('a file that is no table is refused with a reason', async () => {
  const attachment = await officer.attach(Buffer.from('PK\x03\x04 not a workbook at all'), 'application/octet-stream')
  const { status, body } = await officer.post('/organisations/import', { attachment, name: 'schools.xlsx', dry_run: true, kinds, district_map: {} })
  assert.ok(status === 400 || status === 422, String(status))
  assert.match(body.key, /^(import|table)\./)
})
