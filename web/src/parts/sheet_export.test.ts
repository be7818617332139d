import { expect, test } from 'vitest'
import { csvOf } from './sheet_export'

test('cells with commas, quotes and line ends are quoted', () => {
  expect(csvOf([['甲', '乙,丙', '说"好"', '一\n二'], [1, null, undefined, '']])).toBe('甲,"乙,丙","说""好""","一\n二"\r\n1,,,\r\n')
})

test('a cell that begins like a formula stays text', () => {
  expect(csvOf([['=1+1', '+2', '-3', '@x', -3]])).toBe("'=1+1,'+2,'-3,'@x,-3\r\n")
})
