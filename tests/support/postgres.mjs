// A PostgreSQL server for a test, from Debian's package, in a temporary folder and reached only by a
// socket in it. Where the package is absent there is none.

import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const installed = '/usr/lib/postgresql'
const versions = existsSync(installed) ? readdirSync(installed).filter((each) => existsSync(join(installed, each, 'bin/initdb'))) : []
const programs = versions.length ? join(installed, versions.sort((a, b) => b - a)[0], 'bin') : null

export const absent = !programs && 'no PostgreSQL is installed (Debian: postgresql-15)'

// The server refuses to run as root; Debian's package brings an account for it.
function account() {
  if (process.getuid() !== 0) return {}
  const number = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: number('-u'), gid: number('-g') }
}

export class Postgres {
  static async start() {
    const made = new Postgres()
    made.folder = mkdtempSync(join(tmpdir(), 'anxiao-pg-'))
    made.account = account()
    if (made.account.uid) chownSync(made.folder, made.account.uid, made.account.gid)
    execFileSync(join(programs, 'initdb'), ['-D', join(made.folder, 'data'), '-U', 'anxiao', '--locale=C.UTF-8', '--encoding=UTF8', '--auth=trust', '--no-sync'], { ...made.account, stdio: 'ignore', cwd: made.folder })
    await made.launch()
    return made
  }

  async launch() {
    this.process = spawn(join(programs, 'postgres'), ['-D', join(this.folder, 'data'), '-k', this.folder, '-c', 'listen_addresses='], { ...this.account, stdio: 'ignore', cwd: this.folder })
    for (let i = 0; ; ++i) {
      try {
        execFileSync(join(programs, 'pg_isready'), ['-q', '-h', this.folder])
        return
      } catch (error) {
        if (i > 300) throw error
        await pause(100)
      }
    }
  }

  // The address of a new database of that name.
  database(name) {
    execFileSync(join(programs, 'createdb'), ['-h', this.folder, '-U', 'anxiao', name], { stdio: 'ignore' })
    return `host=${this.folder} user=anxiao dbname=${name}`
  }

  // The rows that a statement gives, each a list of texts.
  rows(name, sql) {
    const text = execFileSync(join(programs, 'psql'), ['-h', this.folder, '-U', 'anxiao', '-d', name, '-At', '-F', '\t', '-c', sql], { encoding: 'utf8' })
    return text.split('\n').filter(Boolean).map((line) => line.split('\t'))
  }

  // At once and without its leave.
  async kill() {
    const ended = new Promise((resolve) => this.process.on('exit', resolve))
    this.process.kill('SIGQUIT')
    await ended
  }

  async end() {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
