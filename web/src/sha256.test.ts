import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { Sha256, sha256OfBlob } from './sha256'

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 131 + 7) & 255)

test('agrees with another implementation at every length around a block', () => {
  for (let length = 0; length < 200; length++) {
    const data = bytes(length)
    expect(new Sha256().update(data).hex(), `${length} bytes`).toBe(createHash('sha256').update(data).digest('hex'))
  }
})

test('does not care how the bytes are cut', () => {
  const data = bytes(5000)
  const whole = new Sha256().update(data).hex()
  for (const piece of [1, 63, 64, 65, 1000]) {
    const hash = new Sha256()
    for (let at = 0; at < data.length; at += piece) hash.update(data.subarray(at, at + piece))
    expect(hash.hex()).toBe(whole)
  }
})

test('hashes a file on a page without the browser’s own, as with it', async () => {
  const blob = new Blob([bytes(70_000)])
  const expected = createHash('sha256').update(bytes(70_000)).digest('hex')
  expect(await sha256OfBlob(blob)).toBe(expected)
  const held = Object.getOwnPropertyDescriptor(globalThis, 'crypto')!
  Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true })
  try {
    expect(await sha256OfBlob(blob)).toBe(expected)
  } finally {
    Object.defineProperty(globalThis, 'crypto', held)
  }
})
