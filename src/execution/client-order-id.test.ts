import { expect, test } from 'vitest'
import { clientOrderIdOf, isOfJournal, readClientOrderId } from '#execution/client-order-id.ts'
import type { RunId } from '#model/ids.ts'

test('an id says journal, run, leg and attempt', () => {
  expect(clientOrderIdOf('0a1b2c3d', 'r7' as RunId, 'B12', 3)).toBe('0a1b2c3d-r7-B12-3')
})

test('the longest that a run of years can make still fits', () => {
  expect(clientOrderIdOf('0a1b2c3d', 'r99999999' as RunId, 'B9999', 99)).toHaveLength(27)
})

test.each([
  ['a journal id that is none', 'XYZ', 'r1', 'A1', 1],
  ['a leg with a dash', '0a1b2c3d', 'r1', 'A-1', 1],
  ['attempt zero', '0a1b2c3d', 'r1', 'A1', 0],
  ['too long', '0a1b2c3d', 'r1', 'A1234567890123456789', 1],
])('%s is a bug', (_, journal, run, leg, n) => {
  expect(() => clientOrderIdOf(journal, run as RunId, leg, n)).toThrow('Invariant')
})

test('only names of this journal are ours', () => {
  expect(isOfJournal('0a1b2c3d', '0a1b2c3d-r1-A1-1')).toBe(true)
  expect(isOfJournal('0a1b2c3d', '0a1b2c3e-r1-A1-1')).toBe(false)
  expect(isOfJournal('', '-r1-A1-1')).toBe(false)
})

test.each([
  ['one of ours', '0a1b2c3d-r7-B12-3', '0a1b2c3d-r7-B12-3'],
  ['nothing', '', undefined],
  ["a person's word", 'hedge', undefined],
  ['one of ours with a tail', '0a1b2c3d-r7-B12-3x', undefined],
])('an orderRef that is %s reads as that', (_, text, expected) => {
  expect(readClientOrderId(text)).toBe(expected)
})
