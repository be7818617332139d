// The house's rules, held by reading the sources: which floor may include which, what C++ may not
// contain, what files may be called. Every message says where, the rule and the remedy.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const root = new URL('../../', import.meta.url).pathname
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter(Boolean)
// What only tests see.
const isTest = (file) => /_test\.cpp$|\/test_\w+\.h$/.test(file)
const read = (file) => readFileSync(root + file, 'utf8')
const sources = tracked.filter((file) => /^src\/.*\.(h|cpp)$/.test(file))

// Lowest first; a floor includes what is on a lower line, never what is beside or above.
const floors = [['base'], ['pack'], ['domain'], ['usecases'], ['store', 'api', 'gateways'], ['app']]
const height = (floor) => floors.findIndex((line) => line.includes(floor))
// Words that every domain folder may use.
const sharedDomain = ['organisations', 'facts']

const includes = (file) =>
  [...read(file).matchAll(/^\s*#include "([^"]+)"/gm)].map((match) => ({
    path: match[1],
    line: read(file).slice(0, match.index).split('\n').length,
  }))

test('a floor includes only what is beneath it', () => {
  const wrong = []
  for (const file of sources) {
    const mine = file.split('/')[1]
    for (const { path, line } of includes(file)) {
      const theirs = path.split('/')[0]
      if (height(theirs) < 0) continue
      const allowed = theirs === mine || height(theirs) < height(mine)
      if (!allowed)
        wrong.push(`${file}:${line}: ${mine} includes ${path}; move what both need to a lower floor, or hand it in as an argument`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('domain folders do not include each other', () => {
  const wrong = []
  for (const file of sources.filter((each) => each.startsWith('src/domain/'))) {
    const mine = file.split('/')[2]
    for (const { path, line } of includes(file)) {
      const [floor, theirs] = path.split('/')
      if (floor === 'domain' && theirs !== mine && !sharedDomain.includes(theirs))
        wrong.push(`${file}:${line}: includes ${path}; let them meet in usecases, or put the shared word into domain/facts`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('every included file of ours exists', () => {
  const wrong = []
  for (const file of sources)
    for (const { path, line } of includes(file))
      if (height(path.split('/')[0]) >= 0 && !tracked.includes('src/' + path)) wrong.push(`${file}:${line}: ${path} does not exist`)
  assert.deepEqual(wrong, [])
})

test('C++ holds no Chinese sentence', () => {
  const wrong = []
  for (const file of sources.filter((each) => !isTest(each)))
    read(file)
      .split('\n')
      .forEach((text, index) => {
        const code = text.replace(/\/\/.*$/, '')
        if (/\p{Script=Han}/u.test(code)) wrong.push(`${file}:${index + 1}: words belong in pack/ or web/src/words/`)
      })
  assert.deepEqual(wrong, [])
})

test('C++ holds no clause of the notice', () => {
  const wrong = []
  for (const file of sources.filter((each) => !isTest(each)))
    read(file)
      .split('\n')
      .forEach((text, index) => {
        const code = text.replace(/\/\/.*$/, '')
        if (/"C\d{2}(\.\d+)?"/.test(code)) wrong.push(`${file}:${index + 1}: clauses are named in pack/, not in C++`)
      })
  assert.deepEqual(wrong, [])
})

test('a name is declared once in its namespace', () => {
  // Two structures of one name in one namespace compile, link, and then destroy each other's members.
  const seen = new Map()
  const wrong = []
  for (const file of sources.filter((each) => each.endsWith('.h'))) {
    const space = read(file).match(/^namespace (anxiao[\w:]*) \{/m)?.[1]
    for (const match of read(file).matchAll(/^(?:struct|class|enum class) (\w+)(?= final| :| \{)/gm)) {
      const name = `${space}::${match[1]}`
      if (seen.has(name)) wrong.push(`${file}: ${name} is declared in ${seen.get(name)} too; give one of them another name`)
      else seen.set(name, file)
    }
  }
  assert.deepEqual(wrong, [])
})

test('no loop runs over a part of a temporary', () => {
  // C++20 ends the parsed value before the loop begins.
  const wrong = []
  for (const file of sources)
    read(file)
      .split('\n')
      .forEach((text, index) => {
        if (/for \(.*:.*\bparse\(.*\)\.(as|get)_/.test(text)) wrong.push(`${file}:${index + 1}: give the parsed value a name first`)
      })
  assert.deepEqual(wrong, [])
})

test('macros are only those of base/result.h', () => {
  const wrong = []
  for (const file of sources.filter((each) => each !== 'src/base/result.h'))
    read(file)
      .split('\n')
      .forEach((text, index) => {
        if (/^\s*#define\b/.test(text)) wrong.push(`${file}:${index + 1}: write a function or a constant`)
      })
  assert.deepEqual(wrong, [])
})

test('no file hides behind a name that says nothing', () => {
  const banned = /(^|[/_])(utils?|common|misc|manager|helpers?)([._/]|$)/
  assert.deepEqual(tracked.filter((file) => /^(src|web\/src|tests|bench)\//.test(file) && banned.test(file)), [])
})

test('only the boundaries catch', () => {
  // Request, session and job boundaries, the writer, and the doors of libraries that throw.
  const boundaries = /^src\/(api\/(http\/|service|hub)|app\/|store\/|pack\/)/
  const wrong = []
  for (const file of sources.filter((each) => !isTest(each) && !boundaries.test(each)))
    read(file)
      .split('\n')
      .forEach((text, index) => {
        if (/\bcatch \(/.test(text)) wrong.push(`${file}:${index + 1}: let the fault pass; a refusal is a value`)
      })
  assert.deepEqual(wrong, [])
})

test('domain reads no clock, disk, socket or thread', () => {
  const wrong = []
  for (const file of sources.filter((each) => /^src\/domain\//.test(each) && !isTest(each)))
    read(file)
      .split('\n')
      .forEach((text, index) => {
        if (/#include <(thread|mutex|fstream|filesystem|chrono|boost\/asio)/.test(text))
          wrong.push(`${file}:${index + 1}: the hour and the data are arguments here`)
      })
  assert.deepEqual(wrong, [])
})

test('tracked files name no machine path', () => {
  const wrong = tracked
    .filter((file) => !/\.(png|jpg|woff2)$/.test(file) && file !== 'tests/house/house.test.mjs')
    .filter((file) => /\/(work|farm|home\/[a-z]+|root)\//.test(read(file)))
  assert.deepEqual(wrong, [])
})

test('the lock files name no host', () => {
  for (const file of tracked.filter((each) => /package-lock\.json$/.test(each)))
    assert.ok(!/"resolved":\s*"https?:/.test(read(file)), `${file}: set omit-lockfile-registry-resolved in .npmrc and install again`)
})

test('every tool package that the sources need is listed in tools/install', () => {
  const listed = read('tools/install')
  const needs = {
    'boost/json': 'libboost-json1.81-dev', 'boost/asio': 'libboost1.81-dev', sqlite3: 'libsqlite3-dev',
    openssl: 'libssl-dev', sodium: 'libsodium-dev', spdlog: 'libspdlog-dev', fmt: 'libfmt-dev',
    'CLI/': 'libcli11-dev', 'toml++': 'libtomlplusplus-dev', 'yaml-cpp': 'libyaml-cpp-dev',
    'zip.h': 'libzip-dev', xlsxwriter: 'libxlsxwriter-dev', pugixml: 'libpugixml-dev', zlib: 'zlib1g-dev', 'date/': 'libhowardhinnant-date-dev',
    gtest: 'libgtest-dev', gmock: 'libgmock-dev', benchmark: 'libbenchmark-dev', qrencode: 'libqrencode-dev',
  }
  const wrong = []
  for (const file of tracked.filter((each) => /\.(h|cpp)$/.test(each)))
    for (const match of read(file).matchAll(/^\s*#include <([^>]+)>/gm))
      for (const [start, name] of Object.entries(needs))
        if (match[1].startsWith(start) && !listed.includes(name)) wrong.push(`${file}: <${match[1]}> comes from ${name}`)
  assert.deepEqual(wrong, [])
})
