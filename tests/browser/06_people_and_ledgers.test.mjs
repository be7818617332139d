// Somebody new gets a post and a one-time password; a post that ends takes what it gave at once; and
// what a school writes into its ledgers becomes work for the person named there.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desk, logIn, look, openBrowser, openWindow, phone, sheet, sitDown } from '../support/browser.mjs'
import { Server } from '../support/server.mjs'

let server, browser, officer, principal, fresh
before(async () => {
  ;[server, browser] = await Promise.all([Server.start({ clock: '2026-03-02T07:30:00+08:00' }), openBrowser()])
  ;[officer, principal] = await Promise.all([sitDown(browser, server, 'quxian', desk), sitDown(browser, server, 'xiaozhang', desk)])
})
after(async () => {
  await browser?.close()
  await server?.end()
})

const school = '云溪区云岭寄宿中学'
async function pick(where, label, name) {
  await where.getByLabel(label, { exact: true }).fill(name)
  await where.getByRole('option', { name }).first().click()
}

test('the officer enters a new teacher with a post, and is shown a one-time password once', async () => {
  await officer.goto('/people')
  await officer.getByRole('button', { name: '新增人员' }).click()
  const form = sheet(officer)
  await form.getByLabel('姓名', { exact: true }).fill('余老师')
  await form.getByLabel('登录名', { exact: true }).fill('yulaoshi')
  await pick(form, '所属组织', school)
  await form.getByRole('option').first().waitFor({ state: 'hidden' })
  await officer.waitForFunction((name) => document.querySelector('#person-post-0-at').value === name, school)
  await form.getByLabel('岗位', { exact: true }).selectOption({ label: '班主任' })
  await look(officer, '06-new-person')
  await form.getByRole('button', { name: '保存' }).click()
  await form.getByText('只显示这一次').waitFor()
  server.passwords.yulaoshi = await form.locator('code').innerText()
  assert.match(server.passwords.yulaoshi, /^[a-z0-9-]{10,}$/)
  await look(officer, '06-one-time')
  await form.getByRole('button', { name: '已告诉本人，关闭' }).click()
  await sheet(officer).waitFor({ state: 'detached' })
  await officer.getByRole('row').filter({ hasText: '余老师' }).getByText('班主任').waitFor()
  assert.equal(await officer.getByText(server.passwords.yulaoshi).count(), 0)
})

test('the new teacher must choose a password that is not easy, and then works', async () => {
  fresh = await openWindow(browser, server, phone)
  await fresh.goto('/login')
  await fresh.getByLabel('登录名').fill('yulaoshi')
  await fresh.getByLabel('密码', { exact: true }).fill(server.passwords.yulaoshi)
  await fresh.getByRole('button', { name: '登录', exact: true }).click()
  await fresh.getByText('您用的是一次性密码').waitFor()
  await fresh.getByLabel('新密码', { exact: true }).fill('short')
  await fresh.getByLabel('再输一遍新密码', { exact: true }).fill('short')
  assert.equal(await fresh.getByRole('button', { name: '换成新密码' }).isDisabled(), true)
  await look(fresh, '06-change-password')
  await fresh.goto('/hazards')
  await fresh.getByLabel('新密码', { exact: true }).waitFor()
  await fresh.context().close()
  fresh = await sitDown(browser, server, 'yulaoshi', phone)
  await fresh.goto('/inspection')
  await fresh.getByRole('heading', { name: '排查', level: 1 }).waitFor()
  assert.equal(await fresh.getByRole('link', { name: /实验楼二层/ }).count(), 0)
  await look(fresh, '06-no-points')
})

test('a point that the school gives to the teacher becomes a task on the open page', async () => {
  await principal.goto('/ledgers/points')
  await principal.getByRole('button', { name: '新增一行' }).click()
  const form = sheet(principal)
  await form.waitFor()
  await form.getByRole('textbox', { name: '点位 · 必填' }).fill('实验楼二层')
  await form.getByLabel(/^位置/).fill('实验楼')
  await form.getByRole('checkbox', { name: '日排查' }).check()
  const person = form.getByRole('combobox').first()
  await person.fill('余老师')
  await form.getByRole('option', { name: /余老师/ }).click()
  await form.getByLabel('主要类别').selectOption({ label: '实验实训与危化品' })
  await look(principal, '06-point')
  await form.getByRole('button', { name: '保存' }).click()
  await sheet(principal).waitFor({ state: 'detached' })
  await principal.getByRole('cell', { name: '实验楼二层' }).waitFor()
  await look(principal, '06-points')
  await fresh.getByRole('link', { name: /实验楼二层/ }).waitFor()
  await look(fresh, '06-task-came')
})

test('a post that ends takes what it gave at once, on the open page too', async () => {
  await officer.getByRole('button', { name: '余老师' }).click()
  await sheet(officer).getByRole('button', { name: '结束岗位' }).click()
  await look(officer, '06-end-post')
  await sheet(officer).getByRole('button', { name: '确定结束' }).click()
  await sheet(officer).getByText('还没有岗位').waitFor()
  await officer.keyboard.press('Escape')
  await fresh.goto('/hazards')
  await fresh.getByText('您的岗位看不到这一页').waitFor()
  await look(fresh, '06-no-post')
  const caller = await server.enter('yulaoshi')
  assert.deepEqual(caller.me.may.filter((right) => /^(matters|tasks|people)\./.test(right)), [])
})

test('somebody who is no longer to work here is out at once', async () => {
  await officer.goto('/people')
  await officer.getByRole('button', { name: '余老师' }).click()
  await sheet(officer).getByRole('button', { name: '停用' }).click()
  await sheet(officer).getByRole('button', { name: '确定停用' }).click()
  await sheet(officer).getByText('已停用').waitFor()
  await fresh.goto('/today')
  await fresh.waitForURL('**/login**')
  await logIn(fresh, server, 'yulaoshi')
  await fresh.getByRole('alert').waitFor()
  await look(fresh, '06-out')
})
