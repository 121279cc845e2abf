import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass } from '#model/instrument.ts'
import { netLeverage, netRates } from '#risk/currency-hedges.ts'
import type { Exposure } from '#risk/exposures.ts'
import { table } from '#test/support/table.ts'

/** `SAP STK EUR 1 0.1`: name, class, currency, what a unit of weight holds of it, weight; no currency is the account's own. */
function exposureOf(text: string): Exposure {
  const [name = '', assetClass = '', currency = '', share = '', weight = ''] = text.trim().split(' ') // prettier-ignore
  const id = name as InstrumentId
  const foreign = currency === '-' ? undefined : { currency, share: Number(share) }
  return { instrument: id, issuer: id, sector: 'S', assetClass: assetClass as AssetClass, weight: Number(weight), foreign } // prettier-ignore
}
const bookOf = (text: string): readonly Exposure[] => text.split(';').map(exposureOf)

test.each(
  table(`
  what                                            | book                                                                            | net
  a pair alone is exposure                        | EUR CASH EUR 1 0.3                                                              | 0.3
  stocks at home are no hedge of it               | KO STK - 0 0.5 ; EUR CASH EUR 1 -0.3                                            | 0.2
  a hedge of foreign stock takes nothing off      | SAP STK EUR 1 0.5 ; EUR CASH EUR 1 -0.5                                         | 0.5
  half a hedge neither                            | SAP STK EUR 1 0.5 ; EUR CASH EUR 1 -0.2                                         | 0.5
  what is more than the stock counts              | SAP STK EUR 1 0.5 ; EUR CASH EUR 1 -0.8                                         | 0.2
  the same way counts whole                       | SAP STK EUR 1 0.5 ; EUR CASH EUR 1 0.4                                          | 0.9
  of a short the hedge is long                    | SAP STK EUR 1 -0.5 ; EUR CASH EUR 1 0.5                                         | -0.5
  a pair the other way round hedges when long     | SONY STK JPY 1 0.4 ; USD CASH JPY -1 0.4                                        | 0.4
  another currency is no hedge                    | SAP STK EUR 1 0.5 ; GBP CASH GBP 1 -0.5                                         | 0
  an option by its premium                        | ODAX OPT EUR 0.1 0.5 ; EUR CASH EUR 1 -0.25                                     | 0.3
  a future holds none of its currency             | FDAX FUT - 0 0.5 ; EUR CASH EUR 1 -0.5                                          | 0
  stocks against each other are netted first      | SAP STK EUR 1 0.5 ; BMW STK EUR 1 -0.3 ; EUR CASH EUR 1 -0.5                    | -0.1
`),
)('$what: $net', ({ book, net }) => {
  const exposures = bookOf(book)
  expect(netLeverage(exposures)).toBeCloseTo(Number(net), 12)
  const rates = netRates(exposures)
  expect(exposures.reduce((sum, { weight }, i) => sum + rates[i]! * weight, 0)).toBeCloseTo(Number(net), 12) // prettier-ignore
  expect(rates.every((rate) => rate >= 0 && rate <= 1)).toBe(true)
})

test('two pairs share what there is to hedge, whatever order they are in', () => {
  const book = bookOf('SAP STK EUR 1 0.3;EUR CASH EUR 1 -0.4;EUR2 CASH EUR 1 -0.2')
  expect([...netRates(book)]).toEqual([1, 0.5, 0.5].map((rate) => expect.closeTo(rate, 12) as number)) // prettier-ignore
  expect(netLeverage(book.toReversed())).toBe(netLeverage(book))
})

test('a pair that is not held counts whole: it hedges nothing yet', () => {
  expect([...netRates(bookOf('SAP STK EUR 1 0.3;EUR CASH EUR 1 0'))]).toEqual([1, 1])
})

test('an exposure that is unknown leaves net unknown', () => {
  expect(netLeverage(bookOf('SAP STK EUR 1 NaN;EUR CASH EUR 1 -0.4'))).toBeNaN()
})
