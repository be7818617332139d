// Writes a .gz beside every asset of dist/ and says what a phone loads before its first work:
// the shell, one language, and the pages from log-in to a checklist. With --check nothing is
// written and a first load above the limit fails.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url).pathname
const limit = 300 * 1024
const worth_compressing = new Set(['.html', '.js', '.css', '.svg', '.json', '.txt', '.webmanifest'])
const first_pages = ['pages/login/LoginPage.vue', 'pages/today/TodayPage.vue', 'pages/inspection/InspectionPage.vue', 'pages/inspection/AnswerPage.vue', 'words/zh-CN/index.ts']

function* files(folder) {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry)
    if (statSync(path).isDirectory()) yield* files(path)
    else yield path
  }
}

const gzip = (path) => gzipSync(readFileSync(path), { level: 9 })

if (!process.argv.includes('--check')) {
  for (const path of files(dist)) {
    if (path.includes('/.vite/') || !worth_compressing.has(extname(path)) || statSync(path).size < 512) continue
    writeFileSync(`${path}.gz`, gzip(path))
  }
}

const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))
const loaded = new Set(['index.html'])
function take(key) {
  const chunk = manifest[key]
  if (!chunk || loaded.has(chunk.file)) return
  loaded.add(chunk.file)
  for (const css of chunk.css ?? []) loaded.add(css)
  for (const other of chunk.imports ?? []) take(other)
}
take('index.html')
for (const page of first_pages) {
  if (!manifest[`src/${page}`]) throw new Error(`${page} is not a chunk of its own; first_pages in tools/compress.mjs must name lazy pages`)
  take(`src/${page}`)
}

let total = 0
const rows = [...loaded].map((file) => {
  const size = gzip(join(dist, file)).length
  total += size
  return [file, size]
})
rows.sort((a, b) => b[1] - a[1])
for (const [file, size] of rows) console.log(`${(size / 1024).toFixed(1).padStart(7)} kB  ${file}`)
console.log(`${(total / 1024).toFixed(1).padStart(7)} kB  first load, compressed; at most ${limit / 1024} kB`)
if (total > limit) {
  console.error('The first load is too heavy: load what is not needed on the first page lazily.')
  process.exit(1)
}
