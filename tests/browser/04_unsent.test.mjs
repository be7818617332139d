// A check that cannot be sent stays on the phone, photographs and all, over a reload, and goes later,
// once: also where it had arrived and only the answer was lost.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { logIn, look, openBrowser, phone, seen, sitDown, takePhoto, tap } from '../support/browser.mjs'
import { Server, eventually } from '../support/server.mjs'

let server, browser, page, watcher
before(async () => {
  ;[server, browser] = await Promise.all([Server.start({ clock: '2026-03-02T07:30:00+08:00' }), openBrowser()])
  page = await sitDown(browser, server, 'banzhuren', phone)
  watcher = await server.enter('anquan')
})
after(async () => {
  await browser?.close()
  await server?.end()
})

const point = '教学楼一层走廊与疏散门'
let day = 1
// Each check is of a school day of its own.
beforeEach(async () => {
  day += 1
  server.setClock(`2026-03-0${day}T07:30:00+08:00`)
  if (server.process.exitCode !== null || server.process.signalCode !== null) await server.launch({ port: server.port })
  await page.context().close()
  page = await sitDown(browser, server, 'banzhuren', phone)
  watcher = await server.enter('anquan')
})

const unsent = () => page.locator('section.waiting')
const hazards = async () => (await watcher.get('/loops/hazard/matters?state=all&limit=100')).body.items

async function fillIn(note, beforePhoto = async () => undefined) {
  await page.goto('/inspection')
  await tap(page, page.getByRole('link', { name: new RegExp(point) }))
  await tap(page, page.locator('.item').first().locator('label').filter({ hasText: '异常' }))
  await page.getByLabel('哪里不对').fill(note)
  await beforePhoto()
  await takePhoto(page.locator('.item').first(), note)
  await page.locator('.photos img').waitFor()
  await tap(page, page.getByRole('button', { name: /其余 \d+ 项正常/ }))
}
const send = () => tap(page, page.getByRole('button', { name: '发送（异常 1）' }))
const noted = async () => {
  const found = []
  for (const { id } of await hazards()) found.push((await watcher.get('/loops/hazard/matters/' + id)).body.fields.description)
  return found
}

test('half a check is found again after a reload', async () => {
  await fillIn('填了一半')
  await page.reload()
  await page.getByLabel('哪里不对').waitFor()
  assert.equal(await page.getByLabel('哪里不对').inputValue(), '填了一半')
  await page.locator('.photos img').waitFor()
  await page.goto('/inspection')
  await page.getByText('填了 13/13，还没有发送').waitFor()
  await look(page, '04-half')
})

test('what could not be sent stays on the phone over a reload, and is sent later, once', async () => {
  await fillIn('服务器停了的时候', () => server.stop())
  await send()
  await page.getByRole('heading', { name: '存好了，等网络' }).waitFor()
  await seen(page.getByText('还没有送到。内容和照片都存在这部手机上'))
  await look(page, '04-failed', { whole: true })
  await page.goto('/inspection')
  await unsent().getByText('1 份排查还没有发出').waitFor()
  await look(page, '04-unsent')
  await server.launch({ port: server.port })
  await page.reload()
  await unsent().waitFor({ state: 'detached' })
  await eventually(() => noted(), (found) => found.includes('服务器停了的时候'))
  assert.equal((await noted()).filter((each) => each === '服务器停了的时候').length, 1)
  await page.reload()
  await page.locator('.done').getByText('教学楼一层走廊与疏散门').waitFor()
  assert.equal(await unsent().count(), 0)
})

test('what arrived though its answer was lost is not registered twice', async () => {
  await fillIn('回执丢了的时候')
  let arrived = 0
  await page.route('**/answers/**', async (route) => {
    await route.fetch()
    arrived += 1
    await route.abort('connectionreset')
  })
  await send()
  await page.getByText('还没有送到。').waitFor()
  // Nobody knows whether it arrived: it may not be written differently.
  assert.equal(await page.getByRole('button', { name: '改一改' }).count(), 0)
  await page.unroute('**/answers/**')
  assert.equal(arrived, 1)
  await page.reload()
  await page.getByRole('heading', { name: '已送达，登记隐患 1 处' }).waitFor()
  assert.equal((await noted()).filter((each) => each === '回执丢了的时候').length, 1)
})

test('somebody else on the same phone does not see it', async () => {
  await fillIn('换了人的时候')
  await page.goto('/more')
  await tap(page, page.getByRole('button', { name: '退出' }))
  await page.waitForURL('**/login**')
  await logIn(page, server, 'menwei')
  await page.waitForURL('**/today')
  await page.goto('/inspection')
  await page.getByRole('link', { name: /校门与门前道路/ }).waitFor()
  assert.equal(await page.getByText(/填了 \d+/).count(), 0)
})
