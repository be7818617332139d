import { expect, it } from 'vitest'
import { ifAlone } from './only_one'

it('without locks of the browser a lease keeps another window out, until it runs out', async () => {
  localStorage.setItem('anxiao.lease.x', JSON.stringify({ holder: 'another', until: Date.now() + 10_000 }))
  let ran = 0
  expect(await ifAlone('x', async () => { ran++ })).toBe(false)
  localStorage.setItem('anxiao.lease.x', JSON.stringify({ holder: 'another', until: Date.now() - 1 }))
  expect(await ifAlone('x', async () => { ran++ })).toBe(true)
  expect(ran).toBe(1)
  expect(localStorage.getItem('anxiao.lease.x')).toBeNull()
})

it('a lease far in the future is of a clock that was set, and holds nobody', async () => {
  localStorage.setItem('anxiao.lease.x', JSON.stringify({ holder: 'another', until: Date.now() + 24 * 3600_000 }))
  expect(await ifAlone('x', async () => undefined)).toBe(true)
})
