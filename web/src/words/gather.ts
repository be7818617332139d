// Makes a language out of its files: `./today.json` becomes the messages under `today`.

import type { Loaded } from './index'

export function gather(files: Record<string, unknown>): Loaded {
  const messages: Record<string, unknown> = {}
  let refusals: Record<string, string> = {}
  for (const [path, content] of Object.entries(files)) {
    const name = path.replace(/^.*\//, '').replace(/\.json$/, '')
    if (name === 'refusals') refusals = content as Record<string, string>
    else messages[name] = content
  }
  return { messages, refusals }
}
