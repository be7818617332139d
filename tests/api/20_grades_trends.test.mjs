// Grades of schools, for those who supervise them and nobody else, each figure the length of its
// list; and what was true of every node when each day had ended, over several days, a kill and a gap.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Server, eventually, newId } from '../support/server.mjs'

const at = (day, time) => `2026-03-${String(day).padStart(2, '0')}T${time}:00+08:00`
const day = (number) => `2026-03-${String(number).padStart(2, '0')}`
let server, people, school, district, city

before(async () => {
  // What came up on the day a school was entered is nobody's to miss.
  server = await Server.start({ clock: at(2, '07:30') })
  await itIsNow(at(3, '07:30'))
  school = people.xiaozhang.me.postings[0].organisation.id
  district = people.quxian.me.postings[0].organisation.id
  city = people.shiji.me.postings[0].organisation.id
})
after(() => server.end())

// Sessions do not last through the night.
async function enter() {
  people = {}
  for (const login of ['menwei', 'anquan', 'xiaozhang', 'quxian', 'shiji', 'xiaofang']) people[login] = await server.enter(login)
}
async function itIsNow(instant) {
  server.setClock(instant)
  await enter()
}
async function asked(who, path) {
  const answer = await who.get(path)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}
const grades = (who, place, query = '') => asked(who, `/grades/${place}${query}`)
const why = (place) => asked(people.quxian, `/grades/${place}/explain`)
const trend = (who, place, from = 3, to = 15) => asked(who, `/trends/${place}?from=${day(from)}&to=${day(to)}`)
const days = (found) => found.items.map((each) => each.day)
const taken = (number) => eventually(() => trend(people.shiji, city), (found) => days(found).includes(day(number)))
const countOf = (told, part, what) => told.parts.find((each) => each.part === part).lines.filter((line) => line.what === what).reduce((sum, line) => sum + line.count, 0)

test('nobody outside supervision sees a grade', async () => {
  for (const login of ['menwei', 'anquan', 'xiaozhang', 'xiaofang'])
    for (const place of [school, district, city])
      for (const path of [`/grades/${place}`, `/grades/${place}/explain`]) {
        const answer = await people[login].get(path)
        assert.equal(answer.status, 403, `${login} ${path}`)
        assert.equal(answer.body.key, 'authority.forbidden')
      }
  assert.equal((await people.quxian.get(`/grades/${city}`)).status, 403)
  assert.equal((await people.quxian.get(`/grades/${newId()}`)).status, 404)
  assert.equal((await server.nobody().get(`/grades/${city}`)).status, 401)
})

test('every school is counted once, and every count is the length of its list', async () => {
  const whole = await grades(people.shiji, city, '?limit=500')
  assert.equal(whole.items.length, whole.graded)
  assert.equal(whole.counts.reduce((sum, each) => sum + each.count, 0), whole.graded)
  for (const each of whole.counts) {
    const only = await grades(people.shiji, city, `?grade=${each.grade}&limit=500`)
    assert.equal(only.items.length, each.count, each.grade)
    assert.ok(only.items.every((line) => line.grade === each.grade))
  }
  assert.equal((await grades(people.shiji, city, '?quiet=true')).all, whole.quiet)
  assert.equal((await grades(people.shiji, city, '?overdue=true')).all, whole.overdue)
  const points = whole.items.map((each) => each.points)
  assert.deepEqual(points, [...points].sort((one, other) => other - one))
  const own = await grades(people.quxian, district, '?limit=1')
  assert.ok(own.next && own.graded <= whole.graded)
  const refused = await people.quxian.get(`/grades/${district}?grade=z`)
  assert.deepEqual([refused.status, refused.body.key], [400, 'grades.unknown_grade'])
})

test('each figure behind a grade opens exactly its rows', async () => {
  const told = await why(school)
  assert.equal(told.organisation.id, school)
  const standing = told.parts.find((each) => each.of === 'standing')
  for (const line of standing.lines) {
    assert.equal(line.requirements.length, line.count)
    for (const id of line.requirements) {
      const stands = await asked(people.quxian, `/standing/${school}/requirements/${id}/explain`)
      assert.equal(stands.state, line.what, id)
    }
  }
  const hazards = told.parts.find((each) => each.of === 'open')
  for (const line of hazards.lines.filter((each) => ['red', 'orange', 'yellow', 'blue'].includes(each.what))) {
    const listed = await asked(people.quxian, `/loops/${hazards.loop}/matters?organisation=${school}&level=${line.what}&limit=500`)
    assert.equal(listed.items.length, line.count, line.what)
  }
  const sum = told.parts.reduce((all, part) => all + part.points, 0)
  assert.ok(Math.abs(sum - told.points) < 0.05)
  const own = (await grades(people.quxian, school)).items
  assert.equal(own.length, 1)
  assert.deepEqual([own[0].grade, own[0].points], [told.grade, told.points])
})

test('what is missed by the morning weighs, and is on the list of misses', async () => {
  const before_it = countOf(await why(school), 'misses', 'miss')
  await itIsNow(at(4, '00:10'))
  await taken(3)
  const told = await why(school)
  const now = countOf(told, 'misses', 'miss')
  assert.ok(now > before_it)
  const part = told.parts.find((each) => each.part === 'misses')
  let count = 0, cursor = ''
  do {
    const page = await asked(people.quxian, `/misses?for=${school}&from=${part.from}&to=${part.to}&limit=500${cursor && '&cursor=' + encodeURIComponent(cursor)}`)
    count += page.items.filter((miss) => miss.state === 'missed' || miss.state === 'late').length
    cursor = page.next
  } while (cursor)
  assert.equal(count, now)
})

test('the figures of a day are what its lists said when it had ended', async () => {
  for (const [who, place] of [[people.xiaozhang, school], [people.quxian, district], [people.shiji, city]]) {
    const found = await trend(who, place)
    assert.deepEqual(days(found), [day(3)])
    assert.deepEqual(found.gaps, [])
    const [then] = found.items
    assert.match(then.as_of, /^2026-03-04T00:1/)
    const listed = (await asked(who, `/tasks/figures?for=${place}&on=${day(3)}&by=self`)).items[0]
    for (const state of ['expected', 'open', 'done', 'late', 'missed', 'excused', 'total']) assert.equal(then.tasks[state], listed[state], state)
    const standing = (await asked(who, `/standing/${place}`)).items
    for (const state of ['kept', 'due_soon', 'late', 'missing']) assert.equal(then.standing[state], standing.reduce((sum, each) => sum + each.counts[state], 0), state)
    const open = (await asked(who, `/loops/hazard/matters/counts?organisation=${place}`)).rows
    assert.equal(Object.values(then.loops.hazard?.open ?? {}).reduce((sum, each) => sum + each, 0), open.reduce((sum, row) => sum + row.count, 0))
  }
})

test('a kill loses no day, and a day that nobody saw is a gap', async () => {
  await server.kill()
  server.setClock(at(4, '23:00'))
  await server.launch()
  await enter()
  await itIsNow(at(5, '00:20'))
  await taken(4)
  const before_kill = await trend(people.shiji, city)
  for (let kills = 0; kills < 4; ++kills) {
    server.setClock(at(6, '00:05'))
    await server.kill()
    await server.launch()
  }
  await enter()
  await taken(5)
  const later = await trend(people.shiji, city)
  assert.deepEqual(later.items.slice(0, 2), before_kill.items, 'what was taken never changes')
  assert.deepEqual(days(later), [3, 4, 5].map(day))
  // Nobody is there for three days.
  await server.kill()
  server.setClock(at(10, '08:00'))
  await server.launch()
  await enter()
  await itIsNow(at(11, '00:05'))
  await taken(10)
  const found = await trend(people.shiji, city)
  assert.deepEqual(days(found), [3, 4, 5, 10].map(day))
  assert.deepEqual(found.gaps, [{ from: day(6), to: day(9) }])
  const of_school = await trend(people.xiaozhang, school)
  assert.deepEqual(days(of_school), days(found))
})

test('a trend is read by whoever may read all of it, and goes into a table', async () => {
  assert.equal((await people.xiaozhang.get(`/trends/${district}`)).status, 403)
  assert.equal((await people.menwei.get(`/trends/${school}`)).status, 403)
  assert.equal((await people.quxian.get(`/trends/${city}`)).status, 403)
  const backwards = await people.quxian.get(`/trends/${district}?from=${day(9)}&to=${day(3)}`)
  assert.deepEqual([backwards.status, backwards.body.key], [400, 'calendar.too_long'])
  const file = await people.quxian.get(`/trends/${district}?from=${day(3)}&to=${day(15)}&format=csv`)
  assert.equal(file.status, 200)
  assert.match(file.headers.get('content-type'), /text\/csv/)
  const lines = file.body.trim().split(/\r?\n/)
  assert.equal(lines.length, 1 + 4)
  assert.match(lines[0], /day,as_of,organisation,tasks_expected/)
})
