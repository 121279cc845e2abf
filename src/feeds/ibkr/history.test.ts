import { describe, expect, test } from 'vitest'
import { price, quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { instantOf } from '#model/time.ts'
import { completedBars, requestFor } from '#feeds/ibkr/history.ts'
import type { HistoricalBar } from '#tws/messages.ts'
import { table } from '#test/support/table.ts'

const common = { conId: 1, exchange: 'SMART', currency: 'USD', multiplier: 1n, priceIncrements: [{ from: price('0'), increment: price('0.01') }], lot: quantity('1'), sector: 'unknown' } // prettier-ignore
const STOCK: Instrument = { ...common, id: 'AAPL.STK.USD' as InstrumentId, assetClass: 'STK', symbol: 'AAPL', primaryExchange: 'NASDAQ', shortable: true, borrowRate: 0 } // prettier-ignore
const PAIR: Instrument = { ...common, id: 'EUR.CASH.USD' as InstrumentId, assetClass: 'CASH', symbol: 'EUR' } // prettier-ignore

/** Monday, 2018-02-05, 12:00 in New York. */
const NOON = instantOf('2018-02-05T17:00:00Z') ?? 0
const AFTER_CLOSE = instantOf('2018-02-05T21:00:00Z') ?? 0

test.each(
  table(`
  class | count | until      | adjusted     | duration | end               | show          | why
  STK   | 252   | 2018-02-05 | splits       | 253 D    |                   | TRADES        | today's bar is one more
  STK   | 252   | 2018-02-05 | total-return | 253 D    |                   | ADJUSTED_LAST |
  STK   | 5     | 2018-01-26 | splits       | 6 D      | 20180127-04:59:59 | TRADES        | the end of that day in New York
  STK   | 5     | 2018-01-26 | total-return | 13 D     |                   | ADJUSTED_LAST | ends now, so what lies between comes too
  STK   | 365   | 2018-02-05 | splits       | 2 Y      |                   | TRADES        | days only up to a year
  STK   | 2000  | 2018-02-05 | splits       | 8 Y      |                   | TRADES        |
  CASH  | 10    | 2018-02-05 | total-return | 11 D     |                   | MIDPOINT      | forex has no trades
`),
)('$count sessions of a $class to $until, $adjusted: $duration $show ($why)', (row) => {
  const instrument = row.class === 'CASH' ? PAIR : STOCK
  const adjusted = row.adjusted as 'splits' | 'total-return'
  const request = requestFor({ instrument, count: Number(row.count), until: row.until, adjusted }, NOON) // prettier-ignore
  expect(request).toMatchObject({ duration: row.duration, end: row.end, show: row.show })
})

const bar = (date: string, close = 10): HistoricalBar => ({ date, open: 9, high: 11, low: 8, close, volume: 100 }) // prettier-ignore
const dates = (bars: readonly { readonly date: string }[]) => bars.map(({ date }) => date)

describe('of an answer', () => {
  const answer = [bar('20180131'), bar('20180201'), bar('20180202'), bar('20180205')]
  const history = { instrument: STOCK, count: 10, until: '2018-02-05', adjusted: 'splits' } as const

  test('the session under way is no bar; once closed it is', () => {
    expect(dates(completedBars(answer, history, NOON))).toEqual(['2018-01-31', '2018-02-01', '2018-02-02']) // prettier-ignore
    expect(dates(completedBars(answer, history, AFTER_CLOSE)).at(-1)).toBe('2018-02-05')
  })

  test('the latest sessions up to the day are taken, oldest first, dated by their open', () => {
    const two = completedBars(answer.toReversed(), { ...history, count: 2, until: '2018-02-01' }, NOON) // prettier-ignore
    expect(dates(two)).toEqual(['2018-01-31', '2018-02-01'])
    expect(two[0]?.at).toBe(instantOf('2018-01-31T14:30:00Z'))
  })

  test('a bar without volume has none, and one without a day is left out', () => {
    const odd = [{ ...bar('20180201'), volume: -1 }, bar('yesterday')]
    expect(completedBars(odd, history, NOON)).toMatchObject([{ date: '2018-02-01', volume: 0 }])
  })
})
