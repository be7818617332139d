// The words are whole: both languages hold the same keys, every key that a component asks for is
// there, no sentence stands in a component, and every refusal of the server has its words.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const web = join(import.meta.dirname, '..')
const server = join(web, '../../src')
const words = import.meta.dirname

function files(folder: string, wanted: RegExp): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? files(path, wanted) : wanted.test(name) ? [path] : []
  })
}

type Leaves = Record<string, string>
function leaves(value: unknown, at: string, into: Leaves): Leaves {
  if (typeof value === 'string') into[at] = value
  else for (const [key, inner] of Object.entries(value as Record<string, unknown>)) leaves(inner, at ? `${at}.${key}` : key, into)
  return into
}
function language(name: string): { messages: Leaves; refusals: Record<string, string> } {
  const messages: Leaves = {}
  let refusals: Record<string, string> = {}
  for (const path of files(join(words, name), /\.json$/)) {
    const content = JSON.parse(readFileSync(path, 'utf8'))
    const key = path.replace(/^.*\//, '').replace(/\.json$/, '')
    if (key === 'refusals') refusals = content
    else leaves(content, key, messages)
  }
  return { messages, refusals }
}
const zh = language('zh-CN')
const en = language('en')
const named = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((hit) => hit[1]).sort()

test('both languages say the same things', () => {
  expect(Object.keys(en.messages).sort()).toEqual(Object.keys(zh.messages).sort())
  expect(Object.keys(en.refusals).sort()).toEqual(Object.keys(zh.refusals).sort())
})

test('both languages use the same arguments', () => {
  for (const [key, text] of Object.entries(zh.messages)) expect(named(en.messages[key]), key).toEqual(named(text))
  for (const [key, text] of Object.entries(zh.refusals)) expect(named(en.refusals[key]), key).toEqual(named(text))
})

test('nothing is empty, and English holds no Chinese', () => {
  for (const [key, text] of [...Object.entries(zh.messages), ...Object.entries(zh.refusals)]) expect(text.trim(), key).not.toBe('')
  for (const [key, text] of [...Object.entries(en.messages), ...Object.entries(en.refusals)]) {
    expect(text.trim(), key).not.toBe('')
    if (key !== 'nav.other_language') expect(text, key).not.toMatch(/[\u3400-\u9fff\uff00-\uffef]/)
  }
})

test('every key that a page asks for has words', () => {
  const missing: string[] = []
  for (const path of files(web, /\.(vue|ts)$/)) {
    if (/\.test\.ts$/.test(path)) continue
    const text = readFileSync(path, 'utf8')
    for (const hit of text.matchAll(/\b(?:t|words)\(\s*'([a-z0-9_]+(?:\.[A-Za-z0-9_]+)+)'/g)) {
      if (!(hit[1] in zh.messages)) missing.push(`${path.slice(web.length + 1)}: ${hit[1]}`)
    }
    for (const hit of text.matchAll(/\b(?:t|words)\(\s*`([a-z0-9_]+\.[A-Za-z0-9_.]*)\$\{/g)) {
      if (!Object.keys(zh.messages).some((key) => key.startsWith(hit[1]))) missing.push(`${path.slice(web.length + 1)}: ${hit[1]}…`)
    }
  }
  expect(missing, 'add them to words/zh-CN and words/en').toEqual([])
})

// The pages of a loop ask for words of their own loop first, and for those of every loop otherwise.
test('every word of a loop is there for every loop', () => {
  const missing: string[] = []
  for (const path of files(web, /\.(vue|ts)$/)) {
    if (/\.test\.ts$/.test(path)) continue
    for (const hit of readFileSync(path, 'utf8').matchAll(/\bw\(\s*'([a-z0-9_]+)'/g)) {
      if (!(`loops.${hit[1]}` in zh.messages)) missing.push(`${path.slice(web.length + 1)}: ${hit[1]}`)
    }
  }
  expect(missing, 'add them to loops.json').toEqual([])
  for (const [key, text] of Object.entries(zh.messages)) {
    const [, word] = /^loop_\w+\.(\w+)$/.exec(key) ?? []
    const common = word && zh.messages[`loops.${word}`]
    // What every loop says takes whatever the own words take.
    if (common) for (const argument of named(text)) expect(named(common), key).toContain(argument)
  }
})

test('no Chinese stands outside the words', () => {
  const wrong: string[] = []
  for (const path of files(web, /\.(vue|ts)$/)) {
    if (/\.test\.ts$/.test(path)) continue
    const text = readFileSync(path, 'utf8').replace(/\/\/[^\n]*/g, '').replace(/\/\*[\s\S]*?\*\//g, '').replace(/<!--[\s\S]*?-->/g, '')
    text.split('\n').forEach((line, index) => {
      if (/[\u3400-\u9fff]/.test(line)) wrong.push(`${path.slice(web.length + 1)}:${index + 1}`)
    })
  }
  expect(wrong, 'move them to words/').toEqual([])
})

// --- refusals ---

// Literals that look like keys and are none: settings, file names, places in a file of the pack, and
// of what somebody had a sight.
const noKeys = /^(clock\.(source|tick_ms)|fields\.title\.personal|loop|ledger|.*\.(yml|sqlite|json|key|pub))$/

// A key is given to a Refusal by name, or stands first in a call that makes one; then any literal of
// the same first word counts, so that a helper with its own name hides nothing.
function keysOfServer(): { found: Map<string, string>; text: string } {
  const found = new Map<string, string>()
  const literals: [string, string][] = []
  const heads = new Set(Object.keys(zh.refusals).map((key) => key.split('.')[0]))
  let all = ''
  for (const path of files(server, /\.(cpp|h)$/)) {
    if (/(_test\.cpp|test_parts\.h|test_\w+\.h)$/.test(path)) continue
    const text = readFileSync(path, 'utf8').replace(/\/\/[^\n]*/g, '').split('\n').filter((line) => !line.includes('.grants')).join('\n')
    all += text
    const at = path.slice(server.length + 1)
    for (const hit of text.matchAll(/(?:\.|refusal\.)key\s*=\s*"([a-z_]+(?:\.[a-z_]+)*)"/g)) {
      if (noKeys.test(hit[1])) continue
      found.set(hit[1], at)
      if (hit[1].includes('.')) heads.add(hit[1].split('.')[0])
    }
    for (const hit of text.matchAll(/"([a-z_]+(?:\.[a-z_]+)+)"/g)) literals.push([hit[1], at])
  }
  for (const [key, at] of literals) if (heads.has(key.split('.')[0]) && !noKeys.test(key)) found.set(key, found.get(key) ?? at)
  return { found, text: all }
}

test('every refusal has words in both languages', () => {
  const { found } = keysOfServer()
  expect(found.size).toBeGreaterThan(30)
  const missing = [...found].filter(([key]) => !(key in zh.refusals)).map(([key, at]) => `${key} (${at})`)
  expect(missing, 'add them to words/zh-CN/refusals.json and words/en/refusals.json').toEqual([])
})

test('no refusal has words that nothing says any more', () => {
  const { found, text } = keysOfServer()
  const unused = Object.keys(zh.refusals).filter((key) => {
    if (key.startsWith('browser.') || found.has(key)) return false
    // Reasons of refused rows are put together: "import." + "exists".
    return !(key.startsWith('import.') && text.includes(`"${key.slice('import.'.length)}"`))
  })
  expect(unused, 'take them out of refusals.json').toEqual([])
})
