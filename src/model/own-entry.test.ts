import { expect, test } from 'vitest'
import { ownEntry } from '#model/own-entry.ts'

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'b'])(
  '%s is not in the table',
  (name) => {
    expect(ownEntry({ a: 1 }, name)).toBeUndefined()
  },
)

test('what is in the table is found', () => {
  expect(ownEntry({ a: 1 }, 'a')).toBe(1)
})
