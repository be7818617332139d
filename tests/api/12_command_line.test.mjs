// The verbs of the command line: what they print, what they refuse, what they leave alone.

import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { command, root, temporaryFolder } from '../support/server.mjs'

let place, data
before(() => {
  place = temporaryFolder()
  data = join(place.folder, 'city')
})
after(() => place.remove())

test('an empty city has one administrator and one printed password', async () => {
  const made = await command('init', '--data', data, '--city', '空城', '--code', '510000', '--login', 'admin')
  assert.equal(made.code, 0, made.stderr)
  assert.equal(made.stdout.match(/[a-z0-9]{4}(-[a-z0-9]{4}){3}/g).length, 1)
  const again = await command('init', '--data', data, '--city', '空城', '--code', '510000', '--login', 'admin')
  assert.notEqual(again.code, 0)
  assert.match(again.stderr, /already/)
  const bad = await command('init', '--data', join(place.folder, 'other'), '--city', '坏', '--code', '51', '--login', 'admin')
  assert.notEqual(bad.code, 0)
})

test('a server is not started over nothing', async () => {
  const refused = await command('serve', '--data', join(place.folder, 'nothing'), '--port', '0')
  assert.notEqual(refused.code, 0)
  assert.match(refused.stderr, /anxiao init/)
})

test('schools are imported from the command line, dry first', async () => {
  const demo = join(place.folder, 'demo')
  assert.equal((await command('demo', '--data', demo)).code, 0)
  const file = join(place.folder, 'schools.csv')
  writeFileSync(file, '学校名称,区县\n云溪区新桥小学,云溪区\n云溪区新桥小学,云溪区\n远方小学,无此区\n')
  const dry = await command('import', file, '--data', demo, '--dry-run')
  assert.equal(dry.code, 0, dry.stderr)
  assert.match(dry.stdout, /schools\.csv:3: import\.duplicate_in_file/)
  assert.match(dry.stdout, /schools\.csv:4: import\.unknown_district/)
  assert.match(dry.stdout, /3 rows, 1 taken, 0 made, 2 refused/)
  assert.match((await command('import', file, '--data', demo)).stdout, /1 made/)
  assert.match((await command('import', file, '--data', demo)).stdout, /0 made/)
})

test('the pack traces every requirement', async () => {
  const traced = await command('pack', 'trace')
  assert.equal(traced.code, 0, traced.stderr)
  assert.equal(traced.stdout.match(/^C\d\d\.\d+/gm).length, 125)
})

test('the pack is traced as a page that is kept with the sources', async () => {
  const page = await command('pack', 'trace', '--format', 'markdown')
  assert.equal(page.code, 0, page.stderr)
  assert.equal(page.stdout.match(/^\| C\d\d\.\d+ /gm).length, 125)
  assert.equal(page.stdout, readFileSync(join(root, 'docs/coverage.md'), 'utf8'), 'run `build/release/anxiao pack trace --format markdown > docs/coverage.md`')
  assert.notEqual((await command('pack', 'trace', '--format', 'verse')).code, 0)
})

test('the pack says what it costs, and is warned of what is odd', async () => {
  const burden = await command('pack', 'burden')
  assert.equal(burden.code, 0, burden.stderr)
  assert.match(burden.stdout, /^minutes a week +education .* all +limit$/m)
  assert.match(burden.stdout, /^kindergarten .* \d+\.\d +\d+\.\d$/m)
  assert.doesNotMatch((await command('pack', 'check')).stdout, /warning/)
  const folder = join(place.folder, 'odd')
  cpSync(join(root, 'pack/cq-2017-193'), folder, { recursive: true })
  const terms = join(folder, 'terms.yml')
  writeFileSync(terms, readFileSync(terms, 'utf8').replace(/(id: burden\.limit\n +value: )\d+/, '$1100'))
  const odd = await command('pack', 'check', '--pack', folder)
  assert.equal(odd.code, 0, odd.stderr)
  assert.match(odd.stdout, /^warning: terms\.yml:\d+: burden\.limit: a kindergarten is asked \d+ minutes a week, over the limit of 100; /m)
})

test('the version is printed, and an unknown verb or setting is refused', async () => {
  assert.match((await command('version')).stdout, /^\d+\.\d+\.\d+/)
  assert.notEqual((await command('dance')).code, 0)
  const config = join(place.folder, 'anxiao.toml')
  writeFileSync(config, '[server]\nprot = 1\n')
  const refused = await command('serve', '--config', config)
  assert.match(refused.stderr, /anxiao\.toml:2: `server\.prot`/)
})

test('two processes do not serve one data folder', async () => {
  const { Server } = await import('../support/server.mjs')
  const server = await Server.start()
  try {
    const second = await command('serve', '--data', server.data, '--port', '0')
    assert.notEqual(second.code, 0)
    assert.match(second.stderr, /another process/)
    assert.ok(existsSync(join(server.data, 'anxiao.sqlite')))
  } finally {
    await server.end()
  }
})
