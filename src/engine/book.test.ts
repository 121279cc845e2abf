import { describe, expect, test } from 'vitest'
import { format, money, price, quantity, type Currency, type Money } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, ExecId, InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { Commission, Execution } from '#model/report.ts'
import type { Quote } from '#marketdata/quote.ts'
import { bookChange, largestFeeOf } from '#engine/book.ts'
import { exchangeRate } from '#engine/exchange-rate.ts'
import type { EngineBook } from '#engine/state.ts'
import { brokerDateOf, countTraded, dayWith } from '#engine/trading-day.ts'
import { MORNING, quoteOf, stock } from '#test/support/engine-world.ts'
import { table } from '#test/support/table.ts'

const OPTION: Instrument = {
  ...stock('AAPL'),
  assetClass: 'OPT',
  id: 'AAPL.OPT.20260116.C.190.USD' as InstrumentId,
  multiplier: 100n,
  underlying: 'AAPL.STK.USD' as InstrumentId,
  expiry: '2026-01-16',
  strike: price('190'),
  right: 'C',
}
const FUTURE: Instrument = {
  ...stock('ES'),
  assetClass: 'FUT',
  id: 'ESZ6.FUT.USD' as InstrumentId,
  multiplier: 50n,
  localSymbol: 'ESZ6',
  expiry: '2026-12-18',
}
const KNOWN = new Map([OPTION, FUTURE].map((one) => [one.id, one]))

const execution = (instrument: string, size: string, at: string): Execution => ({
  execId: 'a.1.01' as ExecId,
  clientOrderId: 'x' as ClientOrderId,
  permId: undefined,
  account: 'DU1' as AccountId,
  instrument: instrument as InstrumentId,
  quantity: quantity(size),
  price: price(at),
  venue: 'X',
  at: 0,
  liquidity: 'unknown',
})

const fee = (amount: string): Commission => ({
  execId: 'a.1.01' as ExecId,
  amount: money(amount, 'USD'),
  currency: 'USD',
  realizedPnl: undefined,
})

const nav = (text: string): Money<Currency> => money(text, 'USD')

const empty = (): EngineBook => ({
  account: 'DU1' as AccountId,
  positions: new Map(),
  cash: new Map(),
  adoptedAt: 0,
  origin: 'opening',
})

describe('what a trade does to the book', () => {
  test.each(
    table(`
      instrument                  | quantity |  price | position | cash            | why
      AAPL.STK.USD                |      100 |  20.50 |      100 | USD -2050       | bought
      AAPL.STK.USD                |     -100 |  20.50 |     -100 | USD 2050        | sold short
      AAPL.OPT.20260116.C.190.USD |        2 |   1.25 |        2 | USD -250        | a hundred shares each
      ESZ6.FUT.USD                |        3 |   4500 |        3 |                 | a future settles daily
      EUR.CASH.USD                |     1000 | 1.1050 |          | EUR 1000 USD -1105 | two balances, no position
    `),
  )(
    '$instrument $quantity @ $price: $why',
    ({ instrument, quantity: size, price: at, position, cash }) => {
      const book = empty()
      const after = execution(instrument, size, at)
      bookChange(book, { type: 'execution', before: undefined, after }, KNOWN)
      expect([...book.positions.values()].map((held) => format(held)).join()).toBe(position)
      expect([...book.cash].map(([name, amount]) => `${name} ${format(amount)}`).join(' ')).toBe(
        cash,
      )
    },
  )

  test('is taken back whole when it is busted', () => {
    const book = empty()
    const [first, bust] = [execution('A.STK.USD', '5', '10'), execution('A.STK.USD', '0', '10')]
    bookChange(book, { type: 'execution', before: undefined, after: first }, KNOWN)
    bookChange(book, { type: 'execution', before: first, after: bust }, KNOWN)
    expect(book.positions.size).toBe(0)
    expect(book.cash.get('USD')).toBe(0n)
  })

  test('its fee is paid once, and not when it was in the adopted figures', () => {
    const book = empty()
    bookChange(book, { type: 'commission', before: undefined, after: fee('1'), adopted: false }, KNOWN) // prettier-ignore
    bookChange(book, { type: 'commission', before: fee('1'), after: fee('1.2'), adopted: false }, KNOWN) // prettier-ignore
    bookChange(book, { type: 'commission', before: undefined, after: fee('9'), adopted: true }, KNOWN) // prettier-ignore
    expect(book.cash.get('USD')).toBe(money('-1.2', 'USD'))
  })

  test('a fee that is out is bounded by a unit and a cent a share', () => {
    expect(largestFeeOf(execution('A.STK.USD', '-300', '10'))).toBe(money('4', 'USD'))
  })
})

describe('the trading day', () => {
  test('is New York’s', () => {
    expect(brokerDateOf(MORNING)).toBe('2018-02-05')
    expect(brokerDateOf(MORNING + 13 * 3_600_000)).toBe('2018-02-05')
    expect(brokerDateOf(MORNING + 15 * 3_600_000)).toBe('2018-02-06')
  })

  test('starts where the last one ended, and remembers the peak', () => {
    let day = dayWith(undefined, nav('100'), MORNING)
    day = dayWith(day, nav('120'), MORNING + 1)
    day = dayWith(day, nav('110'), MORNING + 2)
    countTraded(day, undefined, nav('-50'))
    countTraded(day, nav('-50'), nav('30'))
    expect(day).toMatchObject({ startNav: nav('100'), peakNav: nav('120'), traded: nav('30') })
    const next = dayWith(day, nav('105'), MORNING + 86_400_000)
    expect(next).toMatchObject({ startNav: nav('105'), previousCloseNav: nav('110'), peakNav: nav('120'), traded: 0n }) // prettier-ignore
  })
})

test.each(
  table(`
    currency | quoted       | at  | rate
    USD      |              |   1 | 1
    EUR      | EUR.CASH.USD | 1.1 | 1.1
    JPY      | USD.CASH.JPY | 125 | 0.008
    CHF      | EUR.CASH.USD | 1.1 | undefined
  `),
)('$currency by $quoted at $at is $rate', ({ currency, quoted, at, rate }) => {
  const pair = quoted as InstrumentId
  const quote: Quote = { ...quoteOf(pair, 0), bid: Number(at), ask: Number(at) }
  expect(String(exchangeRate(currency, 'USD', new Map([[pair, quote]])))).toBe(rate)
})
