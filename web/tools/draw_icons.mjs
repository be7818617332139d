// Draws the icons of the installed app from public/mark.svg. The result is kept with the sources, so
// that a build needs no browser; run again when the mark changes.
//
//   node tools/draw_icons.mjs
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

const out = (name) => new URL(`../public/${name}`, import.meta.url).pathname
const mark = readFileSync(out('mark.svg'), 'utf8')
const ground = '#0b3a40'
// A phone cuts a maskable icon to its own shape: the mark keeps to the middle four fifths.
const icons = [
  { name: 'icon-192.png', side: 192, inner: 192, whole: false },
  { name: 'icon-512.png', side: 512, inner: 512, whole: false },
  { name: 'icon-maskable-512.png', side: 512, inner: 400, whole: true },
  { name: 'icon-apple-180.png', side: 180, inner: 168, whole: true },
]

const browser = await chromium.launch({ executablePath: process.env.ANXIAO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
for (const { name, side, inner, whole } of icons) {
  const page = await browser.newPage({ viewport: { width: side, height: side } })
  await page.setContent(`<body style="margin:0;width:${side}px;height:${side}px;display:grid;place-items:center;background:${whole ? ground : 'transparent'}">
    <div style="width:${inner}px;height:${inner}px">${mark.replace('<svg ', `<svg width="${inner}" height="${inner}" `)}</div></body>`)
  await page.screenshot({ path: out(name), omitBackground: !whole })
  await page.close()
}
await browser.close()
