// Starts the real program on a free port over a new data folder, with a clock that a test moves,
// and speaks to it as a browser does.

import { execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Described } from './openapi.mjs'

export const root = new URL('../../', import.meta.url).pathname
export const binary = process.env.ANXIAO_BINARY ?? join(root, 'build/release/anxiao')
const run = promisify(execFile)

// Runs a command of the program to its end; never throws for a refusal.
export async function command(...args) {
  try {
    const { stdout, stderr } = await run(binary, args, { cwd: root, maxBuffer: 64 << 20 })
    return { code: 0, stdout, stderr }
  } catch (error) {
    return { code: error.code, stdout: error.stdout ?? '', stderr: error.stderr ?? '' }
  }
}

// A UUIDv7 of that district.
export function newId(district = '500190', at = Date.now()) {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(at, 0, 6)
  bytes[6] = 0x70 | (bytes[6] & 0x0f)
  bytes[8] = 0x80 | (bytes[8] & 0x3f)
  const hex = bytes.toString('hex')
  return `${district}.${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'anxiao-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

// One person (or nobody) at the door.
export class Caller {
  constructor(base, described) {
    this.base = base
    this.described = described
    this.cookie = ''
  }

  async call(method, path, body, headers = {}) {
    const url = path.startsWith('/api') || path.startsWith('/healthz') || path.startsWith('/readyz') || path.startsWith('/metrics') ? path : '/api/v1' + path
    const answer = await fetch(this.base + url, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...(method === 'GET' || method === 'HEAD' ? {} : { 'x-anxiao-request': '1' }),
        ...(body === undefined || Buffer.isBuffer(body) ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : Buffer.isBuffer(body) ? body : JSON.stringify(body),
    })
    const set = answer.headers.getSetCookie?.() ?? []
    for (const each of set) {
      const [pair] = each.split(';')
      this.cookie = pair.endsWith('=') ? '' : pair
      this.cookieText = each
    }
    const type = answer.headers.get('content-type') ?? ''
    const bytes = Buffer.from(await answer.arrayBuffer())
    const got = {
      status: answer.status,
      headers: answer.headers,
      bytes,
      body: type.includes('json') && bytes.length ? JSON.parse(bytes.toString('utf8')) : bytes.toString('utf8'),
    }
    this.described?.check(method, url, got)
    return got
  }

  get = (path, headers) => this.call('GET', path, undefined, headers)
  put = (path, body, headers) => this.call('PUT', path, body, headers)
  post = (path, body, headers) => this.call('POST', path, body, headers)
  patch = (path, body, headers) => this.call('PATCH', path, body, headers)
  delete = (path, headers) => this.call('DELETE', path, undefined, headers)

  // Keeps a file and gives its name.
  async attach(bytes, type) {
    const name = sha256(bytes)
    const answer = await this.put('/attachments/' + name, bytes, { 'content-type': type })
    if (answer.status !== 201 && answer.status !== 200) throw new Error(`attachment: ${answer.status} ${answer.bytes}`)
    return name
  }
}

export class Server {
  // `options.clock`: the instant it begins at; `options.data`: a folder that is kept;
  // `options.database`: an address of PostgreSQL; `options.term`: the district has lived its term.
  static async start(options = {}) {
    const server = new Server()
    server.temporary = temporaryFolder()
    server.data = options.data ?? join(server.temporary.folder, 'data')
    server.clockFile = join(server.temporary.folder, 'clock')
    server.setClock(options.clock ?? '2026-03-02T07:30:00+08:00')
    server.options = options
    await server.launch()
    return server
  }

  setClock(instant) {
    this.now = instant
    writeFileSync(this.clockFile, instant + '\n')
  }

  // On a free port, or again on the one that pages still have open.
  async launch({ port = 0 } = {}) {
    const args = ['serve', '--data', this.data, '--port', String(port), '--tick-ms', '50']
    if (this.options.demo !== false) args.push('--demo')
    if (this.options.clock !== 'system') args.push('--clock', 'file:' + this.clockFile)
    if (this.options.term) args.push('--term')
    if (this.options.database) args.push('--database', this.options.database)
    if (this.options.pack) args.push('--pack', this.options.pack)
    const web = this.options.web ?? process.env.ANXIAO_WEB
    if (web) args.push('--web', web)
    this.process = spawn(binary, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    this.output = ''
    this.errors = ''
    this.process.stdout.on('data', (text) => (this.output += text))
    this.process.stderr.on('data', (text) => (this.errors += text))
    this.ended = new Promise((resolve) => this.process.on('exit', (code, signal) => resolve({ code, signal })))
    for (let i = 0; ; ++i) {
      const found = this.output.match(/http:\/\/127\.0\.0\.1:(\d+)/)
      if (found) {
        this.port = Number(found[1])
        this.base = `http://127.0.0.1:${this.port}`
        break
      }
      if (this.process.exitCode !== null || i > 1200)
        throw new Error(`the server did not start:\n${this.output}\n${this.errors}`)
      await pause(50)
    }
    this.described ??= new Described(await (await fetch(this.base + '/api/v1/openapi.json')).json())
    for (const [, login, password] of this.output.matchAll(/^\s+(\S+)\s+([a-z0-9]{4}(?:-[a-z0-9]{4}){3})\s/gm)) {
      this.passwords ??= {}
      this.passwords[login] = password
    }
  }

  kill() {
    this.process.kill('SIGKILL')
    return this.ended
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGTERM')
    return this.ended
  }

  async end() {
    await this.stop()
    this.temporary.remove()
  }

  nobody() {
    return new Caller(this.base, this.described)
  }

  // Logs in; the first time with the one-time password, which is then changed as the program asks.
  async enter(login) {
    this.changed ??= {}
    const caller = new Caller(this.base, this.described)
    const first = !this.changed[login]
    const password = first ? this.passwords?.[login] : this.changed[login]
    const begun = await caller.post('/session', { login, password })
    if (begun.status !== 200) throw new Error(`${login}: ${begun.status} ${begun.bytes}`)
    if (first) {
      const chosen = 'river-lantern-' + randomBytes(6).toString('hex')
      const changed = await caller.put('/session/password', { old: password, new: chosen })
      if (changed.status !== 204) throw new Error(`${login}: ${changed.status} ${changed.bytes}`)
      this.changed[login] = chosen
    }
    caller.me = (await caller.get('/session')).body
    return caller
  }
}

// Asks until `wanted` holds, up to ten seconds.
export async function eventually(ask, wanted) {
  let last
  for (let i = 0; i < 200; ++i) {
    last = await ask()
    if (wanted(last)) return last
    await pause(50)
  }
  throw new Error('it did not come to be: ' + JSON.stringify(last)?.slice(0, 2000))
}

// The smallest JPEG that is one: a grey pixel, with an Exif segment that names a place.
export function photograph(note = '') {
  const pixel = Buffer.from(
    'ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432' +
      'ffc0000b080001000101011100' +
      'ffc4001f0000010501010101010100000000000000000102030405060708090a0b' +
      'ffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa' +
      'ffda0008010100003f00fbd3ffd9',
    'hex',
  )
  const exif = Buffer.concat([Buffer.from('Exif\0\0'), Buffer.from('4d4d002a00000008000101120003000000010006000000000000', 'hex'), Buffer.from('GPS 29.56N 106.55E ' + note)])
  const head = Buffer.alloc(4)
  head.writeUInt16BE(0xffe1, 0)
  head.writeUInt16BE(exif.length + 2, 2)
  return Buffer.concat([Buffer.from('ffd8', 'hex'), head, exif, pixel])
}
