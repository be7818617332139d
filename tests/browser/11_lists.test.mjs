// The three lists at a desk and on a phone: risks with their level and review, who answers for what
// with vacant posts first, and what each department owes.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { desk, look, openBrowser, phone, settle, sheet, sitDown } from '../support/browser.mjs'
import { Server } from '../support/server.mjs'

let server, browser
before(async () => {
  server = await Server.start({ clock: '2026-03-03T07:40:00+08:00' })
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await server?.end()
})

const risk = (page, name) => page.locator(`tr[data-risk="${name}"]`)

async function open(page, path) {
  await page.goto(path)
  await settle(page)
  await page.locator('main [data-risk], main [data-post], main [data-office], main .empty').first().waitFor()
}

for (const [name, size] of [['desk', desk], ['phone', phone]]) {
  describe(`at a ${name}`, () => {
    let officer, principal
    before(async () => {
      officer = await sitDown(browser, server, 'quxian', size)
      principal = await sitDown(browser, server, 'xiaozhang', size)
    })
    after(async () => {
      await officer?.context().close()
      await principal?.context().close()
    })

    test('the district sees its risks and those of its schools, the gravest first', async () => {
      await open(officer, '/lists')
      await look(officer, `11-${name}-risks`, { whole: true })
      const levels = await officer.locator('[data-risk] .level .level').allInnerTexts()
      assert.match(levels[0], /红/)
      assert.ok(levels.length >= 6)
      assert.match(await risk(officer, '寄宿制学校宿舍夜间用电').innerText(), /评审过期/)
      assert.match(await risk(officer, '村小周边山体落石').innerText(), /接受到/)
      await officer.getByRole('button', { name: /^该评审的/ }).click()
      const shown = await officer.locator('[data-risk]').count()
      assert.ok(shown > 0 && shown < levels.length)
      assert.equal(Number((await officer.getByRole('button', { name: /^该评审的/ }).innerText()).match(/\d+/)[0]), shown)
    })

    test('a school enters a risk and finds it in the list', async () => {
      await open(principal, '/lists/risks')
      await principal.getByRole('button', { name: '登记风险' }).click()
      const form = sheet(principal)
      const named = `${name === 'desk' ? '东' : '西'}侧围墙开裂`
      await form.getByLabel(/^风险/).fill(named)
      await form.getByLabel('类别').selectOption({ label: '校舍与设施' })
      await form.getByLabel('等级').selectOption({ label: '一般（黄）' })
      await form.getByLabel('防控措施').fill('围挡并每日查看')
      await form.getByLabel('防控单位或岗位').fill('总务处')
      await form.getByLabel('最近评审').fill('2026-03-01')
      await look(principal, `11-${name}-risk-form`)
      await form.getByRole('button', { name: '保存' }).click()
      await risk(principal, named).waitFor()
      await look(principal, `11-${name}-risks-school`, { whole: true })
    })

    test('who answers for what is listed post by post, vacant posts first', async () => {
      await open(principal, '/lists/duties')
      await look(principal, `11-${name}-duties`, { whole: name === 'desk' })
      const posts = await principal.locator('[data-post]').evaluateAll((all) => all.map((one) => one.querySelector('header .tag.grave') !== null))
      assert.deepEqual(posts, [...posts].sort((a, b) => Number(b) - Number(a)))
      assert.match(await principal.locator('[data-post="safety_manager"] header').innerText(), /安小全/)
      assert.ok((await principal.locator('[data-post="safety_manager"] .duties li').count()) > 3)
      await principal.locator('[data-post="principal"] summary').click()
      await principal.locator('[data-post="principal"] details[open] a').first().waitFor()
    })

    test('every department stands there with its name of today and the notice\'s', async () => {
      await open(officer, '/lists/departments')
      await look(officer, `11-${name}-departments`, { whole: name === 'desk' })
      assert.ok((await officer.locator('[data-office]').count()) >= 20)
      const market = await officer.locator('[data-office="market"]').innerText()
      assert.match(market, /^市场监管\n/)
      assert.match(market, /文件中称：工商、质监、食药监/)
      assert.match(market, /云溪区市场监督管理局/)
      assert.match(await officer.locator('[data-office="transport"]').innerText(), /还没有登记单位/)
    })

    test('each list is saved as a table', async () => {
      for (const tab of ['risks', 'duties', 'departments']) {
        await open(officer, '/lists/' + tab)
        const [file] = await Promise.all([officer.waitForEvent('download'), officer.getByRole('button', { name: '导出表格' }).click()])
        assert.match(file.suggestedFilename(), /\.csv$/)
      }
      assert.deepEqual(officer.faults, [])
    })
  })
}
