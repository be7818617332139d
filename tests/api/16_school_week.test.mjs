// A school week in March, in the demonstration district: at a kindergarten, a primary and a boarding
// middle school everybody does what is his, and something goes wrong on every day. Between the hours
// that are told nobody is logged in; the clock does the rest. Each day ends with the same questions:
// is what is listed what the pack asks for, do the figures count the lists, are the misses those.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Server, command, eventually, newId, photograph, root } from '../support/server.mjs'
import { Reckoning, cyclesOfDays, dayAfter } from '../support/reckoning.mjs'
import { DatabaseSync } from '../support/sqlite.mjs'

const [monday, tuesday, wednesday, thursday, friday, saturday, sunday, mondayAfter] = Array.from({ length: 8 }, (_, i) => dayAfter('2026-03-09', i))
const at = (day, time) => `${day}T${time}:00+08:00`
const states = ['expected', 'open', 'done', 'late', 'missed', 'excused']
const hours = ['07:30', '12:00', '16:00', '19:00', '22:30']

let server, reckoning, photo, city, district
const schools = {} // s1, s4, s6: id, name, kind, facets, points, people (their logins)
const people = {} // login → id
const closures = new Set() // days
const lessons = (day) => (day <= friday || day >= mondayAfter) && !closures.has(day)

// --- who comes in, and when ---

let inside = new Map()
async function as(login) {
  if (!inside.has(login)) inside.set(login, await server.enter(login))
  return inside.get(login)
}
async function everybodyLeaves() {
  for (const caller of inside.values()) assert.equal((await caller.delete('/session')).status, 204)
  inside = new Map()
}
// At that hour `happens`; before and after nobody is there.
async function hour(day, time, happens) {
  server.setClock(at(day, time))
  await happens()
  await everybodyLeaves()
}
const ok = (answer, ...wanted) => {
  assert.ok((wanted.length ? wanted : [200, 201]).includes(answer.status), `${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}
const refused = (answer, status, key) => assert.deepEqual([answer.status, answer.body.key], [status, key], JSON.stringify(answer.body))

// --- what is asked ---

async function pages(caller, path) {
  const all = []
  let cursor = ''
  do {
    const page = ok(await caller.get(`${path}${path.includes('?') ? '&' : '?'}limit=200${cursor && '&cursor=' + encodeURIComponent(cursor)}`), 200)
    all.push(...page.items)
    cursor = page.next
  } while (cursor)
  return all
}
async function journalOf(caller) {
  const all = []
  for (let next = 0; next !== null; ) {
    const page = ok(await caller.get(`/journal?after=${next}&limit=500`), 200)
    all.push(...page.items)
    next = page.next
  }
  return all
}
const tasksOf = (caller, whom, day, more = '') => pages(caller, `/tasks?for=${whom}&on=${day}${more}`)
const named = (task) => [task.duty, task.period, task.point?.id ?? ''].join('|')
const everywhere = (task) => task.organisation.id + '|' + named(task)
const rows = (sql) => new DatabaseSync(join(server.data, 'anxiao.sqlite')).all(sql)
const kept = () => Math.min(...rows('SELECT d.district, k.kept_until FROM districts d LEFT JOIN duties_kept k ON k.district = d.district').map((each) => each.kept_until ?? 0))
// The clock has come to an hour, and whoever looks for misses as well.
async function itBecomes(day, time, closing = at(day, time)) {
  server.setClock(at(day, time))
  await eventually(async () => kept(), (until) => until >= Date.parse(closing))
}
const missesOf = (caller, whom, day) => pages(caller, `/misses?for=${whom}&from=${day}&to=${day}`)
const missOf = (list, duty, period, point = null) => list.filter((each) => each.duty === duty && each.period === period && (each.point?.id ?? null) === point)
const enterRow = async (login, ledger, organisation, fields) => ok(await (await as(login)).post(`/ledgers/${ledger}/rows`, { id: newId(), organisation, fields }))

// --- doing what is one's own ---

// A value that is in order, whatever is asked for.
function fine(item) {
  const number = item.least ?? item.most ?? 1
  const said = {
    state: { answer: 'in_order' },
    number: { number },
    numbers: { numbers: [{ name: '一号楼', number }] },
    choice: { choice: item.choices.find((each) => !each.wrong)?.id },
    photo: { photos: [photo] },
    text: { text: '一切正常' },
    moment: { moment: server.now.slice(11, 16) },
  }
  return { item: item.id, ...said[item.asks] }
}
const itemsOf = (task) => {
  const list = reckoning.pack.checklists.find((each) => each.id === task.checklist)
  const filled = task.filled.map((each) => each.item)
  return (list?.items ?? []).filter((each) => !filled.includes(each.id)).map(fine)
}
const pathOf = (task, id = newId()) => `/tasks/${task.duty}/${task.organisation.id}/${task.period}/answers/${id}`
const answered = (task, more = {}) => ({ point: task.point?.id ?? '', happened_at: server.now, presence: 'by_hand', items: itemsOf(task), ...more })

// What waits for Friday; and what is left undone for the sake of the story.
const drillOf = (task) => task.duty === 'evacuation_drill'
// Everybody of a school does once each that is open and his own, and nothing of it is left to nobody.
async function doYours(key, day, left = () => false) {
  const school = schools[key]
  const wanted = (task) => !drillOf(task) && !left(task)
  const own = new Set()
  for (const login of school.people) {
    const caller = await as(login)
    for (const task of (await tasksOf(caller, 'me', day, '&state=open')).filter(wanted)) {
      assert.ok(task.mine)
      own.add(named(task))
      const given = ok(await caller.put(pathOf(task), answered(task)), 201)
      assert.equal(given.matters.length, 0)
    }
  }
  const rest = (await tasksOf(await as(school.people[0]), school.id, day, '&state=open')).filter(wanted)
  assert.deepEqual(rest.filter((each) => !own.has(named(each))).map(named), [], 'nobody answers for these')
}
// A day with its hours, and the second round of its night. `happens` tells what else comes to pass.
async function aDay(day, { left = () => false, happens = {} } = {}) {
  for (const time of [...new Set([...hours, ...Object.keys(happens)])].sort())
    await hour(day, time, async () => {
      if (hours.includes(time)) for (const key of Object.keys(schools)) await doYours(key, day, left)
      await happens[time]?.()
    })
  await hour(day, '23:50', () => theDayAddsUp(day))
}
async function secondRound(day, left = () => false) {
  await itBecomes(dayAfter(day), '02:30', at(dayAfter(day), '02:00'))
  await hour(dayAfter(day), '02:30', async () => {
    for (const key of Object.keys(schools)) await doYours(key, dayAfter(day), (task) => !task.period.startsWith(day + 'N') || left(task))
  })
}

// --- what holds at the end of every day ---

const countOf = (tasks) => {
  const counts = Object.fromEntries(states.map((state) => [state, 0]))
  for (const each of tasks) counts[each.state] += 1
  return { ...counts, total: tasks.length }
}
const figuresIn = ({ organisation, ...figures }) => figures

async function figuresCountTheLists(officer, day) {
  const tasks = await tasksOf(officer, district.id, day)
  const ofStates = await Promise.all(states.map((state) => tasksOf(officer, district.id, day, '&state=' + state)))
  assert.deepEqual(ofStates.flat().map(everywhere).sort(), tasks.map(everywhere).sort())
  ofStates.forEach((list, i) => assert.ok(list.every((each) => each.state === states[i])))
  const [self] = ok(await officer.get(`/tasks/figures?for=${district.id}&on=${day}`)).items
  assert.deepEqual(figuresIn(self), countOf(tasks), day)
  const children = ok(await officer.get(`/tasks/figures?for=${district.id}&on=${day}&by=child`)).items
  const below = tasks.filter((each) => each.organisation.id !== district.id)
  assert.deepEqual(children.map((each) => each.organisation.id).sort(), [...new Set(below.map((each) => each.organisation.id))].sort())
  for (const child of children) assert.deepEqual(figuresIn(child), countOf(below.filter((each) => each.organisation.id === child.organisation.id)), child.organisation.name)
  const [ofCity] = ok(await (await as('shiji')).get(`/tasks/figures?for=${city.id}&on=${day}&by=child`)).items
  assert.deepEqual(ofCity, self)
  return tasks
}

// The misses of a day are what closed on it and was not done, as lists show it, and what became of it.
async function missesAreTheTasks(officer, day, tasks) {
  const [begins, ends] = [Date.parse(at(day, '00:00')), Date.parse(at(dayAfter(day), '00:00'))]
  const closed = tasks.filter((each) => Date.parse(each.closes_at) > begins && Date.parse(each.closes_at) <= Math.min(ends, Date.parse(server.now)))
  const misses = await missesOf(officer, district.id, day)
  assert.equal(new Set(misses.map(everywhere)).size, misses.length, 'each once')
  for (const state of ['missed', 'late'])
    assert.deepEqual(misses.filter((each) => each.state === state).map(everywhere).sort(), closed.filter((each) => each.state === state).map(everywhere).sort(), `${state} ${day}`)
  const doneAfterAll = misses.filter((each) => each.state === 'done').map(everywhere)
  assert.deepEqual(doneAfterAll.sort(), closed.filter((each) => each.known_late).map(everywhere).sort())
  return misses
}

async function theDayAddsUp(day) {
  const officer = await as('quxian')
  const tasks = await figuresCountTheLists(officer, day)
  await missesAreTheTasks(officer, day, tasks)
  for (const school of Object.values(schools)) {
    const here = tasks.filter((each) => each.organisation.id === school.id && cyclesOfDays.includes(each.cycle))
    const asked = reckoning.on(day, school, monday, lessons)
    // What was done before a closure stays; nothing else is beside what is asked for.
    const beside = here.filter((each) => !asked.includes(named(each)))
    const morningOf = (task) => (task.cycle === 'night' ? dayAfter(task.period.slice(0, 10)) : task.period)
    assert.ok(beside.every((each) => each.state === 'done' && each.cycle !== 'day' && closures.has(morningOf(each))), beside.map(named).join())
    assert.deepEqual(here.map(named).sort(), [...asked, ...beside.map(named)].sort(), `${school.name} ${day}`)
  }
}

// Every miss has its line in the journal, and no more than one.
function missesAreOnRecord() {
  const key = (each) => [each.organisation, each.duty, each.period, each.point].join('|')
  const found = rows('SELECT organisation, duty, period, point FROM misses').map(key)
  const lines = rows("SELECT organisation, data FROM journal WHERE kind = 'DutyMissed'").map((each) => key({ organisation: each.organisation, ...JSON.parse(each.data) }))
  assert.equal(new Set(found).size, found.length)
  assert.deepEqual(lines.sort(), found.sort())
}

// What anybody could ask of those days.
async function everythingOf(days) {
  const officer = await as('quxian')
  const all = []
  for (const day of days) all.push(await tasksOf(officer, district.id, day), await missesOf(officer, district.id, day), ok(await officer.get(`/tasks/figures?for=${district.id}&on=${day}&by=child`)).items)
  for (const school of Object.values(schools)) all.push(ok(await officer.get(`/calendar?for=${school.id}&from=${monday}&to=${sunday}`)).items)
  return [...all, ok(await officer.get(`/excuses?for=${district.id}`)).items]
}
async function powerFails() {
  await server.kill()
  inside = new Map()
  await server.launch()
}

// --- the people ---

async function newcomer(officer, school, login, name, post) {
  const made = await officer.post('/people', { id: newId(), name, login, organisation: school.id, posts: [{ id: newId(), post, organisation: school.id }] })
  server.passwords[login] = ok(made, 201).one_time_password
  people[login] = made.body.id
}

before(async () => {
  server = await Server.start({ clock: at('2026-03-08', '10:00') })
  const officer = await as('quxian')
  reckoning = new Reckoning(ok(await officer.get('/pack')))
  const demo = JSON.parse(readFileSync(join(root, 'config/demo.json')))
  const organisations = await pages(officer, '/organisations')
  district = officer.me.postings.find((each) => each.post === 'district_safety_officer').organisation
  city = (await as('shiji')).me.postings[0].organisation
  for (const person of await pages(officer, '/people')) people[person.login] = person.id
  for (const key of ['s1', 's4', 's6']) {
    const { name, kind, facets } = demo.schools.find((each) => each.key === key)
    schools[key] = { id: organisations.find((each) => each.name === name).id, name, kind, facets }
    // Counsellors and deputy heads for law have no duties of the week.
    const busy = (each) => !each.posts.every((post) => ['counsellor', 'legal_deputy'].includes(post))
    schools[key].people = demo.people.filter((each) => each.at === key && busy(each)).map((each) => each.login)
  }
  for (const login of ['shiyan', 'shiyan-anquan', 'xingguang', 'xingguang-anquan'])
    server.passwords[login] = ok(await officer.post(`/people/${people[login]}/password`)).one_time_password
  const came = [
    ['s1', 'xingguang-menwei', '星小卫', 'guard'],
    ['s1', 'xingguang-laoshi', '星小师', 'class_teacher'],
    ['s4', 'shiyan-menwei', '实小卫', 'guard'],
    ['s4', 'shiyan-laoshi', '实小师', 'class_teacher'],
    ['s6', 'yejian', '夜小间', 'guard'],
    ['s6', 'daike', '代小课', 'class_teacher'],
  ]
  for (const [key, login, name, post] of came) {
    await newcomer(officer, schools[key], login, name, post)
    schools[key].people.push(login)
  }
  // Nobody answers for the gate alone: whoever is on the roster stands there.
  const points = [
    ['xingguang-anquan', 's1', { name: '活动室', place: '一层东侧', checklists: 'daily,health_check', person: people['xingguang-laoshi'] }],
    ['xingguang-anquan', 's1', { name: '午睡室', place: '二层', checklists: 'night,night_patrol,fire_patrol', person: people['xingguang-menwei'] }],
    ['shiyan-anquan', 's4', { name: '南门', place: '南门', checklists: 'daily,gate_watch,shift' }],
    ['shiyan-anquan', 's4', { name: '教学楼', place: '一号楼', checklists: 'daily,weekly,fire_patrol', person: people['shiyan-laoshi'] }],
    ['shiyan-anquan', 's4', { name: '食堂', place: '食堂', checklists: 'daily,canteen_day,samples' }],
  ]
  for (const [login, key, fields] of points) await enterRow(login, 'points', schools[key].id, fields)
  const onDuty = (duty, login, from, to) => enterRow('anquan', 'rosters', schools.s6.id, { duty, person: people[login], from, to })
  await onDuty('night_fire_patrol', 'yejian', monday, sunday)
  await onDuty('night_fire_patrol', 'menwei', mondayAfter, mondayAfter)
  await onDuty('key_place_patrol', 'menwei', monday, mondayAfter)
  for (const school of Object.values(schools)) {
    const listed = await pages(officer, `/ledgers/points/rows?organisation=${school.id}`)
    school.points = listed.map((each) => ({ id: each.id, checklists: each.fields.checklists.split(',').map((list) => list.trim()) }))
  }
  photo = await (await as('banzhuren')).attach(photograph('assembly'), 'image/jpeg')
  await everybodyLeaves()
})
after(() => server?.end())


const mineOf = async (login, day, duty) => (await tasksOf(await as(login), 'me', day)).filter((each) => each.duty === duty && each.period.startsWith(day))
const ownersOf = (each) => each.owner.people.map((person) => person.id)

test('Monday: everything is done in time by those whose it is', async () => {
  await itBecomes(monday, '06:00')
  assert.deepEqual(rows('SELECT * FROM misses'), [], 'the day on which a school is entered owes nothing')
  const onDuty = (login, fields) => enterRow('shiyan', 'rosters', schools.s4.id, { duty: 'arrival_guard', person: people[login], ...fields })
  const holes = async () => ok(await (await as('shiyan')).get('/today')).roster_holes.map((each) => [each.duty, each.day, each.organisation.id])
  await aDay(monday, {
    happens: {
      '16:00': () => onDuty('shiyan-menwei', { from: monday, to: mondayAfter, weekdays: '1,3,4,5' }),
      '19:00': async () => {
        assert.deepEqual(await holes(), [['arrival_guard', tuesday, schools.s4.id]], 'seen the day before')
        await onDuty('shiyan-laoshi', { from: tuesday, to: tuesday })
        assert.deepEqual(await holes(), [])
      },
    },
  })
  await secondRound(monday)
  await itBecomes(tuesday, '06:00')
  await hour(tuesday, '06:00', async () => {
    const officer = await as('quxian')
    const tasks = await figuresCountTheLists(officer, monday)
    for (const school of Object.values(schools)) {
      for (const day of [monday, tuesday]) assert.deepEqual(await missesOf(officer, school.id, day), [])
      const here = tasks.filter((each) => each.organisation.id === school.id && !drillOf(each))
      assert.ok(here.length > 30, String(here.length))
      assert.deepEqual([...new Set(here.map((each) => each.state))], ['done'])
      // The second rounds of the night are not in the list of Monday.
      const rounds = here.filter((each) => each.cycle === 'night').length
      const given = rows(`SELECT count(*) AS n FROM answers WHERE organisation = '${school.id}'`)[0].n
      assert.equal(given, here.reduce((sum, each) => sum + each.times, rounds), 'no more and no fewer')
    }
  })
})

test('Tuesday: patrols that a guard leaves out are found at midnight, though the server was killed', async () => {
  const patrolOf = (task) => task.duty === 'key_place_patrol' && task.organisation.id === schools.s6.id
  await hour(tuesday, '07:10', async () => {
    assert.equal((await mineOf('shiyan-laoshi', tuesday, 'arrival_guard')).length, 1, 'who filled the hole')
    assert.equal((await mineOf('shiyan-menwei', tuesday, 'arrival_guard')).length, 0)
  })
  await aDay(tuesday, {
    left: (task) => patrolOf(task) && task.given >= 3,
    happens: { '16:00': () => enterRow('xiaozhang', 'substitutes', schools.s6.id, { absent: people.anquan, person: people.daike, from: wednesday, to: wednesday, reason: '外出培训' }) },
  })
  server.setClock(at(tuesday, '23:55'))
  const [patrol] = await mineOf('menwei', tuesday, 'key_place_patrol')
  assert.deepEqual([patrol.times, patrol.given, patrol.state], [5, 3, 'open'])
  const last = [pathOf(patrol), answered(patrol)]
  ok(await (await as('menwei')).put(...last), 201)
  await server.kill()
  inside = new Map()
  server.setClock(at(wednesday, '00:10'))
  await server.launch()
  await itBecomes(wednesday, '00:10', at(wednesday, '00:00'))
  await hour(wednesday, '00:10', async () => {
    ok(await (await as('menwei')).put(...last), 200)
    const officer = await as('quxian')
    for (const school of Object.values(schools)) {
      const misses = await missesOf(officer, school.id, tuesday)
      assert.deepEqual(misses.map(named), school === schools.s6 ? [`key_place_patrol|${tuesday}|`] : [])
    }
    const [miss] = await missesOf(officer, schools.s6.id, tuesday)
    assert.deepEqual([miss.times, miss.given, miss.state, ownersOf(miss)], [5, 4, 'missed', [people.menwei]])
    assert.equal(Date.parse(miss.closed_at), Date.parse(at(wednesday, '00:00')))
    const lines = (await journalOf(await as('xiaozhang'))).filter((each) => each.kind === 'DutyMissed')
    assert.deepEqual(lines.map((each) => [each.organisation, each.actor, each.data.duty, each.data.period]), [[schools.s6.id, '', 'key_place_patrol', tuesday]])
    missesAreOnRecord()
    await missesAreTheTasks(officer, tuesday, await figuresCountTheLists(officer, tuesday))
  })
  await secondRound(tuesday)
})

const handoverOf = (task) => task.duty === 'daily_handover' && task.organisation.id === schools.s1.id

test("Wednesday: a substitute does the safety manager's part, and a phone has no network", async () => {
  const duties = ['canteen_day', 'sample_keeping', 'cook_check']
  await hour(wednesday, '07:00', async () => {
    for (const duty of duties) {
      assert.deepEqual((await mineOf('anquan', wednesday, duty)).map(named), [])
      const [own] = await mineOf('daike', wednesday, duty)
      assert.deepEqual([ownersOf(own), own.owner.post, own.state], [[people.daike], 'safety_manager', 'open'])
    }
    assert.equal((await mineOf('anquan', thursday, 'canteen_day')).length, 1, 'of that one day')
  })
  await aDay(wednesday, { left: handoverOf })
  await secondRound(wednesday)
  await hour(thursday, '06:00', async () => {
    const officer = await as('quxian')
    const done = await tasksOf(officer, schools.s6.id, wednesday)
    for (const duty of duties) assert.deepEqual(done.filter((each) => each.duty === duty).map((each) => [each.state, each.answer.person.id]), [['done', people.daike]])
    const misses = (await Promise.all(Object.values(schools).map((each) => missesOf(officer, each.id, wednesday)))).flat()
    assert.deepEqual(misses.map((each) => [each.duty, each.period, each.state, each.given, ownersOf(each)]), [['daily_handover', wednesday, 'missed', 0, [people['xingguang-laoshi']]]])
  })
})

test('Thursday: a rainstorm closes the schools after some of the day was done', async () => {
  const [s1, s4, s6] = [schools.s1, schools.s4, schools.s6]
  const leftAt = (task, school, ...duties) => task.organisation.id === school.id && duties.includes(task.duty)
  const left = (task) => leftAt(task, s4, 'arrival_guard', 'fire_patrol') || leftAt(task, s6, 'leaving_reminder')
  let before
  const excuse = newId()
  const closes = async () => {
    await eventually(async () => kept(), (until) => until >= Date.parse(at(thursday, '10:00')))
    const officer = await as('quxian')
    const missed = missOf(await missesOf(officer, s4.id, thursday), 'arrival_guard', thursday, s4.points.find((each) => each.checklists.includes('gate_watch')).id)
    assert.deepEqual(missed.map((each) => [each.state, ownersOf(each)]), [['missed', [people['shiyan-menwei']]]])
    before = (await tasksOf(officer, district.id, thursday)).filter((each) => each.cycle === 'school_day' && each.given > 0)
    assert.ok(before.length > 20 && before.every((each) => each.state === 'done'))
    await enterRow('quxian', 'closures', district.id, { from: thursday, to: thursday, reason: '暴雨红色预警' })
    closures.add(thursday)
    const now = await tasksOf(officer, district.id, thursday)
    const schoolDays = now.filter((each) => each.cycle === 'school_day' && Object.values(schools).some((school) => school.id === each.organisation.id))
    assert.deepEqual(schoolDays.map((each) => [everywhere(each), each.state]).sort(), before.map((each) => [everywhere(each), 'done']).sort(), 'what was done is kept, the rest is not expected')
    const row = missOf(await missesOf(officer, s4.id, thursday), 'arrival_guard', thursday, missed[0].point.id)
    assert.deepEqual(row.map((each) => [each.state, each.known_at]), [['excused', missed[0].known_at]], 'what was missed before stands, excused')
    const [day] = ok(await officer.get(`/calendar?for=${s6.id}&from=${thursday}&to=${thursday}`)).items
    assert.deepEqual([day.closed, day.lessons], [true, false])
  }
  const isExcused = async () => {
    const point = s4.points.find((each) => each.checklists.includes('fire_patrol')).id
    const path = `/tasks/fire_patrol/${s4.id}/${thursday}/excuses/${excuse}`
    ok(await (await as('shiyan-menwei')).put(path, { point, reason: '一楼积水断电，人员已撤离' }), 201)
    for (const login of ['shiyan-menwei', 'shiyan-anquan', 'xiaozhang']) refused(await (await as(login)).put(`/excuses/${excuse}/decision`, { approved: true }), 403, 'authority.forbidden')
    const principal = await as('shiyan')
    assert.equal(ok(await principal.get('/today')).excuses_asked, 1)
    const decided = ok(await principal.put(`/excuses/${excuse}/decision`, { approved: true, words: '属实' }))
    assert.deepEqual([decided.asked_by.id, decided.decided_by.id], [people['shiyan-menwei'], people.shiyan])
    const [task] = (await tasksOf(principal, s4.id, thursday, '&duty=fire_patrol')).filter((each) => each.point.id === point)
    assert.deepEqual([task.state, task.excuse.state], ['excused', 'approved'])
    // Nothing of it is lost, or added, when the machine goes down.
    const known = await everythingOf([wednesday, thursday])
    await powerFails()
    assert.deepEqual(await everythingOf([wednesday, thursday]), known)
  }
  const arrives = async () => {
    const teacher = await as('xingguang-laoshi')
    const [task] = (await tasksOf(teacher, 'me', wednesday)).filter(handoverOf)
    assert.equal(task.state, 'missed')
    const given = ok(await teacher.put(pathOf(task), answered({ ...task, filled: [] }, { happened_at: at(wednesday, '16:40'), clock_corrected_ms: -90000 })), 201)
    assert.equal(given.state, 'done')
    const officer = await as('quxian')
    const [now] = await tasksOf(officer, s1.id, wednesday, '&duty=daily_handover')
    assert.deepEqual([now.state, now.known_late, now.answer.id], ['done', true, given.id])
    const [row] = missOf(await missesOf(officer, s1.id, wednesday), 'daily_handover', wednesday)
    assert.deepEqual([row.state, row.given], ['done', 0], 'that it was not known in time stays')
    await missesAreTheTasks(officer, wednesday, await figuresCountTheLists(officer, wednesday))
  }
  await aDay(thursday, { left, happens: { '10:30': closes, '12:00': isExcused, '16:40': arrives } })
  await secondRound(thursday)
  await itBecomes(friday, '06:00')
  await hour(friday, '06:00', async () => {
    const officer = await as('quxian')
    const missed = []
    for (const school of Object.values(schools)) missed.push(...(await missesOf(officer, school.id, thursday)), ...(await missesOf(officer, school.id, friday)))
    assert.deepEqual(missed.map((each) => [each.organisation.id, each.duty, each.state]), [[s4.id, 'arrival_guard', 'excused']], 'neither what was excused in time nor what was not expected')
  })
})

test('Friday: the drill of the month takes too long in one building', async () => {
  const drills = async () => {
    const norm = reckoning.pack.terms.find((each) => each.id === 'drill.clear_seconds').value
    assert.ok(118 <= norm && norm < 131, String(norm))
    const drill = async (login, key, ...seconds) => {
      const caller = await as(login)
      const [task] = (await tasksOf(caller, 'me', friday, '&state=open')).filter(drillOf)
      const input = answered(task)
      input.items.find((each) => each.item === 'clear_seconds').numbers = seconds.map((number, i) => ({ name: '一二三'[i] + '号楼', number }))
      const given = ok(await caller.put(pathOf(task), input), 201)
      assert.equal((await tasksOf(caller, schools[key].id, friday, '&duty=evacuation_drill'))[0].state, 'done')
      return given
    }
    assert.deepEqual((await drill('shiyan-anquan', 's4', 118, norm)).matters, [])
    const given = await drill('anquan', 's6', 118, 131, 96)
    assert.deepEqual(given.matters.map((each) => each.item), ['clear_seconds'])
    assert.deepEqual(given.items.filter((each) => each.answer === 'not_in_order').map((each) => each.item), ['clear_seconds'])
    const hazard = ok(await (await as('xiaozhang')).get('/loops/hazard/matters/' + given.matters[0].id))
    assert.equal(hazard.organisation.id, schools.s6.id)
    assert.ok(JSON.stringify(hazard.fields).includes('二号楼 131'), JSON.stringify(hazard.fields))
  }
  await aDay(friday, { happens: { '16:00': drills } })
  await secondRound(friday)
})

test('on Saturday and Sunday nobody is taught, and the rounds go on', async () => {
  const leftOnSunday = (task) => task.organisation.id === schools.s6.id && task.period === sunday + 'N2'
  for (const day of [saturday, sunday]) {
    await aDay(day)
    await hour(day, '23:51', async () => {
      for (const school of Object.values(schools)) {
        const tasks = await tasksOf(await as('quxian'), school.id, day)
        assert.deepEqual(tasks.filter((each) => each.cycle === 'school_day').map(named), [])
        const rounds = tasks.filter((each) => ['key_place_patrol', 'shift_handover', 'fire_patrol', 'leader_on_duty'].includes(each.duty))
        assert.equal(new Set(rounds.map((each) => each.duty)).size, 4)
        assert.ok(rounds.every((each) => each.period === day && each.state === 'done'))
        // Children sleep there again from Sunday on.
        const nights = new Set(tasks.filter((each) => each.cycle === 'night').map((each) => each.period))
        assert.deepEqual([...nights], day === sunday && school !== schools.s4 ? [sunday + 'N1'] : [])
      }
    })
    await secondRound(day, leftOnSunday)
  }
  await itBecomes(mondayAfter, '06:00')
  await hour(mondayAfter, '06:00', async () => {
    const officer = await as('quxian')
    for (const day of [saturday, sunday])
      for (const school of Object.values(schools)) assert.deepEqual(await missesOf(officer, school.id, day), [])
    const misses = await missesOf(officer, schools.s6.id, mondayAfter)
    assert.deepEqual(misses.map((each) => [each.duty, each.period, each.state, ownersOf(each)]), [['night_fire_patrol', sunday + 'N2', 'missed', [people.yejian]]], 'the night is that of Sunday evening, and whose it was then')
    assert.equal(Date.parse(misses[0].closed_at), Date.parse(at(mondayAfter, '06:00')))
    assert.equal((await mineOf('menwei', mondayAfter, 'night_fire_patrol')).length, 1)
  })
})

test('afterwards every day of the week still adds up, and every miss is on record once', async () => {
  await hour(mondayAfter, '06:10', async () => {
    const days = [monday, tuesday, wednesday, thursday, friday, saturday, sunday, mondayAfter]
    const known = await everythingOf(days)
    await powerFails()
    assert.deepEqual(await everythingOf(days), known)
    const officer = await as('quxian')
    for (const day of days) await missesAreTheTasks(officer, day, await figuresCountTheLists(officer, day))
    missesAreOnRecord()
    const own = Object.values(schools).map((each) => each.id)
    const found = rows('SELECT organisation, duty, period, given FROM misses ORDER BY closed_at, duty').filter((each) => own.includes(each.organisation))
    assert.deepEqual(
      found.map((each) => [each.duty, each.period, each.given]),
      [
        ['key_place_patrol', tuesday, 4],
        ['daily_handover', wednesday, 0],
        ['arrival_guard', thursday, 0],
        ['night_fire_patrol', sunday + 'N2', 0],
      ],
    )
  })
  const verified = await command('journal', 'verify', '--data', server.data)
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
})
