import { expect, test } from 'vitest'
import { runsOf } from '#construction/lots/allowed-changes.ts'
import { table } from '#test/support/table.ts'

// One lot is 1 % of the account, worth as much; bounds of ±20 %.
test.each(
  table(`
    held | weight | ticket | runs                        | why
    0    | 0.01   | 0      | 1..20 -1..-20               | either side
    5    | 0.01   | 0      | 1..15 -1..-5 -6..-25        | more, less, and through zero
    -5   | 0.01   | 0      | -1..-15 1..5 6..25          | short: the same the other way round
    5    | 0.01   | 0.03   | 3..15 -3..-5 -8..-25        | every order at least three lots
    2    | 0.01   | 0.03   | 3..18 -2..-2 -5..-22        | a holding below the ticket may be closed
    5.5  | 0.01   | 0      | 1..14 -1..-5                | a fraction stays, so that nothing goes through zero
    0.5  | 0.01   | 0      | 1..19                       | less than a lot cannot be sold
    0    | -0.04  | 0      | 1..5 -1..-5                 | a put: what is long is short exposure
    0    | 0.3    | 0      |                             | a lot beyond both bounds
    25   | 0.01   | 0      | -1..-25 -26..-45            | outside: no further, and back
  `),
)(
  'holding $held lots of $weight with a ticket of $ticket: $why',
  ({ held, weight, ticket, runs }) => {
    // prettier-ignore
    const start = Number(held) * Number(weight)
    const room = { lower: Math.min(-0.2, start), upper: Math.max(0.2, start), goalLower: -0.2, goalUpper: 0.2 } // prettier-ignore
    const lot = { weight: Number(weight), held: Number(held), value: Math.abs(Number(weight)), cash: 0, minimumFee: 0, feeRate: 0 } // prettier-ignore
    const found = runsOf(lot, start, room, Number(ticket)).map(({ first, last }) => `${first}..${last}`) // prettier-ignore
    expect(found.join(' ')).toBe(runs)
  },
)
