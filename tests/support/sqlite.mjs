// The database file as somebody with a shell sees it: through Debian's sqlite3.

import { execFileSync } from 'node:child_process'

export class DatabaseSync {
  constructor(file) {
    this.file = file
  }
  all(sql) {
    const out = execFileSync('sqlite3', ['-json', this.file, sql], { encoding: 'utf8' })
    return out.trim() ? JSON.parse(out) : []
  }
  run(sql) {
    execFileSync('sqlite3', [this.file, sql])
  }
}
