// The district officer brings in a list of schools: looks at what cannot be taken, says where its
// districts belong, imports, and imports again for nothing.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { desk, look, openBrowser, sitDown } from '../support/browser.mjs'
import { Server, root } from '../support/server.mjs'
import { workbook } from '../support/workbook.mjs'

const file = root + '../shared/data/cq_school_names.csv'
const skip = !existsSync(file) && 'the shared data folder is not beside the project'

let server, browser, page, csv, rows
before(async () => {
  if (skip) return
  csv = readFileSync(file)
  rows = csv.toString('utf8').trim().split(/\r?\n/).slice(1)
  ;[server, browser] = await Promise.all([Server.start(), openBrowser()])
  page = await sitDown(browser, server, 'quxian', desk)
})
after(async () => {
  await browser?.close()
  await server?.end()
})

const figure = async (name) => Number((await page.locator('.figures li').filter({ hasText: name }).locator('.number').innerText()).replace(/\D/g, ''))
const settled = () => page.locator('button.main.large').filter({ hasText: /^导入 .* 所$/ }).waitFor()
const district = (name) => page.getByRole('row').filter({ has: page.getByRole('cell', { name, exact: true }) }).getByRole('combobox')

// Waits until the figure under that name is what is wanted.
const becomes = (name, wanted) =>
  page.waitForFunction(
    ([text, number]) => [...document.querySelectorAll('.figures li')].some((each) => each.innerText.includes(text) && Number(each.querySelector('.number').innerText.replace(/\D/g, '')) === number),
    [name, wanted],
  )

async function choose(name, bytes, type = 'text/csv') {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: type, buffer: bytes })
  await page.locator('.figures').waitFor()
  await settled()
}

test('the officer finds the import from the list of organisations', { skip }, async () => {
  await page.getByRole('link', { name: '组织' }).click()
  await page.getByRole('heading', { name: '组织', level: 1 }).waitFor()
  await page.getByRole('cell', { name: '云溪区云岭寄宿中学', exact: true }).waitFor()
  await look(page, '01-organisations')
  await page.locator('main').getByRole('link', { name: '导入' }).click()
  await page.getByRole('heading', { name: '导入学校名单' }).waitFor()
  await look(page, '01-import-empty')
})

test('a dry run lists every row that cannot be taken, by line and reason', { skip }, async () => {
  await choose('学校名单.csv', csv)
  assert.equal(await figure('名单行数'), rows.length)
  assert.equal(await figure('可以导入'), 0)
  assert.equal(await figure('不能导入'), rows.length)
  const refused = page.locator('section[aria-labelledby=import-refused]')
  await refused.getByRole('cell', { name: '没有对应的区县' }).first().waitFor()
  assert.equal(await refused.getByRole('row').nth(1).getByRole('cell').first().innerText(), '2')
  assert.equal(await page.getByRole('button', { name: '导入 0 所' }).isDisabled(), true)
  await look(page, '01-dry-run')
})

test('with a district of the list given its place, its rows are taken and the others named', { skip }, async () => {
  await district('渝中区').selectOption({ label: '云溪区' })
  await page.waitForFunction(() => !document.querySelector('button.main.large')?.disabled)
  const taken = await figure('可以导入')
  assert.ok(taken > 0)
  assert.equal(taken + (await figure('不能导入')), rows.length)
  const reasons = page.getByRole('group', { name: '原因' })
  await reasons.getByRole('button', { name: /不是选中的类型/ }).click()
  const shown = await page.locator('section[aria-labelledby=import-refused]').getByRole('row').nth(1).innerText()
  assert.match(shown, /不是选中的类型/)
  await look(page, '01-mapped')
})

test('a kind that is not ticked is not taken', { skip }, async () => {
  const before = await figure('可以导入')
  await page.getByRole('checkbox', { name: /^小学/ }).uncheck()
  await page.waitForFunction((number) => Number([...document.querySelectorAll('.figures .number')][1].innerText) < number, before)
  await page.getByRole('checkbox', { name: /^小学/ }).check()
  await becomes('可以导入', before)
})

test('the import takes them, and importing again adds nothing', { skip }, async () => {
  const taken = await figure('可以导入')
  await page.getByRole('button', { name: `导入 ${taken} 所` }).click()
  await page.getByText(`新增 ${taken} 所学校。`).waitFor()
  await look(page, '01-imported')
  await page.getByRole('button', { name: '再导入一次' }).click()
  await page.getByText('没有新增').waitFor()
  assert.equal(await figure('新增'), 0)
  await look(page, '01-imported-again')
  await page.getByRole('link', { name: '看学校名单' }).click()
  const first = rows.map((row) => row.split(',')).find(([, , , of, , kind]) => of === '渝中区' && /小学/.test(kind))
  await page.getByPlaceholder('按名称查找').fill(first[0])
  await page.getByRole('cell', { name: first[0] }).waitFor()
})

test('the same list as a workbook and in GB18030 is known already', { skip }, async () => {
  const table = csv.toString('utf8').trim().split(/\r?\n/).map((line) => line.split(','))
  const gb = execFileSync('iconv', ['-f', 'UTF-8', '-t', 'GB18030'], { input: csv })
  const sheets = [
    ['学校名单.xlsx', workbook(table), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ['学校名单-国标.csv', gb, 'text/csv'],
  ]
  for (const [name, bytes, type] of sheets) {
    await page.goto('/organisations/import')
    await choose(name, bytes, type)
    assert.equal(await figure('名单行数'), rows.length)
    await district('渝中区').selectOption({ label: '云溪区' })
    await page.getByRole('cell', { name: '已经在册' }).or(page.getByRole('button', { name: /已经在册/ })).first().waitFor()
    assert.equal(await figure('可以导入'), 0)
  }
})

test('a file that is no list is refused in words', { skip }, async () => {
  await page.goto('/organisations/import')
  await page.locator('input[type=file]').setInputFiles({ name: '名单.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('PK\x03\x04 not a workbook') })
  await page.getByRole('alert').waitFor()
  await look(page, '01-no-list')
})
