import { expect, test } from 'vitest'
import type { Quotes } from '#marketdata/intraday.ts'
import { recordingOf } from '#exchange/market/intraday-records.ts'
import { table } from '#test/support/table.ts'

const VENUES = ['', 'N', 'Q', 'P']

const texts = (of: readonly string[]) => ({ names: VENUES, codes: Uint16Array.from(of, (text) => VENUES.indexOf(text)) }) // prettier-ignore

/** The last value of a column; `-` for none. */
const last = (column: Float64Array) => String(column.at(-1)).replace('NaN', '-')

/** One side of one exchange a row, as tick files have them: `N bid 100 x 3`. */
function quotesOf(rows: readonly string[]): Quotes {
  const cells = rows.map((row) => row.split(' '))
  const side = (which: string, column: number) =>
    Float64Array.from(cells, (row) => (row[1] === which ? Number(row[column]) : Number.NaN))
  return {
    kind: 'quotes',
    length: rows.length,
    time: Float64Array.from(rows, (_, i) => i),
    bid: side('bid', 2),
    bidSize: side('bid', 4),
    ask: side('ask', 2),
    askSize: side('ask', 4),
    exchange: texts(cells.map(([venue = '']) => venue)),
    condition: texts(cells.map(() => '')),
  }
}

test.each(
  table(`
    what                                           | rows                                                       | best
    the best of two exchanges                      | N bid 100 x 3, Q bid 101 x 2, N ask 103 x 1, Q ask 102 x 4 | 101 x 2 / 102 x 4
    sizes at one price add up                      | N bid 100 x 3, Q bid 100 x 2, P bid 99 x 7                 | 100 x 5 / - x -
    an exchange speaks for itself alone            | N bid 100 x 3, Q bid 101 x 2, Q bid 99 x 1                 | 100 x 3 / - x -
    a price of zero takes a side away              | N bid 100 x 3, Q bid 101 x 2, Q bid 0 x 0                  | 100 x 3 / - x -
    a bid through another's older offer ends it    | N ask 102 x 1, P ask 104 x 5, Q bid 103 x 2                | 103 x 2 / 104 x 5
    an offer through another's older bid ends it   | N bid 103 x 1, P bid 100 x 5, Q ask 102 x 2                | 100 x 5 / 102 x 2
    a locked market stays                          | N ask 102 x 1, Q bid 102 x 2                               | 102 x 2 / 102 x 1
    what one exchange crosses by itself stays      | N ask 102 x 1, N bid 103 x 2                               | 103 x 2 / 102 x 1
  `),
)('$what', ({ rows, best }) => {
  const { quotes } = recordingOf([quotesOf(rows.split(', '))])
  expect(`${last(quotes.bid)} x ${last(quotes.bidSize)} / ${last(quotes.ask)} x ${last(quotes.askSize)}`).toBe(best) // prettier-ignore
})
