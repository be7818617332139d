import { expect, test } from 'vitest'
import { pagesOf, sheetText } from './sheet_text'

test('the code of a sheet is an address with the point and its code', () => {
  expect(sheetText('https://a.b', '500190.x', 'abc123')).toBe('https://a.b/i/500190.x?k=abc123')
})

test('sheets are laid on pages, the last one not full', () => {
  expect(pagesOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
  expect(pagesOf([], 6)).toEqual([])
})
