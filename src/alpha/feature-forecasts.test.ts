import { describe, expect, test } from 'vitest'
import {
  featureForecasts,
  type FeatureFacts,
  type FeatureSettings,
} from '#alpha/feature-forecasts.ts'
import type { FeatureKind } from '#alpha/features.ts'
import type { Fundamentals } from '#marketdata/fundamentals.ts'
import { tradingDays } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { InstrumentId } from '#model/ids.ts'
import { randomKey, normalAt } from '#numerics/random.ts'

/** After the close of 2018-02-05; 300 sessions before it are known. */
const AS_OF = Date.UTC(2018, 1, 5, 22)
const DAYS = tradingDays('2016-11-01', '2018-02-05').slice(-300)

const idOf = (symbol: string) => `${symbol}.STK.USD` as InstrumentId
const SYMBOLS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L']
const NAMES = SYMBOLS.map(idOf)

const barsOf = (closes: readonly number[], days: readonly string[] = DAYS): readonly PriceBar[] =>
  closes.map((close, t) => ({ date: days[t]!, at: 0, open: close, high: close, low: close, close, volume: 1000 })) // prettier-ignore

/** A random walk of a volatility that differs by name, always the same. */
function walk(index: number): readonly number[] {
  const key = randomKey(7, index)
  let close = 100
  return DAYS.map((_, t) => (close *= Math.exp((0.005 + 0.001 * index) * normalAt(key, t))))
}

const WALKS = new Map(NAMES.map((name, i) => [name, walk(i)]))

const settings = (kind: FeatureKind, changes: Partial<FeatureSettings> = {}): FeatureSettings => ({
  kind,
  informationCoefficient: 0.02,
  horizonDays: 21,
  confidence: 0.5,
  sectorNeutral: false,
  ...changes,
})

const facts = (changes: Partial<FeatureFacts> = {}): FeatureFacts => ({
  asOf: AS_OF,
  names: NAMES,
  bars: new Map([...WALKS].map(([name, closes]) => [name, barsOf(closes)])),
  fundamentals: new Map(),
  sectors: new Map(),
  ...changes,
})

const fundamentalsOf = (
  instrument: InstrumentId,
  figures: Partial<Fundamentals>,
): Fundamentals => ({
  asOf: '2018-01-31',
  instrument,
  price: undefined,
  earningsPerShare: undefined,
  priceEarnings: undefined,
  bookValuePerShare: undefined,
  priceBook: undefined,
  marketValue: undefined,
  dividendYield: undefined,
  returnOnEquity: undefined,
  grossProfitability: undefined,
  ...figures,
})

const mean = (x: readonly number[]) => x.reduce((sum, value) => sum + value, 0) / x.length
const deviation = (x: readonly number[]) =>
  Math.sqrt(x.reduce((sum, value) => sum + (value - mean(x)) ** 2, 0) / (x.length - 1))

/** Written out again from the definitions: no line is shared with what is tested. */
function expectedByHand(featureOf: (closes: readonly number[]) => number): readonly number[] {
  const closes = NAMES.map((name) => WALKS.get(name)!)
  const returns = closes.map((x) => x.slice(-253).map((_, t, year) => year[t + 1]! / year[t]! - 1).slice(0, 252)) // prettier-ignore
  const market = returns[0]!.map((_, t) => mean(returns.map((row) => row[t]!)))
  const leftOver = returns.map((row) => {
    const cross = mean(row.map((value, t) => (value - mean(row)) * (market[t]! - mean(market))))
    const beta = cross / mean(market.map((value) => (value - mean(market)) ** 2))
    return deviation(row.map((value, t) => value - beta * market[t]!))
  })
  const raw = closes.map(featureOf)
  const [middle, spread] = [median(raw), 1.4826 * median(raw.map((value) => Math.abs(value - median(raw))))] // prettier-ignore
  const drawnIn = raw.map((value) => Math.min(Math.max(value, middle - 3 * spread), middle + 3 * spread)) // prettier-ignore
  return raw.map((_, i) => 0.02 * leftOver[i]! * Math.sqrt(21) * ((drawnIn[i]! - mean(drawnIn)) / deviation(drawnIn))) // prettier-ignore
}

function median(x: readonly number[]): number {
  const sorted = x.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half) - 1]!) / 2
}

describe('coefficient × volatility × score', () => {
  test.each<[FeatureKind, number, (closes: readonly number[]) => number]>([
    ['momentum', 116, (x) => x.at(-22)! / x.at(-253)! - 1],
    ['reversal', 10, (x) => -(x.at(-1)! / x.at(-22)! - 1)],
    ['low-volatility', 126, (x) => -Math.log(deviation(x.slice(-252).map((close, t) => close / x.slice(-253)[t]! - 1)))], // prettier-ignore
  ])('%s', (kind, halfLifeDays, featureOf) => {
    const { forecasts, leftOut } = featureForecasts([settings(kind)], facts())
    expect(leftOut).toEqual([])
    expect(forecasts.map(({ instrument }) => instrument)).toEqual(NAMES)
    expect(forecasts[0]).toMatchObject({ source: `feature:${kind}`, horizonDays: 21, confidence: 0.5, halfLifeDays, asOf: AS_OF }) // prettier-ignore
    const byHand = expectedByHand(featureOf)
    for (const [i, { expectedReturn }] of forecasts.entries())
      expect(expectedReturn).toBeCloseTo(byHand[i]!, 12)
  })

  test('no bar after the planning date is looked at', () => {
    const early = Date.UTC(2018, 0, 5, 22)
    const cut = new Map([...facts().bars].map(([name, bars]) => [name, bars.filter(({ date }) => date <= '2018-01-05')])) // prettier-ignore
    const settled = [settings('momentum'), settings('reversal'), settings('low-volatility')]
    expect(featureForecasts(settled, facts({ asOf: early }))).toEqual(
      featureForecasts(settled, facts({ asOf: early, bars: cut })),
    )
  })

  test('today’s bar counts once the session has closed, not before', () => {
    const during = Date.UTC(2018, 1, 5, 20)
    const today = new Map([...facts().bars].map(([name, bars]) => [name, bars.filter(({ date }) => date < '2018-02-05')])) // prettier-ignore
    expect(featureForecasts([settings('reversal')], facts({ asOf: during }))).toEqual(
      featureForecasts([settings('reversal')], facts({ asOf: during, bars: today })),
    )
  })
})

const rows = (figuresOf: (i: number) => Partial<Fundamentals>) =>
  new Map(NAMES.map((name, i) => [name, fundamentalsOf(name, figuresOf(i))]))
const order = (kind: FeatureKind, fundamentals: FeatureFacts['fundamentals']) =>
  featureForecasts([settings(kind)], facts({ fundamentals })).forecasts.map(({ expectedReturn }) => Math.sign(expectedReturn)) // prettier-ignore

const ends = (signs: readonly number[]) => [signs[0], signs.at(-1)]

describe('by fundamentals', () => {
  test('small is expected to do better than large', () => {
    const signs = order('size', rows((i) => ({ marketValue: 1e9 * (i + 1) }))) // prettier-ignore
    expect(signs.slice(0, 3)).toEqual([1, 1, 1])
    expect(signs.slice(-3)).toEqual([-1, -1, -1])
  })

  test('within a sector, if so wished, however large the sector is', () => {
    const sectors = new Map(NAMES.map((name, i) => [name, i < 6 ? 'Energy' : 'Utilities']))
    const fundamentals = rows((i) => ({ marketValue: i < 6 ? 1e12 * (i + 1) : 1e9 * (i - 5) }))
    const signs = (sectorNeutral: boolean) =>
      featureForecasts([settings('size', { sectorNeutral })], facts({ fundamentals, sectors })).forecasts.map(({ expectedReturn }) => Math.sign(expectedReturn)) // prettier-ignore
    expect(signs(false)).toEqual([-1, -1, -1, -1, -1, -1, 1, 1, 1, 1, 1, 1])
    expect([signs(true)[0], signs(true)[5], signs(true)[6], signs(true)[11]]).toEqual([1, -1, 1, -1]) // prettier-ignore
  })

  test('cheap than dear, by whichever figures there are', () => {
    const cheapFirst = [1, -1]
    expect(
      ends(
        order(
          'value',
          rows((i) => ({ priceEarnings: 5 + i })),
        ),
      ),
    ).toEqual(cheapFirst)
    expect(ends(order('value', rows((i) => ({ price: 100, earningsPerShare: 20 - i }))))).toEqual(cheapFirst) // prettier-ignore
    expect(ends(order('value', rows((i) => ({ price: 100, bookValuePerShare: 90 - i }))))).toEqual(cheapFirst) // prettier-ignore
    expect(ends(order('value', rows((i) => ({ priceBook: 1 + i, ...(i % 2 === 0 ? { priceEarnings: 5 + i } : {}) }))))).toEqual(cheapFirst) // prettier-ignore
  })

  test('a book value below 0 makes nothing cheap or dear', () => {
    const fundamentals = rows((i) => ({ price: 100, bookValuePerShare: i === 11 ? -50 : 90 - i }))
    const { leftOut } = featureForecasts([settings('value')], facts({ fundamentals }))
    expect(leftOut).toEqual([{ instrument: 'L.STK.USD', source: 'feature:value', reason: 'needs earnings and a price, or price / earnings; or a book value above 0 and a price, or price / book' }]) // prettier-ignore
  })

  test('profitable than not; a book value below 0 says nothing', () => {
    const fundamentals = rows((i) => (i === 11 ? { earningsPerShare: 9, bookValuePerShare: -1 } : { earningsPerShare: i, bookValuePerShare: 50 })) // prettier-ignore
    const { forecasts, leftOut } = featureForecasts([settings('quality')], facts({ fundamentals }))
    expect([forecasts[0]!.expectedReturn < 0, forecasts.at(-1)!.expectedReturn > 0]).toEqual([true, true]) // prettier-ignore
    expect(leftOut).toEqual([{ instrument: 'L.STK.USD', source: 'feature:quality', reason: 'needs a return on equity, or earnings and a book value above 0; or gross profit / assets' }]) // prettier-ignore
  })
})

describe('left out, and told', () => {
  const without = (bars: readonly PriceBar[]) =>
    facts({ bars: new Map([...facts().bars, [idOf('C'), bars]]) })
  test.each([
    ['no bars', [], 'no price for more than 5 sessions'],
    ['a short history', barsOf(WALKS.get(idOf('C'))!).slice(-100), 'needs 252 sessions of prices for its volatility'], // prettier-ignore
    ['old prices', barsOf(WALKS.get(idOf('C'))!).slice(0, -6), 'no price for more than 5 sessions'],
    ['a price that stands still', barsOf(DAYS.map(() => 100)), 'needs 252 sessions of prices for its volatility'], // prettier-ignore
  ])('%s', (_, bars, reason) => {
    const { forecasts, leftOut } = featureForecasts([settings('momentum')], without(bars))
    expect(leftOut).toEqual([{ instrument: 'C.STK.USD', source: 'feature:momentum', reason }])
    expect(forecasts).toHaveLength(11)
  })

  test('everybody, where too few can be compared', () => {
    const { forecasts, leftOut } = featureForecasts([settings('momentum')], facts({ names: NAMES.slice(0, 9) })) // prettier-ignore
    expect(forecasts).toEqual([])
    expect(new Set(leftOut.map(({ reason }) => reason))).toEqual(new Set(['fewer than 10 names have what it needs: 252 sessions of prices'])) // prettier-ignore
  })
})
