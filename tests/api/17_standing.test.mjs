// What is kept and what is not, from the clauses alone: which schools are not insured, why, how one
// is mended, what time undoes; and every count is the length of its list.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Server, newId } from '../support/server.mjs'

const states = ['missing', 'late', 'due_soon', 'kept', 'not_applicable']
const insured = 'C18.1'
let server, people, school, district, city

before(async () => {
  server = await Server.start({ clock: '2026-03-03T07:30:00+08:00' })
  await enter()
  school = people.xiaozhang.me.postings[0].organisation.id
  district = people.quxian.me.postings[0].organisation.id
  city = people.shiji.me.postings[0].organisation.id
})
after(() => server.end())

// Sessions do not last through the night.
async function enter() {
  people = {}
  for (const login of ['anquan', 'menwei', 'xiaozhang', 'quxian', 'shiji']) people[login] = await server.enter(login)
}
async function itIsNow(instant) {
  server.setClock(instant)
  await enter()
}
async function asked(who, path) {
  const answer = await who.get('/standing/' + path)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}
const whole = (who, place) => asked(who, place)
const countsOf = async (who, place, requirement = insured) => (await whole(who, place)).items.find((each) => each.requirement === requirement).counts
const why = (who, place, requirement = insured) => asked(who, `${place}/requirements/${requirement}/explain`)
async function listed(who, place, requirement, state = '', limit = 500) {
  const items = []
  let cursor = '', all
  do {
    const page = await asked(who, `${place}/requirements/${requirement}?state=${state}&limit=${limit}${cursor && '&cursor=' + encodeURIComponent(cursor)}`)
    all ??= page.all
    assert.equal(page.all, all)
    assert.ok(page.items.length <= limit)
    items.push(...page.items)
    cursor = page.next
  } while (cursor)
  assert.equal(items.length, all)
  return items
}
const policy = (ends_on) => ({ number: 'PZ-2026-17', sort: 'liability', insurer: '某保险公司', starts_on: '2026-03-01', ends_on, paid_by: 'budget' })

// A school that is not insured.
let bare

test('the clauses alone say which schools are not insured', async () => {
  const counts = await countsOf(people.quxian, district)
  assert.ok(counts.missing + counts.late > 0, JSON.stringify(counts))
  const lines = await listed(people.quxian, district, insured, 'missing')
  assert.equal(lines.length, counts.missing)
  const late = await listed(people.quxian, district, insured, 'late')
  assert.equal(late.length, counts.late)
  for (const line of [...lines, ...late]) {
    assert.ok(line.organisation.name)
    assert.equal(line.answers.post, 'principal')
    assert.deepEqual(line.checks.map((check) => check.mend), [{ kind: 'row', ledger: 'policies' }])
  }
  bare = (lines[0] ?? late[0]).organisation.id
})

test('it says why, shows what is on record, and what would mend it', async () => {
  const told = await why(people.quxian, bare)
  assert.ok(['missing', 'late'].includes(told.state))
  const [check] = told.checks
  assert.equal(check.kind, 'valid_until')
  assert.equal(check.rows.ledger, 'policies')
  assert.equal(check.rows.all, check.rows.rows.length)
  assert.ok(check.value < check.wanted)
})

test('a policy that is entered mends it at once, here and at every node above', async () => {
  const before_it = { district: await countsOf(people.quxian, district), city: await countsOf(people.shiji, city) }
  const was = (await why(people.quxian, bare)).state
  const row = await people.quxian.post('/ledgers/policies/rows', { id: newId(), organisation: bare, fields: policy('2026-12-31') })
  assert.ok(row.status < 300, JSON.stringify(row.body))
  const told = await why(people.quxian, bare)
  assert.equal(told.state, 'kept')
  assert.ok(told.checks[0].rows.rows.some((each) => each.id === row.body.id && each.counts && each.day === '2026-12-31'))
  assert.equal(told.checks[0].changes_at.slice(0, 10), '2026-12-01', 'a month before it ends')
  for (const [name, who, place] of [['district', people.quxian, district], ['city', people.shiji, city]]) {
    const now = await countsOf(who, place)
    assert.equal(now.kept, before_it[name].kept + 1, name)
    assert.equal(now[was], before_it[name][was] - 1, name)
  }
})

test('every count of every requirement is the length of its list', async () => {
  for (const [who, place] of [[people.shiji, city], [people.quxian, district], [people.xiaozhang, school]])
    for (const item of (await whole(who, place)).items)
      for (const state of states) {
        const rows = await listed(who, place, item.requirement, state)
        assert.equal(rows.length, item.counts[state], `${item.requirement} ${state} of ${place}`)
        assert.ok(rows.every((row) => row.state === state))
      }
})

test('pages follow each other, the worst first and none twice', async () => {
  const one_by_one = await listed(people.shiji, city, insured, '', 1)
  assert.deepEqual(one_by_one, await listed(people.shiji, city, insured))
  assert.equal(new Set(one_by_one.map((line) => line.organisation.id)).size, one_by_one.length)
  const order = one_by_one.map((line) => states.indexOf(line.state))
  assert.deepEqual(order, [...order].sort((one, other) => one - other))
})

test('children make up the whole', async () => {
  for (const [who, place] of [[people.shiji, city], [people.quxian, district]]) {
    const all = await whole(who, place)
    for (const item of all.items) {
      const children = await asked(who, `${place}/children?requirement=${item.requirement}`)
      const bound = Object.values(item.counts).reduce((sum, count) => sum + count, 0)
      const below = children.items.reduce((sum, each) => sum + Object.values(each.counts).reduce((one, count) => one + count, 0), 0)
      // Where it binds the place itself too, that is the one that is no child's.
      assert.ok(bound - below === 0 || bound - below === 1, `${item.requirement} of ${all.kind}: ${bound}, ${below} below`)
      for (const state of states) {
        const sum = children.items.reduce((one, each) => one + each.counts[state], 0)
        assert.equal(sum + (bound > below && item.own === state ? 1 : 0), item.counts[state], `${item.requirement} ${state}`)
      }
    }
    const clause = await asked(who, `${place}/children?clause=18`)
    const of_clause = all.items.filter((item) => item.clause === 18)
    const kept = clause.items.reduce((sum, each) => sum + each.counts.kept, 0)
    assert.ok(kept <= of_clause.reduce((sum, item) => sum + item.counts.kept, 0) && kept > 0)
  }
})

test('each sees what he answers for', async () => {
  const status = async (who, place) => {
    const answers = []
    for (const path of ['', '/children', `/requirements/${insured}`, `/requirements/${insured}/explain`]) answers.push((await who.get('/standing/' + place + path)).status)
    assert.equal(new Set(answers).size, 1, JSON.stringify(answers))
    return answers[0]
  }
  const other = (await listed(people.quxian, district, insured)).find((line) => line.organisation.id !== school).organisation.id
  assert.equal(await status(people.xiaozhang, school), 200)
  assert.equal(await status(people.xiaozhang, other), 403)
  assert.equal(await status(people.xiaozhang, district), 403)
  assert.equal(await status(people.quxian, other), 200)
  assert.equal(await status(people.quxian, city), 403)
  assert.equal(await status(people.menwei, school), 403)
  assert.equal(await status(server.nobody(), school), 401)
  const own = await listed(people.xiaozhang, school, insured)
  assert.deepEqual(own.map((line) => line.organisation.id), [school])
})

test('what nobody decides is refused', async () => {
  const unknown = await people.shiji.get(`/standing/${city}/requirements/C99.9`)
  assert.deepEqual([unknown.status, unknown.body.key], [404, 'standing.unknown_requirement'])
  const state = await people.shiji.get(`/standing/${city}/requirements/${insured}?state=fine`)
  assert.deepEqual([state.status, state.body.key], [400, 'standing.unknown_state'])
})

test('a machine that fails and starts again says the same', async () => {
  const said = async () => [(await whole(people.shiji, city)).items, (await whole(people.quxian, district)).items, await listed(people.shiji, city, insured)]
  // An answer and a hazard too: what is read anew is not only rows.
  const given = await people.menwei.put(`/tasks/gate_register/${school}/2026-03-03/answers/${newId()}`, { point: '', happened_at: '2026-03-03T07:20:00+08:00', presence: 'by_hand', items: [] })
  assert.ok(given.status < 300, JSON.stringify(given.body))
  const hazard = await people.anquan.put(`/loops/hazard/matters/${newId()}`, { organisation: school, move: 'find', fields: { title: '栏杆松动', place: '二楼', category: 'building' } })
  assert.ok(hazard.status < 300, JSON.stringify(hazard.body))
  const before_it = await said()
  await server.kill()
  await server.launch()
  await enter()
  assert.deepEqual(await said(), before_it)
})

test('time undoes it', async () => {
  await itIsNow('2026-12-01T00:10:00+08:00')
  assert.equal((await why(people.quxian, bare)).state, 'due_soon')
  await itIsNow('2026-12-31T23:00:00+08:00')
  assert.equal((await why(people.quxian, bare)).state, 'due_soon')
  const before_it = await countsOf(people.quxian, district)
  await itIsNow('2027-01-01T00:10:00+08:00')
  const told = await why(people.quxian, bare)
  assert.equal(told.state, 'late')
  const now = await countsOf(people.quxian, district)
  assert.ok(now.late > before_it.late, JSON.stringify({ before_it, now }))
  assert.equal((await listed(people.quxian, district, insured, 'late')).length, now.late)
})
