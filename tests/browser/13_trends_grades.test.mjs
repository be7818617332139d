// A district that has lived through its term: how it went day by day, how its schools are graded and
// why, and how the city's leader sees the notice by district.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { desk, look, openBrowser, phone, sitDown } from '../support/browser.mjs'
import { Server } from '../support/server.mjs'

let server, browser
before(async () => {
  // A browser that is open while no server comes up would keep the run from its end.
  server = await Server.start({ term: true, clock: '2026-04-10T08:00:00+08:00' })
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await server?.end()
})

for (const [size, name] of [[desk, 'desk'], [phone, 'phone']]) {
  describe('at a ' + name, () => {
    let officer, leader
    before(async () => {
      officer = await sitDown(browser, server, 'quxian', size)
      leader = await sitDown(browser, server, 'shiji', size)
    })

    test('the district sees how its weeks went, in lines and in figures', async () => {
      await officer.goto('/trends')
      await officer.getByRole('heading', { name: '要求的落实情况' }).waitFor()
      await officer.locator('.chart svg').nth(2).waitFor()
      await look(officer, `13-trends-${name}`)
      await officer.getByText('每天的数').click()
      const rows = officer.locator('details table tbody tr')
      assert.ok((await rows.count()) > 20)
      // A day opens its tasks: as many as it had, of which some may have been done since.
      const day = rows.nth(1)
      const missed = Number(await day.locator('td').nth(7).innerText())
      await day.getByRole('link').click()
      await officer.waitForURL('**/duties?*on=*')
      const now = officer.locator('.figures [data-state=missed] .number')
      await now.waitFor()
      assert.ok(Number(await now.innerText()) <= missed)
      await officer.goBack()
      await officer.locator('.chart svg').first().waitFor()
      await officer.getByText('每天的数').click()
      await officer.getByRole('button', { name: '近 30 天' }).click()
      await officer.waitForFunction(() => new URLSearchParams(location.search).get('days') === '30')
      await officer.waitForFunction(() => document.querySelectorAll('details table tbody tr').length <= 30)
    })

    test('grades open exactly the schools they count', async () => {
      await officer.goto('/grades')
      await officer.locator('.grades li').first().waitFor()
      await look(officer, `13-grades-${name}`)
      const counts = await officer.locator('.grades li .number').allInnerTexts()
      assert.equal(counts.reduce((sum, text) => sum + Number(text), 0), 12)
      for (let i = 0; i < counts.length; ++i) {
        if (!Number(counts[i])) continue
        const button = officer.locator('.grades li button').nth(i)
        await button.click()
        await officer.waitForFunction((wanted) => document.querySelectorAll('table.rows tbody tr').length === wanted, Number(counts[i]))
        await button.click()
        await officer.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length === 12)
      }
    })

    test('a grade is explained figure by figure, and its sum is right', async () => {
      await officer.locator('table.rows tbody a').first().click()
      await officer.getByRole('heading', { name: '级别怎么定' }).waitFor()
      await look(officer, `13-grade-${name}`)
      const parts = await officer.locator('section .top span.small').allInnerTexts()
      const sum = parts.reduce((all, text) => all + Number(text.match(/^([\d.]+) \//)[1]), 0)
      const said = (await officer.locator('.head-card').innerText()).match(/([\d.]+) 分，最多/)
      assert.ok(Math.abs(sum - Number(said[1])) < 0.35, `${sum} and ${said[1]}`)
    })

    test('the leader of the city sees it by district and goes on to its requirements', async () => {
      await leader.goto('/clauses')
      await leader.getByRole('link', { name: '按区县看' }).click()
      await leader.getByRole('heading', { name: '按区县看' }).waitFor()
      await leader.getByRole('link', { name: '云溪区' }).waitFor()
      await look(leader, `13-districts-${name}`)
      await leader.getByLabel('哪一条').selectOption({ index: 15 })
      await leader.getByRole('link', { name: '云溪区' }).click()
      await leader.waitForURL('**/clauses?of=*')
      await leader.locator('.standing').first().waitFor()
      await look(leader, `13-district-clauses-${name}`)
    })

    test('whoever works in a school sees neither grades nor the way to them', async () => {
      const principal = await sitDown(browser, server, 'xiaozhang', size)
      assert.equal(await principal.locator('a[href="/grades"]').count(), 0)
      await principal.goto('/trends')
      await principal.locator('.chart svg').first().waitFor()
      await look(principal, `13-trends-school-${name}`)
    })
  })
}

describe('what the pack holds and asks', () => {
  for (const [size, name] of [[desk, 'desk'], [phone, 'phone']])
    test('stands on two pages, line by line, at a ' + name, async () => {
      const officer = await sitDown(browser, server, 'quxian', size)
      await officer.goto('/clauses')
      await officer.getByRole('link', { name: '逐条追踪' }).click()
      await officer.getByRole('heading', { name: '逐条追踪' }).waitFor()
      await officer.locator('tbody tr').nth(100).waitFor()
      const all = Number((await officer.getByText(/项要求，/).innerText()).match(/^(\d+)/)[1])
      assert.equal(all, 125)
      assert.equal(await officer.locator('section table tbody tr').count(), all)
      await look(officer, `13-trace-${name}`)
      const automated = officer.getByRole('button', { name: /^自动判断|^自动/ })
      const wanted = Number((await automated.innerText()).replace(/\D/g, ''))
      await automated.click()
      await officer.waitForFunction((rows) => document.querySelectorAll('section table tbody tr').length === rows, wanted)
      await officer.goto('/clauses/burden')
      await officer.getByRole('button', { name: /小学/ }).first().click()
      await officer.locator('.parts table').first().waitFor()
      await look(officer, `13-burden-${name}`)
    })
})
