// One figure, one list: what is counted of a person, a school, a district and the city is what the
// list of tasks holds in that state, on today and on other days, whatever was done and whatever hour
// it is.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Server, eventually, newId } from '../support/server.mjs'

const states = ['expected', 'open', 'done', 'late', 'missed', 'excused']
const at = (day, time) => `2026-03-${String(day).padStart(2, '0')}T${time}:00+08:00`

let server, people, school, district, city
before(async () => {
  // What came up on the day a school was entered is nobody's to miss.
  server = await Server.start({ clock: at(2, '07:30') })
  await itIsNow(at(3, '07:30'))
  school = people.menwei.me.postings[0].organisation.id
  district = people.quxian.me.postings[0].organisation.id
  city = people.shiji.me.postings[0].organisation.id
})
after(() => server.end())

// Sessions do not last through the night.
async function itIsNow(instant) {
  server.setClock(instant)
  people = {}
  for (const login of ['menwei', 'anquan', 'xiaozhang', 'quxian', 'shiji']) people[login] = await server.enter(login)
}

async function listed(who, whom, state, on = '') {
  let count = 0, cursor = ''
  do {
    const page = await who.get(`/tasks?limit=500&for=${whom}&on=${on}&state=${state}${cursor && '&cursor=' + encodeURIComponent(cursor)}`)
    assert.equal(page.status, 200, JSON.stringify(page.body))
    count += page.body.items.length
    cursor = page.body.next
  } while (cursor)
  return count
}
async function figures(who, whom, on = '', by = 'self') {
  const answer = await who.get(`/tasks/figures?for=${whom}&on=${on}&by=${by}`)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body.items
}
async function areTheirLists(who, whom, on = '') {
  const [line] = await figures(who, whom, on)
  for (const state of states) assert.equal(line[state], await listed(who, whom, state, on), `${state} of ${whom} on ${on || 'today'}`)
  assert.equal(line.total, states.reduce((sum, state) => sum + line[state], 0))
  return line
}
const answer = (who, duty, period, happened_at) =>
  who.put(`/tasks/${duty}/${school}/${period}/answers/${newId()}`, { point: '', happened_at, presence: 'by_hand', items: [] })

test('every figure is the length of its list', async () => {
  await areTheirLists(people.menwei, 'me')
  const mine = await areTheirLists(people.xiaozhang, school)
  assert.ok(mine.open > 5, JSON.stringify(mine))
  await areTheirLists(people.quxian, district)
  const whole = await areTheirLists(people.shiji, city)
  const children = await figures(people.shiji, city, '', 'child')
  assert.equal(children.find((each) => each.organisation.id === district).total, (await areTheirLists(people.shiji, district)).total)
  assert.ok(children.every((each) => each.organisation.name && each.total <= whole.total))
})

test('an answer moves them at once, at every node above', async () => {
  const [before_school] = await figures(people.xiaozhang, school)
  const [before_city] = await figures(people.shiji, city)
  const given = await answer(people.menwei, 'gate_register', '2026-03-03', at(3, '07:20'))
  assert.equal(given.status, 201, JSON.stringify(given.body))
  const now = await areTheirLists(people.xiaozhang, school)
  assert.deepEqual([now.done, now.total], [before_school.done + 1, before_school.total])
  const [now_city] = await figures(people.shiji, city)
  assert.deepEqual([now_city.done, now_city.total], [before_city.done + 1, before_city.total])
})

test('a closure takes what was expected away, and gives it back when it is taken back', async () => {
  const before_it = await areTheirLists(people.xiaozhang, school)
  const id = newId()
  const row = await people.quxian.post('/ledgers/closures/rows', { id, organisation: district, fields: { from: '2026-03-03', to: '2026-03-03', reason: '暴雨' } })
  assert.ok(row.status < 300, JSON.stringify(row.body))
  const closed = await areTheirLists(people.xiaozhang, school)
  assert.ok(closed.total < before_it.total, JSON.stringify(closed))
  assert.equal((await people.quxian.delete(`/ledgers/closures/rows/${id}`)).status, 204)
  assert.deepEqual(await areTheirLists(people.xiaozhang, school), before_it)
})

test('time turns what is open into what was missed, and midnight brings another day', async () => {
  await itIsNow(at(3, '23:59'))
  const evening = await areTheirLists(people.xiaozhang, school)
  await itIsNow(at(4, '00:10'))
  const [yesterday] = await figures(people.xiaozhang, school, '2026-03-03')
  assert.ok(yesterday.missed > evening.missed, JSON.stringify({ evening, yesterday }))
  await areTheirLists(people.xiaozhang, school, '2026-03-03')
  await areTheirLists(people.quxian, district, '2026-03-05')
  const morning = await areTheirLists(people.xiaozhang, school)
  assert.ok(morning.expected > 0)
  await areTheirLists(people.shiji, city)
})

test('the morning page shows them for what its reader answers for', async () => {
  await itIsNow(at(4, '08:00'))
  const today = async (who) => (await who.get('/today')).body
  const principal = await today(people.xiaozhang)
  assert.equal(principal.duties_of.id, school)
  const [line] = await figures(people.xiaozhang, school)
  for (const state of [...states, 'total']) assert.equal(principal.duties[state], line[state], state)
  const officer = await today(people.quxian)
  assert.equal(officer.duties_of.id, district)
  assert.equal(officer.duties.total, (await figures(people.quxian, district))[0].total)
  const guard = await today(people.menwei)
  assert.equal(guard.duties_of, null)
  assert.equal(guard.duties.total, (await figures(people.menwei, 'me'))[0].total)
  assert.equal(guard.counts.tasks_due, guard.duties.open)
  assert.ok(guard.tasks.length > 0 && guard.tasks.every((each) => each.mine))
  const order = guard.tasks.map((each) => ['open', 'expected', 'late', 'done'].indexOf(each.state === 'missed' ? 'late' : each.state === 'excused' ? 'done' : each.state))
  assert.deepEqual(order, [...order].sort((one, other) => one - other))
})

test('a day nobody is named for shows before it comes', async () => {
  const rostered = (await people.anquan.get('/pack')).body.duties.find((each) => each.rostered && each.cycle === 'school_day')
  const row = await people.anquan.post('/ledgers/rosters/rows', {
    id: newId(), organisation: school,
    fields: { duty: rostered.id, person: people.menwei.me.person.id, from: '2026-03-04', to: '2026-03-31', weekdays: '1,2,3,4' },
  })
  assert.ok(row.status < 300, JSON.stringify(row.body))
  const holes = await eventually(async () => (await people.xiaozhang.get('/today')).body.roster_holes, (found) => found.length > 0)
  assert.ok(holes.some((each) => each.duty === rostered.id && each.day === '2026-03-06' && each.organisation.id === school), JSON.stringify(holes))
  assert.ok(holes.every((each) => each.day !== '2026-03-05' || each.duty !== rostered.id))
  assert.deepEqual((await people.menwei.get('/today')).body.roster_holes, [])
})
