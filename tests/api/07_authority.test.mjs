// Every post of the pack at every route and every place: what the pack grants is given, and nothing
// else. Walked from the OpenAPI document, so that a new route without a line here fails.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { City, humblePost, reaches } from '../support/city.mjs'
import { listen } from '../support/listening.mjs'
import { eventually, newId, photograph } from '../support/server.mjs'
import { DatabaseSync } from '../support/sqlite.mjs'

const hazards = '/loops/hazard/matters'
// Of a confidential loop, which asks for a grant of its own.
const harms = '/loops/protection/matters'
const points = '/ledgers/points/rows'

let city, server, root, leader, places, daily, things
before(async () => {
  city = await City.build()
  ;({ server, root, places } = city)
  leader = city.actor('municipal_leader').caller
  daily = (await leader.get('/pack')).body.checklists.find((each) => each.id === 'daily')
  things = await furnish()
})
after(() => city.end())

// --- what there is to be seen ---

async function ok(asked) {
  const answer = await asked
  assert.ok(answer.status < 300, `${answer.status} ${answer.bytes}`)
  return answer.body
}

async function pointAt(who, place) {
  const id = newId(place.district)
  await ok(who.post(points, { id, organisation: place.id, fields: { name: 'Gate', place: place.name, checklists: 'daily' } }))
  return { id, name: place.name, path: place.path, organisation: place.id }
}

// A hazard with a photograph; with `department` it is handed over to that one.
async function hazardAt(who, place, department) {
  const id = newId(place.district)
  const photo = await who.attach(photograph(place.name + (department?.name ?? '')), 'image/jpeg')
  const fields = { title: `Hazard at ${place.name}`, place: 'yard', category: 'gate', photos_before: [photo] }
  await ok(who.put(`${hazards}/${id}`, { organisation: place.id, move: 'find', fields }))
  if (department) await ok(who.put(`${hazards}/${id}/moves/${newId(place.district)}`, { move: 'pass_on', fields: { department: department.id } }))
  return { id, photo, name: place.name + (department ? ` held by ${department.name}` : ''), path: place.path, organisation: place.id, holder: (department ?? place).id }
}

// A pupil who may have been harmed; with `department`, handed over to that one.
async function harmAt(who, place, department) {
  const id = newId(place.district)
  const fields = { title: 'Bruises', concerned: 'L., class 3', signs: 'Bruises on both arms', level: 'offence' }
  await ok(who.put(`${harms}/${id}`, { organisation: place.id, move: 'suspect', fields }))
  const on = (mover, move, given) => ok(mover.put(`${harms}/${id}/moves/${newId(place.district)}`, { move, fields: given }))
  if (department) {
    await on(who, 'report', { reported: 'Police and education, at once' })
    await on(city.actor('principal').caller, 'protect', { protected: 'With the counsellor', level: 'offence' })
    await on(who, 'hand_over', { department: department.id })
  }
  return { id, name: place.name + (department ? ` held by ${department.name}` : ''), path: place.path, organisation: place.id, holder: (department ?? place).id }
}

// What a guard of the place asks to be excused, of the day to come.
const tomorrow = () => day(1)
const day = (ahead) => new Date(Date.parse(server.now) + 8 * 36e5 + ahead * 864e5).toISOString().slice(0, 10)
async function excuseAt(place) {
  const id = newId(place.district)
  const guard = await guardOf(place)
  await ok(guard.put(`/tasks/leader_on_duty/${place.id}/${tomorrow()}/excuses/${id}`, { point: '', reason: 'The power is off' }))
  return { id, name: place.name, path: place.path }
}
const entered = {}
const guardOf = (place) => (entered[place.name] ??= city.enter(city.strangers[place.name].login))
// One that was given already, of a duty without a checklist.
async function answerAt(place) {
  const id = newId(place.district)
  const guard = await guardOf(place)
  await ok(guard.put(`/tasks/leader_on_duty/${place.id}/${day(0)}/answers/${id}`, { point: '', happened_at: new Date(Date.parse(server.now)).toISOString(), presence: 'by_hand', items: [] }))
  return { id, name: place.name, path: place.path }
}
const visitors = '/ledgers/visitors/rows'
const visitor = () => ({ name: 'Visitor', reason: 'Delivery', came_at: new Date(Date.parse(server.now)).toISOString() })
async function visitorAt(place) {
  const id = newId(place.district)
  await ok((await guardOf(place)).post(visitors, { id, organisation: place.id, fields: visitor() }))
  return { id, name: place.name, path: place.path, version: 1 }
}

async function furnish() {
  const [one, two] = [city.actor('district_safety_officer').caller, city.officerTwo]
  const list = Object.values(places)
  const inOne = [places['school 1'], places['school 2']]
  const inTwo = [places['school 3']]
  const of = async (make) => [...(await Promise.all(inOne.map((each) => make(one, each)))), ...(await Promise.all(inTwo.map((each) => make(two, each))))]
  const seqs = new DatabaseSync(join(server.data, 'anxiao.sqlite')).all(`SELECT seq, organisation, path FROM journal WHERE kind = 'OrganisationEntered'`)
  return {
    organisations: list,
    points: await of(pointAt),
    ending: await of(pointAt),
    excuses: await Promise.all([...inOne, ...inTwo].map(excuseAt)),
    answers: await Promise.all([...inOne, ...inTwo].map(answerAt)),
    visitors: await Promise.all([...inOne, ...inTwo].map(visitorAt)),
    leaving: await Promise.all([...inOne, ...inTwo].map(visitorAt)),
    hazards: [
      ...(await of(hazardAt)),
      await hazardAt(one, places['district one']),
      await hazardAt(one, places['school 1'], places['fire one']),
      await hazardAt(one, places['school 2'], places.roads),
      await hazardAt(two, places['school 3'], places['fire two']),
    ],
    harms: [...(await of(harmAt)), await harmAt(one, places['school 1'], places['fire one'])],
    tokens: await Promise.all(list.map(async (place) => ({ id: (await ok(root.post('/tokens', newToken(place)))).id, name: place.name, path: place.path }))),
    people: Object.values(city.strangers).map((each) => ({ ...each, name: `somebody of ${each.home.name}` })),
    everybody: [...Object.values(city.strangers), ...city.actors.map((each) => each.person)].map((each) => ({ ...each, owner: each.id })),
    entries: seqs.map((each) => ({ ...each, name: `entry of ${each.organisation}` })),
  }
}

const newToken = (place) => ({ id: newId(place.district), name: 'machine', post: humblePost[place.sort], organisation: place.id, ends_at: new Date(Date.parse(server.now) + 864e5).toISOString() })
const newPost = (place) => ({ id: newId(place.district), post: humblePost[place.sort], organisation: place.id })

// --- the table ---

const anywhere = () => [{ name: 'anywhere', anywhere: true }]
const organisations = () => things.organisations
const hazardsAll = () => things.hazards
const harmsAll = () => things.harms
const version = async (path, who = root) => `"${(await ok(who.get(path))).version}"`

// For each route with grants: the things it can be asked about, and the request about one of them.
// `past`: keys that a request meets only behind the question of authority. `list`: what a list is
// made of; such a route is asked once, and its rows are compared.
const table = {
  'GET /api/v1/pack': { about: anywhere, ask: (_, who) => who.get('/pack') },
  'GET /api/v1/pack/clauses': { about: anywhere, ask: (_, who) => who.get('/pack/clauses') },
  'GET /api/v1/pack/trace': { about: anywhere, ask: (_, who) => who.get('/pack/trace') },
  'GET /api/v1/pack/burden': { about: anywhere, ask: (_, who) => who.get('/pack/burden') },
  'GET /api/v1/pack/clauses/{n}': { about: anywhere, ask: (_, who) => who.get('/pack/clauses/7') },
  'GET /api/v1/pack/loops/{loop}/picture': { about: anywhere, ask: (_, who) => who.get('/pack/loops/hazard/picture') },

  'GET /api/v1/organisations': { list: organisations, narrow: 'under', path: '/organisations' },
  'GET /api/v1/organisations/{id}': { about: organisations, ask: (place, who) => who.get('/organisations/' + place.id) },
  'POST /api/v1/organisations': {
    about: organisations,
    ask: (place, who) => {
      const kind = { municipality: 'department', district: 'primary' }[place.kind] ?? 'primary'
      const id = newId(place.district)
      return who.post('/organisations', { id, parent: place.id, kind, name: 'New ' + id })
    },
    past: ['organisation.wrong_parent'],
  },
  'PATCH /api/v1/organisations/{id}': {
    about: organisations,
    ask: async (place, who) => who.patch('/organisations/' + place.id, { name: place.name + ' renamed' }, { 'if-match': await version('/organisations/' + place.id) }),
  },
  'POST /api/v1/organisations/import': {
    about: () => things.organisations.filter((each) => each.kind === 'district'),
    ask: async (place, who) => {
      const attachment = await who.attach(Buffer.from('学校名称\n' + place.name + '小学\n'), 'text/csv')
      return who.post('/organisations/import', { attachment, name: 'schools.csv', dry_run: false, all_into: place.id, kinds: ['primary'] })
    },
  },

  'GET /api/v1/people': { list: () => things.everybody, besides: ['root', 'officer.two'], narrow: 'under', path: '/people' },
  'GET /api/v1/people/{id}': { about: (actor) => [...things.people, { ...actor.person, name: 'himself', owner: actor.person.id }], ask: (person, who) => who.get('/people/' + person.id) },
  'POST /api/v1/people': {
    about: organisations,
    ask: (place, who) => {
      const id = newId(place.district)
      return who.post('/people', { id, name: 'New', login: 'n' + id.slice(-12), organisation: place.id, posts: [newPost(place)] })
    },
  },
  'PATCH /api/v1/people/{id}': { about: () => things.people, ask: (person, who) => who.patch('/people/' + person.id, { name: 'Renamed' }) },
  'POST /api/v1/people/{id}/password': { about: () => things.people, ask: (person, who) => who.post(`/people/${person.id}/password`) },
  'POST /api/v1/people/{id}/posts': { about: () => things.people, ask: (person, who) => who.post(`/people/${person.id}/posts`, newPost(person.home)), past: ['people.post_held'] },
  'DELETE /api/v1/people/{id}/posts/{posting}': { about: () => things.people, ask: (person, who) => who.delete(`/people/${person.id}/posts/${person.postings[0].id}`) },

  'GET /api/v1/tokens': { list: () => things.tokens, path: '/tokens' },
  'POST /api/v1/tokens': { about: organisations, ask: (place, who) => who.post('/tokens', newToken(place)) },
  'DELETE /api/v1/tokens/{id}': { about: () => things.tokens, ask: (token, who) => who.delete('/tokens/' + token.id) },

  'GET /api/v1/ledgers/{ledger}/rows': { list: () => [...things.points, ...things.ending], narrow: 'organisation', path: points },
  'POST /api/v1/ledgers/{ledger}/rows': {
    about: organisations,
    ask: (place, who) => who.post(points, { id: newId(place.district), organisation: place.id, fields: { name: 'Hall', place: 'B', checklists: 'daily' } }),
    past: ['ledger.not_kept_here'],
  },
  'GET /api/v1/ledgers/{ledger}/rows/{id}': { about: () => things.points, ask: (row, who) => who.get(`${points}/${row.id}`) },
  'GET /api/v1/ledgers/{ledger}/rows/{id}/history': { about: () => things.points, ask: (row, who) => who.get(`${points}/${row.id}/history`) },
  'GET /api/v1/ledgers/{ledger}/template': { about: anywhere, ask: (_, who) => who.get('/ledgers/points/template') },
  'POST /api/v1/ledgers/{ledger}/rows/import': {
    about: organisations,
    ask: async (place, who) => {
      const attachment = await who.attach(Buffer.from('点位,位置,用哪些清单\n' + place.name + ',B,daily\n'), 'text/csv')
      return who.post(points + '/import', { attachment, name: 'points.csv', organisation: place.id, dry_run: true })
    },
    // A place that keeps no such rows wants to know whose they are.
    past: ['import.no_head'],
  },
  'PATCH /api/v1/ledgers/{ledger}/rows/{id}': {
    about: () => things.points,
    ask: async (row, who) => who.patch(`${points}/${row.id}`, { fields: { place: 'C' } }, { 'if-match': await version(`${points}/${row.id}`, leader) }),
  },
  'DELETE /api/v1/ledgers/{ledger}/rows/{id}': { about: () => things.ending, ask: (row, who) => who.delete(`${points}/${row.id}`) },

  // A ledger with a noun of its own asks for that one.
  'GET /api/v1/ledgers/{ledger}/rows?visitors': { grants: ['visitors.read'], list: () => [...things.visitors, ...things.leaving], narrow: 'organisation', path: visitors },
  'POST /api/v1/ledgers/{ledger}/rows?visitors': {
    grants: ['visitors.create'],
    about: organisations,
    ask: (place, who) => who.post(visitors, { id: newId(place.district), organisation: place.id, fields: visitor() }),
    past: ['ledger.not_kept_here'],
  },
  'GET /api/v1/ledgers/{ledger}/rows/{id}?visitors': { grants: ['visitors.read'], about: () => things.visitors, ask: (row, who) => who.get(`${visitors}/${row.id}`) },
  'PATCH /api/v1/ledgers/{ledger}/rows/{id}?visitors': {
    grants: ['visitors.change'],
    about: () => things.visitors,
    ask: async (row, who) => {
      const answer = await who.patch(`${visitors}/${row.id}`, { fields: { reason: 'A meeting' } }, { 'if-match': `"${row.version}"` })
      row.version = answer.body.version ?? row.version
      return answer
    },
  },
  'DELETE /api/v1/ledgers/{ledger}/rows/{id}?visitors': { grants: ['visitors.end'], about: () => things.leaving, ask: (row, who) => who.delete(`${visitors}/${row.id}`) },

  'GET /api/v1/points/{id}/code': { about: () => things.points, ask: (row, who) => who.get(`/points/${row.id}/code`) },
  'GET /api/v1/rosters': { about: organisations, ask: (place, who) => who.get(`/rosters?for=${place.id}&from=2026-03-02&to=2026-03-03`) },
  'GET /api/v1/sheets': { about: organisations, ask: (place, who) => who.get('/sheets?for=' + place.id) },

  'GET /api/v1/tasks': { about: organisations, ask: (place, who) => who.get('/tasks?for=' + place.id) },
  'GET /api/v1/tasks/figures': { about: organisations, ask: (place, who) => who.get('/tasks/figures?for=' + place.id) },
  'GET /api/v1/tasks/{duty}/{organisation}/{period}': {
    about: () => things.organisations.filter((each) => each.sort === 'school'),
    ask: (place, who) => who.get(`/tasks/key_place_patrol/${place.id}/${tomorrow()}`),
  },
  'GET /api/v1/calendar': { about: organisations, ask: (place, who) => who.get(`/calendar?for=${place.id}&from=${day(0)}&to=${day(7)}`) },
  'PUT /api/v1/tasks/{duty}/{organisation}/{period}/answers/{id}': {
    about: organisations,
    ask: (place, who) => {
      const point = things.points.find((each) => each.organisation === place.id)?.id ?? things.points[0].id
      return who.put(`/tasks/daily_inspection/${place.id}/${day(0)}/answers/${newId(place.district)}`, {
        point,
        happened_at: new Date(Date.parse(server.now)).toISOString(),
        presence: 'by_hand',
        items: daily.items.map((each) => ({ item: each.id, answer: 'in_order' })),
      })
    },
    past: ['task.other_point', 'task.unknown_duty', 'task.not_expected', 'task.already_answered'],
  },
  'GET /api/v1/answers/{id}': { about: () => things.answers, ask: (answer, who) => who.get('/answers/' + answer.id) },
  'GET /api/v1/misses': { about: organisations, ask: (place, who) => who.get('/misses?for=' + place.id) },
  // Its owners are of the school, so that nobody asks because it is his.
  'PUT /api/v1/tasks/{duty}/{organisation}/{period}/excuses/{id}': {
    about: organisations,
    ask: (place, who) => who.put(`/tasks/key_place_patrol/${place.id}/${tomorrow()}/excuses/${newId(place.district)}`, { point: '', reason: 'The yard is shut' }),
    past: ['task.not_expected', 'excuse.there'],
  },
  'GET /api/v1/excuses': { list: () => things.excuses, path: '/excuses' },
  'PUT /api/v1/excuses/{id}/decision': {
    about: () => things.excuses,
    ask: (excuse, who) => who.put(`/excuses/${excuse.id}/decision`, { approved: true }),
    past: ['excuse.decided', 'excuse.by_owner'],
  },

  // Each loop asks for the grants of its noun.
  'GET /api/v1/loops/{loop}/matters': { grants: ['matters.read'], list: hazardsAll, narrow: 'organisation', path: hazards, query: 'state=all' },
  'GET /api/v1/loops/{loop}/matters/counts': { grants: ['sums.read'], about: organisations, ask: (place, who) => who.get(`${hazards}/counts?organisation=${place.id}`) },
  // Not every post that may open hazards finds them himself.
  'PUT /api/v1/loops/{loop}/matters/{id}': {
    grants: ['matters.open'],
    about: organisations,
    ask: (place, who) => who.put(`${hazards}/${newId(place.district)}`, { organisation: place.id, move: 'find', fields: { title: 'Found', place: 'yard', category: 'gate' } }),
    past: ['loops.not_yours'],
  },
  'GET /api/v1/loops/{loop}/matters/{id}': { grants: ['matters.read'], about: hazardsAll, ask: (hazard, who) => who.get(`${hazards}/${hazard.id}`) },
  'GET /api/v1/loops/{loop}/matters/{id}/history': { grants: ['matters.read'], about: hazardsAll, ask: (hazard, who) => who.get(`${hazards}/${hazard.id}/history`) },
  // A move that the chart refuses everybody, so that nothing moves: its stage is not the matter's,
  // or it wants what is not given.
  'PUT /api/v1/loops/{loop}/matters/{id}/moves/{move}': {
    grants: ['matters.move'],
    about: hazardsAll,
    ask: (hazard, who, actor) => {
      const move = actor.post === 'district_safety_officer' ? 'assess' : 'monitor'
      return who.put(`${hazards}/${hazard.id}/moves/${newId(hazard.id.slice(0, 6))}`, { move, fields: {} })
    },
    past: ['loops.wrong_stage', 'loops.guard_unmet'],
  },
  'GET /api/v1/loops/{loop}/matters?confidential': { grants: ['confidential_matters.read'], list: harmsAll, narrow: 'organisation', path: harms, query: 'state=all' },
  'GET /api/v1/loops/{loop}/matters/counts?confidential': { grants: ['confidential_matters.read'], about: organisations, ask: (place, who) => who.get(`${harms}/counts?organisation=${place.id}`) },
  'PUT /api/v1/loops/{loop}/matters/{id}?confidential': {
    grants: ['confidential_matters.open'],
    about: organisations,
    ask: (place, who) => who.put(`${harms}/${newId(place.district)}`, { organisation: place.id, move: 'suspect', fields: { title: 'Bruises', concerned: 'W., class 1', signs: 'Bruises' } }),
    past: ['matter.wrong_kind'],
  },
  'GET /api/v1/loops/{loop}/matters/{id}?confidential': { grants: ['confidential_matters.read'], about: harmsAll, ask: (harm, who) => who.get(`${harms}/${harm.id}`) },
  'GET /api/v1/loops/{loop}/matters/{id}/history?confidential': { grants: ['confidential_matters.read'], about: harmsAll, ask: (harm, who) => who.get(`${harms}/${harm.id}/history`) },
  'PUT /api/v1/loops/{loop}/matters/{id}/moves/{move}?confidential': {
    grants: ['confidential_matters.move'],
    about: harmsAll,
    ask: (harm, who) => who.put(`${harms}/${harm.id}/moves/${newId(harm.id.slice(0, 6))}`, { move: 'close', fields: {} }),
    past: ['loops.wrong_stage'],
  },

  'GET /api/v1/attachments/{sha256}': { about: hazardsAll, ask: (hazard, who) => who.get('/attachments/' + hazard.photo) },
  'GET /api/v1/attachments/{sha256}?original=1': { grants: ['attachments.original'], about: hazardsAll, ask: (hazard, who) => who.get(`/attachments/${hazard.photo}?original=1`) },

  'GET /api/v1/standing/{organisation}': { about: organisations, ask: (place, who) => who.get('/standing/' + place.id) },
  'GET /api/v1/standing/{organisation}/children': { about: organisations, ask: (place, who) => who.get(`/standing/${place.id}/children`) },
  'GET /api/v1/standing/{organisation}/requirements/{requirement}': { about: organisations, ask: (place, who) => who.get(`/standing/${place.id}/requirements/C07.13`) },
  'GET /api/v1/standing/{organisation}/requirements/{requirement}/explain': { about: organisations, ask: (place, who) => who.get(`/standing/${place.id}/requirements/C07.13/explain`) },

  'GET /api/v1/grades/{organisation}': { about: organisations, ask: (place, who) => who.get('/grades/' + place.id) },
  'GET /api/v1/grades/{organisation}/explain': {
    about: () => things.organisations.filter((each) => each.sort === 'school'),
    ask: (place, who) => who.get(`/grades/${place.id}/explain`),
  },
  'GET /api/v1/lists/duties': { about: organisations, ask: (place, who) => who.get('/lists/duties?organisation=' + place.id) },
  'GET /api/v1/lists/departments': { about: organisations, ask: (place, who) => who.get('/lists/departments?organisation=' + place.id) },
  'GET /api/v1/trends/{organisation}': { about: organisations, ask: (place, who) => who.get('/trends/' + place.id) },

  'GET /api/v1/journal': { list: 'compared with the database below' },
  'GET /api/v1/journal/{seq}/proof': { about: () => things.entries, ask: (entry, who) => who.get(`/journal/${entry.seq}/proof`) },
  'GET /api/v1/state': { about: anywhere, ask: (_, who) => who.get('/state') },
  'POST /api/v1/state/pack': { about: anywhere, ask: (_, who) => who.post('/state/pack') },
}

// Routes that no grant opens: one's own session, what follows what one may read anyway (loops among
// them, each by its own noun), files on
// their way in, a text drawn as it was sent, and the signed roots, which show nothing of what they
// sign.
const ungranted = [
  'POST /api/v1/session',
  'GET /api/v1/session',
  'DELETE /api/v1/session',
  'PUT /api/v1/session/password',
  'GET /api/v1/today',
  'GET /api/v1/loops',
  'GET /api/v1/stream',
  'GET /api/v1/qr.svg',
  'PUT /api/v1/attachments/{sha256}',
  'GET /api/v1/attachments/{sha256}/state',
  'GET /api/v1/journal/roots',
  'GET /api/v1/journal/key',
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /api/v1/openapi.json',
]

const routes = () =>
  Object.entries(server.described.document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, { ['x-grants']: grants, security }]) => ({ name: `${verb.toUpperCase()} ${path}`, grants, open: security?.length === 0 })),
  )
const grantsOf = (name) => table[name].grants ?? routes().find((each) => each.name === name).grants
const reached = (actor, grants, thing) => grants.every((each) => reaches(actor, each, thing))

test('every route is in the table, or is one that no grant opens', () => {
  const all = routes()
  assert.deepEqual(all.filter((each) => each.grants).map((each) => each.name).sort(), Object.keys(table).filter((each) => !each.includes('?')).sort())
  assert.deepEqual(all.filter((each) => !each.grants).map((each) => each.name).sort(), [...ungranted].sort())
})

test('every post of the pack, and every grant of every post, is tried', () => {
  assert.deepEqual(new Set(city.actors.map((each) => each.post).filter(Boolean)), new Set(city.posts.map((each) => each.id)))
  const tried = new Set(Object.keys(table).flatMap(grantsOf))
  for (const post of city.posts)
    for (const grant of post.grants)
      for (const action of grant.actions) assert.ok(tried.has(`${grant.noun}.${action}`), `${grant.noun}.${action} of ${post.id} opens no route`)
})

test('without a session nothing is open but what says so', async () => {
  const nobody = server.nobody()
  for (const { name, open } of routes()) {
    if (open) continue
    const [verb, path] = name.split(' ')
    const answer = await nobody.call(verb, path.replaceAll(/\{[^}]+\}/g, 'x'), verb === 'GET' || verb === 'DELETE' ? undefined : {})
    assert.equal(answer.status, 401, name)
  }
})

// --- lists ---

async function rowsOf(who, path, query) {
  const rows = []
  let cursor = ''
  do {
    const page = await who.get(`${path}?limit=7&${query ?? ''}${cursor && '&cursor=' + encodeURIComponent(cursor)}`)
    if (page.status !== 200) return { refused: page.status, key: page.body.key }
    rows.push(...page.body.items)
    cursor = page.body.next
  } while (cursor)
  return { rows }
}
const sorted = (list) => [...list].sort()

test('a list holds exactly the rows within reach, page by page', async () => {
  const wrong = []
  for (const [name, line] of Object.entries(table)) {
    if (!line.path) continue
    for (const actor of city.actors) {
      const grants = grantsOf(name)
      const due = line.list().filter((thing) => reached(actor, grants, thing))
      const got = await rowsOf(actor.caller, line.path, line.query)
      const may = reached(actor, grants, { anywhere: true })
      if (!may || got.refused) {
        if (may || ![403, 404].includes(got.refused)) wrong.push(`${name} by ${actor.name}: ${got.refused ?? 'answered'}`)
        continue
      }
      const rows = got.rows.filter((row) => !line.besides?.includes(row.login)).map((row) => row.id)
      if (JSON.stringify(sorted(rows)) !== JSON.stringify(sorted(due.map((each) => each.id)))) wrong.push(`${name} by ${actor.name}: ${rows.length} rows for ${due.length}`)
      // Narrowed to a place it holds what of these lies there, or is refused where nothing can.
      if (!line.narrow) continue
      for (const place of things.organisations) {
        const part = await rowsOf(actor.caller, line.path, `${line.query ?? ''}&${line.narrow}=${place.id}`)
        const there = due.filter((each) => each.path.startsWith(place.path))
        const ids = part.rows?.filter((row) => !line.besides?.includes(row.login)).map((row) => row.id) ?? []
        if (part.refused ? there.length || ![403, 404].includes(part.refused) : JSON.stringify(sorted(ids)) !== JSON.stringify(sorted(there.map((each) => each.id))))
          wrong.push(`${name} by ${actor.name} narrowed to ${place.name}: ${part.refused ?? ids.length} for ${there.length}`)
      }
    }
  }
  assert.deepEqual(wrong, [])
})

test('the journal shows exactly the entries within reach', async () => {
  const all = new DatabaseSync(join(server.data, 'anxiao.sqlite')).all('SELECT seq, path, holder, noun FROM journal ORDER BY seq')
  const last = all.at(-1).seq
  for (const actor of city.actors) {
    // Of what is confidential it shows no more than the grant for that noun.
    const shown = (each) => each.noun !== 'confidential_matters' || reaches(actor, 'confidential_matters.read', each)
    const due = all.filter((each) => reaches(actor, 'journal.read', each) && shown(each)).map((each) => each.seq)
    const seen = []
    for (let after = 0; after !== null && after < last; ) {
      const page = await actor.caller.get(`/journal?limit=50&after=${after}`)
      if (page.status !== 200) {
        assert.equal(page.status, 403, actor.name)
        assert.ok(!reaches(actor, 'journal.read', { anywhere: true }), actor.name)
        break
      }
      seen.push(...page.body.items.map((each) => each.seq))
      after = page.body.next
    }
    assert.deepEqual(seen.filter((each) => each <= last), due, actor.name)
  }
})

test('figures count exactly the matters within reach, and the day shows no others', async () => {
  for (const actor of city.actors) {
    const counted = await actor.caller.get(hazards + '/counts')
    const due = things.hazards.filter((each) => reaches(actor, 'sums.read', each) || (each.holder !== each.organisation && reaches(actor, 'matters.read', each)))
    if (counted.status !== 200) {
      assert.equal(counted.status, 403, actor.name)
      assert.ok(!reaches(actor, 'sums.read', { anywhere: true }), actor.name)
    } else {
      assert.ok(reaches(actor, 'sums.read', { anywhere: true }), actor.name)
      assert.equal(counted.body.rows.reduce((sum, row) => sum + row.count, 0), due.length, actor.name)
    }
    const today = await ok(actor.caller.get('/today'))
    const may = new Set([
      ...things.hazards.filter((each) => reaches(actor, 'matters.read', each)),
      ...things.harms.filter((each) => reaches(actor, 'confidential_matters.read', each)),
    ].map((each) => each.id))
    for (const each of [...today.waiting, ...today.late, ...today.told]) assert.ok(may.has(each.id), `${actor.name} is shown ${each.title}`)
    assert.equal(today.counts.open, may.size, actor.name)
    // Elsewhere only what falls to him because a post is vacant there.
    for (const task of today.tasks) assert.ok(task.mine && (task.organisation.id === actor.place.id || task.owner.vacant.length > 0), actor.name)
    const mine = await actor.caller.get('/tasks?for=me')
    assert.equal(mine.status, reaches(actor, 'tasks.read', { anywhere: true }) ? 200 : 403, actor.name)
  }
})

test('whoever looks for a department finds those of his district and of the city', async () => {
  const guard = city.actor('guard').caller
  const { rows } = await rowsOf(guard, '/organisations', 'kind=department')
  assert.deepEqual(sorted(rows.map((each) => each.name)), sorted(['fire one', 'roads']))
})

// --- one by one ---

test('every post may do what the pack grants, where it reaches, and nothing else', async () => {
  await eventually(async () => (await root.get('/state')).body.journal, (now) => now.sealed_seq === now.last_seq)
  const wrong = []
  let tried = 0
  for (const [name, line] of Object.entries(table)) {
    if (line.list) continue
    const grants = grantsOf(name)
    for (const actor of city.actors)
      for (const thing of line.about(actor)) {
        ++tried
        const due = reached(actor, grants, thing)
        const answer = await line.ask(thing, actor.caller, actor)
        const key = answer.body?.key ?? ''
        const done = answer.status < 300 || line.past?.includes(key)
        const hidden = answer.status === 403 || answer.status === 404
        if (due ? !done : !hidden) wrong.push(`${name} by ${actor.name} about ${thing.name}: ${answer.status} ${key} ${answer.body?.detail ?? ''}, where the pack ${due ? 'grants' : 'does not grant'} it`)
      }
  }
  assert.deepEqual(wrong.slice(0, 40), [])
  assert.ok(tried > 1500, String(tried))
})

test('a machine may what its one post may, and is nobody himself', async () => {
  const place = places['school 1']
  const made = await ok(root.post('/tokens', { ...newToken(place), post: 'guard' }))
  const machine = server.nobody()
  const bearer = { authorization: 'Bearer ' + made.token }
  assert.equal((await machine.get('/organisations/' + place.id, bearer)).status, 200)
  assert.equal((await machine.get('/organisations/' + places['school 2'].id, bearer)).status, 403)
  assert.equal((await machine.get('/tokens', bearer)).status, 403)
  assert.equal((await machine.get('/journal', bearer)).status, 403)
  assert.equal((await machine.get(hazards + '?state=all', bearer)).status, 200)
  assert.equal((await machine.get('/organisations', { cookie: 'anxiao_session=' + made.token })).status, 401, 'a token is no cookie')
  assert.ok((await rowsOf(root, '/tokens')).rows.every((each) => !each.token), 'a token is shown once')
})

// --- at once ---

// Somebody new with a session and an open stream.
async function newcomer(login, post, place) {
  const person = await city.person(login, place, [post])
  const caller = await city.enter(login)
  const stream = await listen(server, caller)
  assert.equal((await caller.get('/organisations')).status, 200)
  return { person, caller, stream }
}
const over = (stream) => eventually(() => stream.over, (ended) => ended)

test('a post that ended acts no longer with the next request, and its stream ends', async () => {
  const { person, caller, stream } = await newcomer('soon.gone', 'guard', places['school 1'])
  assert.equal((await root.delete(`/people/${person.id}/posts/${person.postings[0].id}`)).status, 204)
  assert.equal((await caller.get('/organisations')).status, 403)
  assert.equal((await caller.put(`${hazards}/${newId('500101')}`, { organisation: places['school 1'].id, move: 'find', fields: { title: 'Late', place: 'x', category: 'gate' } })).status, 403)
  await over(stream)
  const again = await listen(server, caller)
  const hazard = await hazardAt(city.actor('district_safety_officer').caller, places['school 1'])
  await eventually(() => root.get('/journal?after=' + again.place), (each) => each.body.items.some((entry) => entry.subject === hazard.id))
  assert.deepEqual(again.events, [])
  again.close()
})

test('an account that was shut ends its sessions and its streams', async () => {
  const { person, caller, stream } = await newcomer('soon.shut', 'class_teacher', places['school 1'])
  assert.equal((await root.patch('/people/' + person.id, { active: false })).status, 200)
  assert.equal((await caller.get('/organisations')).status, 401)
  await over(stream)
  assert.equal((await listen(server, caller)).status, 401)
  const wrong = await server.nobody().post('/session', { login: 'soon.shut', password: server.changed['soon.shut'] })
  assert.equal(wrong.status, 401)
  assert.equal((await root.patch('/people/' + person.id, { active: true })).status, 200)
  assert.equal((await caller.get('/organisations')).status, 401, 'the old session stays ended')
})

test('a password that was reset ends the sessions made with the old one', async () => {
  const { person, caller, stream } = await newcomer('soon.reset', 'guard', places['school 2'])
  const { one_time_password: password } = await ok(root.post(`/people/${person.id}/password`))
  assert.equal((await caller.get('/session')).status, 401)
  await over(stream)
  const again = server.nobody()
  assert.equal((await again.post('/session', { login: 'soon.reset', password })).body.must_change_password, true)
  assert.equal((await again.get('/organisations')).body.key, 'session.password_change_required')
})

test('an organisation that ended takes its posts with it', async () => {
  const id = newId('500102')
  await ok(root.post('/organisations', { id, parent: places['district two'].id, kind: 'primary', name: 'Short-lived' }))
  const place = { id, district: '500102', path: places['district two'].path + id + '/', sort: 'school' }
  const { caller, stream } = await newcomer('soon.closed', 'principal', place)
  await ok(city.officerTwo.patch('/organisations/' + id, { end: true }, { 'if-match': '"1"' }))
  assert.equal((await caller.get('/organisations')).status, 403)
  await over(stream)
  assert.equal((await root.get('/organisations?limit=200')).body.items.some((each) => each.id === id), false)
})

test('a token that was revoked opens nothing more, and its stream ends', async () => {
  const made = await ok(root.post('/tokens', newToken(places['school 1'])))
  const machine = Object.assign(server.nobody(), { headers: () => ({ authorization: 'Bearer ' + made.token }) })
  const stream = await listen(server, machine)
  assert.equal(stream.status, 200)
  assert.equal((await machine.get('/organisations', machine.headers())).status, 200)
  assert.equal((await root.delete('/tokens/' + made.id)).status, 204)
  assert.equal((await machine.get('/organisations', machine.headers())).status, 401)
  await over(stream)
  assert.equal((await listen(server, machine)).status, 401)
})

test('a token ends with its day', async () => {
  const now = server.now
  const made = await ok(root.post('/tokens', { ...newToken(places['school 1']), ends_at: new Date(Date.parse(now) + 3600e3).toISOString() }))
  const bearer = { authorization: 'Bearer ' + made.token }
  assert.equal((await server.nobody().get('/organisations', bearer)).status, 200)
  server.setClock(new Date(Date.parse(now) + 3601e3).toISOString())
  await eventually(() => server.nobody().get('/organisations', bearer), (each) => each.status === 401)
  server.setClock(now)
})
