// Headless Chromium at a phone's and a desk's size, against the real program.

import { mkdirSync, writeFileSync } from 'node:fs'
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
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

// A person at a screen of that size, logged in through the log-in page.
export async function sitDown(browser, server, login, size) {
  const context = await browser.newContext({ ...size, baseURL: server.base })
  const page = await context.newPage()
  page.faults = []
  page.on('pageerror', (error) => page.faults.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text()) && page.faults.push(message.text()))
  await page.goto('/login')
  server.changed ??= {}
  const first = !server.changed[login]
  const password = first ? server.passwords[login] : server.changed[login]
  await page.getByLabel('登录名').fill(login)
  await page.getByLabel('密码', { exact: true }).fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  if (first) {
    const chosen = 'lantern-' + login + '-river-27'
    await page.getByLabel('现在的密码', { exact: true }).fill(password)
    await page.getByLabel('新密码', { exact: true }).fill(chosen)
    await page.getByLabel('再输一遍新密码', { exact: true }).fill(chosen)
    await page.getByRole('button', { name: '换成新密码' }).click()
    server.changed[login] = chosen
  }
  await page.waitForURL('**/today')
  return page
}

export async function picture(page, name) {
  if (!pictures) return
  mkdirSync(pictures, { recursive: true })
  await page.waitForTimeout(250)
  await page.screenshot({ path: join(pictures, name + '.png'), fullPage: false })
}

// A photograph as a phone's camera would hand it over.
export const shot = (name) => ({ name: name + '.jpg', mimeType: 'image/jpeg', buffer: photograph(name) })

export function keep(file, text) {
  writeFileSync(file, text)
}
