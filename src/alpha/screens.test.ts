import { describe, expect, test } from 'vitest'
import { latestFundamentals } from '#alpha/fundamentals.ts'
import type { Fundamentals } from '#marketdata/fundamentals.ts'
import { screened, type ScreenFacts, type ScreenSettings } from '#alpha/screens.ts'
import { tradingDays } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { InstrumentId } from '#model/ids.ts'
import { table } from '#test/support/table.ts'

const AS_OF = Date.UTC(2018, 1, 5, 22)
const DAYS = tradingDays('2017-12-01', '2018-02-05')

const SETTINGS: ScreenSettings = {
  windowDays: 5,
  dollarVolume: 1_000_000,
  price: 5,
  marketValue: 1e9,
  historyDays: 20,
}

const idOf = (symbol: string) => `${symbol}.STK.USD` as InstrumentId
const bar = (date: string, close: number, volume: number): PriceBar => ({ date, at: 0, open: close, high: close, low: close, close, volume }) // prettier-ignore

const bars = (close: number, volumes: readonly number[], days = DAYS): readonly PriceBar[] =>
  days.map((date, t) => bar(date, close, volumes[t - (days.length - volumes.length)] ?? 1e6))

const company = (symbol: string, asOf: string, marketValue: number | undefined): Fundamentals => ({
  asOf,
  instrument: idOf(symbol),
  price: undefined,
  earningsPerShare: undefined,
  priceEarnings: undefined,
  bookValuePerShare: undefined,
  priceBook: undefined,
  marketValue,
  dividendYield: undefined,
  returnOnEquity: undefined,
  grossProfitability: undefined,
})

const facts = (history: readonly PriceBar[], marketValue: number | undefined = 2e9): ScreenFacts => ({ asOf: AS_OF, bars: new Map([[idOf('X'), history]]), fundamentals: new Map([[idOf('X'), company('X', '2018-01-31', marketValue)]]) }) // prettier-ignore

test('a name that trades enough is eligible', () => {
  expect(screened([idOf('X')], facts(bars(10, [])), SETTINGS)).toEqual({ eligible: ['X.STK.USD'], excluded: [] }) // prettier-ignore
})

describe('excluded', () => {
  test.each<[string, ScreenFacts]>([
    ['last close 4.99, at least 5 is asked for', facts(bars(4.99, []))],
    // The median of 0, 0, 50, 1000 and 1000 thousand dollars.
    ['median daily dollar volume 50,000, at least 1,000,000 is asked for', facts(bars(10, [1e5, 0, 1e5, 0, 5e3]))], // prettier-ignore
    ['market value 999,000,000, at least 1,000,000,000 is asked for', facts(bars(10, []), 999e6)],
    ['market value unknown, at least 1,000,000,000 is asked for', facts(bars(10, []), Number.NaN)],
    ['trading days of history 19, at least 20 is asked for', facts(bars(10, [], DAYS.slice(-19)))],
    ['trading days of history 0, at least 20 is asked for; last close unknown, at least 5 is asked for; median daily dollar volume 0, at least 1,000,000 is asked for', facts([])], // prettier-ignore
  ])('%s', (reason, given) => {
    expect(screened([idOf('X')], given, SETTINGS)).toEqual({ eligible: [], excluded: [{ instrument: 'X.STK.USD', reason }] }) // prettier-ignore
  })

  test('for days without a trade, which count as days', () => {
    const history = bars(10, []).filter(({ date }) => date < '2018-01-31' || date > '2018-02-02')
    expect(screened([idOf('X')], facts(history), SETTINGS).excluded).toEqual([{ instrument: 'X.STK.USD', reason: 'median daily dollar volume 0, at least 1,000,000 is asked for' }]) // prettier-ignore
  })
})

test('what is yet to come makes no history', () => {
  const early = { ...facts(bars(10, [])), asOf: Date.UTC(2017, 11, 20, 22) }
  expect(screened([idOf('X')], early, SETTINGS).excluded).toEqual([{ instrument: 'X.STK.USD', reason: 'trading days of history 14, at least 20 is asked for' }]) // prettier-ignore
})

test('a floor of 0 asks for nothing', () => {
  const off = { windowDays: 5, dollarVolume: 0, price: 0, marketValue: 0, historyDays: 0 }
  expect(screened([idOf('X')], { asOf: AS_OF, bars: new Map(), fundamentals: new Map() }, off).eligible).toEqual(['X.STK.USD']) // prettier-ignore
})

test('what is no stock is not screened, and names come out in order', () => {
  const names = ['ESH8.FUT.USD', 'EUR.CASH.USD', 'B.STK.USD', 'A.STK.USD'] as InstrumentId[]
  const found = screened(names, facts([]), SETTINGS)
  expect(found.eligible).toEqual(['ESH8.FUT.USD', 'EUR.CASH.USD'])
  expect(found.excluded.map(({ instrument }) => instrument)).toEqual(['A.STK.USD', 'B.STK.USD'])
})

describe('the latest fundamentals', () => {
  const rows = [company('X', '2018-01-31', 3), company('X', '2018-01-15', 2), company('X', '2018-03-01', 4), company('Y', '2016-12-31', 1)] // prettier-ignore
  test.each(
    table(`
      asOf       | x         | y
      2018-02-05 | 3         | 1
      2018-01-31 | 3         | 1
      2018-01-30 | 2         | 1
      2018-02-06 | 3         | unknown
      2018-01-14 | unknown   | 1
      2018-03-01 | 4         | unknown
    `),
  )('on $asOf: $x and $y', ({ asOf, x, y }) => {
    const latest = latestFundamentals(rows, asOf, 401)
    const of = (symbol: string) => String(latest.get(idOf(symbol))?.marketValue ?? 'unknown')
    expect([of('X'), of('Y')]).toEqual([x, y])
  })
})
