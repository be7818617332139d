// Follows the live stream as a page does and keeps what it says.

import { eventually } from './server.mjs'

// `after`: the sequence to go on from. Answers where it now stands, what was heard and whether the
// server has ended it; gives the refusal's status where there is no stream.
export async function listen(server, who, after) {
  const stop = new AbortController()
  const answer = await fetch(server.base + '/api/v1/stream', {
    headers: { ...(who.headers?.() ?? { cookie: who.cookie }), ...(after === undefined ? {} : { 'last-event-id': String(after) }) },
    signal: stop.signal,
  })
  const kept = { status: answer.status, events: [], place: undefined, over: false, close: () => stop.abort() }
  if (answer.status !== 200) {
    await answer.arrayBuffer()
    return kept
  }
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) throw new Error('the answer is no stream')
  ;(async () => {
    let text = ''
    try {
      for await (const piece of answer.body) {
        text += Buffer.from(piece).toString('utf8')
        for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
          const lines = text.slice(0, end).split('\n')
          const value = (name) => lines.find((line) => line.startsWith(name + ': '))?.slice(name.length + 2)
          kept.place = Number(value('id') ?? kept.place)
          if (value('event')) kept.events.push({ event: value('event'), id: Number(value('id')), ...JSON.parse(value('data')) })
        }
      }
    } catch {}
    kept.over = true
  })()
  await eventually(() => kept.place, (place) => place !== undefined)
  return kept
}
