// Headless Chromium at a phone's and a desk's size, against the real program. Whatever a test does,
// the pages it passes are watched: nothing thrown, nothing wider than the screen.

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { photograph } from './server.mjs'

const require = createRequire(new URL('../../web/package.json', import.meta.url))
const { chromium } = require('playwright-core')

export const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' }
export const desk = { viewport: { width: 1366, height: 850 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' }

// Where pictures of a run go, when somebody wants to look: ANXIAO_PICTURES=folder.
const pictures = process.env.ANXIAO_PICTURES

export async function openBrowser() {
  return chromium.launch({
    executablePath: process.env.ANXIAO_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

// An empty window on the server's pages. Refusals that a page asked for are no faults; what it
// throws, what it complains of and what breaks inside the server are.
export async function openWindow(browser, server, size = desk) {
  const context = await browser.newContext({ ...size, baseURL: server.base })
  context.setDefaultTimeout(15000)
  const page = await context.newPage()
  page.faults = []
  page.taps = 0
  page.asked = 0
  const isAnswered = (request) => request.url().includes('/api/v1/') && !request.url().includes('/stream')
  page.on('request', (request) => isAnswered(request) && ++page.asked)
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => isAnswered(request) && --page.asked)
  page.on('pageerror', (error) => page.faults.push(String(error)))
  page.on('console', (message) => {
    const broken = message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text())
    if (broken) page.faults.push(message.text())
  })
  page.on('response', (answer) => {
    if (answer.status() === 500) page.faults.push(`${answer.request().method()} ${answer.url()}: ${answer.status()}`)
  })
  return page
}

// A person at a screen of that size, logged in through the log-in page; the first time the one-time
// password is changed, as the page asks.
export async function sitDown(browser, server, login, size) {
  const page = await openWindow(browser, server, size)
  await page.goto('/login')
  await logIn(page, server, login)
  await page.waitForURL('**/today')
  return page
}

export async function logIn(page, server, login) {
  server.changed ??= {}
  const first = !server.changed[login]
  const password = first ? server.passwords[login] : server.changed[login]
  await page.getByLabel('登录名').fill(login)
  await page.getByLabel('密码', { exact: true }).fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  if (!first) return
  const chosen = 'lantern-' + login + '-river-27'
  await page.getByLabel('新密码', { exact: true }).fill(chosen)
  await page.getByLabel('再输一遍新密码', { exact: true }).fill(chosen)
  await page.getByRole('button', { name: '换成新密码' }).click()
  await page.waitForURL('**/today')
  server.changed[login] = chosen
}

// One touch of a finger, counted.
export async function tap(page, what) {
  page.taps += 1
  await what.tap()
}

// Waits until a page has its heading and everything it asked the server for.
export async function settle(page) {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  for (let calm = 0; calm < 3; calm = page.asked > 0 ? 0 : calm + 1) await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
}

// Looks at a page as it stands: nothing thrown so far, nothing wider than the screen. Keeps a picture
// where pictures are wanted.
export async function look(page, name, { whole = false } = {}) {
  const wider = await page.evaluate(() => {
    const room = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= room) return []
    return [...document.body.querySelectorAll('*')]
      .filter((each) => each.getBoundingClientRect().right > room + 1)
      .map((each) => `${each.tagName.toLowerCase()}.${String(each.className?.baseVal ?? each.className)}`)
  })
  assert.deepEqual(wider, [], `${name}: wider than the screen at ${page.url()}`)
  assert.deepEqual(page.faults, [], `${name}: faults at ${page.url()}`)
  if (!pictures) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, name + '.png'), fullPage: whole, animations: 'disabled' })
}

// Waits until something is not only there but within what the reader sees.
export async function seen(what) {
  await what.waitFor()
  const page = what.page()
  await page.waitForFunction(
    (element) => {
      const { top, bottom } = element.getBoundingClientRect()
      return top >= 0 && bottom <= window.innerHeight
    },
    await what.elementHandle(),
  )
}

// A photograph as a phone's camera would hand it over.
export const shot = (name) => ({ name: name + '.jpg', mimeType: 'image/jpeg', buffer: photograph(name) })

// Takes a photograph with the field of that name inside `where`.
export async function takePhoto(where, name) {
  await where.locator('input[type=file][capture]').setInputFiles(shot(name))
}

// The sheet that is open over the page.
export const sheet = (page) => page.locator('dialog[open]')

// Opens a move of the matter that the page shows.
export async function openMove(page, name) {
  await page.locator('main').getByRole('button', { name, exact: true }).first().click()
  await sheet(page).waitFor()
  return sheet(page)
}

// Confirms the move whose sheet is open and waits until the sheet has gone.
export async function confirm(page, name) {
  await sheet(page).getByRole('button', { name: '确认' + name }).click()
  await sheet(page).waitFor({ state: 'detached' })
}

// Chooses one of a set of radio buttons that are drawn as large pads.
export async function choose(where, group, choice) {
  await where.getByRole('group', { name: group }).locator('label').filter({ hasText: choice }).click()
}
