// Ledgers as a clerk keeps them: a row that the notice forbids is refused where it is wrong; rows come
// in and go out as workbooks; what lapses soon stands on the page of the day; a row tells its history.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Server, newId } from '../support/server.mjs'
import { workbook } from '../support/workbook.mjs'

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
let server, guard, principal, safety, officer, leader, school, district
before(async () => {
  server = await Server.start()
  ;[guard, principal, safety, officer, leader] = await Promise.all(['menwei', 'xiaozhang', 'anquan', 'quxian', 'shiji'].map((login) => server.enter(login)))
  school = safety.me.postings[0].organisation
  district = officer.me.postings[0].organisation
})
after(() => server.end())

const rowsOf = async (who, ledger, query = {}) => (await who.get(`/ledgers/${ledger}/rows?` + new URLSearchParams({ limit: '500', ...query }))).body.items
async function imported(who, ledger, organisation, table, dry_run = false) {
  const bytes = Array.isArray(table) ? workbook(table) : Buffer.from(table)
  const attachment = await who.attach(bytes, Array.isArray(table) ? xlsx : 'text/csv')
  return who.post(`/ledgers/${ledger}/rows/import`, { attachment, name: '表.xlsx', organisation, dry_run })
}
const day = (many) => new Date(Date.parse(server.now.slice(0, 10) + 'T12:00:00Z') + many * 86_400_000).toISOString().slice(0, 10)

test('a building that has not passed acceptance is not entered as in use, nor changed to it', async () => {
  const hall = { id: newId(), organisation: school.id, fields: { name: '新礼堂', in_use: true } }
  const refused = await safety.post('/ledgers/buildings/rows', hall)
  assert.equal(refused.status, 422, refused.bytes.toString())
  assert.equal(refused.body.key, 'ledger.guard_unmet')
  assert.equal(refused.body.field, 'fields.accepted_on')
  assert.equal(refused.body.clause, 'C13.3')
  assert.deepEqual(refused.body.wants, ['accepted_on'])
  assert.ok(refused.body.args.why.zh && refused.body.args.why.en)
  hall.fields.in_use = false
  assert.equal((await safety.post('/ledgers/buildings/rows', hall)).status, 201)
  const path = `/ledgers/buildings/rows/${hall.id}`
  assert.equal((await safety.patch(path, { fields: { in_use: true } }, { 'if-match': '"1"' })).body.key, 'ledger.guard_unmet')
  assert.equal((await safety.patch(path, { fields: { in_use: true, accepted_on: '2026-02-20' } }, { 'if-match': '"1"' })).status, 200)
})

test('a template has the heads in words, and what may stand under them', async () => {
  const template = await safety.get('/ledgers/policies/template?format=xlsx&language=zh')
  assert.equal(template.status, 200)
  assert.equal(template.headers.get('content-type'), xlsx)
  assert.match(template.headers.get('content-disposition'), /filename\*=UTF-8''%E4%BF%9D/)
  assert.equal(template.bytes.subarray(0, 2).toString(), 'PK')
  const csv = (await safety.get('/ledgers/policies/template?format=csv&language=en')).body
  assert.equal(csv.trim().replace(/^\uFEFF/, ''), 'Number,Sort,Insurer,From,Until,Premium (yuan),Paid from')
  assert.match((await officer.get('/ledgers/barriers/template?format=csv')).body, /^\uFEFF?单位,位置/)
  assert.equal((await guard.get('/ledgers/policies/template')).status, 403)
  assert.equal((await safety.get('/ledgers/visitors/template')).body.key, 'import.personal_ledger')
  assert.equal((await safety.get('/ledgers/policies/template?format=pdf')).body.key, 'ledger.unknown_format')
})

const heads = ['保单号', '险种', '保险公司', '起保日期', '到期日期', '保费（元）', '保费出处']
const policy = (number, more = {}) => Object.values({ number, sort: '校方责任险', insurer: '云岭财险', from: '2026/1/1', to: '2026年12月31日', premium: '4,200', by: '公用经费或财政', ...more })

test('a workbook is checked first, then comes in whole, and adds nothing the second time', async () => {
  const table = [heads, policy('导-1'), policy('导-2', { to: '46387' }), policy('导-3', { sort: '车险' })]
  const before = (await rowsOf(safety, 'policies')).length
  const dry = (await imported(safety, 'policies', school.id, table, true)).body
  assert.deepEqual([dry.rows, dry.taken, dry.created, dry.there, dry.refused.length], [3, 2, 0, 0, 1])
  const { line, column, value, key, args } = dry.refused[0]
  assert.deepEqual({ line, column, value, key, fault: args.fault }, { line: 4, column: '险种', value: '车险', key: 'fields.malformed', fault: 'choice' })
  assert.equal((await rowsOf(safety, 'policies')).length, before)
  const real = (await imported(safety, 'policies', school.id, table)).body
  assert.deepEqual([real.taken, real.created], [2, 2])
  const rows = (await rowsOf(safety, 'policies')).filter((row) => row.title.startsWith('导-'))
  assert.deepEqual(rows.map((row) => row.fields.ends_on), ['2026-12-31', '2026-12-31'])
  assert.deepEqual(rows.map((row) => row.fields.premium), [4200, 4200])
  const again = (await imported(safety, 'policies', school.id, table)).body
  assert.deepEqual([again.created, again.there, again.refused.length], [0, 2, 1])
  assert.equal((await rowsOf(safety, 'policies')).length, before + 2)
})

test('what went out as a workbook or as CSV comes back and is there already', async () => {
  for (const [format, type] of [['xlsx', xlsx], ['csv', 'text/csv']]) {
    const file = await safety.get(`/ledgers/policies/rows?format=${format}&language=zh`)
    assert.equal(file.status, 200)
    const attachment = await safety.attach(file.bytes, type)
    const { body } = await safety.post('/ledgers/policies/rows/import', { attachment, name: 'back', organisation: school.id, dry_run: false })
    assert.deepEqual(body.refused, [])
    assert.equal(body.created, 0)
    assert.equal(body.there, (await rowsOf(safety, 'policies')).length)
  }
  assert.equal((await safety.get('/ledgers/policies/rows?format=pdf')).body.key, 'ledger.unknown_format')
})

test('an officer brings in rows of many schools, each named in its line; what is not his is refused', async () => {
  const schools = (await officer.get('/organisations?limit=100')).body.items.filter((one) => one.kind === 'primary').slice(0, 2)
  const table = ['学校,位置,类别', ...schools.map((one) => `${one.name},正门外,升降柱`), '没有的学校,正门外,升降柱', ',正门外,升降柱'].join('\n')
  const { body } = await imported(officer, 'barriers', district.id, table)
  assert.equal(body.created, schools.length, JSON.stringify(body))
  assert.deepEqual(body.refused.map(({ column, key }) => [column, key]), [['学校', 'import.no_organisation'], ['学校', 'import.whose']])
  assert.equal((await imported(officer, 'barriers', district.id, '位置,类别\n正门外,升降柱\n')).body.key, 'import.no_head')
  for (const who of [guard, leader]) assert.equal((await imported(who, 'barriers', school.id, table, true)).status, 403)
  assert.equal((await imported(safety, 'barriers', schools[0].id, table, true)).status, 403)
})

test('people of other walks are not brought in by a file, and no file is a table', async () => {
  assert.equal((await imported(safety, 'visitors', school.id, '姓名,来访事由,进校\n张三,办事,2026-03-02 07:10\n')).body.key, 'import.personal_ledger')
  assert.equal((await imported(safety, 'policies', school.id, '\n\n')).body.key, 'table.empty')
  assert.equal((await safety.post('/ledgers/policies/rows/import', { attachment: 'f'.repeat(64), name: 'x', organisation: school.id, dry_run: true })).status, 404)
})

test('a list is narrowed and in order, page by page, and its file with it', async () => {
  const sorted = await rowsOf(safety, 'policies', { sort: 'ends_on', descending: 'true' })
  const days = sorted.map((row) => row.fields.ends_on)
  assert.deepEqual(days, [...days].sort().reverse())
  let paged = []
  for (let cursor = ''; cursor !== null; ) {
    const page = (await safety.get('/ledgers/policies/rows?' + new URLSearchParams({ sort: 'ends_on', descending: 'true', limit: '2', ...(cursor ? { cursor } : {}) }))).body
    paged.push(...page.items)
    cursor = page.next
  }
  assert.deepEqual(paged.map((row) => row.id), sorted.map((row) => row.id))
  const meals = await rowsOf(safety, 'policies', { where: 'sort:meal,paid_by:school' })
  assert.ok(meals.length > 0 && meals.every((row) => row.fields.sort === 'meal'))
  assert.deepEqual((await rowsOf(safety, 'policies', { q: '导-2' })).map((row) => row.title), ['导-2'])
  const file = (await safety.get('/ledgers/policies/rows?format=csv&where=sort:meal,paid_by:school')).body
  assert.equal(file.trim().split('\n').length, 1 + meals.length)
  assert.equal((await safety.get('/ledgers/policies/rows?where=colour:red')).body.key, 'ledger.no_field')
})

test('what lapses within thirty days stands on the day of whoever keeps it, and opens exactly its rows', async () => {
  const enter = (who, organisation, ledger, fields) => who.post(`/ledgers/${ledger}/rows`, { id: newId(), organisation, fields })
  assert.equal((await enter(safety, school.id, 'counsels', { name: '到期顾问', phone: '023', ends_on: day(30) })).status, 201)
  assert.equal((await enter(safety, school.id, 'counsels', { name: '还早的顾问', phone: '023', ends_on: day(31) })).status, 201)
  assert.equal((await enter(officer, district.id, 'lawyers', { name: '区法援', phone: '023', ends_on: day(3) })).status, 201)
  const today = async (who) => (await who.get('/today')).body
  for (const who of [principal, safety]) {
    const { expiring, as_of } = await today(who)
    assert.ok(as_of)
    assert.ok(expiring.items.some((row) => row.title === '到期顾问'))
    assert.ok(!expiring.items.some((row) => ['还早的顾问', '区法援'].includes(row.title)))
    assert.deepEqual(expiring.items.map((row) => row.day), expiring.items.map((row) => row.day).sort())
    assert.equal(expiring.ledgers.reduce((sum, one) => sum + one.count, 0), expiring.all)
    for (const one of expiring.ledgers) {
      const rows = await rowsOf(who, one.ledger, { organisation: one.organisation.id, exact: 'true', expiring: 'soon' })
      assert.equal(rows.length, one.count, one.ledger)
      assert.deepEqual(rows.map((row) => row.id).sort(), expiring.items.filter((row) => row.ledger === one.ledger).map((row) => row.id).sort())
    }
  }
  const his = (await today(officer)).expiring
  assert.ok(his.items.some((row) => row.title === '区法援'))
  assert.ok(his.items.every((row) => row.organisation.id === district.id))
  assert.equal((await today(guard)).expiring.all, 0)
  assert.equal((await today(leader)).expiring.all, 0)
})

test('a row tells who entered and changed what, to those who may read it', async () => {
  const id = newId()
  await safety.post('/ledgers/barriers/rows', { id, organisation: school.id, fields: { place: '东门', sort: 'bollard' } })
  await principal.patch(`/ledgers/barriers/rows/${id}`, { fields: { place: '东门外', sort: 'fence' } }, { 'if-match': '"1"' })
  const history = (await guard.get(`/ledgers/barriers/rows/${id}/history`)).body
  assert.deepEqual(history.items.map((one) => [one.what, one.by.id]), [['changed', principal.me.person.id], ['entered', safety.me.person.id]])
  assert.deepEqual(history.items[0].changes, [{ field: 'place', before: '东门', after: '东门外' }, { field: 'sort', before: 'bollard', after: 'fence' }])
  const row = (await rowsOf(safety, 'policies', { q: '导-1' }))[0]
  assert.equal((await safety.get(`/ledgers/policies/rows/${row.id}/history`)).body.items[0].file, '表.xlsx')
  assert.equal((await server.nobody().get(`/ledgers/barriers/rows/${id}/history`)).status, 401)
})

test('a day later what lapses then speaks as well', async () => {
  server.setClock('2026-03-03T07:30:00+08:00')
  const { expiring } = (await (await server.enter('anquan')).get('/today')).body
  assert.ok(expiring.items.some((row) => row.title === '还早的顾问'))
})
