// The lists: risks with their end, who answers for what, and what each department owes.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Server, newId } from '../support/server.mjs'

let server, people, school, district, fire
before(async () => {
  server = await Server.start({ clock: '2026-03-03T07:30:00+08:00' })
  people = {}
  for (const login of ['anquan', 'menwei', 'xiaozhang', 'quxian', 'shiji', 'xiaofang']) people[login] = await server.enter(login)
  school = people.xiaozhang.me.postings[0].organisation.id
  district = people.quxian.me.postings[0].organisation.id
  fire = people.xiaofang.me.postings[0].organisation.id
})
after(() => server.end())

async function asked(who, path, status = 200) {
  const answer = await who.get('/lists/' + path)
  assert.equal(answer.status, status, JSON.stringify(answer.body))
  return answer.body
}

test('a principal sees what each post of the school answers for and who holds it', async () => {
  const list = await asked(people.xiaozhang, `duties?organisation=${school}`)
  assert.ok(list.duties.length > 20)
  assert.ok(list.requirements.length > 20)
  const manager = list.posts.find((one) => one.post === 'safety_manager')
  assert.deepEqual(manager.people.map((one) => one.id), [people.anquan.me.person.id])
  for (const duty of list.duties) assert.ok(list.posts.some((one) => one.post === duty.post), duty.id)
})

test('whoever may not read people learns only whether a post is held', async () => {
  const list = await asked(people.menwei, `duties?organisation=${school}`)
  assert.ok(list.posts.every((one) => one.people === null || one.people === undefined))
  assert.ok(list.posts.find((one) => one.post === 'safety_manager').held)
  const file = await asked(people.menwei, `duties?organisation=${school}&format=csv`)
  assert.ok(!file.includes('安小全'))
})

test('a department owes what follows from which department it is', async () => {
  const list = await asked(people.xiaofang, `duties?organisation=${fire}`)
  assert.equal(list.office.id, 'fire')
  assert.deepEqual(list.posts.map((one) => one.post), ['department_officer'])
})

test('every requirement of the departments is somebody\'s, under the name of today and of the notice', async () => {
  const clause = (await people.menwei.get('/pack/clauses')).body.items.find((one) => one.number === 10)
  const list = await asked(people.menwei, `departments?organisation=${school}`)
  const owed = list.items.flatMap((one) => one.requirements.map((each) => each.id))
  for (const requirement of clause.requirements) assert.ok(owed.includes(requirement.id), requirement.id)
  const market = list.items.find((one) => one.office.id === 'market')
  assert.match(market.office.name.zh, /^市场监管.*工商/)
  assert.deepEqual(market.organisations.map((one) => one.name), ['云溪区市场监督管理局'])
})

test('the lists are files as well', async () => {
  for (const [path, name] of [[`duties?organisation=${school}`, 'duties'], [`departments?organisation=${district}`, 'departments']]) {
    const answer = await people.quxian.get(`/lists/${path}&format=csv&language=zh`)
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-disposition'), new RegExp(name))
    assert.ok(answer.bytes.toString('utf8').split('\n').length > 20)
  }
})

test('nobody lists what lies out of reach', async () => {
  assert.equal((await asked(people.xiaozhang, `duties?organisation=${district}`, 403)).key, 'authority.forbidden')
  await asked(people.quxian, `duties?organisation=${newId()}`, 404)
  assert.equal((await people.xiaozhang.get('/lists/duties')).status, 404)
})

test('a district and its schools keep their risks in one list', async () => {
  const rows = (await people.quxian.get(`/ledgers/risks/rows?organisation=${district}&limit=200`)).body.items
  assert.ok(rows.some((row) => row.organisation.id === district) && rows.some((row) => row.organisation.id === school))
  const risk = { name: '操场围网松动', category: 'building', level: 'yellow', measures: '停用并围挡', answers: '总务处', reviewed_on: '2026-03-01', review_by: '2026-09-01' }
  const made = await people.xiaozhang.post('/ledgers/risks/rows', { id: newId(), organisation: school, fields: risk })
  assert.equal(made.status, 201, JSON.stringify(made.body))
})

test('a risk is accepted for a reason and up to a day, and a red one not at all', async () => {
  const risk = { name: '老旧线路', category: 'fire', level: 'yellow', measures: '限电并巡查', answers: '总务处', reviewed_on: '2026-03-01', accepted: true }
  const enter = (fields) => people.xiaozhang.post('/ledgers/risks/rows', { id: newId(), organisation: school, fields })
  assert.ok([409, 422].includes((await enter(risk)).status))
  const ended = { ...risk, accepted_until: '2026-06-30', accepted_why: '暑假更换' }
  assert.ok([409, 422].includes((await enter({ ...ended, level: 'red' })).status))
  assert.equal((await enter(ended)).status, 201)
})
