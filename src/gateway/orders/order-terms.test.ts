import { expect, test } from 'vitest'
import { orderTerms } from '#gateway/orders/order-terms.ts'
import { readPlaceOrder } from '#gateway/messages/place-order.ts'
import { FieldReader } from '#gateway/wire/field-reader.ts'
import { quantity } from '#model/fixed.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import type { Stock } from '#model/instrument.ts'
import { ONE_CENT } from '#schedules/price-increments.ts'
import { placeOrderFields } from '#test/support/place-order-fields.ts'
import { table } from '#test/support/table.ts'

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

const venue = {
  account: 'DU1234567' as AccountId,
  instruments: [stock('AAPL', 265598), stock('IBM', 8314), stock('IBM', 8315, 'CAD')],
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
    a stop order                      | orderType=STP;auxPrice=90              | 387
    no such order type                | orderType=WISH                         | 387
    a limit order without a limit     | lmtPrice=                              | 107
    a limit off the increment         | lmtPrice=100.005                       | 110
    a limit of zero                   | lmtPrice=0                             | 110
    a negative limit                  | lmtPrice=-1                            | 110
    a limit that is no number         | lmtPrice=cheap                         | 321
    at the opening only               | tif=OPG                                | 321
    no such time in force             | tif=EVER                               | 321
    good till no date                 | tif=GTD                                | 321
    good till nonsense                | tif=GTD;goodTillDate=tomorrow          | 321
    an attached order                 | parentId=6                             | 321
    one cancels all                   | ocaGroup=g                             | 321
    an iceberg                        | displaySize=10                         | 321
    hidden                            | hidden=1                               | 321
    all or none                       | allOrNone=1                            | 321
    an algorithm                      | algoStrategy=Twap;ALGO=0               | 321
    a condition                       | conditionsCount=1;CONDITIONS=3 a 1 t 0 0 | 321
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
