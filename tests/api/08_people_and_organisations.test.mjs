// Organisations, people and ledgers: entered once however often they are sent, changed only from the
// version that was read, ended and not deleted; nobody appoints above himself.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Server, newId } from '../support/server.mjs'

let server, keeper, officer, safety, principal, guard, district, school, everybody
before(async () => {
  server = await Server.start({ clock: '2026-03-02T07:30:00+08:00' })
  keeper = await server.enter('quxian')
  safety = await server.enter('anquan')
  principal = await server.enter('xiaozhang')
  guard = await server.enter('menwei')
  school = principal.me.postings[0].organisation.id
  district = keeper.me.postings[0].organisation.id
  everybody = (await keeper.get('/people?limit=200')).body.items
  // The demonstration's officer keeps accounts as well; this one does not.
  const made = await newPerson(keeper, { login: 'only.officer', organisation: district, posts: [post('district_safety_officer', district)] })
  server.passwords['only.officer'] = made.body.one_time_password
  officer = await server.enter('only.officer')
})
after(() => server.end())

const post = (id, organisation) => ({ id: newId(), post: id, organisation })
const newPerson = (who, { id = newId(), name = '新来的', login, organisation = school, posts = [] }) => who.post('/people', { id, name, login, organisation, posts })
const newSchool = (who, name, more = {}) => who.post('/organisations', { id: newId(), parent: district, kind: 'primary', name, ...more })
const ifMatch = (version) => ({ 'if-match': `"${version}"` })
const refused = (answer, status, key, field) => {
  assert.deepEqual([answer.status, answer.body.key], [status, key], JSON.stringify(answer.body))
  if (field) assert.equal(answer.body.field, field)
}

// --- organisations ---

test('an organisation sent twice is entered once; another under its id is a conflict', async () => {
  const sent = { id: newId(), parent: district, kind: 'primary', name: '云溪区再来小学', facets: { boarders: 0 } }
  const first = await officer.post('/organisations', sent)
  assert.equal(first.status, 201, JSON.stringify(first.body))
  assert.equal(first.headers.get('etag'), '"1"')
  assert.deepEqual(first.body.path.map((each) => each.id), [first.body.path[0].id, district, sent.id])
  const again = await officer.post('/organisations', Object.fromEntries(Object.entries(sent).reverse()))
  assert.equal(again.status, 200)
  assert.deepEqual(again.body, first.body)
  refused(await officer.post('/organisations', { ...sent, name: '云溪区别的小学' }), 409, 'id.taken')
  refused(await officer.post('/organisations', { ...sent, id: newId() }), 409, 'organisation.name_taken', 'name')
  const found = (await officer.get('/organisations?q=' + encodeURIComponent('再来'))).body.items
  assert.deepEqual(found.map((each) => each.id), [sent.id])
})

test('what cannot stand there, or has no good id, is refused by name', async () => {
  refused(await newSchool(officer, '云溪区错位小学', { parent: school }), 422, 'organisation.wrong_parent', 'parent')
  refused(await newSchool(officer, '云溪区怪小学', { kind: 'castle' }), 422, 'organisation.unknown_kind', 'kind')
  refused(await newSchool(officer, '云溪\t小学'), 400, 'text.malformed', 'name')
  refused(await newSchool(officer, '  '), 400, 'text.empty', 'name')
  refused(await newSchool(officer, '长'.repeat(300)), 400, 'text.too_long', 'name')
  refused(await newSchool(officer, '云溪区无号小学', { id: 'not-an-id' }), 400, 'id.malformed', 'id')
  refused(await newSchool(officer, '云溪区外号小学', { id: newId('500191') }), 400, 'id.other_district', 'id')
  refused(await newSchool(officer, '云溪区错码小学', { code: '123' }), 422, 'organisation.bad_code', 'code')
  refused(await newSchool(officer, '云溪区深小学', { facets: { deep: { deeper: 1 } } }), 400, 'organisation.facets_malformed', 'facets')
})

test('an edit carries the version it was made against; of two at once one is told so', async () => {
  const { body: made } = await newSchool(officer, '云溪区改名小学')
  const path = '/organisations/' + made.id
  refused(await officer.patch(path, { name: '云溪区新名小学' }), 400, 'edit.no_version')
  refused(await officer.patch(path, { name: '云溪区新名小学' }, { 'if-match': 'yesterday' }), 400, 'edit.no_version')
  const both = await Promise.all(['甲', '乙'].map((each) => officer.patch(path, { name: `云溪区${each}名小学` }, ifMatch(1))))
  assert.deepEqual(both.map((each) => each.status).sort(), [200, 412])
  assert.equal(both.find((each) => each.status === 412).body.key, 'edit.stale')
  const now = (await officer.get(path)).body
  assert.equal(now.version, 2)
  assert.equal(now.name, both.find((each) => each.status === 200).body.name)
  const coded = await officer.patch(path, { facets: { boarders: 12 } }, ifMatch(2))
  assert.equal(coded.body.name, now.name, 'what was not said stays')
  assert.deepEqual(coded.body.facets, { boarders: 12 })
})

test('an organisation ends when nothing in it is open, and stays on record', async () => {
  const { body: made } = await newSchool(officer, '云溪区将撤小学')
  const hazard = newId()
  assert.equal((await officer.put('/loops/hazard/matters/' + hazard, { organisation: made.id, move: 'warn', fields: { title: '围墙倾斜' } })).status, 201)
  refused(await officer.patch('/organisations/' + made.id, { end: true }, ifMatch(1)), 409, 'organisation.has_open_matters')
  assert.equal((await officer.put(`/loops/hazard/matters/${hazard}/moves/${newId()}`, { move: 'dismiss', fields: { reason: '现场查看，墙体完好' } })).status, 200)
  const ended = await officer.patch('/organisations/' + made.id, { end: true }, ifMatch(1))
  assert.equal(ended.status, 200, JSON.stringify(ended.body))
  assert.ok(ended.body.until)
  refused(await officer.patch('/organisations/' + made.id, { name: '云溪区又来小学' }, ifMatch(2)), 409, 'organisation.ended')
  assert.equal((await officer.get('/organisations/' + made.id)).body.name, '云溪区将撤小学')
  assert.equal((await officer.get('/organisations?q=' + encodeURIComponent('将撤'))).body.items.length, 0)
  assert.equal((await newSchool(officer, '云溪区将撤小学')).status, 201, 'its name is free again')
  refused(await officer.patch('/organisations/' + district, { end: true }, ifMatch(1)), 403, 'authority.forbidden')
})

// --- people ---

test('a one-time password is shown in the one answer that made it', async () => {
  const sent = { id: newId(), name: '门小卫', login: 'Men.Xiaowei', organisation: school, posts: [post('guard', school)] }
  const first = await officer.post('/people', sent)
  assert.equal(first.status, 201, JSON.stringify(first.body))
  assert.equal(first.headers.get('cache-control'), 'no-store')
  assert.equal(first.body.login, 'men.xiaowei')
  const password = first.body.one_time_password
  assert.match(password, /^[a-z0-9]{4}(-[a-z0-9]{4}){3}$/)
  const again = await officer.post('/people', sent)
  assert.equal(again.status, 200)
  assert.equal(again.body.one_time_password ?? null, null)
  assert.deepEqual(again.body.postings, first.body.postings)
  refused(await officer.post('/people', { ...sent, name: '别人' }), 409, 'id.taken')
  refused(await newPerson(officer, { login: ' MEN.xiaowei ' }), 409, 'person.login_taken', 'login')
  for (const path of ['/people/' + sent.id, '/people?limit=200', '/journal?limit=500']) assert.ok(!JSON.stringify((await keeper.get(path)).body).includes(password), path)
  const reset = (await officer.post(`/people/${sent.id}/password`)).body.one_time_password
  assert.notEqual(reset, password)
  assert.equal((await server.nobody().post('/session', { login: 'men.xiaowei', password })).status, 401)
  assert.equal((await server.nobody().post('/session', { login: 'men.xiaowei', password: reset })).status, 200)
})

test('of a person that is refused nothing is kept, whatever the reason', async () => {
  const count = async () => (await keeper.get('/people?limit=200')).body.items.length
  const before = await count()
  refused(await newPerson(officer, { login: 'a' }), 400, 'person.login_malformed', 'login')
  refused(await newPerson(officer, { login: 'two words' }), 400, 'person.login_malformed', 'login')
  refused(await newPerson(officer, { login: 'half', posts: [post('guard', school), post('district_safety_officer', school)] }), 422, 'people.post_not_here')
  refused(await newPerson(officer, { login: 'half', posts: [post('king', school)] }), 422, 'people.unknown_post')
  assert.equal(await count(), before)
  assert.equal((await newPerson(officer, { login: 'half', posts: [post('guard', school)] })).status, 201)
})

test('nobody gives a post above his own, none to himself, and none outside his reach', async () => {
  const somebody = everybody.find((each) => each.login === 'menwei').id
  const give = (who, what, whom = somebody) => who.post(`/people/${whom}/posts`, what)
  refused(await give(officer, post('administrator', district)), 403, 'people.post_above_yours')
  refused(await newPerson(officer, { login: 'sneaky', organisation: district, posts: [post('administrator', district)] }), 403, 'people.post_above_yours')
  refused(await give(officer, post('guard', school), officer.me.person.id), 403, 'people.yourself')
  refused(await give(principal, post('guard', district)), 403, 'authority.forbidden')
  refused(await give(principal, post('administrator', district)), 403, 'authority.forbidden')
  refused(await give(safety, post('guard', school)), 403, 'authority.forbidden')
  refused(await give(guard, post('principal', school), guard.me.person.id), 403, 'authority.forbidden')
  const elsewhere = (await officer.get('/organisations?limit=200')).body.items.find((each) => each.parent === district && each.kind === 'primary' && each.id !== school)
  refused(await give(principal, post('guard', elsewhere.id)), 403, 'authority.forbidden')
  // A reset password would be a way upwards too.
  refused(await officer.post(`/people/${keeper.me.person.id}/password`), 403, 'people.post_above_yours')
  refused(await officer.patch('/people/' + keeper.me.person.id, { active: false }), 403, 'people.post_above_yours')
  refused(await keeper.patch('/people/' + keeper.me.person.id, { active: false }), 422, 'people.yourself')
})

test('a principal gives and ends posts in the school, each once', async () => {
  const somebody = everybody.find((each) => each.login === 'menwei').id
  const sent = post('class_teacher', school)
  const given = await principal.post(`/people/${somebody}/posts`, sent)
  assert.equal(given.status, 201, JSON.stringify(given.body))
  assert.equal((await principal.post(`/people/${somebody}/posts`, sent)).status, 200)
  refused(await principal.post(`/people/${somebody}/posts`, { ...sent, post: 'safety_manager' }), 409, 'id.taken')
  refused(await principal.post(`/people/${somebody}/posts`, post('class_teacher', school)), 409, 'people.post_held')
  const held = async () => (await principal.get('/people/' + somebody)).body.postings.filter((each) => each.post === 'class_teacher')
  assert.deepEqual((await held()).map((each) => each.until ?? null), [null])
  assert.equal((await principal.delete(`/people/${somebody}/posts/${sent.id}`)).status, 204)
  assert.equal((await principal.delete(`/people/${somebody}/posts/${sent.id}`)).status, 204)
  assert.ok((await held())[0].until, 'it stays on record')
  refused(await principal.delete(`/people/${somebody}/posts/${newId()}`), 404, 'not_found')
  const journal = (await principal.get('/journal?limit=500')).body.items.filter((each) => each.subject === sent.id)
  assert.deepEqual(journal.map((each) => each.kind), ['PostGiven', 'PostEnded'])
})

// --- ledgers ---

const points = '/ledgers/points/rows'
const newPoint = (fields, id = newId()) => safety.post(points, { id, organisation: school, fields })

test('a row is checked against the pack, entered once, changed from its version and ended', async () => {
  refused(await newPoint({ name: '锅炉房', place: '后院' }), 422, 'fields.required', 'fields.checklists')
  refused(await newPoint({ name: '锅炉房', place: '后院', checklists: 'daily', colour: 'red' }), 400, 'fields.unknown', 'fields.colour')
  refused(await newPoint({ name: '锅炉房', place: '后院', checklists: 'hourly' }), 400, 'fields.malformed', 'fields.checklists')
  refused(await newPoint({ name: '锅炉房', place: '后院', checklists: 'daily', person: newId() }), 422, 'fields.nobody', 'fields.person')
  refused(await safety.post('/ledgers/dreams/rows', { id: newId(), organisation: school, fields: {} }), 404, 'not_found')
  refused(await officer.post(points, { id: newId(), organisation: district, fields: { name: '大厅', place: '一楼', checklists: 'daily' } }), 422, 'ledger.not_kept_here')

  const id = newId()
  const fields = { name: '锅炉房', place: '后院', checklists: 'daily,monthly', person: safety.me.person.id }
  const made = await newPoint(fields, id)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.equal(made.body.title, '锅炉房')
  assert.equal(made.body.names[safety.me.person.id], '安小全')
  assert.equal((await newPoint(fields, id)).status, 200)
  refused(await newPoint({ ...fields, name: '别处' }, id), 409, 'id.taken')
  const row = `${points}/${id}`
  refused(await safety.patch(row, { fields: { name: '新锅炉房' } }), 400, 'edit.no_version')
  const changed = await safety.patch(row, { fields: { name: '新锅炉房' } }, ifMatch(1))
  assert.deepEqual([changed.body.title, changed.body.fields.place, changed.body.version], ['新锅炉房', '后院', 2])
  refused(await safety.patch(row, { fields: { name: '旧锅炉房' } }, ifMatch(1)), 412, 'edit.stale')
  refused(await safety.patch(row, { fields: { name: null } }, ifMatch(2)), 422, 'fields.required')
  refused(await guard.patch(row, { fields: { name: '我的' } }, ifMatch(2)), 403, 'authority.forbidden')

  const listed = async (more = '') => (await safety.get(`${points}?organisation=${school}&limit=200${more}`)).body.items.map((each) => each.id)
  assert.ok((await listed()).includes(id))
  assert.equal((await safety.delete(row)).status, 204)
  assert.equal((await safety.delete(row)).status, 204)
  assert.ok(!(await listed()).includes(id))
  assert.ok((await listed('&ended=true')).includes(id))
  refused(await safety.patch(row, { fields: { name: '再来' } }, ifMatch(3)), 409, 'row.ended')
  assert.ok((await safety.get(row)).body.until)
})

test('whoever the ledger names answers for what is found from then on', async () => {
  const find = async () => {
    const id = newId()
    const opened = await guard.put('/loops/hazard/matters/' + id, { organisation: school, move: 'find', fields: { title: '灭火器压力不足', place: '食堂', category: 'food' } })
    assert.equal(opened.status, 201, JSON.stringify(opened.body))
    return opened.body.answerable?.id
  }
  const rows = (await safety.get(`/ledgers/responsibilities/rows?organisation=${school}&limit=200`)).body.items
  for (const each of rows.filter((one) => one.fields.category === 'food')) assert.equal((await safety.delete('/ledgers/responsibilities/rows/' + each.id)).status, 204)
  assert.equal(await find(), principal.me.person.id, 'where nobody is named, the principal')
  const made = await safety.post('/ledgers/responsibilities/rows', { id: newId(), organisation: school, fields: { category: 'food', person: safety.me.person.id } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.equal(await find(), safety.me.person.id)
})

test('ledgers and hazards come out as a sheet that spreadsheets read and that runs nothing', async () => {
  const name = '=HYPERLINK("http://x","点我"), 后门'
  assert.equal((await newPoint({ name, place: '一楼', checklists: 'daily,weekly', person: safety.me.person.id, category: 'gate' })).status, 201)
  const { status, headers, bytes } = await safety.get(`${points}?organisation=${school}&format=csv`)
  assert.equal(status, 200)
  assert.match(headers.get('content-type'), /^text\/csv; charset=utf-8/)
  assert.match(headers.get('content-disposition'), /attachment; filename="points\.csv"/)
  const text = bytes.toString('utf8')
  assert.ok(text.startsWith('\ufeff'), 'with its mark')
  assert.match(text, /点位,位置/)
  const line = text.split('\r\n').find((each) => each.includes('HYPERLINK'))
  assert.ok(line, text)
  assert.doesNotMatch(line, /(^|,)"?=/, 'a cell that begins as a formula is made text')
  assert.match(line, /日排查; 周排查/)
  assert.match(line, /安小全/)
  const english = (await safety.get(`${points}?organisation=${school}&format=csv&language=en`)).bytes.toString('utf8')
  assert.match(english, /Point,Place/)

  const title = '扶手"松动", 须修'
  const id = newId()
  assert.equal((await guard.put('/loops/hazard/matters/' + id, { organisation: school, move: 'find', fields: { title, place: '一号楼', category: 'building' } })).status, 201)
  const listed = (await safety.get('/loops/hazard/matters?state=all&limit=200')).body.items
  const sheet = (await safety.get('/loops/hazard/matters?state=all&format=csv')).bytes.toString('utf8')
  assert.equal(sheet.trim().split('\r\n').length, listed.length + 1)
  assert.ok(sheet.includes('"扶手""松动"", 须修"'), sheet)
  assert.match(sheet.split('\r\n').find((each) => each.startsWith(id)), /校舍与设施/)
})

test('a list is walked to its end, each row once, while others enter more', async () => {
  const names = Array.from({ length: 25 }, (_, i) => `云溪区编号${i}小学`)
  await Promise.all(names.map((name) => newSchool(officer, name)))
  const seen = []
  let cursor = ''
  for (let page = 0; cursor !== null; ++page) {
    const { body } = await officer.get(`/organisations?limit=6${cursor && '&cursor=' + encodeURIComponent(cursor)}`)
    seen.push(...body.items.map((each) => each.id))
    cursor = body.next
    if (page < 3) await newSchool(officer, `云溪区途中${page}小学`)
  }
  assert.equal(new Set(seen).size, seen.length)
  const all = (await officer.get('/organisations?limit=200')).body.items
  for (const each of all) if (!each.name.includes('途中')) assert.ok(seen.includes(each.id), each.name)
})
