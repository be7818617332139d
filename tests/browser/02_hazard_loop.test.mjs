// The main job in the hands of those who do it: a teacher and a safety manager at their phones, the
// principal and the district officer at their desks, one hazard from the day it was seen to its end.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { choose, confirm, desk, look, openBrowser, openMove, phone, sheet, sitDown, takePhoto, tap } from '../support/browser.mjs'
import { Server } from '../support/server.mjs'

const at = (time, day = '2026-03-02') => `${day}T${time}:00+08:00`
let server, browser, guard, teacher, safety, principal, officer
before(async () => {
  ;[server, browser] = await Promise.all([Server.start({ clock: at('07:30') }), openBrowser()])
  ;[guard, teacher, safety, principal, officer] = await Promise.all([
    sitDown(browser, server, 'menwei', phone),
    sitDown(browser, server, 'banzhuren', phone),
    sitDown(browser, server, 'anquan', phone),
    sitDown(browser, server, 'xiaozhang', desk),
    sitDown(browser, server, 'quxian', desk),
  ])
})
after(async () => {
  await browser?.close()
  await server?.end()
})

const tab = (page, name) => page.getByRole('navigation', { name: '主要页面' }).locator('visible=true').getByRole('link', { name, exact: true })
const card = (page, name) => page.locator('main section').filter({ has: page.getByRole('heading', { name, exact: false }) })
const pad = (page, item, answer) => page.locator('.item').nth(item).locator('label').filter({ hasText: answer })
const title = '疏散通道'
let hazard

test('a guard finds all in order with few touches', async () => {
  await look(guard, '02-guard-today')
  await tap(guard, tab(guard, '排查'))
  await tap(guard, guard.getByRole('link', { name: /校门与门前道路/ }))
  await guard.getByRole('button', { name: /^全部正常/ }).waitFor()
  await look(guard, '02-guard-checklist')
  await tap(guard, guard.getByRole('button', { name: /^全部正常/ }))
  // Whoever ticks all with one touch shows one of them.
  const drawn = guard.locator('.item').filter({ hasText: '系统随机抽这一项' })
  guard.taps += 2 // the camera, and its shutter
  await takePhoto(drawn, '抽到的一项')
  await drawn.locator('.photos img').waitFor()
  await look(guard, '02-guard-answered')
  await tap(guard, guard.getByRole('button', { name: '发送' }))
  await guard.getByRole('heading', { name: '已送达' }).waitFor()
  await look(guard, '02-guard-sent')
  assert.ok(guard.taps <= 20, `${guard.taps} touches`)
  await tap(guard, guard.getByRole('link', { name: '回到排查' }))
  await guard.locator('.done').getByText('校门与门前道路').waitFor()
  await look(guard, '02-guard-done')
})

test('a teacher marks one item, photographs it and sends', async () => {
  await tap(teacher, tab(teacher, '排查'))
  await look(teacher, '02-teacher-tasks')
  await tap(teacher, teacher.getByRole('link', { name: /教学楼一层走廊与疏散门/ }))
  await tap(teacher, pad(teacher, 0, '异常'))
  await teacher.getByText('发送后登记为隐患').waitFor()
  await tap(teacher, teacher.getByRole('button', { name: /其余 \d+ 项正常/ }))
  await tap(teacher, teacher.getByRole('button', { name: '发送（异常 1）' }))
  await teacher.getByText('还没有照片。').waitFor()
  await look(teacher, '02-teacher-photo-wanted')
  await teacher.getByLabel('哪里不对').fill('防火门前堆着二十箱课本')
  await takePhoto(teacher.locator('.item').first(), '门前')
  await teacher.locator('.photos img').waitFor()
  await look(teacher, '02-teacher-wrong')
  await tap(teacher, teacher.getByRole('button', { name: '发送（异常 1）' }))
  await teacher.getByRole('heading', { name: '已送达，登记隐患 1 处' }).waitFor()
  await look(teacher, '02-teacher-sent')
})

test('the hazard is registered with its photograph, its place and who answers for it', async () => {
  await tap(teacher, teacher.locator('.found'))
  await teacher.getByRole('heading', { name: '九个环节' }).waitFor()
  hazard = new URL(teacher.url()).pathname
  await teacher.locator('main').getByText('一号教学楼一层').first().waitFor()
  await card(teacher, '基本情况').getByText('安小全').waitFor()
  const photo = teacher.getByRole('button', { name: '放大整改前', exact: true }).locator('img')
  await photo.waitFor()
  await teacher.waitForFunction(() => [...document.querySelectorAll('.sides img')].every((each) => each.complete && each.naturalWidth > 0))
  await look(teacher, '02-teacher-matter', { whole: true })
})

test('assessed orange by LEC, the principal and the district see it on their open pages', async () => {
  await tab(officer, '隐患').click()
  await officer.getByRole('heading', { name: '隐患', exact: true }).waitFor()
  for (const page of [principal, officer]) await page.evaluate(() => (window.neverReloaded = true))
  await tap(safety, safety.locator('main').getByRole('link', { name: new RegExp(title) }).first())
  await tap(safety, safety.getByRole('button', { name: '评估定级' }))
  await sheet(safety).waitFor()
  await choose(sheet(safety), /可能性 L/, '相当可能')
  await choose(sheet(safety), /暴露频度 E/, '每天都有')
  await choose(sheet(safety), /后果 C/, '重伤')
  const outcome = sheet(safety).locator('.outcome')
  await outcome.getByText('D 252').waitFor()
  await outcome.getByText('较大（橙）').waitFor()
  await outcome.getByText('区县学校安全专干').waitFor()
  await look(safety, '02-safety-lec')
  await confirm(safety, '评估定级')
  await safety.locator('.signs').getByText('较大（橙）').waitFor()
  await principal.locator('section[aria-labelledby=today-told]').getByText(new RegExp(title)).waitFor()
  await officer.locator('.column').filter({ hasText: '监控' }).getByText('较大（橙）').waitFor()
  for (const page of [principal, officer]) assert.equal(await page.evaluate(() => window.neverReloaded), true)
  await look(principal, '02-principal-told')
  await look(officer, '02-officer-board')
  await look(safety, '02-safety-matter', { whole: true })
})

test('another, reported on the way, is assessed on the risk matrix', async () => {
  await tap(guard, tab(guard, '隐患'))
  await tap(guard, guard.getByRole('link', { name: '报隐患' }))
  await guard.getByLabel(/^隐患/).fill('南门护栏松动')
  await guard.getByLabel(/^位置/).fill('南门东侧')
  await guard.getByLabel(/^类别/).selectOption({ label: '校门与周边' })
  await takePhoto(guard.locator('form'), '护栏')
  await guard.locator('.photos img').waitFor()
  await look(guard, '02-guard-report', { whole: true })
  await tap(guard, guard.getByRole('button', { name: '报上去' }))
  await guard.getByRole('heading', { name: '南门护栏松动' }).waitFor()
  await safety.goto(new URL(guard.url()).pathname)
  await tap(safety, safety.getByRole('button', { name: '评估定级' }))
  await tap(safety, sheet(safety).locator('label').filter({ hasText: '风险矩阵' }))
  await tap(safety, sheet(safety).getByRole('button', { name: /可能性 3 .*严重性 3 / }))
  await sheet(safety).locator('.outcome').getByText('一般（黄）').waitFor()
  await look(safety, '02-safety-matrix')
  await confirm(safety, '评估定级')
  await safety.locator('.signs').getByText('一般（黄）').waitFor()
})

test('treatment does not begin while any of the five is missing, and the page says which and why', async () => {
  await principal.locator('section[aria-labelledby=today-told]').getByRole('link', { name: new RegExp(title) }).click()
  await principal.getByRole('heading', { name: /五落实/ }).getByText('0/5').waitFor()
  await look(principal, '02-principal-matter', { whole: true })
  let form = await openMove(principal, '填写五落实')
  await choose(form, /整改责任人/, '安小全')
  await form.getByLabel(/整改措施/).fill('清走课本，在门前划出禁放线')
  await form.getByLabel(/整改时限/).fill('2026-03-05')
  await look(principal, '02-principal-plan')
  await confirm(principal, '填写五落实')
  await principal.getByRole('heading', { name: /五落实/ }).getByText('3/5').waitFor()
  form = await openMove(principal, '开始治理')
  await look(principal, '02-principal-begin')
  await form.getByRole('button', { name: '确认开始治理' }).click()
  const refused = form.getByRole('alert').filter({ hasText: '还缺这些' })
  await refused.getByText('整改资金').waitFor()
  await refused.getByText('钱没有着落的整改会停在半路').waitFor()
  await refused.getByText('应急预案').waitFor()
  await refused.getByText('没治好以前万一出事').waitFor()
  assert.equal(await refused.getByText('整改措施').count(), 0)
  await look(principal, '02-principal-refused')
  await form.getByRole('button', { name: '取消' }).click()
  await sheet(principal).waitFor({ state: 'detached' })
})

test('monitoring is put on record until treatment begins', async () => {
  await safety.goto(hazard)
  await tap(safety, safety.getByRole('button', { name: '记录监控' }))
  await sheet(safety).getByLabel(/监控措施/).fill('每节课间由值日教师查看，门前设警示牌')
  await look(safety, '02-safety-monitor')
  await confirm(safety, '记录监控')
  await card(safety, '经过').getByText('每节课间由值日教师查看').waitFor()
  await card(principal, '经过').getByText('每节课间由值日教师查看').waitFor()
})

test('with all five in hand it is treated, and photographed from the same place', async () => {
  await openMove(principal, '填写五落实')
  await sheet(principal).getByLabel(/整改资金/).fill('800')
  await sheet(principal).getByLabel(/应急预案/).fill('火情时由安全管理人员打开侧门疏散')
  await confirm(principal, '填写五落实')
  await principal.getByRole('heading', { name: /五落实/ }).getByText('5/5').waitFor()
  server.setClock(at('09:00'))
  await openMove(principal, '开始治理')
  await confirm(principal, '开始治理')
  await principal.locator('.signs').getByText('治理', { exact: true }).waitFor()
  server.setClock(at('15:00'))
  const form = await openMove(principal, '治理完成')
  await form.getByRole('button', { name: '确认治理完成' }).click()
  await form.getByText(/没有改后照片无法验收|同一位置的前后照片是验收的依据/).first().waitFor()
  await look(principal, '02-principal-photo-wanted')
  await takePhoto(form, '清走以后')
  await form.locator('.photos img').waitFor()
  await form.getByText('不是刚刚发生的').click()
  await form.getByLabel('实际发生的时间').fill('2026-03-02T14:30')
  await confirm(principal, '治理完成')
  await principal.locator('.signs').getByText('验收', { exact: true }).waitFor()
})

test('the principal cannot accept his own treatment', async () => {
  const refused = principal.locator('.refused li').filter({ hasText: '验收通过' })
  await refused.getByText('治理的人不能验收自己的治理').waitFor()
  await look(principal, '02-principal-own', { whole: true })
  const form = await openMove(principal, '验收通过')
  await form.getByRole('button', { name: '确认验收通过' }).click()
  await form.getByRole('alert').filter({ hasText: '要换一个人' }).waitFor()
  await look(principal, '02-principal-own-refused')
  await form.getByRole('button', { name: '取消' }).click()
})

test('the safety manager accepts, the district officer closes', async () => {
  await safety.goto(hazard)
  await look(safety, '02-safety-accepts')
  await tap(safety, safety.getByRole('button', { name: '验收通过' }))
  await confirm(safety, '验收通过')
  server.setClock(at('16:00'))
  await officer.goto('/today')
  await officer.locator('section[aria-labelledby=today-waiting]').getByRole('link', { name: new RegExp(title) }).click()
  await openMove(officer, '销号')
  await look(officer, '02-officer-closes')
  await confirm(officer, '销号')
  await officer.locator('.signs').getByText('已销号').waitFor()
})

test('the matter shows nine stages, who did what when, both photographs and the times against the terms', async () => {
  await officer.reload()
  const stages = officer.locator('.stages > li')
  await stages.first().waitFor()
  assert.equal(await stages.count(), 9)
  const of = async (name) => (await stages.filter({ has: officer.locator('.name', { hasText: name }) }).innerText()).replace(/\s+/g, ' ')
  assert.match(await of('排查'), /班小任/)
  assert.match(await of('评估'), /安小全/)
  assert.match(await of('治理'), /校小长 .*14:30 用时 5 小时 30 分钟 限 /)
  assert.match(await of('验收'), /安小全/)
  assert.match(await of('销号'), /区小安/)
  const timeline = card(officer, '经过')
  const unfold = timeline.getByRole('button', { name: /再看之前的/ })
  if (await unfold.count()) await unfold.click()
  const finished = timeline.getByRole('listitem').filter({ hasText: '治理完成' })
  await finished.getByText('14:30').first().waitFor()
  await finished.getByText(/15:00 录入，晚了 30 分钟/).waitFor()
  await officer.waitForFunction(() => {
    const photos = [...document.querySelectorAll('.sides img')]
    return photos.length === 2 && photos.every((each) => each.complete && each.naturalWidth > 0)
  })
  await look(officer, '02-officer-closed', { whole: true })
  await officer.getByRole('button', { name: '放大整改后', exact: true }).click()
  await officer.getByRole('dialog', { name: '看大图' }).waitFor()
  assert.equal(await officer.getByRole('dialog').locator('figure').count(), 2)
  await officer.keyboard.press('Escape')
  await officer.getByRole('dialog').waitFor({ state: 'detached' })
  await safety.goto(hazard)
  await safety.getByRole('heading', { name: '九个环节' }).waitFor()
  await look(safety, '02-safety-closed', { whole: true })
})
