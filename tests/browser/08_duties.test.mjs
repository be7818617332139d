// What is due at a school, seen from a desk and at the gate: figures that open their rows, a hole in
// the roster before its day, a visitor in and out, a closure that takes tasks away, an excuse asked by
// one and approved by another, sheets on paper, a drill against the norm.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { choose, desk, look, openBrowser, phone, settle, sheet, sitDown, tap } from '../support/browser.mjs'
import { Server } from '../support/server.mjs'

const day = '2026-03-04'
let server, browser, principal, guard, safety, officer, school
before(async () => {
  ;[server, browser] = await Promise.all([Server.start({ clock: '2026-03-02T07:30:00+08:00' }), openBrowser()])
  // On its first day a school misses nothing; on the third all is as on any other.
  server.setClock(`${day}T07:30:00+08:00`)
  const caller = await server.enter('xiaozhang')
  school = caller.me.postings[0].organisation.id
  ;[principal, guard, safety, officer] = [
    await sitDown(browser, server, 'xiaozhang', desk),
    await sitDown(browser, server, 'menwei', phone),
    await sitDown(browser, server, 'anquan', phone),
    await sitDown(browser, server, 'quxian', desk),
  ]
})
after(async () => {
  await browser?.close()
  await server?.end()
})

const states = { open: '待做', expected: '未到时间', done: '已做', late: '迟做', missed: '漏做', excused: '已免' }
const tasks = (page) => page.locator('main tbody tr')

// Waits until the list has said how many rows there are, and gives that number; a list of none says so.
async function countOf(page) {
  const said = page.getByRole('status').filter({ hasText: /^共 \d+ 条$/ })
  const none = page.getByText(/^(没有符合的任务|这一天没有任务)$/)
  await said.or(none).first().waitFor()
  await settle(page)
  return (await none.count()) ? 0 : Number((await said.innerText()).match(/\d+/)[0])
}

async function pick(where, label, name) {
  await where.getByLabel(label, { exact: true }).fill(name)
  await where.getByRole('option', { name }).first().click()
}

test('each figure of the day opens exactly the rows it counts', async () => {
  const figure = (state) => principal.locator(`main .figures [data-state=${state}]`)
  const seen = {}
  for (const state of Object.keys(states)) {
    await principal.goto('/today')
    await figure(state).waitFor()
    await settle(principal)
    seen[state] = Number(await figure(state).locator('.number').innerText())
    await figure(state).click()
    await principal.waitForURL(`**/duties?**state=${state}`)
    assert.equal(await countOf(principal), seen[state], state)
    assert.equal(await tasks(principal).count(), seen[state], state)
    assert.equal(await tasks(principal).getByText(states[state], { exact: true }).count(), seen[state], state)
    await look(principal, `08-figure-${state}`)
  }
  assert.ok(seen.open > 10 && seen.expected > 0 && seen.missed > 0, JSON.stringify(seen))
  await principal.goto('/duties')
  assert.equal(await countOf(principal), Object.values(seen).reduce((a, b) => a + b), 'and all of them together')
})

test('a district sees its schools by name, and each figure opens the rows of that school', async () => {
  await officer.goto('/today')
  const rows = officer.locator('.children tbody tr')
  await rows.first().waitFor()
  assert.ok((await rows.count()) >= 12)
  const row = rows.filter({ hasText: '云岭寄宿中学' })
  const figure = row.getByRole('link', { name: /待做/ })
  const open = Number(await figure.innerText())
  await look(officer, '08-district', { whole: true })
  await figure.click()
  await officer.waitForURL('**/duties?**')
  assert.equal(await countOf(officer), open)
  const total = Number(await officer.locator('main .figures [data-state=open] .number').innerText())
  assert.equal(total, open, 'the figure above the rows is of the same school')
})

test('a row says what the duty is and by whose word, and a miss says whose it was', async () => {
  await principal.goto('/duties/misses')
  const miss = tasks(principal).filter({ hasText: '夜间防火巡查' }).first()
  await miss.getByText('门小卫').waitFor()
  await look(principal, '08-misses')
  const file = principal.waitForEvent('download')
  await principal.getByRole('link', { name: '导出漏做' }).click()
  assert.match((await file).suggestedFilename(), /\.csv$/)
  await miss.getByRole('link').click()
  await principal.getByRole('heading', { name: '漏做记录' }).waitFor()
  await principal.locator('.facts').getByText(/^\d+-\d+$/).waitFor()
  assert.equal(await principal.locator('.facts').getByText(/^(法定|转引|默认)$/).count(), 1)
  await look(principal, '08-occurrence')
})

test('a hole in the roster shows before its day, and is filled where it shows', async () => {
  await principal.goto('/rosters')
  const cell = (name) => principal.getByRole('button', { name })
  await cell(/^夜间防火巡查 3月4日/).click()
  await pick(sheet(principal), '谁', '门小卫')
  await look(principal, '08-roster-cell')
  await sheet(principal).getByRole('button', { name: '排上' }).click()
  await sheet(principal).waitFor({ state: 'detached' })
  await cell('夜间防火巡查 3月4日 门小卫').waitFor()
  // Thursday is left out, and Friday's night is before no day of lessons.
  await cell('夜间防火巡查 3月5日 没有人').waitFor()
  await look(principal, '08-roster-hole')

  await principal.goto('/today')
  const hole = principal.getByRole('link', { name: /夜间防火巡查.*3月5日/ })
  await hole.click()
  await cell('夜间防火巡查 3月5日 没有人').click()
  await pick(sheet(principal), '谁', '安小全')
  await sheet(principal).getByRole('button', { name: '排上' }).click()
  await cell('夜间防火巡查 3月5日 安小全').waitFor()
  await principal.goto('/today')
  await settle(principal)
  assert.equal(await hole.count(), 0, 'the hole is gone')

  await principal.goto('/rosters')
  await principal.getByRole('button', { name: '下一周' }).click()
  await cell('夜间防火巡查 3月11日 没有人').waitFor()
  await principal.getByRole('button', { name: '照搬上周' }).click()
  await cell('夜间防火巡查 3月11日 门小卫').waitFor()
  await cell('夜间防火巡查 3月12日 安小全').waitFor()
  await look(principal, '08-roster-copied')
})

test('a visitor is let in with three touches beside the typing, and out with one', async () => {
  await guard.goto('/today')
  await tap(guard, guard.getByRole('navigation', { name: '主要页面' }).locator('visible=true').getByRole('link', { name: '门岗' }))
  const form = guard.getByRole('form', { name: '登记来访' })
  await form.waitFor()
  guard.taps = 0
  await form.getByLabel('姓名').fill('赵家长')
  await form.getByLabel(/证件号/).fill('50019019800101123x')
  await tap(guard, form.getByRole('button', { name: '家长来访' }))
  await tap(guard, form.getByRole('button', { name: '登记进校' }))
  const inside = guard.getByRole('region', { name: /现在在校内/ })
  await inside.getByText('赵家长').waitFor()
  assert.ok(guard.taps <= 3, `${guard.taps} touches`)
  await inside.getByText(/后四位 123X/i).waitFor()
  assert.equal((await guard.content()).includes('50019019800101'), false, 'the number itself is nowhere')
  await guard.getByText(/只保留 \d+ 天/).waitFor()
  await look(guard, '08-gate', { whole: true })
  await tap(guard, inside.getByRole('button', { name: '赵家长 已离校' }))
  await inside.getByText('校内没有访客').waitFor()
  await guard.getByRole('region', { name: /今天来访/ }).getByText(/07:30 离校/).waitFor()
  const above = await server.enter('quxian')
  assert.equal((await above.get(`/ledgers/visitors/rows?organisation=${school}`)).status, 403, 'nobody above reads it')
})

test('a closure takes away what needs lessons, and ended gives it back', async () => {
  const on = '/duties?on=2026-03-11'
  await principal.goto(on)
  const before = await countOf(principal)
  await tasks(principal).filter({ hasText: '上学时段护学' }).waitFor()

  await principal.goto('/calendar')
  await principal.getByRole('button', { name: /^3月11日 周三 上课/ }).click()
  await look(principal, '08-calendar-day')
  await sheet(principal).getByRole('button', { name: '停课' }).click()
  await sheet(principal).getByLabel(/^原因/).fill('暴雨红色预警')
  await look(principal, '08-closure')
  await sheet(principal).getByRole('button', { name: '保存' }).click()
  await principal.getByRole('button', { name: /^3月11日 周三 停课/ }).waitFor()
  await look(principal, '08-calendar-closed', { whole: true })

  await principal.goto(on)
  assert.ok((await countOf(principal)) < before)
  assert.equal(await tasks(principal).filter({ hasText: '上学时段护学' }).count(), 0)

  await principal.goto('/calendar')
  await principal.getByRole('button', { name: '修改或结束' }).click()
  await sheet(principal).getByRole('button', { name: '结束这一行' }).click()
  await sheet(principal).getByRole('button', { name: '确定结束' }).click()
  await principal.getByRole('button', { name: /^3月11日 周三 上课/ }).waitFor()
  await principal.goto(on)
  assert.equal(await countOf(principal), before)
})

test('an excuse is asked by one and approved by another', async () => {
  await guard.goto('/duties')
  await guard.getByRole('link', { name: /每日防火巡查/ }).locator('visible=true').first().tap()
  await guard.getByRole('button', { name: '申请免做' }).tap()
  await sheet(guard).getByLabel(/^原因/).fill('校门口管网抢修，整天封路')
  await look(guard, '08-excuse-ask')
  await sheet(guard).getByRole('button', { name: '提交申请' }).tap()
  await guard.getByText('等待批准').first().waitFor()
  await guard.getByText('由别的负责人批准').waitFor()
  assert.equal(await guard.getByRole('button', { name: '批准', exact: true }).count(), 0, 'not by whoever asked')

  await principal.goto('/today')
  const waiting = principal.getByRole('region', { name: /等我批准的说明/ })
  await waiting.getByText('校门口管网抢修，整天封路').waitFor()
  await waiting.getByRole('button', { name: '不批准' }).click()
  await waiting.getByRole('alert').waitFor()
  await look(principal, '08-excuse-refused')
  await waiting.getByRole('button', { name: '批准', exact: true }).click()
  await waiting.waitFor({ state: 'detached' })
  await principal.goto('/duties?state=excused')
  await tasks(principal).filter({ hasText: '每日防火巡查' }).waitFor()
  await guard.getByText('已批准').first().waitFor()
  await look(guard, '08-excuse-approved', { whole: true })
})

test('the sheets of the points are printed several to a page, each with its code', async () => {
  await principal.goto('/ledgers/points')
  await principal.getByRole('link', { name: '打印二维码' }).click()
  const sheets = principal.locator('.paper .sheet')
  await sheets.first().waitFor()
  const points = await sheets.count()
  assert.ok(points >= 4)
  const texts = await sheets.locator('img').evaluateAll((images) => images.map((image) => new URL(image.src).searchParams.get('text')))
  assert.equal(new Set(texts).size, points)
  for (const text of texts) assert.match(text, new RegExp(`^${server.base}/i/500190\\.[0-9a-f-]{36}\\?k=[a-z0-9]+$`))
  await principal.waitForFunction(() => [...document.querySelectorAll('.sheet img')].every((image) => image.complete && image.naturalWidth > 0))
  await look(principal, '08-sheets')
  const pages = async () => (await principal.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page\b/g).length
  assert.equal(await pages(), 1, 'four of them are one page')
  await principal.getByLabel('每页').selectOption({ label: '每页 2 张' })
  assert.equal(await pages(), Math.ceil(points / 2))
  // On paper there is nothing but the sheets.
  await principal.emulateMedia({ media: 'print' })
  assert.equal(await principal.locator('nav:visible, .button:visible').count(), 0)
  await principal.emulateMedia({ media: null })
})

test('a drill is filled in building by building and stands against the norm', async () => {
  await safety.goto('/duties/drills')
  await safety.getByRole('link', { name: '每月应急疏散演练' }).tap()
  await safety.getByRole('link', { name: '现在去做' }).tap()
  const item = (words) => safety.locator('.item').filter({ hasText: words })
  await item('这次演练什么').locator('label').filter({ hasText: '火灾疏散' }).tap()
  await item('几点发出信号').locator('input[type=time]').fill('07:10')
  const clear = item('每栋楼')
  const times = { 一号教学楼: 95, 二号宿舍楼: 268 }
  for (const [index, [name, seconds]] of Object.entries(times).entries()) {
    if ((await clear.locator('.line').count()) <= index) await clear.getByRole('button', { name: '加一行' }).tap()
    await clear.locator('.line').nth(index).locator('input').first().fill(name)
    await clear.locator('.line').nth(index).locator('input').nth(1).fill(String(seconds))
  }
  await clear.getByLabel('哪里不对').fill('二号宿舍楼东侧门打不开')
  await item('参加多少人').locator('input').first().fill('1400')
  await item('应到未到').locator('input').first().fill('12')
  for (const words of ['各班按路线走', '每处都听到信号', '到集合点后']) await choose(item(words), words, '正常')
  await item('评估').locator('textarea').first().fill('换东侧门的锁，下月再练')
  await look(safety, '08-drill-form', { whole: true })
  await safety.locator('.bar .main').tap()
  await safety.getByRole('heading', { name: '已送达，登记隐患 1 处' }).waitFor()

  await principal.goto('/duties/drills')
  const card = principal.locator('.drills > li').filter({ hasText: '每月应急疏散演练' })
  await card.getByText('1 分 35 秒').waitFor()
  assert.equal(await card.getByText('达标').count(), 1)
  assert.equal(await card.getByText('超标').count(), 1)
  await card.getByText('4 分 28 秒').waitFor()
  await card.getByText('标准 2 分钟').waitFor()
  await card.getByText('缺席 12 人').waitFor()
  await card.getByText('发现 1 处隐患').waitFor()
  await look(principal, '08-drills', { whole: true })
  await card.getByRole('link').click()
  await principal.getByRole('link', { name: '疏散用时超过要求' }).click()
  await principal.getByRole('heading', { name: '疏散用时超过要求' }).waitFor()
})

test('every new page stands at both sizes, without anything wider than the screen', async () => {
  const pages = ['/today', '/duties', '/duties/misses', '/duties/excuses', '/duties/drills', '/rosters', '/calendar', '/gate', '/ledgers/visitors', '/sheets', '/clauses']
  for (const [size, login] of [[phone, 'xiaozhang'], [desk, 'anquan']]) {
    const page = await sitDown(browser, server, login, size)
    for (const path of pages) {
      await page.goto(path)
      await settle(page)
      assert.equal(await page.locator('main').getByRole('alert').count(), 0, `${path} is refused`)
      await look(page, `08-${size === phone ? 'phone' : 'desk'}${path.replace(/\W+/g, '-')}`, { whole: true })
    }
    await page.context().close()
  }
})
