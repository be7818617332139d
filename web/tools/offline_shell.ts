// Writes the service worker into the built pages: with the list of every file a page may ask for, and
// a version that follows from their bytes, so that the same pages are the same version.

import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Plugin } from 'vite'

const kName = 'service_worker.js'

export function offlineShell(): Plugin {
  let out = ''
  return {
    name: 'offline-shell',
    apply: 'build',
    configResolved(config) {
      out = resolve(config.root, config.build.outDir)
    },
    closeBundle() {
      const source = readFileSync(new URL('../src/service_worker.js', import.meta.url), 'utf8')
      writeFileSync(join(out, kName), withList(source, out))
    },
  }
}

export function withList(source: string, folder: string): string {
  const files = [...filesOf(folder)]
    .map((path) => `/${relative(folder, path)}`)
    .filter((path) => !path.startsWith('/.vite/') && !path.endsWith('.gz') && path !== `/${kName}`)
    .sort()
  const sum = createHash('sha256').update(source)
  for (const path of files) sum.update(path).update(readFileSync(join(folder, path)))
  return source.replace("'__FILES__'", JSON.stringify(files)).replace('__VERSION__', sum.digest('hex').slice(0, 12))
}

function* filesOf(folder: string): Generator<string> {
  for (const entry of readdirSync(folder).sort()) {
    const path = join(folder, entry)
    if (statSync(path).isDirectory()) yield* filesOf(path)
    else yield path
  }
}
