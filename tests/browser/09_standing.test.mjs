// Which schools have no valid liability insurance, why, and one of them mends it: at a desk and on a
// phone. Every figure opens exactly the schools it counts.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { desk, look, openBrowser, phone, seen, settle, sheet, sitDown } from '../support/browser.mjs'
import { Server } from '../support/server.mjs'

const now = '2026-03-03T07:40:00+08:00'
const states = { kept: '做到了', due_soon: '快到期', late: '过期或超时', missing: '还没有' }
const insurance = '/clauses/C18.1'

let server, browser
before(async () => {
  server = await Server.start({ clock: now })
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await server?.end()
})

const lines = (page) => page.locator('main .lines > li')
const lineOf = (page, school) => lines(page).filter({ hasText: school })
const bar = (page) => page.locator('main .standing').first()

// The figures as the page says them; a state without anybody is not said.
async function figures(page) {
  const said = {}
  for (const [state, words] of Object.entries(states)) {
    const figure = bar(page).getByRole('link', { name: words })
    said[state] = (await figure.count()) ? Number((await figure.innerText()).match(/\d+/)[0]) : 0
  }
  return said
}

async function open(page, path) {
  await page.goto(path)
  await settle(page)
  await bar(page).waitFor()
}

// Follows every figure of the bar and counts what it opens.
async function followFigures(page) {
  const said = await figures(page)
  let all = 0
  for (const [state, number] of Object.entries(said)) {
    if (!number) continue
    await bar(page).getByRole('link', { name: states[state] }).click()
    await page.waitForURL(`**${insurance}?*state=${state}*`)
    await settle(page)
    await lines(page).first().waitFor()
    assert.equal(await lines(page).count(), number, state)
    assert.equal(await page.locator(`main .lines > li[data-state="${state}"]`).count(), number, state)
    all += number
  }
  await page.getByRole('button', { name: '全部', exact: true }).click()
  await page.waitForFunction((wanted) => document.querySelectorAll('main .lines > li').length === wanted, all)
  return said
}

async function fillPolicy(page, number) {
  const form = sheet(page)
  await form.getByLabel('保单号').fill(number)
  await form.getByLabel('险种').selectOption({ label: '校方责任险' })
  await form.getByLabel('保险公司').fill('云岭财产保险云溪支公司')
  await form.getByLabel('起保日期').fill('2026-03-03')
  await form.getByLabel('到期日期').fill('2027-03-02')
  await form.getByLabel('保费出处').selectOption({ label: '公用经费或财政' })
}

// Each size mends a school of its own: the principal his, the officer of the district another.
const stories = [
  { size: desk, name: 'desk', who: 'xiaozhang', school: '云溪区云岭寄宿中学', before: 'late', why: /云险责字 0106.*已过期/ },
  { size: phone, name: 'phone', who: 'quxian', school: '云溪区青石村小学', before: 'missing', why: '台账里一条也没有' },
]
for (const story of stories) {
  describe(`at a ${story.name}`, () => {
    let watcher, mender, first
    before(async () => {
      watcher = await sitDown(browser, server, 'quxian', story.size)
      mender = story.who === 'quxian' ? watcher : await sitDown(browser, server, story.who, story.size)
    })
    after(async () => {
      await watcher?.context().close()
      if (mender !== watcher) await mender?.context().close()
    })

    test('a figure beside the requirement opens the schools it counts', async () => {
      await open(watcher, '/clauses')
      const requirement = watcher.locator('#clause-18 li').filter({ hasText: '每校都有有效的校方责任险' }).first()
      const figure = requirement.getByRole('link', { name: states[story.before] })
      const number = Number((await figure.innerText()).match(/\d+/)[0])
      await look(watcher, `09-${story.name}-clauses`)
      await figure.click()
      await watcher.waitForURL(`**${insurance}?*state=${story.before}*`)
      await settle(watcher)
      await lines(watcher).first().waitFor()
      assert.equal(await lines(watcher).count(), number)
      assert.equal(await lineOf(watcher, story.school).count(), 1)
    })

    test('so does every figure of its page', async () => {
      await open(watcher, insurance)
      first = await followFigures(watcher)
      assert.ok(first.kept > 0 && first[story.before] > 0)
      await look(watcher, `09-${story.name}-schools`)
    })

    test('the page says why, from what is on record, and who answers', async () => {
      const line = lineOf(watcher, story.school)
      await line.getByRole('button', { name: '为什么' }).click()
      await line.locator('.why').getByText(typeof story.why === 'string' ? story.why : '已过期').waitFor()
      assert.match((await line.locator('.why').innerText()).replaceAll('\n', ' '), new RegExp(story.why))
      assert.match(await line.innerText(), /有效的 0，应有 1/)
      assert.match(await line.innerText(), /校长/)
      await look(watcher, `09-${story.name}-why`)
    })

    test('one way leads to where it is mended, and every figure follows', async () => {
      await open(mender, insurance)
      await lineOf(mender, story.school).getByRole('link', { name: '去登记' }).click()
      await mender.waitForURL('**/ledgers/policies?organisation=*')
      await settle(mender)
      await look(mender, `09-${story.name}-ledger`)
      await mender.getByRole('button', { name: '新增一行' }).first().click()
      await sheet(mender).waitFor()
      assert.match(await sheet(mender).innerText(), new RegExp(story.school))
      await fillPolicy(mender, `云险责字 2${story.name.length}01`)
      await look(mender, `09-${story.name}-form`)
      await sheet(mender).getByRole('button', { name: '保存' }).click()
      await sheet(mender).waitFor({ state: 'detached' })
      await mender.getByText(`云险责字 2${story.name.length}01`).first().waitFor()
      // Whoever had the page open sees it without asking again.
      if (mender !== watcher) await watcher.locator(`main .lines > li[data-state="kept"]`).filter({ hasText: story.school }).waitFor()
      await open(watcher, insurance)
      const then = await followFigures(watcher)
      assert.deepEqual(then, { ...first, kept: first.kept + 1, [story.before]: first[story.before] - 1 })
      assert.equal(await lineOf(watcher, story.school).getAttribute('data-state'), 'kept')
    })

    test('a ledger among dozens is found by a word of its name, its fields or its clause', async () => {
      await watcher.goto('/ledgers')
      await settle(watcher)
      if (story.size === phone) await watcher.getByRole('button', { name: '换一份' }).click()
      const where = story.size === phone ? sheet(watcher) : watcher.locator('main aside')
      const find = where.getByRole('searchbox')
      const links = where.getByRole('navigation').getByRole('link')
      await links.first().waitFor()
      assert.ok((await links.count()) > 30)
      for (const [typed, name] of [['抗震', '校舍'], ['宿管', '宿舍管理人员'], ['风险分担', '保险单']]) {
        await find.fill(typed)
        await links.filter({ hasText: name }).first().waitFor()
        assert.ok((await links.count()) < 8, typed)
      }
      await seen(links.first())
      await look(watcher, `09-${story.name}-find`)
      await find.fill('保险单')
      await links.nth(1).waitFor({ state: 'detached' })
      await find.press('Enter')
      await watcher.waitForURL('**/ledgers/policies')
      await settle(watcher)
      await look(watcher, `09-${story.name}-found`)
    })
  })
}
