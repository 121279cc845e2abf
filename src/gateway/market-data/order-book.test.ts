import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { changesBetween, type DepthRow } from '#gateway/market-data/order-book.ts'
import type { DepthChange } from '#gateway/messages/outgoing/depth.ts'
import { table } from '#test/support/table.ts'

/** `100x5A` is 5 at 100 by A. */
const rows = (text: string): DepthRow[] =>
  text.split(' ').flatMap((part) => {
    const [, price = '', size = '', maker = ''] = /^(\d+)x(\d+)(\w*)$/.exec(part) ?? []
    return price === '' ? [] : [{ price, size, maker }]
  })

const shown = ({ position, operation, price, size }: DepthChange): string =>
  operation === 'delete' ? `-${position}` : `${operation === 'insert' ? '+' : '='}${position}:${price}x${size}` // prettier-ignore

/** What clients take an insertion for: IBKR's own push the rows below down, ib_async puts it in its place. */
const INSERTIONS = ['pushes down', 'replaces'] as const

/** What a client does with a change. */
function applied(
  book: readonly DepthRow[],
  { position, operation, price, size, maker }: DepthChange,
  insertion: (typeof INSERTIONS)[number],
): DepthRow[] {
  const copy = [...book]
  const pushes = operation === 'insert' && insertion === 'pushes down'
  if (operation === 'delete') copy.splice(position, 1)
  else copy.splice(position, pushes ? 0 : 1, { price, size, maker })
  return copy
}

test.each(
  table(`
    situation                        | before              | after               | changes
    the first rows                   |                     | 100x5 99x7          | +0:100x5 +1:99x7
    nothing new                      | 100x5 99x7          | 100x5 99x7          |
    another size                     | 100x5 99x7          | 100x6 99x7          | =0:100x6
    a better price, the last falls   | 100x5 99x7          | 101x1 100x5         | =0:101x1 =1:100x5
    a better price above both        | 100x5 99x7          | 101x1 100x5 99x7    | =0:101x1 =1:100x5 +2:99x7
    the best is gone                 | 100x5 99x7 98x2     | 99x7 98x2           | -2 =0:99x7 =1:98x2
    everything is another            | 100x5 99x7          | 90x1 89x2           | =0:90x1 =1:89x2
    everything is gone               | 100x5 99x7          |                     | -1 -0
    two makers at a price            | 100x5A              | 100x5A 100x3B       | +1:100x3
  `),
)('$situation: $changes', ({ before, after, changes }) => {
  const said = changesBetween('bid', rows(before), rows(after)).map(shown)
  expect(said.join(' ')).toBe(changes)
})

test.each(INSERTIONS)(
  'a copy that follows the changes is the book, and never longer than the longer of both, where an insertion %s',
  (insertion) => {
    // prettier-ignore
    const side = fc.uniqueArray(fc.record({ price: fc.nat(30), size: fc.integer({ min: 1, max: 9 }) }), { selector: ({ price }) => price, maxLength: 10 }) // prettier-ignore
    const book = side.map((levels) =>
      levels
        .toSorted((a, b) => b.price - a.price)
        .map(({ price, size }) => ({ price: String(price), size: String(size), maker: '' })),
    )
    fc.assert(
      fc.property(book, book, (before, after) => {
        let copy: DepthRow[] = before
        for (const change of changesBetween('bid', before, after)) {
          copy = applied(copy, change, insertion)
          expect(copy.length).toBeLessThanOrEqual(Math.max(before.length, after.length))
        }
        expect(copy).toEqual(after)
      }),
    )
  },
)
