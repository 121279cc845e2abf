import { expect, test } from 'vitest'
import { orderTerms } from '#gateway/orders/order-terms.ts'
import { readPlaceOrder } from '#gateway/messages/place-order.ts'
import { FieldReader } from '#gateway/wire/field-reader.ts'
import { plainDirectory } from '#exchange/market/directory.ts'
import { format, quantity } from '#model/fixed.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import type { Stock } from '#model/instrument.ts'
import { ONE_CENT } from '#schedules/price-increments.ts'
import { placeOrderFields } from '#test/support/place-order-fields.ts'
import { table } from '#test/support/table.ts'
import { euro } from '#test/support/venue.ts'

const stock = (symbol: string, conId: number, currency = 'USD'): Stock => ({
  id: `${symbol}.STK.${currency}` as InstrumentId,
  assetClass: 'STK',
  conId,
  symbol,
  exchange: 'SMART',
  primaryExchange: 'NASDAQ',
  currency,
  multiplier: 1n,
  priceIncrements: ONE_CENT,
  lot: quantity('1'),
  sector: 'Technology',
  shortable: true,
  borrowRate: 0,
})

const listed = [stock('AAPL', 265598), euro, stock('IBM', 8314), stock('IBM', 8315, 'CAD')]
const venue = {
  account: 'DU1234567' as AccountId,
  now: Date.UTC(2018, 1, 5, 15, 0),
  directory: plainDirectory(listed),
}

function terms(said: Readonly<Record<string, string>>) {
  const request = readPlaceOrder(
    new FieldReader(placeOrderFields({ orderId: '7', ...said }), 1),
    178,
  )
  if (!request.ok) throw new Error(request.error.cause)
  return orderTerms(venue, 3, request.value)
}

test('a limit order is read whole', () => {
  const read = terms({ orderRef: 'ref-1', lmtPrice: '190.10', totalQuantity: '25', tif: 'GTC' })
  expect(read).toMatchObject({
    ok: true,
    value: {
      whatIf: false,
      transmit: true,
      warnings: [],
      order: {
        instrument: 'AAPL.STK.USD',
        action: 'BUY',
        quantity: 25_000_000_000n,
        orderType: 'LMT',
        limitPrice: 190_100_000_000n,
        timeInForce: 'GTC',
        outsideRegularHours: false,
        owner: { clientId: 3, orderId: 7, orderRef: 'ref-1' },
      },
    },
  })
})

test('without a time in force it is a day order, and the client is warned', () => {
  const read = terms({ tif: '' })
  expect(read.ok && read.value.order.timeInForce).toBe('DAY')
  expect(read.ok && read.value.warnings.map(({ code }) => code)).toEqual([10349])
})

test('a good-till date is an instant', () => {
  const read = terms({ tif: 'GTD', goodTillDate: '20180205 10:10:00 US/Eastern' })
  expect(read.ok && read.value.order.goodTill).toBe(Date.UTC(2018, 1, 5, 15, 10))
})

test.each(
  table(`
    situation                         | said                                   | code
    an unknown symbol                 | symbol=ZZZZ                            | 200
    two listings fit                  | symbol=IBM;currency=                   | 200
    no exchange                       | exchange=                              | 321
    no security type                  | secType=                               | 321
    nonsense for one                  | secType=FOO                            | 321
    another account                   | account=DU7654321                      | 201
    neither bought nor sold           | action=HOLD                            | 321
    size zero                         | totalQuantity=0                        | 434
    no size                           | totalQuantity=                         | 434
    a negative size                   | totalQuantity=-5                       | 321
    a size that is no number          | totalQuantity=ten                      | 321
    a fraction of a share             | totalQuantity=1.5                      | 10243
    a stop order without a stop       | orderType=STP                          | 403
    a stop off the increment          | orderType=STP;auxPrice=90.005          | 110
    a negative stop                   | orderType=STP LMT;auxPrice=-1          | 403
    nothing to trail by               | orderType=TRAIL                        | 158
    trailing by both                  | orderType=TRAIL;auxPrice=1;trailingPercent=2 | 321
    a first stop off the increment    | orderType=TRAIL;auxPrice=1;trailStopPrice=9.999 | 110
    a trailing limit without its limit | orderType=TRAIL LIMIT;auxPrice=1;lmtPrice= | 107
    a cap off the increment           | orderType=MIDPRICE;lmtPrice=9.999      | 110
    no such trigger method            | orderType=STP;auxPrice=90;triggerMethod=5 | 146
    a display size that is no number  | displaySize=some                       | 321
    a minimum that is no lot          | minQty=0.5                             | 321
    good after nonsense               | goodAfterTime=soon                     | 391
    an offset in percent              | orderType=REL;percentOffset=0.01       | 321
    no such order type                | orderType=WISH                         | 387
    a limit order without a limit     | lmtPrice=                              | 107
    a limit off the increment         | lmtPrice=100.005                       | 110
    a limit of zero                   | lmtPrice=0                             | 110
    a negative limit                  | lmtPrice=-1                            | 110
    a limit that is no number         | lmtPrice=cheap                         | 321
    no such time in force             | tif=EVER                               | 321
    good till no date                 | tif=GTD                                | 391
    good till nonsense                | tif=GTD;goodTillDate=tomorrow          | 391
    a group of no such type           | ocaGroup=g;ocaType=4                   | 321
    a group of advisors' accounts     | faGroup=All                            | 321
    to take its parent along          | autoCancelParent=1                     | 321
    no such algorithm                 | algoStrategy=Twop;ALGO=0               | 439
    an algorithm not worked here      | algoStrategy=DarkIce;ALGO=0            | 321
    a condition of no such type       | conditionsCount=1;CONDITIONS=2 a 0 0 | 321
    a condition without a time        | conditionsCount=1;CONDITIONS=3 a 1 t 0 0 | 391
    ETRADE only, abolished            | eTradeOnly=1                           | 10268
    firm quote only, abolished        | firmQuoteOnly=1                        | 10269
  `),
)('$situation: error $code', ({ said, code }) => {
  const read = terms(Object.fromEntries(said.split(';').map((pair) => pair.split('='))))
  expect(read.ok ? 'accepted' : String(read.error.code)).toBe(code)
})

test.each(
  table(`
    client                            | said
    stoqey leaves out                 | strike=;auxPrice=;displaySize=;minQty=;auctionStrategy=
    ibapi says 0 and DBL_MAX          | auxPrice=0;minQty=2147483647;trailStopPrice=1.7976931348623157e+308
    ib_async says O, 0.0 and unset    | openClose=O;strike=0.0;cashQty=1.7976931348623157e+308;hidden=0
    a contract by its number          | symbol=;secType=;currency=;conId=265598
    a Python float for a price        | lmtPrice=190.10000000000002
    a size in exponents               | totalQuantity=1e2
    lower case                        | orderType=lmt;action=buy;tif=day
    Nasdaq by its other name          | primaryExchange=ISLAND
  `),
)('$client: accepted', ({ said }) => {
  const read = terms(Object.fromEntries(said.split(';').map((pair) => pair.split('='))))
  expect(read.ok ? 'accepted' : read.error.text).toBe('accepted')
})

const readAs = (said: string) => {
  const read = terms(Object.fromEntries(said.split(';').map((pair) => pair.split('='))))
  if (!read.ok) return read.error.text
  const { orderType, limitPrice, triggerPrice, trail, limitOffset, pegOffset } = read.value.order
  const trailing =
    trail === undefined ? undefined : 'amount' in trail ? format(trail.amount) : `${trail.fraction}`
  const prices = { limit: limitPrice, trigger: triggerPrice, offset: limitOffset, peg: pegOffset }
  const shown = Object.entries(prices).flatMap(([name, at]) => (at === undefined ? [] : [`${name} ${format(at)}`])) // prettier-ignore
  return [orderType, ...shown, ...(trailing === undefined ? [] : [`trail ${trailing}`])].join(', ')
}

test.each(
  table(`
    said                                                                        | read
    orderType=MKT;lmtPrice=5;auxPrice=7                                         | MKT
    orderType=STP;lmtPrice=0;auxPrice=90                                        | STP, trigger 90
    orderType=STP LMT;lmtPrice=91;auxPrice=90                                   | STP LMT, limit 91, trigger 90
    orderType=stplmt;lmtPrice=91;auxPrice=90                                    | STP LMT, limit 91, trigger 90
    orderType=TRAIL;auxPrice=2;lmtPrice=                                        | TRAIL, trail 2
    orderType=TRAIL;auxPrice=1.7976931348623157e+308;trailingPercent=5          | TRAIL, trail 0.05
    orderType=TRAIL;auxPrice=0;trailingPercent=5;trailStopPrice=95              | TRAIL, trigger 95, trail 0.05
    orderType=TRAIL LIMIT;auxPrice=2;trailStopPrice=95;lmtPriceOffset=0.1       | TRAIL LIMIT, trigger 95, offset 0.1, trail 2
    orderType=TRAIL LIMIT;auxPrice=2;lmtPriceOffset=0;lmtPrice=                 | TRAIL LIMIT, offset 0, trail 2
    orderType=TRAIL LIMIT;auxPrice=2;trailStopPrice=105;lmtPrice=105.2          | TRAIL LIMIT, trigger 105, offset 0.2, trail 2
    orderType=TRAIL LIMIT;action=SELL;auxPrice=2;trailStopPrice=95;lmtPrice=94.5 | TRAIL LIMIT, trigger 95, offset 0.5, trail 2
    orderType=MIT;auxPrice=90;lmtPrice=                                         | MIT, trigger 90
    orderType=LIT;auxPrice=90;lmtPrice=91                                       | LIT, limit 91, trigger 90
    orderType=MOC                                                               | MOC
    orderType=LOC;lmtPrice=91                                                   | LOC, limit 91
    orderType=MIDPRICE;lmtPrice=0                                               | MIDPRICE
    orderType=MIDPRICE;lmtPrice=91                                              | MIDPRICE, limit 91
    orderType=REL;lmtPrice=;auxPrice=0.02                                       | REL, peg 0.02
    orderType=REL;lmtPrice=99;auxPrice=0                                        | REL, limit 99
`),
)('$said is read as $read', ({ said, read }) => {
  expect(readAs(said)).toBe(read)
})

test('what stands behind the price is read too', () => {
  const said = { displaySize: '10', minQty: '5', hidden: '1', allOrNone: 'true', goodAfterTime: '15:30:00 US/Eastern', outsideRth: '1', triggerMethod: '0' } // prettier-ignore
  const read = terms({ ...said, lmtPrice: '190.1' })
  expect(read.ok && read.value.order).toMatchObject({
    displaySize: quantity('10'),
    minQuantity: quantity('5'),
    hidden: true,
    allOrNone: true,
    goodAfter: Date.UTC(2018, 1, 5, 20, 30),
    outsideRegularHours: true,
  })
})

test('a market order for outside regular hours is warned that it will not be', () => {
  const read = terms({ orderType: 'MKT', lmtPrice: '', outsideRth: '1' })
  expect(read.ok && read.value.warnings.map(({ code }) => code)).toEqual([2109])
})

test.each(
  table(`
    size    | warned
    19999   | 399
    20000   | none
  `),
)('$size euros for dollars: $warned', ({ size, warned }) => {
  const read = terms({ symbol: 'EUR', secType: 'CASH', exchange: 'IDEALPRO', lmtPrice: '1.1', tif: 'DAY', totalQuantity: size }) // prettier-ignore
  const warnings = read.ok ? read.value.warnings : []
  expect(warnings.map(({ code }) => String(code)).join() || 'none').toBe(warned)
  if (warned === '399')
    expect(warnings[0]?.text).toBe('Order Message:\nBUY 19999 EUR.USD Forex\nWarning: Your order size is below the EUR 20000 IdealPro minimum and will be routed as an odd lot order.') // prettier-ignore
})
