// Every loop's pages are drawn from its chart: an incident at a school from the guard's telephone to
// the district's desk, a claim that belongs to it, and a case of bullying that only those who deal with
// it ever see.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { confirm, desk, look, openBrowser, openMove, phone, settle, sheet, sitDown, takePhoto, tap } from '../support/browser.mjs'
import { Server, newId } from '../support/server.mjs'

const at = (time) => `2026-03-02T${time}:00+08:00`
let server, browser, guard, safety, principal, officer
before(async () => {
  ;[server, browser] = await Promise.all([Server.start({ clock: at('10:00') }), openBrowser()])
  ;[guard, safety, principal, officer] = await Promise.all([
    sitDown(browser, server, 'menwei', phone),
    sitDown(browser, server, 'anquan', phone),
    sitDown(browser, server, 'xiaozhang', desk),
    sitDown(browser, server, 'quxian', desk),
  ])
})
after(async () => {
  await browser?.close()
  await server?.end()
})

const text = (page) => page.evaluate(() => document.body.innerText)
const card = (page, name) => page.locator('main section').filter({ has: page.getByRole('heading', { name, exact: true }) })
const line = (page, name) => page.locator('main .loop').filter({ has: page.getByText(name, { exact: true }) })
const secrets = ['欺凌防治', '学生保护', '训诫与管理教育', '专门学校入校与转回', '校方责任险理赔', '事故人民调解']
const title = '操场单杠上有学生摔下'
const hidden = { title: '寝室里反复起绰号', concerned: '高一某班甲某，乙某' }
let incident, bullying

async function open(page, path) {
  await page.goto(path)
  await settle(page)
}

test('a guard finds the loops that concern a school, and none that is confidential', async () => {
  await tap(guard, guard.getByRole('link', { name: '更多' }).locator('visible=true'))
  await tap(guard, guard.getByRole('link', { name: '闭环', exact: true }).locator('visible=true'))
  await line(guard, '事故与突发事件').waitFor()
  await settle(guard)
  for (const secret of secrets) assert.ok(!(await text(guard)).includes(secret), secret)
  assert.equal(await line(guard, '联合事项').count(), 0, 'what only districts do is nothing to him')
  await look(guard, '12-guard-loops', { whole: true })
  await guard.getByLabel('查找闭环').fill('首报')
  await line(guard, '隐患闭环').waitFor({ state: 'detached' })
  await line(guard, '事故与突发事件').waitFor()
})

test('and opens an incident at the telephone, with a photograph and the answer that gives its level', async () => {
  await tap(guard, line(guard, '事故与突发事件').getByRole('link', { name: /新建/ }))
  await guard.getByRole('heading', { name: '新建：事故与突发事件' }).waitFor()
  await tap(guard, guard.getByRole('button', { name: '提交' }))
  await guard.getByText('评估的各项都要选。').waitFor()
  await look(guard, '12-guard-incomplete', { whole: true })
  await takePhoto(guard.locator('form'), '单杠')
  await guard.locator('.photos img').waitFor()
  await guard.getByLabel(/^事由/).fill(title)
  await guard.getByLabel(/^校内还是校外/).selectOption({ label: '校内' })
  await guard.getByLabel(/^类别/).selectOption({ label: '运动或意外伤害' })
  await guard.getByLabel(/^怎样救护/).fill('体育教师就地固定')
  await tap(guard, guard.locator('label').filter({ hasText: '死亡不足3人' }))
  await guard.locator('.outcome').getByText('一般').waitFor()
  // What was typed is kept until the server has it.
  await guard.reload()
  await guard.getByText('上次填的内容还在').waitFor()
  assert.equal(await guard.getByLabel(/^事由/).inputValue(), title)
  await look(guard, '12-guard-opens', { whole: true })
  await tap(guard, guard.getByRole('button', { name: '提交' }))
  await guard.getByRole('heading', { name: title }).waitFor()
  await guard.locator('.signs').getByText('救助与告知').waitFor()
  incident = new URL(guard.url()).pathname
  assert.match(incident, /^\/loops\/incident\//)
  await look(guard, '12-guard-incident', { whole: true })
})

test('the safety manager finds it under today and takes it on, move by move', async () => {
  await open(safety, '/today')
  await tap(safety, safety.locator('section[aria-labelledby=today-waiting]').getByRole('link', { name: new RegExp(title) }))
  await safety.getByRole('heading', { name: title }).waitFor()
  assert.equal(new URL(safety.url()).pathname, incident)
  let form = await openMove(safety, '已救助并告知')
  await form.getByLabel(/^怎样告知监护人/).fill('十点零五分电话告知，家长赶往医院')
  await form.getByLabel(/^报警求助/).fill('十点零二分打 120')
  await look(safety, '12-safety-helps')
  await confirm(safety, '已救助并告知')
  await safety.locator('.signs').getByText('首报').waitFor()
  server.setClock(at('10:20'))
  form = await openMove(safety, '已首报')
  await form.getByRole('button', { name: '确认已首报' }).click()
  await form.getByText('一小时内要报出去').first().waitFor()
  await form.getByLabel(/^向谁首报/).fill('区教委值班室，十点十八分')
  await form.getByText('不是刚刚发生的').click()
  await form.getByLabel('实际发生的时间').fill('2026-03-02T10:18')
  await confirm(safety, '已首报')
  await safety.locator('.signs').getByText('书面报告').waitFor()
  await look(safety, '12-safety-incident', { whole: true })
})

test('the principal sees what the report still lacks, puts it on record and sends it', async () => {
  await open(principal, incident)
  await principal.getByRole('heading', { name: /前要齐备/ }).waitFor()
  await look(principal, '12-principal-lacking', { whole: true })
  let form = await openMove(principal, '填写书面报告')
  for (const [label, value] of [['单位概况', '云岭寄宿中学，在校生一千二百人'], ['时间、地点和现场', '十点，操场北侧单杠'], ['简要经过', '课间从单杠上摔下'], ['受伤人数', '1'], ['死亡人数', '0'], ['下落不明人数', '0'], ['初估损失', '0'], ['已采取的措施', '封闭单杠，全面检查器材'], ['其他应报情况', '无']])
    await form.getByLabel(new RegExp(`^${label}`)).fill(value)
  await look(principal, '12-principal-report')
  await confirm(principal, '填写书面报告')
  await principal.getByRole('heading', { name: /前要齐备/ }).getByText('9/9').waitFor()
  await openMove(principal, '报送书面报告')
  await confirm(principal, '报送书面报告')
  for (const [name, label] of [['已开展心理援助', '心理援助'], ['善后完毕', '善后情况'], ['报送处理结果', '处理结果报告']]) {
    form = await openMove(principal, name)
    await form.getByLabel(new RegExp(`^${label}`)).fill('已办妥，器材已检修')
    await confirm(principal, name)
  }
  await principal.locator('.signs').getByText('结案', { exact: true }).waitFor()
  await look(principal, '12-principal-incident', { whole: true })
})

test('a claim is opened as belonging to it, and each leads to the other', async () => {
  await card(principal, '关联事项').getByRole('link', { name: '校方责任险理赔' }).click()
  await principal.getByRole('heading', { name: '新建：校方责任险理赔' }).waitFor()
  await principal.waitForFunction((wanted) => [...document.querySelectorAll('main [role=combobox]')].some((box) => box.value === wanted), title)
  await principal.getByText('保密', { exact: true }).first().waitFor()
  await principal.getByLabel(/^事由/).fill('单杠摔伤医疗费')
  await principal.getByLabel(/^涉及的学生/).fill('甲某，高一')
  await principal.locator('label').filter({ hasText: '其他伤害' }).click()
  await look(principal, '12-principal-claim', { whole: true })
  await principal.getByRole('button', { name: '提交' }).click()
  await principal.getByRole('heading', { name: '单杠摔伤医疗费' }).waitFor()
  await card(principal, '关联事项').getByRole('link', { name: new RegExp(title) }).click()
  await principal.getByRole('heading', { name: title }).waitFor()
  await card(principal, '关联事项').getByRole('link', { name: /单杠摔伤医疗费/ }).waitFor()
  await look(principal, '12-principal-linked', { whole: true })
  await open(guard, incident)
  assert.ok(!(await text(guard)).includes('单杠摔伤医疗费'), 'the claim is not named to whoever may not read it')
})

test('the district closes it, and every stage says who and when', async () => {
  server.setClock(at('16:00'))
  await open(officer, '/loops?show=waiting')
  await officer.getByRole('link', { name: new RegExp(title) }).click()
  await openMove(officer, '结案')
  await confirm(officer, '结案')
  await officer.locator('.signs').getByText('已结案').waitFor()
  const stage = async (name) => (await officer.locator('.stages > li').filter({ has: officer.locator('.name', { hasText: name }) }).first().innerText()).replace(/\s+/g, ' ')
  assert.match(await stage('救助与告知'), /安小全/)
  assert.match(await stage('书面报告'), /校小长/)
  assert.match(await stage('结案'), /区小安/)
  await officer.emulateMedia({ media: 'print' })
  await look(officer, '12-officer-printed', { whole: true })
  await officer.emulateMedia({ media: 'screen' })
  await look(officer, '12-officer-closed', { whole: true })
})

test('every figure opens exactly what it counts', async () => {
  const maker = await server.enter('quxian')
  const [school] = (await maker.get('/organisations?kind=kindergarten&limit=1')).body.items
  for (const [name, band] of [['滑梯旁擦伤', 1], ['午睡时发热', 1], ['门口被电动车刮倒', 2]]) {
    const made = await maker.put('/loops/incident/matters/' + newId(), { organisation: school.id, move: 'occur', fields: { title: name, where: 'on_campus', category: 'injury', band } })
    assert.equal(made.status, 201, JSON.stringify(made.body))
  }
  server.setClock(at('18:00'))
  await open(officer, '/loops/incident?view=list')
  await officer.locator('main tbody tr').first().waitFor()
  const figures = officer.locator('main .figures button')
  let followed = 0
  for (let i = 0; i < (await figures.count()); ++i) {
    const number = Number(await figures.nth(i).locator('b').innerText())
    await figures.nth(i).click()
    await officer.waitForFunction((wanted) => document.querySelectorAll('main tbody tr').length === wanted, number)
    followed += number
  }
  assert.ok(followed > 5, `${followed} rows were counted`)
  await open(officer, '/loops')
  const all = await officer.locator('main .figures button').allInnerTexts()
  for (const [work, said] of [['open', all[0]], ['waiting', all[1]], ['late', all[2]]]) {
    await open(officer, '/loops?show=' + work)
    await officer.waitForFunction((wanted) => document.querySelectorAll('main a.matter').length === wanted, Number(said.match(/\d+/)[0]))
    await look(officer, '12-officer-' + work, { whole: true })
  }
})

test('a case of bullying is opened under a lock and read by those who deal with it', async () => {
  await open(principal, '/loops')
  await line(principal, '欺凌防治').getByText('保密，查看留痕').waitFor()
  await look(principal, '12-principal-loops', { whole: true })
  await line(principal, '欺凌防治').getByRole('link', { name: /新建/ }).click()
  await principal.getByText('只有办理的人看得到').waitFor()
  await principal.getByLabel(/^事由/).fill(hidden.title)
  await principal.getByLabel(/^涉及的学生/).fill(hidden.concerned)
  assert.equal(await principal.getByText('个人信息', { exact: true }).count() > 0, true)
  // A telephone that is handed on keeps nothing of it.
  assert.ok(!(await principal.evaluate(() => JSON.stringify({ ...localStorage }))).includes(hidden.concerned))
  await look(principal, '12-principal-bullying', { whole: true })
  await principal.getByRole('button', { name: '提交' }).click()
  await principal.getByRole('heading', { name: hidden.title }).waitFor()
  bullying = new URL(principal.url()).pathname
  await principal.getByText('您这次查看已经留痕').waitFor()
  await look(principal, '12-principal-case', { whole: true })
  await open(officer, bullying)
  await officer.getByText(hidden.concerned).first().waitFor()
})

test('and by nobody else: no page of a guard or a safety manager has a word of it', async () => {
  for (const [page, who] of [[guard, 'guard'], [safety, 'safety']]) {
    for (const path of ['/today', '/loops', '/loops?show=open', '/loops?q=' + encodeURIComponent('绰号'), '/loops/bullying', bullying, '/hazards', incident, '/duties']) {
      await open(page, path)
      const said = await text(page)
      for (const secret of [hidden.title, hidden.concerned]) assert.ok(!said.includes(secret), `${who} reads it at ${path}`)
    }
    await open(page, bullying)
    await page.getByText('您的岗位看不到这一页').waitFor()
    await look(page, `12-${who}-not-hers`)
  }
})

test('in English the pages of a loop say the same', async () => {
  await officer.getByRole('button', { name: 'English' }).locator('visible=true').click()
  for (const path of ['/loops', '/loops/incident', '/loops/incident/new', incident]) {
    await open(officer, path)
    await look(officer, '12-en' + path.replace(/500190.*/, 'matter').replace(/\W+/g, '-'), { whole: true })
  }
  await officer.getByRole('heading', { name: 'Stages' }).waitFor()
})
