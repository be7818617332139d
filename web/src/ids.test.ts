import { expect, test } from 'vitest'
import { districtOf, newId, uuid7 } from './ids'

const shape = /^500190\.[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('an id is the district and a UUID of version 7', () => {
  for (let i = 0; i < 100; i++) expect(newId('500190')).toMatch(shape)
  expect(districtOf(newId('500190'))).toBe('500190')
})

test('ids made later sort later', () => {
  const fill = (bytes: Uint8Array) => { bytes.fill(0) }
  expect(uuid7(1_700_000_000_000, fill) < uuid7(1_700_000_000_001, fill)).toBe(true)
  expect(uuid7(0x0123456789ab, fill)).toBe('01234567-89ab-7000-8000-000000000000')
})
