/**
 * One price that several listings follow round the clock: a currency's worth, a commodity, the level of an
 * index between its sessions.
 *
 * A day is cut into legs (the evening, the night, the session) that hold fixed shares of its variance. Where
 * each leg ends is drawn from the Brownian bridge that the day's move pins at both ends; inside a leg the
 * price follows the same kind of path as a stock's day (`intraday-path.ts`); between legs it stands still.
 * What an index, a fund and a future show at one instant is then one number seen through different terms.
 *
 * Source of the legs' law: I. Karatzas & S. Shreve, "Brownian Motion and Stochastic Calculus", section 5.6.B.
 */
import { invariant } from '#model/invariant.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { childKey, uniformAt, normalAt, type RandomKey } from '#numerics/random.ts'
import { bridgeMaximum } from '#exchange/market/bridge.ts'
import { intradayPath, type IntradayPath } from '#exchange/market/intraday-path.ts'
import { volumeShare } from '#exchange/market/volume-curve.ts'

/** A stretch of a day in which the price moves; legs of a day follow each other without overlap. */
export interface DriverLeg {
  readonly from: EpochMs
  readonly to: EpochMs
  /** Of the day's variance, > 0; a day's legs sum to 1. */
  readonly variance: number
  /** Of the day's volume, ≥ 0. */
  readonly volume: number
}

export interface PriceDriver {
  /** Oldest first. */
  readonly dates: readonly IsoDate[]
  /** Undefined before the first leg and after the last. */
  priceAt(at: EpochMs): number | undefined
  /** Highest and lowest between two instants, both included. */
  extremesBetween(from: EpochMs, to: EpochMs): { readonly high: number; readonly low: number } | undefined // prettier-ignore
  /** Share of average days' volume traded between two instants: 1 for a whole day. */
  volumeBetween(from: EpochMs, to: EpochMs): number
  /** Standard deviation of a day's log return. */
  readonly dailyVolatility: number
}

export interface PriceDriverSettings {
  /** Names the driver. */
  readonly key: RandomKey
  readonly dates: readonly IsoDate[]
  /** The legs of the day at a position of `dates`; asked when it is first looked at. */
  readonly legsOf: (day: number) => readonly DriverLeg[]
  /** The price before the first day, > 0. */
  readonly start: number
  /** Log returns, one a date. */
  readonly moves: Float64Array
}

/** How many legs' paths are kept: 19 kB each. */
const PATHS_KEPT = 600

export function priceDriver(settings: PriceDriverSettings): PriceDriver {
  const { dates, moves } = settings
  const legs = legLookup(settings)
  const dailyVolatility = deviationOf(moves)

  const priceAt: PriceDriver['priceAt'] = (at) => {
    const found = legs.at(at)
    if (found === undefined) return undefined
    const { leg, bar, path } = found
    if (at >= leg.to) return bar().close
    return at <= leg.from ? bar().open : path().priceAt(shareOf(leg, at))
  }
  const extremesBetween: PriceDriver['extremesBetween'] = (from, to) => {
    const ends = [priceAt(from), priceAt(to)].filter((price) => price !== undefined)
    if (ends.length === 0) return undefined
    let [high, low] = [Math.max(...ends), Math.min(...ends)]
    for (const { leg, bar, path } of legs.between(from, to)) {
      const isWhole = from <= leg.from && to >= leg.to
      const within = isWhole ? bar() : path().extremesBetween(shareOf(leg, from), shareOf(leg, to))
      high = Math.max(high, within.high)
      low = Math.min(low, within.low)
    }
    return { high, low }
  }
  const volumeBetween: PriceDriver['volumeBetween'] = (from, to) => {
    let traded = 0
    for (const { leg } of legs.between(from, to))
      traded += leg.volume * (volumeShare(shareOf(leg, to)) - volumeShare(shareOf(leg, from)))
    return traded
  }
  return { dates, priceAt, extremesBetween, volumeBetween, dailyVolatility }
}

/** One leg, its bar and its path, both worked out when asked. */
interface LegAt {
  readonly leg: DriverLeg
  /** Where it begins and ends and how far it goes between: what the path honours, and much cheaper than it. */
  readonly bar: () => LegBar
  readonly path: () => IntradayPath
}

interface LegLookup {
  /** The leg that holds an instant, or the last one that ended before it. */
  at(at: EpochMs): LegAt | undefined
  /** Legs that overlap a stretch of time, oldest first. */
  between(from: EpochMs, to: EpochMs): Generator<LegAt>
}

function legLookup(settings: PriceDriverSettings): LegLookup {
  const { dates, key } = settings
  const closes = closingLevels(settings)
  const volatility = deviationOf(settings.moves)
  const days = new Map<number, readonly DriverLeg[]>()
  const paths = new Map<number, IntradayPath>()

  const legsOf = (day: number): readonly DriverLeg[] => {
    const known = days.get(day)
    if (known !== undefined) return known
    const legs = settings.legsOf(day)
    days.set(day, legs)
    return legs
  }
  const levelsOf = (day: number) => legLevels(key, day, legsOf(day), closes, volatility)
  const barOf = (day: number, leg: number): LegBar => legBar(key, day, leg, levelsOf(day))
  const pathOf = (day: number, leg: number): IntradayPath => {
    const place = day * 16 + leg
    const known = paths.get(place)
    if (known !== undefined) return known
    const path = legPath(key, day, leg, barOf(day, leg))
    if (paths.size >= PATHS_KEPT) paths.delete(paths.keys().next().value ?? place)
    paths.set(place, path)
    return path
  }
  const legAt = (day: number, place: number): LegAt | undefined => {
    const leg = legsOf(day)[place]
    if (leg === undefined) return undefined
    return {
      leg,
      bar: () => barOf(day, place),
      path: () => pathOf(day, place),
    }
  }
  /** The first day whose last leg ends after an instant; the number of days past the last one. */
  let recent = 0
  const dayOf = (at: EpochMs): number => {
    if (endOf(recent) > at && (recent === 0 || endOf(recent - 1) <= at)) return recent
    recent = dayFrom(at)
    return recent
  }
  const endOf = (day: number): EpochMs => (day < dates.length ? lastOf(legsOf(day)).to : Infinity)
  const dayFrom = (at: EpochMs): number => {
    let [low, high] = [0, dates.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (endOf(middle) <= at) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    at: (at) => {
      const day = dayOf(at)
      const begun = day < dates.length ? legsOf(day).findLastIndex(({ from }) => from <= at) : -1
      if (begun >= 0) return legAt(day, begun)
      return day === 0 ? undefined : legAt(day - 1, legsOf(day - 1).length - 1)
    },
    *between(from, to) {
      for (let day = dayOf(from); day < dates.length; day++) {
        const legs = legsOf(day)
        if ((legs[0]?.from ?? to) >= to) return
        for (let place = 0; place < legs.length; place++) {
          const leg = legs[place]
          const found = leg !== undefined && leg.from < to && leg.to > from ? legAt(day, place) : undefined // prettier-ignore
          if (found !== undefined) yield found
        }
      }
    },
  }
}

function lastOf(legs: readonly DriverLeg[]): DriverLeg {
  const last = legs.at(-1)
  invariant(last !== undefined, 'a day has at least one leg')
  return last
}

/** Prices at the end of each day; place 0 is the start. */
function closingLevels({ start, moves }: PriceDriverSettings): Float64Array {
  const levels = new Float64Array(moves.length + 1)
  let log = Math.log(start)
  levels[0] = start
  moves.forEach((move, i) => {
    log += move
    levels[i + 1] = Math.exp(log)
  })
  return levels
}

interface LegLevel {
  readonly from: number
  readonly to: number
  /** Standard deviation of the leg's log return. */
  readonly deviation: number
}

/** Where each leg of a day begins and ends, given where the day does. */
function legLevels(
  key: RandomKey,
  day: number,
  legs: readonly DriverLeg[],
  closes: Float64Array,
  volatility: number,
): readonly LegLevel[] {
  const levels: LegLevel[] = []
  let price = closes[day] ?? Number.NaN
  const end = closes[day + 1] ?? Number.NaN
  let left = 1
  legs.forEach(({ variance }, i) => {
    const share = Math.min(1, variance / left)
    const move = Math.log(end / price) * share
    const noise = Math.sqrt(share * (1 - share) * left) * volatility
    const isLast = i === legs.length - 1
    const drawn = isLast ? 0 : noise * normalAt(childKey(key, 'legs', day), i)
    const to = isLast ? end : price * Math.exp(move + drawn)
    levels.push({ from: price, to, deviation: volatility * Math.sqrt(variance) })
    price = to
    left = Math.max(1e-9, left - variance)
  })
  return levels
}

type LegBar = Pick<PriceBar, 'open' | 'high' | 'low' | 'close'>

function legBar(key: RandomKey, day: number, place: number, levels: readonly LegLevel[]): LegBar {
  const { from, to, deviation } = levels[place] ?? { from: 1, to: 1, deviation: 0 }
  const leg = childKey(key, 'leg', day, place)
  const move = Math.log(to / from)
  const above = bridgeMaximum(move, deviation, uniformAt(leg, 0))
  const below = bridgeMaximum(-move, deviation, uniformAt(leg, 1))
  return { open: from, high: from * Math.exp(above), low: from * Math.exp(-below), close: to }
}

const legPath = (key: RandomKey, day: number, place: number, bar: LegBar): IntradayPath =>
  intradayPath({ ...bar, date: '', at: 0, volume: 0 }, childKey(key, 'leg', day, place, 'path'))

/** Share of a leg's time gone by, 0 to 1. */
const shareOf = ({ from, to }: DriverLeg, at: EpochMs): number =>
  Math.min(1, Math.max(0, (at - from) / (to - from)))

function deviationOf(moves: Float64Array): number {
  let squares = 0
  for (const move of moves) squares += move * move
  return Math.sqrt(squares / Math.max(1, moves.length))
}
