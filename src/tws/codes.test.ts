import { expect, test } from 'vitest'
import { meaningOf } from '#tws/codes.ts'
import { table } from '#test/support/table.ts'

// The codes of the incident list: each of them has cost somebody money when read otherwise.
test.each(
  table(`
  code  | class | order           | why
  103   | E     | rejected        | duplicate id: the new order is not there
  110   | E     | rejected-if-new | off the increment: only new orders die of it
  161   | E     | cancel-refused  | the order is over, or not yet there
  200   | E     | rejected        | answers orders, too
  201   | E     | rejected        | the reason is in the text
  202   | E     | canceled        | asked for or not
  321   | E     | rejected-if-new | on a change the order lives on
  354   | E     | alive           | market data
  399   | W     | held            | kept until the open
  404   | W     | held            | locating shares
  460   | E     | rejected        | no permission
  1100  | S     | unknown         | the link
  2102  | W     | alive           | still being processed
  2104  | S     | alive           | a data farm is back
  2109  | W     | alive           | outsideRth ignored
  10147 | E     | cancel-refused  | not found
  10148 | E     | cancel-refused  | over
  10167 | W     | alive           | delayed data instead
  10197 | W     | alive           | competing session
  10349 | W     | alive           | looks like a cancel, is none
  0     | S     | alive           | rate warning
`),
)('$code is $class, and of an order $order: $why', (row) => {
  expect(meaningOf(Number(row.code))).toMatchObject({ class: row.class, order: row.order })
})

test.each([
  [1100, 'lost'],
  [1101, 'restored-data-lost'],
  [1102, 'restored'],
  [1300, 'socket-lost'],
  [326, 'socket-lost'],
  [2110, undefined],
])('%i is about the link: %s', (code, link) => {
  expect(meaningOf(code).link).toBe(link)
})

test('a code nobody knows ends the request and says nothing of an order', () => {
  expect(meaningOf(31_337)).toMatchObject({ class: 'E', order: 'unknown' })
})
