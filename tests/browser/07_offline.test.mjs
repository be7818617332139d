// 排查 where there is no network: what was answered is kept, sent in order and once, and whatever the
// server will not take is shown to a person who can decide. Each case is of a school day of its own.

import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { logIn, look, openBrowser, phone, seen, sitDown, takePhoto, tap } from '../support/browser.mjs'
import { Server, eventually, root, temporaryFolder } from '../support/server.mjs'

const hall = '教学楼一层走廊与疏散门'
const gate = '校门与门前道路'
// Mondays to Fridays of a school term.
const days = ['02', '03', '04', '05', '06', '09', '10', '11', '12', '13', '16', '17', '18', '19', '20', '23', '24', '25', '26', '27'].map((day) => `2026-03-${day}`)

let server, browser, spare, day, page, watcher
before(async () => {
  spare = temporaryFolder()
  cpSync(join(root, 'pack'), join(spare.folder, 'pack'), { recursive: true })
  cpSync(process.env.ANXIAO_WEB ?? join(root, 'web/dist'), join(spare.folder, 'web'), { recursive: true })
  ;[server, browser] = await Promise.all([
    Server.start({ clock: `${days[0]}T07:30:00+08:00`, pack: join(spare.folder, 'pack/cq-2017-193'), web: join(spare.folder, 'web') }),
    openBrowser(),
  ])
})
after(async () => {
  await browser?.close()
  await server?.end()
  spare?.remove()
})

// The next school day, a telephone that has seen the list, and somebody who looks on.
async function morning(login = 'banzhuren') {
  day = days.shift()
  server.setClock(`${day}T07:30:00+08:00`)
  await page?.context().close()
  page = await atPhone(login)
  watcher = await server.enter('anquan')
}
async function atPhone(login) {
  const one = await sitDown(browser, server, login, phone)
  await installed(one)
  await one.goto('/inspection')
  await one.locator('.task').first().waitFor()
  await keptForLater(one)
  return one
}
const installed = (one) => one.evaluate(async () => {
  const registration = await navigator.serviceWorker.ready
  if (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }))
  return registration.scope
})
// Until the list, the checklists and the points lie on the telephone.
const keptForLater = (one) => one.waitForFunction(() => new Promise((done) => {
  const asked = indexedDB.open('anxiao-reads')
  asked.onerror = () => done(false)
  asked.onsuccess = () => {
    const database = asked.result
    if (!database.objectStoreNames.contains('reads')) return done(false)
    const keys = database.transaction('reads').objectStore('reads').getAllKeys()
    keys.onsuccess = () => {
      database.close()
      done(['|tasks|', '|pack', '|points|'].every((part) => keys.result.some((key) => String(key).includes(part))))
    }
  }
}))

const offline = (one, is = true) => one.context().setOffline(is)
const link = (one, point) => one.getByRole('link', { name: new RegExp(point) }).first()
const pad = (one, item, answer) => one.locator('.item').nth(item).locator('label').filter({ hasText: answer })
const unsent = (one) => one.locator('.waiting')
const badge = (one) => one.locator('.tabs .unsent')

async function open(one, point = hall) {
  if (new URL(one.url()).pathname !== '/inspection') await one.goto('/inspection')
  await tap(one, link(one, point))
  await one.locator('.item').first().waitFor()
}
// One item wrong, with a word and a photograph, and the rest in order.
async function fillIn(one, note, point = hall) {
  await open(one, point)
  await tap(one, pad(one, 0, '异常'))
  await one.getByLabel('哪里不对').fill(note)
  await takePhoto(one.locator('.item').first(), note)
  await one.locator('.photos img').waitFor()
  await tap(one, one.getByRole('button', { name: /其余 \d+ 项正常/ }))
}
// Everything with one touch, and the photograph that is drawn.
async function allInOrder(one, name) {
  await tap(one, one.getByRole('button', { name: /^全部正常/ }))
  const drawn = one.locator('.item').filter({ hasText: '系统随机抽这一项' })
  await takePhoto(drawn, name)
  await drawn.locator('.photos img').waitFor()
  await tap(one, one.getByRole('button', { name: '发送', exact: true }))
}
const send = (one) => tap(one, one.getByRole('button', { name: '发送（异常 1）' }))
async function sendOffline(one, note, point) {
  await fillIn(one, note, point)
  await offline(one)
  await send(one)
  await one.getByRole('heading', { name: '存好了，等网络' }).waitFor()
}
// How many hazards tell of it, as the safety manager reads them.
async function noted(note) {
  let found = 0
  for (const { id } of (await watcher.get('/loops/hazard/matters?state=all&limit=100')).body.items) {
    if ((await watcher.get('/loops/hazard/matters/' + id)).body.fields.description === note) found += 1
  }
  return found
}
const arrived = (note, times = 1) => eventually(() => noted(note), (found) => found === times)
const school = () => watcher.me.postings[0].organisation.id
async function pointOf(name) {
  return (await watcher.get(`/ledgers/points/rows?organisation=${school()}&limit=100`)).body.items.find((row) => row.title === name)
}
async function answersAt(name, duty = 'daily_inspection') {
  const point = await pointOf(name)
  return (await watcher.get(`/tasks/${duty}/${school()}/${day}?point=${point.id}`)).body.answers
}
const decision = (one) => one.locator('.stopped')
const choose = (one, name) => tap(one, decision(one).getByRole('button', { name }))

test('the app can be installed, and keeps its pages but nothing of what the server says', async () => {
  await morning()
  const manifest = await page.evaluate(async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json())
  assert.equal(manifest.display, 'standalone')
  for (const icon of manifest.icons) assert.equal((await page.request.get(server.base + icon.src)).status(), 200, icon.src)
  const kept = await page.evaluate(async () => {
    const found = []
    for (const name of await caches.keys()) for (const each of await (await caches.open(name)).keys()) found.push(new URL(each.url).pathname)
    return found
  })
  assert.ok(kept.includes('/index.html') && kept.some((path) => /AnswerPage-.*\.js$/.test(path)), kept.join(' '))
  assert.deepEqual(kept.filter((path) => path.startsWith('/api')), [])
})

test('without a network the list and the checklist open, and the answer goes by itself later, once', async () => {
  await morning()
  await offline(page)
  await page.reload()
  await page.getByText('现在连不上服务器，列表是存在手机上的').waitFor()
  await page.getByText(/截至/).first().waitFor()
  await look(page, '07-offline-list')
  await fillIn(page, '没有网络的时候')
  await page.getByText('现在连不上服务器，内容是存在手机上的').waitFor()
  await send(page)
  await page.getByRole('heading', { name: '存好了，等网络' }).waitFor()
  await look(page, '07-kept')
  assert.equal(await badge(page).innerText().then((text) => text.trim()[0]), '1')
  await page.reload()
  await page.getByRole('heading', { name: '存好了，等网络' }).waitFor()
  await page.goto('/inspection')
  await unsent(page).getByText('1 份排查还没有发出').waitFor()
  await look(page, '07-unsent')
  assert.equal(await noted('没有网络的时候'), 0)
  await offline(page, false)
  await unsent(page).waitFor({ state: 'detached' })
  await arrived('没有网络的时候')
  assert.equal(await badge(page).count(), 0)
})

test('several go in the order in which they were given, a duty without a checklist and one done twice among them', async () => {
  await morning('menwei')
  await offline(page)
  const order = []
  page.on('request', (request) => request.method() === 'PUT' && request.url().includes('/answers/') && order.push(new URL(request.url()).pathname.split('/')[4]))
  await fillIn(page, '先写的', gate)
  await send(page)
  await page.getByRole('heading', { name: '存好了，等网络' }).waitFor()
  await page.goto('/inspection')
  await tap(page, link(page, '门岗登记核对'))
  await tap(page, page.getByRole('button', { name: '已经做了' }))
  await page.getByRole('heading', { name: '存好了，等网络' }).waitFor()
  for (const nth of ['第 1 次，共 2 次', '第 2 次，共 2 次']) {
    await page.goto('/inspection')
    await tap(page, page.locator('.task').filter({ hasText: nth }).first())
    await page.locator('.item').filter({ hasText: '几名访客' }).locator('input.figure').fill('0')
    await allInOrder(page, nth)
    await page.getByRole('heading', { name: '存好了，等网络' }).waitFor()
  }
  assert.deepEqual(order, [])
  await page.goto('/inspection')
  await unsent(page).getByText('4 份排查还没有发出').waitFor()
  await look(page, '07-four', { whole: true })
  await offline(page, false)
  await unsent(page).waitFor({ state: 'detached' })
  assert.deepEqual(order, ['daily_inspection', 'gate_register', 'shift_handover', 'shift_handover'])
  await arrived('先写的')
})

test('half a photograph goes on from where the server has it', async () => {
  await morning()
  await open(page)
  await tap(page, pad(page, 0, '异常'))
  await page.getByLabel('哪里不对').fill('照片传了一半')
  const noisy = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1600, height: 1200 })
    const pen = canvas.getContext('2d')
    const picture = pen.createImageData(1600, 1200)
    for (let i = 0; i < picture.data.length; i += 4) for (let c = 0; c < 4; c++) picture.data[i + c] = c === 3 ? 255 : Math.random() * 255
    pen.putImageData(picture, 0, 0)
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.9))
    return btoa(Array.from(new Uint8Array(await blob.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(''))
  })
  const ranges = []
  let cut = false
  await page.route('**/attachments/**', async (route) => {
    if (route.request().method() !== 'PUT') return cut ? route.abort('connectionreset') : route.continue()
    if (cut) return route.abort('connectionreset')
    ranges.push(route.request().headers()['content-range'])
    if (ranges.length === 2) cut = true
    await route.continue()
  })
  await page.locator('.item').first().locator('input[type=file][capture]').setInputFiles({ name: 'big.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(noisy, 'base64') })
  await page.locator('.photos img').waitFor()
  await tap(page, page.getByRole('button', { name: /其余 \d+ 项正常/ }))
  await eventually(() => cut, (is) => is)
  await send(page)
  await page.getByRole('heading', { name: '存好了，等网络' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: '存好了，等网络' }).waitFor()
  const later = []
  await page.unroute('**/attachments/**')
  page.on('request', (request) => request.method() === 'PUT' && request.url().includes('/attachments/') && later.push(request.headers()['content-range']))
  await page.evaluate(() => window.dispatchEvent(new Event('online')))
  await arrived('照片传了一半')
  const start = (range) => Number(/bytes (\d+)-/.exec(range)[1])
  assert.ok(ranges.length === 2 && start(ranges[0]) === 0, String(ranges))
  assert.ok(start(later[0]) > start(ranges[0]), `${later[0]} begins after ${ranges[0]}`)
})

test('a log-in that ran out meanwhile: the same person logs in again and it goes by itself', async () => {
  await morning()
  await sendOffline(page, '登录过期的时候')
  await page.context().clearCookies()
  await offline(page, false)
  await page.waitForURL('**/login**')
  await page.getByText('1 份排查').waitFor()
  await look(page, '07-log-in-again')
  assert.equal(await noted('登录过期的时候'), 0)
  await logIn(page, server, 'banzhuren')
  await arrived('登录过期的时候')
})

test('somebody else on the same phone sees only that one waits, and never sends it', async () => {
  await morning()
  await sendOffline(page, '换了人的时候')
  await page.context().clearCookies()
  await offline(page, false)
  await page.waitForURL('**/login**')
  await page.goto('/login')
  await logIn(page, server, 'menwei')
  await page.waitForURL((url) => !url.pathname.startsWith('/login'))
  await page.goto('/inspection')
  await page.getByText('另一位使用者的 1 份排查没有发出').waitFor()
  await look(page, '07-others')
  assert.equal(await badge(page).count(), 0)
  assert.equal(await page.getByText('换了人的时候').count(), 0)
  await page.evaluate(() => window.dispatchEvent(new Event('online')))
  await page.reload()
  await page.getByText('另一位使用者的 1 份排查没有发出').waitFor()
  assert.equal(await noted('换了人的时候'), 0)
  await page.goto('/more')
  await tap(page, page.getByRole('button', { name: '退出' }))
  await page.waitForURL('**/login**')
  await logIn(page, server, 'banzhuren')
  await arrived('换了人的时候')
})

test('the same answer from two phones: the second is shown who was first, and decides', async () => {
  await morning()
  const other = await atPhone('banzhuren')
  await sendOffline(page, '第二部手机')
  await fillIn(other, '第一部手机')
  await send(other)
  await other.getByRole('heading', { name: /已送达/ }).waitFor()
  await other.context().close()
  await offline(page, false)
  await decision(page).getByText(/已在.*交过这一处/).waitFor()
  await look(page, '07-already')
  assert.equal((await answersAt(hall)).length, 1)
  await choose(page, '也留下，另记一次')
  await page.getByRole('heading', { name: /已送达/ }).waitFor()
  assert.equal((await answersAt(hall)).length, 2)
  // What was found twice is one matter.
  assert.equal(await noted('第二部手机'), 0)
})

test('or it is thrown away, asked twice', async () => {
  await morning()
  const other = await atPhone('banzhuren')
  await sendOffline(page, '不要的那份')
  await fillIn(other, '留下的那份')
  await send(other)
  await other.getByRole('heading', { name: /已送达/ }).waitFor()
  await other.context().close()
  await offline(page, false)
  await choose(page, '不要了')
  await choose(page, '确定丢掉')
  await page.waitForURL('**/inspection')
  assert.equal(await decision(page).count(), 0)
  assert.equal((await answersAt(hall)).length, 1)
})

test('a task given to somebody else meanwhile: what was found still counts, as done by who did it', async () => {
  await morning()
  await fillIn(page, '改派的时候')
  await offline(page)
  const point = await pointOf(hall)
  const moved = await watcher.patch(`/ledgers/points/rows/${point.id}`, { fields: { person: watcher.me.person.id } }, { 'if-match': `"${point.version}"` })
  assert.ok(moved.status < 300, JSON.stringify(moved.body))
  try {
    await send(page)
    await page.getByRole('heading', { name: '存好了，等网络' }).waitFor()
    await offline(page, false)
    await arrived('改派的时候')
    const [answer] = await answersAt(hall)
    assert.equal(answer.person.name, '班小任')
  } finally {
    const now = await pointOf(hall)
    const back = await watcher.patch(`/ledgers/points/rows/${point.id}`, { fields: { person: point.fields.person } }, { 'if-match': `"${now.version}"` })
    assert.ok(back.status < 300, JSON.stringify(back.body))
  }
})

test('a checklist that changed meanwhile: the new item is answered, and what was written of the old one is in the note', async () => {
  await morning()
  await open(page)
  await tap(page, pad(page, 12, '异常'))
  await page.getByLabel('哪里不对').fill('原来那一项的话')
  await takePhoto(page.locator('.item').nth(12), '原来')
  await tap(page, page.getByRole('button', { name: /其余 \d+ 项正常/ }))
  await offline(page)
  await send(page)
  await page.getByRole('heading', { name: '存好了，等网络' }).waitFor()
  const file = join(spare.folder, 'pack/cq-2017-193/checklists/daily.yml')
  const text = readFileSync(file, 'utf8')
  const last = text.lastIndexOf('\n  - id: ')
  const added = text.slice(last).replace(/id: \S+/, 'id: newly_asked').replace(/text: \{zh: [^,}]+/, 'text: {zh: 新加的一项')
  await server.stop()
  writeFileSync(file, text.slice(0, last) + added)
  await server.launch({ port: server.port })
  await offline(page, false)
  await choose(page, '打开补答')
  await page.getByText('检查表换过了：新增 1 项要补答，去掉 1 项').waitFor()
  await seen(page.locator('.item').filter({ hasText: '新加的一项' }).getByText('新增'))
  await look(page, '07-list-changed')
  await tap(page, page.locator('.item').filter({ hasText: '新加的一项' }).locator('label').filter({ hasText: '正常' }).first())
  await tap(page, page.getByRole('button', { name: '发送', exact: true }))
  await page.getByRole('heading', { name: '已送达' }).waitFor()
  const [answer] = await answersAt(hall)
  assert.match(answer.note, /原来那一项的话/)
  assert.equal(answer.photos.length, 1)
  await server.stop()
  writeFileSync(file, text)
  await server.launch({ port: server.port })
})

test('storage that is full is said at once, and nothing pretends to be kept', async () => {
  await morning()
  await page.addInitScript(() => {
    const put = Storage.prototype.setItem
    Storage.prototype.setItem = function (key, value) {
      if (key.startsWith('anxiao.answer.')) throw new DOMException('full', 'QuotaExceededError')
      return put.call(this, key, value)
    }
    const keep = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = function (...given) {
      if (this.name === 'photos') throw new DOMException('full', 'QuotaExceededError')
      return keep.apply(this, given)
    }
    navigator.storage.estimate = async () => ({ quota: 1e8, usage: 1e8 - 1000 })
  })
  await page.goto('/inspection')
  await page.getByText('手机存储快满了').waitFor()
  await fillIn(page, '手机满了的时候')
  await page.getByText('填写的内容或照片存不住').first().waitFor()
  await look(page, '07-full')
  await offline(page)
  await send(page)
  await page.getByRole('heading', { name: '没有存住' }).waitFor()
  assert.equal(await page.getByText('都存在这部手机上').count(), 0)
  await look(page, '07-not-kept')
  await offline(page, false)
  await page.getByRole('heading', { name: /已送达/ }).waitFor()
  await arrived('手机满了的时候')
})

test('a phone a day ahead, which knows it: the hour is set right and the correction is on record', async () => {
  await morning()
  await page.clock.setFixedTime(new Date(`${days[0]}T07:40:00+08:00`))
  await page.goto('/inspection')
  await page.locator('.task').first().waitFor()
  await sendOffline(page, '手机快一天')
  await offline(page, false)
  await arrived('手机快一天')
  const [answer] = await answersAt(hall)
  assert.ok(answer.happened_at.startsWith(`${day}T07:3`), answer.happened_at)
  assert.ok(answer.extra.clock_corrected_ms < -3600_000, JSON.stringify(answer.extra))
})

test('a clock that was set in between: the person says which hour is right', async () => {
  await morning()
  await page.clock.setFixedTime(new Date(`${day}T07:31:00+08:00`))
  await page.goto('/inspection')
  await page.locator('.task').first().waitFor()
  await offline(page)
  // The telephone falls a day back while it is offline: its hour says nothing any more.
  await page.clock.setFixedTime(new Date(Date.parse(`${day}T07:32:00+08:00`) - 24 * 3600_000))
  await fillIn(page, '手机慢了一天')
  await send(page)
  await page.getByRole('heading', { name: '存好了，等网络' }).waitFor()
  server.setClock(`${day}T07:32:00+08:00`)
  await offline(page, false)
  await decision(page).getByText('填写之后手机的时间改过').waitFor()
  await look(page, '07-which-hour')
  assert.equal(await noted('手机慢了一天'), 0)
  await choose(page, `实际时间是 ${day} 07:32`)
  await page.getByRole('heading', { name: /已送达/ }).waitFor()
  const [answer] = await answersAt(hall)
  assert.ok(answer.happened_at.startsWith(`${day}T07:32`), answer.happened_at)
  assert.equal(answer.extra.clock_corrected_ms, 24 * 3600_000)
})

test('the app is updated with answers unsent and half written: they are read by the new one', async () => {
  await morning()
  await sendOffline(page, '更新之前写的')
  // The network is there again, but answers do not get through.
  await page.route('**/answers/**', (route) => route.abort('connectionreset'))
  await page.goto('/inspection')
  // What an app of the first days left behind.
  await page.evaluate(([person, organisation, period, point]) => {
    localStorage.setItem(`anxiao.inspection.${person}|daily_inspection|${organisation}|${period}|${point}`, JSON.stringify({
      version: 1, id: '500190.019ca000-0000-7000-8000-000000000001', person, duty: 'daily_inspection', checklist: 'daily', organisation, period, point,
      names: { point: '旧版里的点位', list: { zh: '日排查', en: 'Daily' } }, presence: 'by_hand', looked_at: null, happened_at: null,
      items: { exits_clear: { answer: 'in_order', note: '', photos: [], mended: false } }, state: 'writing', saved_at: 1,
    }))
  }, [(await page.evaluate(() => JSON.parse(localStorage.getItem('anxiao.me')))).person.id, school(), '2026-03-02', (await pointOf(gate)).id])
  const worker = join(spare.folder, 'web/service_worker.js')
  const shell = join(spare.folder, 'web/index.html')
  writeFileSync(shell, readFileSync(shell, 'utf8').replace('<title>', '<meta name="edition" content="next"><title>'))
  writeFileSync(worker, readFileSync(worker, 'utf8').replace(/const version = '(\w+)'/, "const version = 'next$1'"))
  for (const each of [worker, shell]) rmSync(each + '.gz', { force: true })
  await offline(page, false)
  await page.reload()
  await page.getByText('以前没有填完的').waitFor()
  const edition = () => page.evaluate(() => document.querySelector('meta[name=edition]')?.content ?? '')
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update())
  await page.getByText('新版本已经备好').waitFor()
  // Half an answer is written: it waits.
  await page.reload()
  await page.getByText('新版本已经备好').waitFor()
  assert.equal(await edition(), '')
  await look(page, '07-new-version')
  await tap(page, page.getByRole('button', { name: '现在更新' }))
  await page.waitForFunction(() => document.querySelector('meta[name=edition]')?.content === 'next')
  await page.getByText('旧版里的点位').waitFor()
  await unsent(page).getByText('1 份排查还没有发出').waitFor()
  await page.unroute('**/answers/**')
  // By itself as soon as the network is said to be there; it may have been tried again before that.
  await page.evaluate(() => window.dispatchEvent(new Event('online')))
  await arrived('更新之前写的')
})

test('two windows of one browser send one answer once', async () => {
  await morning()
  const second = await page.context().newPage()
  await second.goto('/inspection')
  await second.locator('.task').first().waitFor()
  await sendOffline(page, '开了两个窗口')
  await second.bringToFront()
  await second.locator('.waiting').waitFor()
  let sent = 0
  page.context().on('request', (request) => request.method() === 'PUT' && request.url().includes('/answers/') && ++sent)
  await offline(page, false)
  await arrived('开了两个窗口')
  await second.locator('.waiting').waitFor({ state: 'detached' })
  await page.bringToFront()
  await page.getByRole('heading', { name: /已送达/ }).waitFor()
  assert.equal(sent, 1)
})

test('a usual daily check of all in order takes at most twenty touches, one of them a photograph', async () => {
  await morning('menwei')
  await page.goto('/today')
  page.taps = 0
  await tap(page, page.locator('.tabs').getByRole('link', { name: /排查/ }))
  await tap(page, link(page, gate))
  await page.locator('.item').nth(12).waitFor()
  await tap(page, page.getByRole('button', { name: /^全部正常/ }))
  const drawn = page.locator('.item').filter({ hasText: '系统随机抽这一项' })
  await seen(drawn)
  await look(page, '07-drawn')
  page.taps += 2 // the camera, and its shutter
  await takePhoto(drawn, '抽到的一项')
  await drawn.locator('.photos img').waitFor()
  await tap(page, page.getByRole('button', { name: '发送', exact: true }))
  await page.getByRole('heading', { name: '已送达' }).waitFor()
  assert.ok(page.taps <= 20, `${page.taps} touches`)
  const [answer] = await answersAt(gate)
  assert.equal(answer.extra.at_once, true)
})

test('a scanned sheet opens the checklist of its point, and the code is the evidence', async () => {
  await morning()
  const point = await pointOf(hall)
  const { code } = (await watcher.get(`/points/${point.id}/code`)).body
  await page.goto(`/i/${point.id}?k=${code}`)
  await page.getByText('到场凭据：扫了现场的码').waitFor()
  await look(page, '07-scanned', { whole: true })
  await allInOrder(page, '扫码')
  await page.getByRole('heading', { name: '已送达' }).waitFor()
  assert.equal((await answersAt(hall))[0].presence, 'qr')
})

test('a wrong code is no evidence: it is sent as entered by hand, by decision, and offline scanning works', async () => {
  await morning()
  const point = await pointOf(hall)
  await offline(page)
  await page.goto(`/i/${point.id}?k=notthecode12`)
  await page.getByText('到场凭据：扫了现场的码').waitFor()
  await allInOrder(page, '错码')
  await page.getByRole('heading', { name: '存好了，等网络' }).waitFor()
  await offline(page, false)
  await choose(page, '改为手工记录发出')
  await page.getByRole('heading', { name: '已送达' }).waitFor()
  assert.equal((await answersAt(hall))[0].presence, 'by_hand')
})

test('the position is asked for once, and recorded only where the person agrees', async () => {
  await morning()
  await page.context().grantPermissions(['geolocation'])
  await page.context().setGeolocation({ latitude: 29.56, longitude: 106.55, accuracy: 18 })
  await open(page)
  await page.getByText('到场凭据：手工记录').waitFor()
  await look(page, '07-position-asked', { whole: true })
  await tap(page, page.getByRole('button', { name: '同意' }))
  await page.getByText('到场凭据：定位（误差约 18 米）').waitFor()
  await allInOrder(page, '定位')
  await page.getByRole('heading', { name: '已送达' }).waitFor()
  const [answer] = await answersAt(hall)
  assert.equal(answer.presence, 'position')
  assert.equal(answer.extra.position.accuracy_m, 18)
})

// The last: a post is gone for good.
test('a post that ended meanwhile: the answer is shown, can be saved as text, and goes only by a decision', async () => {
  await morning()
  await sendOffline(page, '岗位结束的时候')
  const officer = await server.enter('quxian')
  const me = await page.evaluate(() => JSON.parse(localStorage.getItem('anxiao.me')))
  const ended = await officer.delete(`/people/${me.person.id}/posts/${me.postings[0].id}`)
  assert.ok(ended.status < 300, JSON.stringify(ended.body))
  await offline(page, false)
  await page.goto('/inspection')
  await decision(page).waitFor()
  await look(page, '07-post-ended')
  const [file] = await Promise.all([page.waitForEvent('download'), choose(page, '导出文字')])
  const text = readFileSync(await file.path(), 'utf8')
  assert.match(text, /岗位结束的时候/)
  assert.match(text, new RegExp(hall))
  await choose(page, '不要了')
  await choose(page, '确定丢掉')
  await decision(page).waitFor({ state: 'detached' })
  assert.equal(await noted('岗位结束的时候'), 0)
})
