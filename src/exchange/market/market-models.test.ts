import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { newYorkInstant, sessionOn } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { replayMarket } from '#exchange/market/replay-market.ts'
import { syntheticMarket } from '#exchange/market/synthetic-market.ts'
import { GICS_SECTORS, syntheticUniverse } from '#exchange/market/synthetic-universe.ts'

const universe = syntheticUniverse({ seed: 3, count: 60 })
const dates = { firstDate: '2016-01-04', lastDate: '2018-12-31' }
const market = syntheticMarket({ seed: 3, instruments: universe, ...dates })
const [first] = universe.map(({ id }) => id)
const anyName = first as InstrumentId

test('the universe has as many names as asked, all different, of real sectors', () => {
  expect(universe).toHaveLength(60)
  expect(new Set(universe.map(({ id }) => id)).size).toBe(60)
  expect(new Set(universe.map(({ conId }) => conId)).size).toBe(60)
  expect(universe.map(({ symbol }) => symbol).filter((s) => !/^[A-Z]{2,4}$/.test(s))).toEqual([])
  const sectors: readonly string[] = GICS_SECTORS
  expect(universe.filter(({ sector }) => !sectors.includes(sector))).toEqual([])
  expect(syntheticUniverse({ seed: 3, count: 60 })).toEqual(universe)
  expect(syntheticUniverse({ seed: 4, count: 60 })).not.toEqual(universe)
})

test('every day of every synthetic name is a possible day above five dollars', () => {
  for (const { id } of universe) {
    const bars = market.dailyBars(id, 10_000, dates.lastDate, 'splits')
    expect(bars).toHaveLength(754)
    for (const { open, high, low, close, volume } of bars)
      expect(Math.max(open, close) <= high && Math.min(open, close) >= low && low > 5 && volume > 0).toBe(true) // prettier-ignore
  }
})

test('names of one sector move together more than names of two, and volatility clusters', () => {
  const returns = new Map(universe.map(({ id }) => [id, returnsOf(id)]))
  const [within, across] = [[] as number[], [] as number[]]
  for (const a of universe)
    for (const b of universe) {
      if (a.id >= b.id) continue
      const found = correlation(returns.get(a.id) ?? [], returns.get(b.id) ?? [])
      ;(a.sector === b.sector ? within : across).push(found)
    }
  expect(mean(across)).toBeGreaterThan(0.1)
  expect(mean(within) - mean(across)).toBeGreaterThan(0.05)
  const clustering = universe.map(({ id }) => {
    const squares = (returns.get(id) ?? []).map((move) => move * move)
    return correlation(squares.slice(1), squares.slice(0, -1))
  })
  expect(mean(clustering)).toBeGreaterThan(0.03)
})

test('large names quote tighter and deeper than small ones', () => {
  const at = newYorkInstant('2018-02-05', 12 * 60)
  const bySize = universe
    .map(({ id }) => ({ id, liquidity: market.liquidity(id, at), price: market.fairPrice(id, at) }))
    .toSorted((a, b) => value(a) - value(b))
  const [small, large] = [bySize.slice(0, 20), bySize.slice(-20)]
  const spread = (group: typeof bySize) => mean(group.map(({ liquidity }) => liquidity?.spread ?? 0)) // prettier-ignore
  expect(spread(small)).toBeGreaterThan(3 * spread(large))
})

test('a name’s history is the same whoever was looked at before it', () => {
  const other = syntheticMarket({ seed: 3, instruments: universe.toReversed(), ...dates })
  for (const { id } of universe) other.dailyBar(id, '2018-02-05')
  expect(other.dailyBars(anyName, 5, '2018-02-05', 'splits')).toEqual(
    market.dailyBars(anyName, 5, '2018-02-05', 'splits'),
  )
})

test('between sessions the price goes from close to open, and stands at night; on a day without bars there is none', () => {
  const [close, open] = [market.dailyBar(anyName, '2018-02-05')?.close ?? 0, market.dailyBar(anyName, '2018-02-06')?.open ?? 0] // prettier-ignore
  const priceAt = (date: string, minutes: number) =>
    market.fairPrice(anyName, newYorkInstant(date, minutes)) ?? 0
  expect(priceAt('2018-02-05', 16 * 60)).toBe(close)
  expect(priceAt('2018-02-05', 17 * 60)).not.toBe(close)
  expect(priceAt('2018-02-05', 17 * 60)).toBeCloseTo(close, -1)
  expect(priceAt('2018-02-06', 3 * 60)).toBe(priceAt('2018-02-05', 20 * 60))
  expect(priceAt('2018-02-06', 4 * 60)).toBe(priceAt('2018-02-06', 3 * 60))
  expect(Math.abs(priceAt('2018-02-06', 9 * 60 + 29) / open - 1)).toBeLessThan(0.002)
  expect(market.fairPrice(anyName, newYorkInstant('2019-06-03', 12 * 60))).toBeUndefined()
  expect(market.fairPrice('NONE.STK.USD' as InstrumentId, 0)).toBeUndefined()
})

test('bars of the path add up to the day: first open, last close, extremes, volume', () => {
  const session = sessionOn('2018-02-05', 'us-equity')
  const day = market.dailyBar(anyName, '2018-02-05')
  if (session === undefined || day === undefined) throw new Error('2018-02-05 traded')
  const minutes: PriceBar[] = []
  for (let at = session.opensAt; at < session.closesAt; at += 60_000)
    minutes.push(...[market.pathBar(anyName, at, at + 60_000)].filter((bar) => bar !== undefined))
  expect(minutes).toHaveLength(390)
  expect(minutes[0]?.open).toBe(day.open)
  expect(minutes.at(-1)?.close).toBe(day.close)
  expect(Math.max(...minutes.map(({ high }) => high))).toBe(day.high)
  expect(Math.min(...minutes.map(({ low }) => low))).toBe(day.low)
  const volume = minutes.reduce((sum, bar) => sum + bar.volume, 0)
  expect(Math.abs(volume - day.volume)).toBeLessThan(390)
  const tape = market.tape(anyName, session.closesAt)
  expect(tape).toMatchObject({ high: day.high, low: day.low, last: day.close, volume: day.volume })
})

test('a replayed history is carried to the basis of the day it is asked as of', () => {
  const replay = replayMarket({
    seed: 1,
    instruments: universe.slice(0, 1),
    bars: new Map([[anyName, [bar('2014-06-05', 630), bar('2014-06-06', 644), bar('2014-06-09', 93)]]]), // prettier-ignore
    splits: new Map([[anyName, [{ date: '2014-06-09', ratio: 7 }]]]),
    adjustedCloses: new Map([[anyName, [81, 83, 84]]]),
  })
  const closes = (until: string, adjusted: 'splits' | 'total-return') =>
    replay.dailyBars(anyName, 3, until, adjusted).map(({ close }) => Number(close.toFixed(6)))
  expect(replay.dailyBar(anyName, '2014-06-06')?.close).toBe(644)
  expect(closes('2014-06-06', 'splits')).toEqual([630, 644])
  expect(closes('2014-06-09', 'splits')).toEqual([90, 92, 93])
  expect(closes('2014-06-09', 'total-return')).toEqual([(81 * 93) / 84, (83 * 93) / 84, 93].map((x) => Number(x.toFixed(6)))) // prettier-ignore
  expect(replay.dailyBars(anyName, 3, '2014-06-09', 'splits').map(({ volume }) => volume)).toEqual([4900, 4900, 700]) // prettier-ignore
  expect([replay.firstDate, replay.lastDate]).toEqual(['2014-06-05', '2014-06-09'])
})

const value = ({ liquidity, price }: { liquidity: { dailyVolume: number } | undefined; price: number | undefined }) => (liquidity?.dailyVolume ?? 0) * (price ?? 0) // prettier-ignore
const mean = (of: readonly number[]) => of.reduce((sum, x) => sum + x, 0) / of.length

function returnsOf(id: InstrumentId): readonly number[] {
  const closes = market.dailyBars(id, 10_000, dates.lastDate, 'splits').map(({ close }) => close)
  return closes.slice(1).map((close, i) => Math.log(close / (closes[i] ?? close)))
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (const [i, x] of a.entries()) {
    const y = (b[i] ?? 0) - meanB
    ab += (x - meanA) * y
    aa += (x - meanA) * (x - meanA)
    bb += y * y
  }
  return ab / Math.sqrt(aa * bb)
}

const bar = (date: string, close: number): PriceBar => ({
  date,
  at: sessionOn(date, 'us-equity')?.opensAt ?? 0,
  open: close,
  high: close,
  low: close,
  close,
  volume: 700,
})
