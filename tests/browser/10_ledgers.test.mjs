// A clerk's day with a ledger: find, narrow and order rows, be told what the notice forbids at the
// field itself, bring rows in from a workbook, take them out, see what became of a row, and be told in
// the morning of what lapses.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { desk, look, openBrowser, phone, settle, sheet, sitDown, tap } from '../support/browser.mjs'
import { Server } from '../support/server.mjs'
import { workbook } from '../support/workbook.mjs'

let server, browser, clerk, hand
before(async () => {
  ;[server, browser] = await Promise.all([Server.start({ clock: '2026-03-02T07:30:00+08:00' }), openBrowser()])
  clerk = await sitDown(browser, server, 'anquan', desk)
  hand = await sitDown(browser, server, 'anquan', phone)
})
after(async () => {
  await browser?.close()
  await server?.end()
})

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const rows = (page) => page.locator('.desk tbody tr')

test('what lapses soon stands on the day, and its figure opens exactly its rows', async () => {
  await clerk.goto('/today')
  const card = clerk.getByRole('region', { name: /^快到期/ })
  await card.waitFor()
  const all = Number((await card.getByRole('heading').innerText()).replace(/\D/g, ''))
  assert.ok(all > 0)
  await look(clerk, '10-today', { whole: true })
  await hand.goto('/today')
  await hand.getByRole('region', { name: /^快到期/ }).scrollIntoViewIfNeeded()
  await look(hand, '10-today-phone')
  const links = await card.locator('.all a').all()
  let counted = 0
  for (const at of links.keys()) {
    const link = card.locator('.all a').nth(at)
    const n = Number((await link.innerText()).replace(/\D/g, ''))
    await link.click()
    await settle(clerk)
    await rows(clerk).first().waitFor()
    assert.equal(await rows(clerk).count(), n)
    counted += n
    await clerk.goBack()
    await card.waitFor()
  }
  assert.equal(counted, all)
  await card.locator('.row-line').first().click()
  await sheet(clerk).waitFor()
  await look(clerk, '10-from-today')
  await sheet(clerk).getByRole('button', { name: '取消' }).click()
})

test('a building in use that has not passed acceptance is refused at its field, with the remedy', async () => {
  await clerk.goto('/ledgers/buildings')
  await clerk.getByRole('button', { name: '新增一行' }).first().click()
  const form = sheet(clerk)
  await form.getByLabel(/^建筑名称/).fill('新实验楼')
  await form.getByRole('checkbox', { name: '正在使用' }).check()
  await form.getByRole('button', { name: '保存' }).click()
  await form.getByText('没有通过竣工验收的房屋和设施').first().waitFor()
  assert.equal(await form.getByLabel(/^竣工验收日期/).getAttribute('aria-invalid'), 'true')
  await look(clerk, '10-guard')
  await form.getByLabel(/^竣工验收日期/).fill('2025-08-20')
  await form.getByRole('button', { name: '保存' }).click()
  await sheet(clerk).waitFor({ state: 'detached' })
  await rows(clerk).filter({ hasText: '新实验楼' }).waitFor()
})

test('a workbook is checked, its wrong lines are named, and the others come in once', async () => {
  const heads = ['保单号', '险种', '保险公司', '起保日期', '到期日期', '保费（元）', '保费出处']
  const line = (number, sort) => [number, sort, '云岭财险', '2026/1/1', '2026年12月31日', '4200', '公用经费或财政']
  const file = { name: '保险单.xlsx', mimeType: xlsx, buffer: workbook([heads, line('页-1', '校方责任险'), line('页-2', '教职工意外险'), line('页-3', '车险'), ['', ...line('', '其他').slice(1)]]) }
  await clerk.goto('/ledgers/policies')
  await rows(clerk).first().waitFor()
  const before = await rows(clerk).count()
  await clerk.getByRole('button', { name: '导入', exact: true }).click()
  await look(clerk, '10-import-begin')
  const form = sheet(clerk)
  const [template] = await Promise.all([clerk.waitForEvent('download'), form.getByRole('link', { name: '下载空白模板' }).click()])
  assert.match(template.suggestedFilename(), /^保险单-2026-03-02\.xlsx$/)
  assert.equal(readFileSync(await template.path()).subarray(0, 2).toString(), 'PK')
  await form.locator('input[type=file]').setInputFiles(file)
  await form.getByRole('row').filter({ hasText: '车险' }).waitFor()
  await look(clerk, '10-import-checked')
  assert.match(await form.getByRole('row').filter({ hasText: '车险' }).innerText(), /险种[\s\S]*要从选项里选/)
  await form.getByRole('button', { name: '导入 2 行' }).click()
  await form.getByText('已导入 2 行。').waitFor()
  await look(clerk, '10-import-done')
  await form.locator('footer').getByRole('button', { name: '关闭' }).click()
  await rows(clerk).filter({ hasText: '页-1' }).waitFor()
  assert.equal(await rows(clerk).count(), before + 2)

  await hand.goto('/ledgers/policies')
  await tap(hand, hand.getByRole('button', { name: '导入', exact: true }))
  await sheet(hand).locator('input[type=file]').setInputFiles(file)
  await sheet(hand).getByText('台账里已有').waitFor()
  await look(hand, '10-import-phone')
  await sheet(hand).locator('footer').getByRole('button', { name: '取消' }).click()
})

test('rows are found, narrowed and put in order; the address and the file say the same', async () => {
  await clerk.goto('/ledgers/policies')
  await rows(clerk).first().waitFor()
  await look(clerk, '10-policies')
  await clerk.getByPlaceholder('在各列里查找').fill('页-')
  await clerk.waitForFunction(() => document.querySelectorAll('.desk tbody tr').length === 2)
  await clerk.getByLabel('险种').selectOption({ label: '教职工意外险' })
  await clerk.waitForFunction(() => document.querySelectorAll('.desk tbody tr').length === 1)
  assert.match(clerk.url(), /where=sort(:|%3A)staff/)
  await look(clerk, '10-narrowed')
  await clerk.getByText('导出', { exact: true }).click()
  const [file] = await Promise.all([clerk.waitForEvent('download'), clerk.getByRole('link', { name: /CSV/ }).click()])
  assert.equal(readFileSync(await file.path(), 'utf8').trim().split('\n').length, 2)
  await clerk.getByRole('button', { name: '清除筛选' }).click()
  await clerk.waitForFunction(() => document.querySelectorAll('.desk tbody tr').length > 2)
  await clerk.getByRole('button', { name: '到期日期' }).click()
  await clerk.waitForFunction(() => document.querySelector('th[aria-sort=ascending]'))
  await settle(clerk)
  const first = await rows(clerk).first().innerText()
  await clerk.getByRole('button', { name: '到期日期' }).click()
  await clerk.waitForFunction((was) => document.querySelector('.desk tbody tr')?.innerText !== was, first)
  await clerk.getByLabel('有效期').selectOption({ label: '已过期' })
  await clerk.waitForFunction(() => [...document.querySelectorAll('.desk tbody tr')].every((row) => row.innerText.includes('过期')))
  await look(clerk, '10-expired')

  await hand.goto('/ledgers/policies')
  await hand.locator('.cards li').first().waitFor()
  await look(hand, '10-cards')
  await tap(hand, hand.getByRole('button', { name: /^筛选/ }))
  await look(hand, '10-filters-phone')
})

test('a row tells what became of it', async () => {
  await clerk.goto('/ledgers/policies')
  await clerk.getByRole('button', { name: '页-1' }).click()
  await sheet(clerk).getByLabel(/^保险公司/).fill('江北财险')
  await sheet(clerk).getByRole('button', { name: '保存' }).click()
  await sheet(clerk).waitFor({ state: 'detached' })
  await clerk.getByRole('button', { name: '页-1' }).click()
  assert.match(clerk.url(), /row=/)
  await sheet(clerk).getByText('修改经过').click()
  await sheet(clerk).getByText('从表格“保险单.xlsx”导入').waitFor()
  await sheet(clerk).getByText('江北财险').scrollIntoViewIfNeeded()
  await look(clerk, '10-history')
  const address = clerk.url()
  await hand.goto(address)
  await sheet(hand).getByText('修改经过').click()
  await sheet(hand).getByText('从表格“保险单.xlsx”导入').scrollIntoViewIfNeeded()
  await look(hand, '10-history-phone')
})
