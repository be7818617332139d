// An accident as the notice wants it: people first, upwards by the clock, the plan of the district,
// the public answered, an inquiry that clears or finds fault, and an end by somebody else.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Server, eventually, newId } from '../support/server.mjs'

let server, teacher, safety, principal, officer, city, leader, school, district
const at = (time, day = '2026-03-02') => `${day}T${time}:00+08:00`

// Sessions do not outlast the night.
async function enter() {
  teacher = await server.enter('banzhuren')
  safety = await server.enter('anquan')
  principal = await server.enter('xiaozhang')
  officer = await server.enter('quxian')
  city = await server.enter('shian')
  leader = await server.enter('shiji')
}

before(async () => {
  server = await Server.start({ clock: at('08:00') })
  await enter()
  school = teacher.me.postings[0].organisation.id
  district = officer.me.postings[0].organisation.id
})
after(() => server.end())

const put = (who, loop, organisation, move, fields, id = newId()) =>
  who.put(`/loops/${loop}/matters/${id}`, { organisation, move, fields })
const make = (who, loop, id, move, fields = {}) => who.put(`/loops/${loop}/matters/${id}/moves/${newId()}`, { move, fields })
const read = (who, loop, id) => who.get(`/loops/${loop}/matters/${id}`).then((each) => each.body)
async function open(who, loop, organisation, move, fields) {
  const id = newId()
  const sent = await put(who, loop, organisation, move, fields, id)
  assert.equal(sent.status, 201, JSON.stringify(sent.body))
  return id
}
async function made(who, loop, id, move, fields) {
  const sent = await make(who, loop, id, move, fields)
  assert.ok(sent.status < 300, `${move}: ${JSON.stringify(sent.body)}`)
  return sent.body
}
async function refused(who, loop, id, move, key, fields) {
  const sent = await make(who, loop, id, move, fields)
  assert.ok(sent.status >= 400, `${move} was taken`)
  assert.equal(sent.body.key, key, JSON.stringify(sent.body))
  return sent.body
}
const called = '八时零三分拨打120'
const helped = { rescued: '体育老师止血，校医陪同送医；校长八时零六分得知', guardians: '八时十分电话告知' }
const report = { overview: '云溪区某校', circumstances: '三月二日八时，操场看台', course: '栏杆断裂，学生跌落', injured: 14, dead: 0, missing: 0, loss: 0, measures: '封闭看台，伤者送医', other: '无' }

test('what is slight is settled at school by two', async () => {
  const id = await open(teacher, 'incident', school, 'occur', { title: '跑步擦伤', where: 'on_campus', category: 'injury', band: 1, rescued: '校医清洗包扎', guardians: '放学时当面告知' })
  await made(teacher, 'incident', id, 'settle_slight')
  await refused(teacher, 'incident', id, 'close_slight', 'loops.not_yours')
  const closed = await made(principal, 'incident', id, 'close_slight')
  assert.equal(closed.stage, 'closed')
})

let incident
test('a larger one goes up within the hour and the district starts its plan', async () => {
  incident = await open(teacher, 'incident', school, 'occur', { title: '看台栏杆断裂', where: 'on_campus', category: 'building', band: 3, injured: 14 })
  const begun = await read(teacher, 'incident', incident)
  assert.equal(begun.level, 'larger')
  assert.equal(begun.stage, 'rescue')
  assert.equal(Date.parse(begun.due_at), Date.parse(at('08:30')))
  await refused(teacher, 'incident', incident, 'settle_slight', 'loops.level_not_allowed', helped)
  const unhelped = await refused(teacher, 'incident', incident, 'help', 'loops.guard_unmet')
  assert.deepEqual(unhelped.wants, ['rescued', 'guardians'])
  await made(teacher, 'incident', incident, 'help', { ...helped, called })
  const told = await made(principal, 'incident', incident, 'report_up_larger', { reported_to: '八时二十分电话报区教委、区政府值班室' })
  assert.equal(told.stage, 'plan')
  await refused(principal, 'incident', incident, 'start_plan', 'loops.not_yours', { plan_started: '校级预案' })
  await made(officer, 'incident', incident, 'start_plan', { plan_started: '区教育系统预案，八时四十分，副区长指挥' })
  const short = await refused(safety, 'incident', incident, 'write_report_larger', 'loops.guard_unmet', { course: '栏杆断裂' })
  assert.ok(short.wants.includes('overview') && short.wants.includes('dead'))
  const written = await made(safety, 'incident', incident, 'write_report_larger', report)
  assert.equal(written.stage, 'answering')
})

test('an answer that does not come is asked for, first in the district', async () => {
  server.setClock(at('08:01', '2026-03-03'))
  await enter()
  const late = await eventually(() => read(officer, 'incident', incident), (each) => each.lapses.length === 1)
  assert.equal(late.stage, 'answering')
  assert.deepEqual(late.lapses[0].people.map((each) => each.name), ['区小安'])
  await made(officer, 'incident', incident, 'answer_public', { public_answer: '区新闻发言人在官网通报' })
  await made(principal, 'incident', incident, 'comfort', { counselling: '区心理中心进校' })
})

let inquiry
test('it is not closed while its inquiry goes on', async () => {
  inquiry = await open(officer, 'inquiry', district, 'decide', { title: '看台栏杆断裂调查', level: 'larger', incident })
  await made(officer, 'incident', incident, 'link_inquiry', { inquiry })
  await made(principal, 'incident', incident, 'end_aftermath', { aftermath: '伤者出院，复课' })
  await made(principal, 'incident', incident, 'report_end', { closing_report: '焊点锈蚀，全校栏杆已更换' })
  await refused(principal, 'incident', incident, 'close_slight', 'loops.level_not_allowed')
  await refused(officer, 'incident', incident, 'close', 'loops.level_not_allowed')
  const waits = await refused(officer, 'incident', incident, 'close_larger', 'loops.guard_unmet')
  assert.deepEqual(waits.wants, ['inquiry'])
  assert.equal(waits.clause, 'C17.1')
})

test('whoever asks for more time does not grant it, and a school without fault is cleared', async () => {
  await made(officer, 'inquiry', inquiry, 'form', { authority: 'city', members: '组长：市应急局' })
  await made(officer, 'inquiry', inquiry, 'ask_extension', { extension_reason: '检验未出' })
  await refused(officer, 'inquiry', inquiry, 'grant_extension', 'loops.same_actor')
  await made(city, 'inquiry', inquiry, 'grant_extension')
  await made(officer, 'inquiry', inquiry, 'submit', { facts: '构件隐蔽缺陷，学校已按期检查', liability_rule: 'fault', fault: 'none', advice: '更换同批构件' })
  await refused(officer, 'inquiry', inquiry, 'find_no_fault', 'loops.same_actor', { reply: '文号一' })
  const found = await made(city, 'inquiry', inquiry, 'find_no_fault', { reply: '文号一' })
  assert.equal(found.stage, 'clearing')
  await made(officer, 'inquiry', inquiry, 'clear', { cleared: '发言人当日说明', published_at: '区政府网站' })
  const closed = await made(officer, 'incident', incident, 'close_larger')
  assert.equal(closed.stage, 'closed')
  assert.equal((await read(leader, 'incident', incident)).stage, 'closed')
})

test('a claim is for few to read, and names nobody in its title', async () => {
  const id = await open(principal, 'claim', school, 'begin', { title: '看台跌落', concerned: 'L，四年级二班', level: 'ordinary', incident })
  assert.equal((await read(officer, 'claim', id)).stage, 'notifying')
  for (const who of [teacher, safety, leader, city]) assert.ok([403, 404].includes((await who.get(`/loops/claim/matters/${id}`)).status))
})

test('the police have a disturbance while they deal with it, then the school has it back', async () => {
  const guard = await server.enter('menwei')
  const police = await server.enter('jingcha')
  const station = police.me.postings[0].organisation.id
  const id = await open(guard, 'disturbance', school, 'occur', { title: '堵门', category: 'blockade', level: 'blocking' })
  await made(guard, 'disturbance', id, 'call_police', { called: '拨打110', police: station })
  await refused(principal, 'disturbance', id, 'stop', 'loops.not_yours', { stopped: '已劝离' })
  await made(police, 'disturbance', id, 'stop', { stopped: '已劝离' })
  await made(police, 'disturbance', id, 'deal', { dealt: '警告一人' })
  const closed = await made(principal, 'disturbance', id, 'close', { restored: '当日复课', way: 'mediation' })
  assert.equal(closed.stage, 'closed')
})

test('a dispute lies with the committee, whose mediator sees it and nothing else of the school', async () => {
  const login = 'tiaojie'
  const hired = await officer.post('/people', { id: newId(), name: '调小和', login, organisation: district, posts: [{ id: newId(), post: 'mediator', organisation: district }] })
  assert.equal(hired.status, 201, JSON.stringify(hired.body))
  server.passwords[login] = hired.body.one_time_password
  const mediator = await server.enter(login)
  const id = await open(principal, 'mediation', school, 'apply', { title: '看台跌落赔偿', concerned: '双方：L 的监护人与学校', level: 'ordinary', committee: district, consent: '双方书面同意', incident })
  await refused(principal, 'mediation', id, 'accept', 'loops.not_yours', { mediators: '调小和' })
  await made(mediator, 'mediation', id, 'accept', { mediators: '调小和' })
  await made(mediator, 'mediation', id, 'agree', { agreement: '三月底前支付', amount: 12000 })
  assert.equal((await read(principal, 'mediation', id)).stage, 'confirming')
  assert.ok([403, 404].includes((await mediator.get(`/loops/incident/matters/${incident}`)).status))
  assert.ok([403, 404].includes((await teacher.get(`/loops/mediation/matters/${id}`)).status))
})
