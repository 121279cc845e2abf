import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { DAY_MS, MINUTE_MS, type EpochMs } from '#model/time.ts'
import { newYorkInstant, tradingDays } from '#marketdata/calendar.ts'
import { optionPrice } from '#pricing/option-model.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { lastTradeAt, isExpired } from '#exchange/market/expiry.ts'
import { syntheticClasses } from '#exchange/market/synthetic-classes.ts'
import { syntheticMarket } from '#exchange/market/synthetic-market.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'

const DATES = { firstDate: '2024-12-02', lastDate: '2026-04-30' }
const stocks = syntheticUniverse({ seed: 3, count: 8 })
const newMarket = () => syntheticClasses({ seed: 3, stocks, ...DATES, entryDate: '2026-01-05' })

let market: MarketModel
beforeAll(() => {
  market = newMarket()
})

const id = (text: string) => text as InstrumentId
const at = (date: string, minutes: number) => newYorkInstant(date, minutes)
const NOON = at('2026-01-06', 720)

const price = (name: string, when: EpochMs, of: MarketModel = market): number =>
  of.fairPrice(id(name), when) ?? Number.NaN

/** Instants from the entry to two months later, at any hour. */
const instants = fc
  .integer({ min: 0, max: 60 * 24 * 60 })
  .map((minutes) => at('2026-01-05', 0) + minutes * MINUTE_MS)

const FOLLOWERS = ['ESH6.FUT.USD', 'CLH6.FUT.USD', '6EH6.FUT.USD', 'EUR.CASH.USD', 'EUR.CASH.GBP', 'USD.CASH.JPY', 'SPY.STK.USD', 'SPX.IND.USD'] // prettier-ignore

test('stocks have the prices they have without anything beside them', () => {
  const alone = syntheticMarket({ seed: 3, instruments: stocks, ...DATES })
  for (const of of stocks) {
    expect(market.fairPrice(of.id, NOON)).toBe(alone.fairPrice(of.id, NOON))
    expect(market.dailyBars(of.id, 20, '2026-01-05', 'splits')).toEqual(alone.dailyBars(of.id, 20, '2026-01-05', 'splits')) // prettier-ignore
  }
})

test('prices do not depend on what was looked at before', () => {
  const [forwards, backwards] = [newMarket(), newMarket()]
  const seen = FOLLOWERS.map((name) => price(name, NOON, forwards))
  const again = FOLLOWERS.toReversed().map((name) => {
    backwards.dailyBars(id(name), 5, '2026-01-20', 'splits')
    return price(name, NOON, backwards)
  })
  expect(again.toReversed()).toEqual(seen)
})

describe('currencies', () => {
  test('no triangle of pairs can be arbitraged, at any time', () => {
    fc.assert(
      fc.property(instants, (when) => {
        const [eurUsd, gbpUsd, eurGbp] = ['EUR.CASH.USD', 'GBP.CASH.USD', 'EUR.CASH.GBP'].map((name) => price(name, when)) // prettier-ignore
        expect(eurGbp).toBeCloseTo((eurUsd ?? 0) / (gbpUsd ?? 1), 12)
        const [usdJpy, eurJpy] = ['USD.CASH.JPY', 'EUR.CASH.JPY'].map((name) => price(name, when))
        expect(eurJpy).toBeCloseTo((eurUsd ?? 0) * (usdJpy ?? 0), 9)
      }),
    )
  })

  test('every two of eight currencies have one pair, in the market’s order', () => {
    const pairs = market.instruments.filter(({ assetClass }) => assetClass === 'CASH')
    expect(pairs).toHaveLength(28)
    expect(pairs.map((of) => of.id)).toContain('GBP.CASH.USD')
    expect(pairs.map((of) => of.id)).not.toContain('USD.CASH.GBP')
  })

  test('they move on Sunday evening and stand still on Saturday', () => {
    const saturday = [at('2026-01-10', 600), at('2026-01-10', 900)].map((when) => price('EUR.CASH.USD', when)) // prettier-ignore
    expect(saturday[0]).toBe(saturday[1])
    expect(price('EUR.CASH.USD', at('2026-01-11', 1200))).not.toBe(saturday[0])
  })
})

describe('futures', () => {
  test('stand above their index by the carry to their last day', () => {
    const days = (Date.UTC(2026, 2, 20) - Date.UTC(2026, 0, 6)) / DAY_MS
    const carry = Math.log(price('ESH6.FUT.USD', NOON) / price('SPX.IND.USD', NOON))
    expect(carry).toBeCloseTo(((0.04 - 0.012) * days) / 365, 6)
    expect(price('MESH6.FUT.USD', NOON)).toBe(price('ESH6.FUT.USD', NOON))
  })

  test('move at night, when their index is not published', () => {
    const [early, late] = [at('2026-01-07', 120), at('2026-01-07', 300)]
    expect(price('ESH6.FUT.USD', early)).not.toBe(price('ESH6.FUT.USD', late))
    expect(price('SPX.IND.USD', early)).toBe(price('SPX.IND.USD', late))
    expect(price('SPX.IND.USD', early)).toBe(price('SPX.IND.USD', at('2026-01-06', 960)))
  })

  test('end with the index on their last morning, and stand still from then on', () => {
    const end = at('2026-03-20', 570)
    const of = market.directory?.byId(id('ESH6.FUT.USD'))
    expect(of && lastTradeAt(of)).toBe(end)
    expect(of && isExpired(of, end)).toBe(true)
    expect(price('ESH6.FUT.USD', end)).toBeCloseTo(price('SPX.IND.USD', end), 6)
    expect(price('ESH6.FUT.USD', end + DAY_MS)).toBe(price('ESH6.FUT.USD', end))
    expect(market.dailyBar(id('ESH6.FUT.USD'), '2026-03-23')).toBeUndefined()
  })

  test('settle at the price of the hour, on the grid', () => {
    const settled = market.settlementPrice?.(id('CLH6.FUT.USD'), '2026-01-06') ?? 0
    expect(Math.abs(settled - price('CLH6.FUT.USD', at('2026-01-06', 870)))).toBeLessThanOrEqual(0.005) // prettier-ignore
    expect(settled).toBe(Number(settled.toFixed(2)))
  })
})

test.each(FOLLOWERS)('%s: bars hold the path, and a day’s bar the bars in it', (name) => {
  for (const date of tradingDays('2026-01-05', '2026-01-08')) {
    const [open, close] = [at(date, 600), at(date, 900)]
    const bar = market.pathBar(id(name), open, close)
    const day = market.dailyBar(id(name), date)
    if (bar === undefined || day === undefined) throw new Error(`${name} trades on ${date}`)
    const tick = 10 ** -2 * Math.max(1, day.close / 1_000)
    for (let when = open; when <= close; when += 7 * MINUTE_MS) {
      expect(price(name, when)).toBeLessThanOrEqual(bar.high + tick)
      expect(price(name, when)).toBeGreaterThanOrEqual(bar.low - tick)
    }
    expect(bar.high).toBeLessThanOrEqual(day.high)
    expect(bar.low).toBeGreaterThanOrEqual(day.low)
    expect(bar.volume).toBeLessThanOrEqual(day.volume)
    const tape = market.tape(id(name), close)
    expect(tape?.high).toBeGreaterThanOrEqual(bar.high)
    expect(tape?.open).toBe(day.open)
  }
})

test('an index moves with its stocks: a year of it and of their average hang together', () => {
  const index = returns(id('SPX.IND.USD'))
  const all = stocks.map((of) => returns(of.id))
  const average = index.map((_, day) => all.reduce((sum, of) => sum + (of[day] ?? 0), 0) / all.length) // prettier-ignore
  expect(correlation(index, average)).toBeGreaterThan(0.6)
})

describe('options', () => {
  test('calls and puts of an index agree with its forward', () => {
    const inputs = market.optionInputs?.(id(option('20260219', 'C', 6850)), NOON)
    if (inputs === undefined) throw new Error('the option is listed')
    const { spot, strike, years, rate, carry = rate } = inputs
    const parity = spot * Math.exp((carry - rate) * years) - strike * Math.exp(-rate * years)
    const [call, put] = ['C', 'P'].map((right) => price(option('20260219', right, 6850), NOON))
    expect((call ?? 0) - (put ?? 0)).toBeCloseTo(parity, 8)
  })

  test('are worth what the model gives at the surface’s volatility', () => {
    const name = id('SPY.OPT.20260220.P.680.USD')
    const [inputs, volatility] = [market.optionInputs?.(name, NOON), market.impliedVolatility?.(name, NOON)] // prettier-ignore
    if (inputs === undefined || volatility === undefined) throw new Error('the option is listed')
    expect(volatility).toBeGreaterThan(0.09)
    expect(market.fairPrice(name, NOON)).toBe(optionPrice(inputs, volatility))
  })

  test('low strikes of an index are dearer in volatility', () => {
    expect(volatility(6300)).toBeGreaterThan(volatility(6850) + 0.02)
  })

  test('settle at what they are worth exercised: at the close, or the next open', () => {
    const close = market.dailyBar(id('SPY.STK.USD'), '2026-01-16')?.close ?? 0
    expect(market.settlementPrice?.(id('SPY.OPT.20260116.C.650.USD'), '2026-01-16')).toBeCloseTo(Math.max(0, close - 650), 9) // prettier-ignore
    const open = market.dailyBar(id('SPX.IND.USD'), '2026-01-16')?.open ?? 0
    expect(market.settlementPrice?.(id(option('20260115', 'C', 6000)), '2026-01-15')).toBeCloseTo(Math.max(0, open - 6000), 9) // prettier-ignore
    expect(market.settlementPrice?.(id(option('20260115', 'C', 6000)), '2026-01-14')).toBeUndefined() // prettier-ignore
  })

  test('have no price once they have ended', () => {
    const name = 'SPY.OPT.20260116.C.650.USD'
    expect(price(name, at('2026-01-16', 959))).toBeGreaterThan(0)
    expect(price(name, at('2026-01-16', 961))).toBeNaN()
  })

  test('quote wider in money the dearer they are, and never less than a tick', () => {
    expect(spread(600)).toBeGreaterThan(spread(680))
    expect(spread(760)).toBeGreaterThanOrEqual(0.01 - 1e-12)
  })
})

describe('dividends', () => {
  test('are paid four times a year by those that pay, and are expected beforehand', () => {
    const spy = id('SPY.STK.USD')
    const paid = tradingDays('2025-06-01', '2026-04-30').flatMap((date) => market.actionsOn?.(spy, date) ?? []) // prettier-ignore
    expect(paid.map(({ date }) => date.slice(0, 7))).toEqual(['2025-06', '2025-09', '2025-12', '2026-03']) // prettier-ignore
    const inputs = market.optionInputs?.(id('SPY.OPT.20260417.C.680.USD'), NOON)
    expect(inputs?.dividends).toHaveLength(1)
    expect(inputs?.dividends?.[0]?.amount).toBeCloseTo((price('SPY.STK.USD', at('2025-12-31', 960)) * 0.012) / 4, 1) // prettier-ignore
  })
})

/** Daily log returns of the last 200 days. */
function returns(name: InstrumentId): readonly number[] {
  const bars = market.dailyBars(name, 200, '2026-01-05', 'splits')
  return bars.slice(1).map(({ close }, i) => Math.log(close / (bars[i]?.close ?? close)))
}

const option = (expiry: string, right: string, strike: number) => `SPX.OPT.${expiry}.${right}.${strike}.USD` // prettier-ignore

const volatility = (strike: number) =>
  market.impliedVolatility?.(id(option('20260219', 'P', strike)), NOON) ?? 0

/** In money. */
function spread(strike: number): number {
  const name = id(`SPY.OPT.20260220.C.${strike}.USD`)
  return (market.liquidity(name, NOON)?.spread ?? 0) * price(name, NOON)
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)]
  const dot = a.reduce((sum, x, i) => sum + (x - ma) * ((b[i] ?? 0) - mb), 0)
  return dot / (norm(a, ma) * norm(b, mb))
}

const mean = (of: readonly number[]) => of.reduce((sum, x) => sum + x, 0) / of.length
const norm = (of: readonly number[], middle: number) =>
  Math.sqrt(of.reduce((sum, x) => sum + (x - middle) ** 2, 0))
