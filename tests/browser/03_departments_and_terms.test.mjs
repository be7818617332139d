// What a school cannot mend itself goes to the department that answers and comes back, with the time
// each held it; and a term that lapses tells the next who answers, with nobody at any screen.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { confirm, desk, look, openBrowser, openMove, phone, sheet, sitDown, takePhoto } from '../support/browser.mjs'
import { Server, newId } from '../support/server.mjs'

const at = (day, time) => `2026-03-${String(day).padStart(2, '0')}T${time}:00+08:00`
let server, browser, principal, fire, safety
before(async () => {
  ;[server, browser] = await Promise.all([Server.start({ clock: at(2, '07:30') }), openBrowser()])
  ;[principal, fire, safety] = await Promise.all([
    sitDown(browser, server, 'xiaozhang', desk),
    sitDown(browser, server, 'xiaofang', desk),
    sitDown(browser, server, 'anquan', phone),
  ])
})
after(async () => {
  await browser?.close()
  await server?.end()
})

// A hazard as the guard finds it, over HTTP.
async function found(title, fields) {
  const guard = await server.enter('menwei')
  const school = guard.me.postings[0].organisation.id
  const id = newId()
  const opened = await guard.put('/loops/hazard/matters/' + id, { organisation: school, move: 'find', fields: { title, place: '南门外公共道路', category: 'gate', ...fields } })
  assert.equal(opened.status, 201, JSON.stringify(opened.body))
  return id
}
const held = (page) => page.locator('section[aria-labelledby=held] li')
const lines = async (what) => (await what.allInnerTexts()).map((each) => each.replace(/\s+/g, ' ').trim())
let gate

test('the principal passes a hazard on the public road to the fire department', async () => {
  gate = await found('消防车通道被社会车辆占用', { description: '早高峰有六辆车停在通道上' })
  await safety.goto('/hazards/' + gate)
  await openMove(safety, '评估定级')
  for (const answer of ['相当可能', '每天都有', '重伤']) await sheet(safety).locator('label').filter({ hasText: answer }).click()
  await confirm(safety, '评估定级')
  server.setClock(at(2, '09:30'))
  await principal.goto('/hazards/' + gate)
  const form = await openMove(principal, '移交部门')
  await form.locator('label').filter({ hasText: '云溪区消防救援大队' }).click()
  await form.getByLabel(/说明/).fill('请协调清理并施划禁停线')
  await look(principal, '03-pass-on')
  await confirm(principal, '移交部门')
  await principal.locator('.signs').getByText('在云溪区消防救援大队').waitFor()
  await look(principal, '03-passed-on', { whole: true })
  await principal.getByText('在 云溪区消防救援大队 手上').waitFor()
})

test('the fire officer finds it waiting without reloading, and hands it back', async () => {
  await fire.locator('section[aria-labelledby=today-waiting]').getByRole('link', { name: /消防车通道/ }).waitFor()
  await look(fire, '03-fire-today')
  await fire.locator('section[aria-labelledby=today-waiting]').getByRole('link', { name: /消防车通道/ }).click()
  await fire.getByRole('heading', { name: '九个环节' }).waitFor()
  await look(fire, '03-fire-matter', { whole: true })
  server.setClock(at(2, '15:30'))
  await openMove(fire, '退回学校')
  await sheet(fire).getByLabel(/说明/).fill('已施划禁停线，车辆已挪走')
  await sheet(fire).getByRole('button', { name: '确认退回学校' }).click()
  // What is handed back is the school's again; the page says so to whoever may no longer open it.
  await sheet(fire).waitFor({ state: 'detached' })
  await fire.goto('/today')
  await fire.getByText('没有等您处理的事').waitFor()
  await look(fire, '03-fire-after')
})

test('each holding is counted on the page', async () => {
  server.setClock(at(2, '16:30'))
  await principal.reload()
  await held(principal).nth(2).waitFor()
  const [first, second, third] = await lines(held(principal))
  assert.match(first, /^云溪区云岭寄宿中学 2 小时 /)
  assert.match(second, /^云溪区消防救援大队 6 小时 /)
  assert.match(third, /^云溪区云岭寄宿中学 1 小时 .*现在$/)
  assert.equal(await principal.locator('.signs').getByText('在云溪区消防救援大队').count(), 0)
  await look(principal, '03-holdings', { whole: true })
})

test('a term that lapses is told to the next who answers while nobody touches anything', async () => {
  const id = await found('教学楼外墙瓷砖脱落', { category: 'building', place: '一号教学楼北侧', level: 'orange' })
  await principal.goto('/hazards/' + id)
  await principal.locator('.signs').getByText(/还剩/).waitFor()
  await safety.goto('/today')
  await safety.locator('section[aria-labelledby=today-waiting]').getByRole('link', { name: /外墙瓷砖/ }).waitFor()
  const { body } = await (await server.enter('menwei')).get('/loops/hazard/matters/' + id)
  server.setClock(new Date(Date.parse(body.due_at) + 60000).toISOString())
  const lapses = principal.locator('section[aria-labelledby=lapses] li')
  await lapses.first().waitFor()
  const [only, ...more] = await lines(lapses)
  assert.deepEqual(more, [])
  assert.match(only, /评估 · 第 1 次 .*已告知 云溪区云岭寄宿中学 校长（园长） 校小长/)
  await principal.locator('.signs').getByText('已督促 1 次').waitFor()
  await look(principal, '03-lapsed', { whole: true })
  await safety.locator('section[aria-labelledby=today-late]').getByRole('link', { name: /外墙瓷砖/ }).waitFor()
  await look(safety, '03-safety-late', { whole: true })
  await principal.goto('/hazards?late=true')
  await principal.getByRole('link', { name: /外墙瓷砖/ }).first().waitFor()
  await look(principal, '03-late-list')
})

test('it lapses once, also when the process is killed in between', async () => {
  const id = await found('围墙裂缝', { category: 'building', place: '操场东侧', level: 'red' })
  const { body } = await (await server.enter('menwei')).get('/loops/hazard/matters/' + id)
  await server.kill()
  server.setClock(new Date(Date.parse(body.due_at) + 60000).toISOString())
  await server.launch({ port: server.port })
  await principal.context().close()
  principal = await sitDown(browser, server, 'xiaozhang', desk)
  await principal.goto('/hazards/' + id)
  const lapses = principal.locator('section[aria-labelledby=lapses] li')
  await lapses.first().waitFor()
  await server.kill()
  await server.launch({ port: server.port })
  await principal.reload()
  await lapses.first().waitFor()
  assert.equal(await lapses.count(), 1)
})

test('the figures of the board open exactly their rows', async () => {
  await principal.goto('/hazards')
  const figure = principal.locator('.figures').getByRole('button').filter({ hasText: '超期' })
  await figure.waitFor()
  const number = Number((await figure.innerText()).match(/\d+/)[0])
  assert.ok(number >= 2, String(number))
  await figure.click()
  await principal.waitForURL('**late=true**')
  await principal.getByRole('table').waitFor()
  await principal.waitForFunction((rows) => document.querySelectorAll('tbody tr').length === rows, number)
  await look(principal, '03-figure')
})
