// Every page, opened by somebody who may, at both sizes and in both languages: nothing thrown, nothing
// wider than the screen, nothing left in Chinese where English was chosen, nothing out of reach of the
// keyboard.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desk, look, openBrowser, openMove, openWindow, phone, settle, sheet, sitDown } from '../support/browser.mjs'
import { Server, newId, photograph } from '../support/server.mjs'

let server, browser, hazard
before(async () => {
  ;[server, browser] = await Promise.all([Server.start({ clock: '2026-03-02T07:30:00+08:00' }), openBrowser()])
  hazard = await furnish()
})
after(async () => {
  await browser?.close()
  await server?.end()
})

// Something to see on every page: hazards at several stages, one of them closed, one at a department.
async function furnish() {
  const [guard, safety, principal, officer] = [await server.enter('menwei'), await server.enter('anquan'), await server.enter('xiaozhang'), await server.enter('quxian')]
  const school = guard.me.postings[0].organisation.id
  const photo = await guard.attach(photograph('before'), 'image/jpeg')
  const find = async (title, category, more = {}) => {
    const id = newId()
    const made = await guard.put('/loops/hazard/matters/' + id, { organisation: school, move: 'find', fields: { title, place: '南门', category, photos_before: [photo], ...more } })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    return id
  }
  const move = async (who, id, name, fields = {}) => {
    const made = await who.put(`/loops/hazard/matters/${id}/moves/${newId()}`, { move: name, fields })
    assert.equal(made.status, 200, `${name}: ${JSON.stringify(made.body)}`)
  }
  await find('灭火器压力不足', 'fire', { level: 'yellow' })
  const whole = await find('宿舍楼梯扶手松动', 'building')
  await move(safety, whole, 'assess', { method: 'lec', l: 6, e: 6, c: 7 })
  await move(safety, whole, 'monitor', { monitoring: '值日教师看护' })
  await move(principal, whole, 'plan', { person_answerable: safety.me.person.id, measures: '重新固定', funds: 1200, deadline: '2026-03-09', contingency_plan: '封闭该段楼梯' })
  await move(principal, whole, 'begin_treatment')
  await move(principal, whole, 'finish_treatment', { photos_after: [await principal.attach(photograph('after'), 'image/jpeg')] })
  await move(safety, whole, 'accept')
  await move(officer, whole, 'close')
  const road = await find('门前道路被占', 'gate')
  await move(safety, road, 'assess', { method: 'matrix', likelihood: 4, severity: 4 })
  const fire = (await principal.get('/organisations?kind=department&limit=100')).body.items.find((each) => each.name.includes('消防'))
  await move(principal, road, 'pass_on', { department: fire.id })
  return { whole, road }
}

const places = {
  今日: '/today',
  排查: '/inspection',
  职责: '/duties',
  漏做: '/duties/misses',
  说明: '/duties/excuses',
  演练: '/duties/drills',
  值班: '/rosters',
  校历: '/calendar',
  门岗: '/gate',
  点位二维码: '/sheets',
  隐患: '/hazards',
  闭环: '/loops',
  事故: '/loops/incident',
  对照: '/clauses',
  台账: '/ledgers/responsibilities',
  风险清单: '/lists/risks',
  责任清单: '/lists/duties',
  部门职责: '/lists/departments',
  组织: '/organisations',
  人员: '/people',
  管理: '/admin',
}
// Who may open what: the officer of the district may open all but the register of a school's gate,
// the others what their work needs.
const duties = ['职责', '漏做', '说明', '演练', '值班', '校历']
const lists = ['风险清单', '责任清单', '部门职责']
const readers = {
  quxian: Object.keys(places).filter((name) => name !== '门岗'),
  xiaozhang: ['今日', '排查', ...duties, '门岗', '点位二维码', '隐患', '闭环', '事故', '对照', '台账', ...lists, '组织', '人员'],
  shiji: ['今日', ...duties, '隐患', '闭环', '事故', '对照', ...lists, '组织', '人员'],
  menwei: ['今日', '排查', ...duties, '门岗', '隐患', '闭环', '事故', '对照', ...lists],
}

for (const [size, screen] of [['phone', phone], ['desk', desk]])
  for (const [login, names] of Object.entries(readers))
    test(`${login} opens every page there is for that post at the size of a ${size}`, async () => {
      const page = await sitDown(browser, server, login, screen)
      for (const name of names) {
        await page.goto(places[name])
        await settle(page)
        assert.equal(await page.locator('main').getByRole('alert').count(), 0, `${name} is refused`)
        await look(page, `05-${size}-${login}${places[name].replace(/\W+/g, '-')}`, { whole: size === 'desk' })
      }
      for (const id of login === 'menwei' ? [] : [hazard.whole, hazard.road]) {
        await page.goto('/hazards/' + id)
        await page.locator('.stages > li').first().waitFor()
        await look(page, `05-${size}-${login}-matter`)
      }
      await page.goto('/more')
      await settle(page)
      await look(page, `05-${size}-${login}-more`)
      await page.goto('/nowhere/at/all')
      await page.getByText('没有这一页').first().waitFor()
      await page.context().close()
    })

// All strings with Chinese in them that the server sent as data: what people are called and what
// they wrote. Words that come in two languages are not data.
function gather(value, into) {
  if (typeof value === 'string') into.add(value)
  else if (Array.isArray(value)) for (const each of value) gather(each, into)
  else if (value && typeof value === 'object') {
    if ('zh' in value && 'en' in value) return
    for (const each of Object.values(value)) gather(each, into)
  }
}

// What is left in Chinese on the page when the data is taken away.
async function chinese(page, data) {
  const texts = await page.evaluate(() => {
    const found = []
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) if (!walk.currentNode.parentElement.closest('script, style, [lang="zh-CN"]')) found.push(walk.currentNode.data)
    for (const each of document.querySelectorAll('*'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description']) if (each.hasAttribute(name) && !each.closest('[lang="zh-CN"]')) found.push(each.getAttribute(name))
    return [...found, document.title]
  })
  const names = [...data].filter((each) => /\p{Script=Han}/u.test(each)).sort((a, b) => b.length - a.length)
  const left = []
  for (let text of texts) {
    if (!/\p{Script=Han}/u.test(text)) continue
    for (const name of names) text = text.replaceAll(name, '')
    if (/\p{Script=Han}/u.test(text)) left.push(text.trim())
  }
  return left
}

for (const [size, screen] of [['phone', phone], ['desk', desk]])
  test(`in English nothing is left in Chinese but what people wrote, at the size of a ${size}`, async () => {
    const page = await sitDown(browser, server, 'quxian', screen)
    const data = new Set()
    page.on('response', async (answer) => {
      if (!answer.url().includes('/api/v1/') || answer.url().endsWith('/pack') || !answer.headers()['content-type']?.includes('json')) return
      gather(await answer.json().catch(() => null), data)
    })
    await page.goto('/more')
    await page.getByRole('button', { name: 'English' }).first().click()
    await page.getByRole('heading', { name: 'More', exact: true }).waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
    for (const path of [...Object.values(places), '/ledgers/points', '/organisations/import', '/hazards/report', '/loops/incident/new', '/loops/bullying', '/hazards?view=list&state=all', '/hazards/' + hazard.whole, '/hazards/' + hazard.road, '/password', '/more', '/nowhere']) {
      await page.goto(path)
      await settle(page)
      await look(page, `05-en-${size}${path.replace(/500190.*/, 'matter').replace(/\W+/g, '-')}`, { whole: size === 'desk' })
      assert.deepEqual(await chinese(page, data), [], path)
    }
    for (const move of (await page.goto('/hazards/' + hazard.road), await page.locator('.records button, .ways button, .refused button').first().waitFor(), await page.locator('.records button, .ways button, .refused button').allInnerTexts())) {
      await openMove(page, move.trim())
      assert.deepEqual(await chinese(page, data), [], move)
      await page.keyboard.press('Escape')
      await sheet(page).waitFor({ state: 'detached' })
    }
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en', 'the choice is kept')
    await page.context().close()
  })

test('the way in speaks English too, and a wrong password is refused in words', async () => {
  const page = await openWindow(browser, server, phone)
  await page.goto('/login')
  await look(page, '05-login')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByLabel('Login').fill('quxian')
  await page.getByLabel('Password', { exact: true }).fill('not-the-password')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('alert').waitFor()
  assert.deepEqual(await chinese(page, new Set()), [])
  await look(page, '05-login-refused')
  await page.context().close()
})

// Presses Tab until what is focused fits; gives how many presses it took.
async function tabTo(page, fits, most = 60) {
  for (let presses = 1; presses <= most; ++presses) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(fits)) return presses
  }
  throw new Error(`not reached with ${most} presses at ${page.url()}`)
}

test('the keyboard reaches what matters, and sees where it is', async () => {
  const page = await sitDown(browser, server, 'xiaozhang', desk)
  await page.goto('/hazards')
  await page.locator('.hazard').first().waitFor()
  await page.evaluate(() => document.activeElement.blur())
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip', 'first a way past the navigation')
  await page.keyboard.press('Enter')
  await tabTo(page, () => document.activeElement.matches('main .button.main'))
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none')
  await tabTo(page, () => document.activeElement.matches('.figures button'))
  await tabTo(page, () => document.activeElement.matches('.tools input[type=search]'))
  await tabTo(page, () => document.activeElement.matches('a.hazard'))
  await page.keyboard.press('Enter')
  await page.locator('.stages > li').first().waitFor()
  await page.waitForFunction(() => document.activeElement.tagName === 'H1', undefined, { timeout: 10_000 }).catch(() => assert.fail('the focus goes to the new page'))
  await page.context().close()
})

test('a sheet keeps the keyboard inside, closes with Escape and gives the focus back', async () => {
  const page = await sitDown(browser, server, 'anquan', desk)
  await page.goto('/hazards')
  await page.getByRole('link', { name: /灭火器压力不足/ }).first().click()
  const button = page.getByRole('button', { name: '评估定级' })
  await button.waitFor()
  await button.focus()
  await page.keyboard.press('Enter')
  await sheet(page).waitFor()
  for (let i = 0; i < 60; ++i) {
    await page.keyboard.press('Tab')
    const outside = await page.evaluate(() => document.activeElement !== document.body && !document.activeElement.closest('dialog[open]'))
    assert.equal(outside, false, 'the focus left the sheet')
  }
  await page.keyboard.press('Escape')
  await sheet(page).waitFor({ state: 'detached' })
  await button.evaluate((element) => new Promise((back, not) => {
    const began = Date.now()
    const look = () => (element === document.activeElement ? back() : Date.now() - began > 5000 ? not(new Error('the focus did not come back')) : setTimeout(look, 20))
    look()
  }))
  await page.context().close()
})

test('a hazard is assessed with the keyboard alone', async () => {
  const page = await sitDown(browser, server, 'anquan', desk)
  await page.goto('/hazards')
  await page.getByRole('link', { name: /灭火器压力不足/ }).first().focus()
  await page.keyboard.press('Enter')
  await page.locator('.stages > li').first().waitFor()
  await tabTo(page, () => document.activeElement.matches('.ways .button'))
  await page.keyboard.press('Enter')
  await sheet(page).waitFor()
  for (const group of ['可能性', '暴露频度', '后果']) {
    await page.waitForFunction(() => document.querySelector('dialog[open]'))
    for (let i = 0; i < 30; ++i) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate(() => document.activeElement.closest('fieldset')?.querySelector('legend')?.innerText ?? '')
      if (at.includes(group)) break
    }
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
  }
  await sheet(page).locator('.outcome b').waitFor()
  await tabTo(page, () => document.activeElement.matches('dialog footer .main'))
  await page.keyboard.press('Enter')
  await sheet(page).waitFor({ state: 'detached' })
  await page.locator('.signs').getByText('监控').waitFor()
  await page.context().close()
})
