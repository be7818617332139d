// Takes docs/pictures/first.png: the hazard board of an invented district on a desk, and a checklist
// on a phone. Starts the program over a new data folder, fills it over HTTP, looks at it in Chromium.
//
//   node tools/take_picture.mjs [target.png]

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { desk, openBrowser, phone, settle, sitDown } from '../tests/support/browser.mjs'
import { Server, newId, root } from '../tests/support/server.mjs'

const target = process.argv[2] ?? join(root, 'docs/pictures/first.png')
const at = (day, time) => `2026-03-0${day}T${time}:00+08:00`
const server = await Server.start({ clock: at(2, '07:30') })
// Whatever goes wrong, nothing is left running.
process.once('exit', () => server.process.kill())
const browser = await openBrowser()
const folder = mkdtempSync(join(tmpdir(), 'picture-'))

// A drawn passage with a fire door; boxes stand before it, or nothing does.
async function drawn(boxes) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } })
  const box = (x, y, w, h, tone) => `<g><rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${tone}"/><rect x="${x}" y="${y}" width="${w}" height="${h}" fill="none" stroke="#0002" stroke-width="3"/><rect x="${x + w * 0.42}" y="${y}" width="${w * 0.16}" height="${h}" fill="#fff3"/></g>`
  await page.setContent(`<body style="margin:0"><svg width="1200" height="900" viewBox="0 0 1200 900">
    <defs><linearGradient id="f" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#9aa09a"/><stop offset="1" stop-color="#6f756f"/></linearGradient>
    <linearGradient id="l" x1="0" x2="1"><stop offset="0" stop-color="#d9d4c6"/><stop offset="1" stop-color="#b9b5a8"/></linearGradient>
    <linearGradient id="r" x1="1" x2="0"><stop offset="0" stop-color="#e4dfd1"/><stop offset="1" stop-color="#c2bdaf"/></linearGradient></defs>
    <rect width="1200" height="900" fill="#cfcabd"/>
    <polygon points="0,0 330,170 330,620 0,900" fill="url(#l)"/><polygon points="1200,0 870,170 870,620 1200,900" fill="url(#r)"/>
    <polygon points="0,900 330,620 870,620 1200,900" fill="url(#f)"/><polygon points="0,0 330,170 870,170 1200,0" fill="#ece8dd"/>
    <polygon points="0,690 330,500 330,620 0,900" fill="#8fa7a3"/><polygon points="1200,690 870,500 870,620 1200,900" fill="#9db3af"/>
    <polygon points="520,40 680,40 650,120 550,120" fill="#fffdf4"/>
    <rect x="330" y="170" width="540" height="450" fill="#d3cec1"/><rect x="330" y="510" width="540" height="110" fill="#95aca8"/>
    <rect x="430" y="250" width="170" height="370" fill="#8c5a41"/><rect x="604" y="250" width="170" height="370" fill="#8c5a41"/>
    <rect x="424" y="244" width="356" height="376" fill="none" stroke="#5c3a29" stroke-width="12"/>
    <rect x="560" y="300" width="24" height="120" fill="#d8e6ea"/><rect x="620" y="300" width="24" height="120" fill="#d8e6ea"/>
    <rect x="556" y="450" width="34" height="12" fill="#d9d3c2"/><rect x="614" y="450" width="34" height="12" fill="#d9d3c2"/>
    <rect x="510" y="186" width="180" height="48" rx="4" fill="#1d7a4d"/><path d="M545 210h60m-18-14 20 14-20 14" stroke="#fff" stroke-width="7" fill="none"/>
    <rect x="640" y="198" width="34" height="26" fill="#fff9"/>
    ${boxes ? box(380, 470, 190, 150, '#b98d5a') + box(560, 500, 170, 140, '#c49a66') + box(430, 350, 160, 130, '#c79f6d') + box(690, 540, 150, 130, '#b08452') + box(590, 390, 140, 115, '#bb9160') : ''}
  </svg>`)
  const bytes = await page.screenshot({ type: 'jpeg', quality: 82 })
  await page.close()
  return bytes
}

let officer = await server.enter('quxian')
const everything = (await officer.get('/organisations?limit=200')).body.items
const place = (name) => everything.find((each) => each.name.includes(name)).id
const logins = { '云岭 principal': 'xiaozhang', '云岭 safety_manager': 'anquan' }
let present = {}

// Moves the clock; who was logged in for too long logs in again.
async function turn(day, time) {
  server.setClock(at(day, time))
  present = {}
  officer = await server.enter('quxian')
}

const names = { 青石村: ['林秋', '何远'], 星光: ['苏晴', '姚岚'], 实验小学: ['沈知', '陈立'], 松林: ['陆平', '周敏'], 第二初级: ['方远', '许宁'], 高级中学: ['高明', '唐川'], 河湾: ['江山', '罗兰'], 职业教育: ['秦岭', '石坚'], 致远: ['文心', '白宇'] }

// Somebody of that post at a school, made when first wanted.
async function post(school, which) {
  const key = `${school} ${which}`
  if (present[key]) return present[key]
  if (!logins[key]) {
    const organisation = place(school)
    const login = 'p' + Object.keys(logins).length
    const made = await officer.post('/people', { id: newId(), name: names[school][which === 'principal' ? 0 : 1], login, organisation, posts: [{ id: newId(), post: which, organisation }] })
    if (made.status !== 201) throw new Error(JSON.stringify(made.body))
    server.passwords[login] = made.body.one_time_password
    logins[key] = login
  }
  return (present[key] = await server.enter(logins[key]))
}
const photo = async (who, boxes) => who.attach(await drawn(boxes), 'image/jpeg')

async function open(school, move, fields) {
  const who = await post(school, 'safety_manager')
  const id = newId()
  const made = await who.put('/loops/hazard/matters/' + id, { organisation: place(school), move, fields })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return id
}
async function make(school, which, id, move, fields = {}) {
  const who = which === 'officer' ? officer : await post(school, which)
  const made = await who.put(`/loops/hazard/matters/${id}/moves/${newId()}`, { move, fields })
  if (made.status !== 200) throw new Error(`${move}: ${JSON.stringify(made.body)}`)
}
const lec = (l, e, c) => ({ method: 'lec', l, e, c })
const levels = { red: lec(6, 10, 15), orange: lec(6, 6, 7), yellow: lec(3, 6, 7), blue: lec(1, 6, 7) }
async function plan(school, id, measures, funds, deadline) {
  const person = (await post(school, 'safety_manager')).me.person.id
  await make(school, 'principal', id, 'plan', { person_answerable: person, measures, funds, deadline, contingency_plan: '设警示、专人看守，必要时停用该区域' })
}
const found = async (school, level, title, where, category, assessed = true) => {
  const id = await open(school, 'find', { title, place: where, category, level, source: 'inspection' })
  if (assessed) await make(school, 'safety_manager', id, 'assess', levels[level])
  return id
}
async function treat(school, id, measures, funds, deadline) {
  await plan(school, id, measures, funds, deadline)
  await make(school, 'principal', id, 'begin_treatment')
}
async function finish(school, id) {
  await make(school, 'principal', id, 'finish_treatment', { photos_after: [await photo(await post(school, 'principal'), false)] })
}

// Monday.
const closed = await found('云岭', 'blue', '图书馆门把手松脱', '图书馆', 'building')
await treat('云岭', closed, '更换把手', 60, '2026-03-03')
await treat('高级中学', await found('高级中学', 'orange', '学生公寓配电箱过热', '三号公寓一层', 'utilities'), '更换断路器，分路供电', 4600, '2026-03-06')
await treat('致远', await found('致远', 'red', '食堂燃气报警器失效', '食堂操作间', 'food'), '停气检修并更换探头', 3200, '2026-03-05')
const lamps = await found('第二初级', 'yellow', '一楼走廊应急照明不亮', '教学楼一层', 'fire')
await treat('第二初级', lamps, '更换灯具和电池', 900, '2026-03-04')
await turn(2, '17:40')
await finish('云岭', closed)
await make('云岭', 'safety_manager', closed, 'accept')
await make('云岭', 'officer', closed, 'close')
await found('实验小学', 'orange', '三楼走廊栏杆高度不足', '二号教学楼三层', 'building')
// Tuesday.
await turn(3, '08:10')
await finish('第二初级', lamps)
await make('第二初级', 'safety_manager', lamps, 'accept')
const extinguishers = await found('松林', 'yellow', '灭火器压力不足', '综合楼二层', 'fire')
await treat('松林', extinguishers, '换装六具灭火器', 720, '2026-03-04')
await turn(3, '14:30')
await finish('松林', extinguishers)
await found('职业教育', 'red', '实训车间除尘管道积尘', '机加工车间', 'laboratory')
await treat('河湾', await found('河湾', 'yellow', '操场边坡排水沟堵塞', '操场北侧', 'nature'), '清淤并加盖板', 1500, '2026-03-10')
await found('星光', 'orange', '攀爬架螺栓松动', '户外活动场', 'building', false)
// Wednesday morning.
await turn(4, '07:20')
const road = await found('云岭', 'yellow', '校门前路段无减速设施', '南门外公共道路', 'gate')
await make('云岭', 'principal', road, 'pass_on', { department: place('城市管理局') })
await open('青石村', 'warn', { title: '暴雨预警：排查校后边坡', place: '教学点后山', category: 'nature', level: 'orange', source: 'warning' })
await turn(4, '07:46')
await found('云岭', 'yellow', '疏散通道或出口堵塞、上锁', '二号宿舍楼', 'fire', false)

const page = await sitDown(browser, server, 'quxian', { ...desk, viewport: { width: 1500, height: 830 } })
await page.goto('/hazards')
await page.locator('.hazard').first().waitFor()
await settle(page)
await page.screenshot({ path: join(folder, 'desk.png'), animations: 'disabled' })

const hand = await sitDown(browser, server, 'banzhuren', { ...phone, viewport: { width: 390, height: 780 } })
await hand.goto('/inspection')
await hand.getByRole('link', { name: /疏散门/ }).tap()
await hand.locator('.item').first().locator('label').filter({ hasText: '异常' }).tap()
await hand.getByLabel('哪里不对').fill('防火门前堆着五箱课本')
await hand.locator('.item').first().locator('input[type=file][capture]').setInputFiles({ name: 'door.jpg', mimeType: 'image/jpeg', buffer: await drawn(true) })
await hand.getByText('已上传').waitFor()
await hand.evaluate(() => (document.activeElement.blur(), window.scrollTo(0, 118)))
await settle(hand)
await hand.screenshot({ path: join(folder, 'phone.png'), animations: 'disabled' })

const inline = (name) => 'data:image/png;base64,' + readFileSync(join(folder, name)).toString('base64')
const sheet = await browser.newPage({ viewport: { width: 1520, height: 860 } })
await sheet.setContent(`<style>
  body { margin: 0; width: 1520px; height: 860px; position: relative; overflow: hidden; background: #dfe6e2; }
  .desk { position: absolute; left: 28px; top: 28px; width: 1310px; border-radius: 12px; overflow: hidden; box-shadow: 0 2px 4px #0b3a4022, 0 18px 50px #0b3a4033; }
  .desk img { display: block; width: 100%; }
  .phone { position: absolute; right: 26px; bottom: 22px; width: 312px; padding: 9px; border-radius: 36px; background: #10262a; box-shadow: 0 4px 8px #0b3a4033, 0 24px 60px #0b3a4066; }
  .phone img { display: block; width: 100%; border-radius: 28px; }
</style><div class="desk"><img src="${inline('desk.png')}"></div><div class="phone"><img src="${inline('phone.png')}"></div>`)
await sheet.waitForFunction(() => [...document.images].every((each) => each.complete))
writeFileSync(target, await sheet.screenshot())
await browser.close()
await server.end()
rmSync(folder, { recursive: true, force: true })
