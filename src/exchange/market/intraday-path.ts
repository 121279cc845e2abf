/**
 * The price path inside one day that its daily bar admits: starts at the open, ends at the close,
 * touches the high and the low exactly and leaves neither.
 *
 * Three legs (open → first extreme → second extreme → close), each a Brownian bridge in log price
 * folded at the day's range. Which extreme comes first, and how long each leg takes, is drawn so
 * that a leg's duration grows with its distance squared, as a Brownian path's does. The path's
 * clock is volume (see `volume-curve.ts`), so that it moves most at the open and at the close. Its
 * pace is Parkinson's estimate from the day's range.
 *
 * A function of (key, bar) alone: nobody who watches changes it.
 *
 * Source of the pace: M. Parkinson, "The Extreme Value Method for Estimating the Variance of the Rate
 * of Return", Journal of Business 53 (1980), σ² = ln(H/L)² / (4 ln 2).
 */
import { childKey, fillNormals, uniformAt, type RandomKey } from '#numerics/random.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { volumeShare } from '#exchange/market/volume-curve.ts'

/** Steps of equal volume: ten seconds each of a 6½-hour session on average. */
export const STEPS = 2340

/** One day's path and its running extremes. */
export interface IntradayPath {
  /** The prices at STEPS + 1 knots, evenly spaced in volume. */
  readonly knots: Float64Array
  /**
   * The price at a share of the session's clock time.
   *
   * @param elapsed - 0 at the open to 1 at the close
   */
  priceAt(elapsed: number): number
  /** Highest and lowest price from the open to then. */
  extremesUntil(elapsed: number): { readonly high: number; readonly low: number }
  /** Highest and lowest price between two moments. */
  extremesBetween(from: number, to: number): { readonly high: number; readonly low: number }
}

/**
 * @param bar - high ≥ open, close ≥ low > 0
 * @param key - names the instrument and the day
 */
export function intradayPath(bar: PriceBar, key: RandomKey): IntradayPath {
  const prices = pricesOf(bar, key)
  let [askedAt, answered] = [NaN, NaN]
  const priceAt = (elapsed: number): number => {
    if (elapsed === askedAt) return answered
    askedAt = elapsed
    answered = priceThen(elapsed)
    return answered
  }
  const priceThen = (elapsed: number): number => {
    const place = volumeShare(elapsed) * STEPS
    const step = Math.min(STEPS - 1, Math.floor(place))
    const [from, to] = [priceOf(prices, step), priceOf(prices, step + 1)]
    return place - step === 1 ? to : from + (to - from) * (place - step)
  }
  const extremesBetween = (from: number, to: number) => {
    const ends = [priceAt(from), priceAt(to)]
    let [high, low] = [Math.max(...ends), Math.min(...ends)]
    const lastStep = Math.floor(volumeShare(to) * STEPS)
    for (let i = Math.ceil(volumeShare(from) * STEPS); i <= lastStep; i++) {
      high = Math.max(high, priceOf(prices, i))
      low = Math.min(low, priceOf(prices, i))
    }
    return { high, low }
  }
  let running: { readonly highs: Float64Array; readonly lows: Float64Array } | undefined
  const extremesUntil = (elapsed: number) => {
    running ??= runningExtremes(prices)
    const step = Math.floor(volumeShare(elapsed) * STEPS)
    const now = priceAt(elapsed)
    return {
      high: Math.max(now, priceOf(running.highs, step)),
      low: Math.min(now, priceOf(running.lows, step)),
    }
  }
  return { knots: prices, priceAt, extremesUntil, extremesBetween }
}

/** STEPS + 1 prices, evenly spaced in volume. */
function pricesOf(bar: PriceBar, key: RandomKey): Float64Array {
  const knots = knotsOf(bar, key)
  const path = new Float64Array(STEPS + 1)
  const [top, bottom] = [Math.log(bar.high), Math.log(bar.low)]
  const sigma = rangeVolatility(bar) / Math.sqrt(STEPS)
  const noise = new Float64Array(STEPS)
  fillNormals(childKey(key, 'bridge'), noise)
  for (let leg = 1; leg < knots.length; leg++) {
    const [from, to] = [knots[leg - 1], knots[leg]]
    if (from !== undefined && to !== undefined) bridge(path, from, to, sigma, noise)
  }
  for (let i = 0; i <= STEPS; i++)
    path[i] = within(bar, Math.exp(folded(path[i] ?? 0, bottom, top)))
  for (const { step, price } of knots) path[step] = price
  return path
}

/** Parkinson's estimate of a day's volatility from its range alone. */
export const rangeVolatility = ({ high, low }: Pick<PriceBar, 'high' | 'low'>): number =>
  (Math.log(high) - Math.log(low)) / PARKINSON

/** 2 √ln 2 */
const PARKINSON = 1.6651092223153954

interface Knot {
  readonly step: number
  readonly price: number
}

/** Open, first extreme, second extreme, close. */
function knotsOf(bar: PriceBar, key: RandomKey): readonly Knot[] {
  const { open, high, low, close } = bar
  const [first, second] = highComesFirst(bar, uniformAt(key, 0)) ? [high, low] : [low, high]
  const weights = [open, first, second].map((price, leg) => {
    const distance = Math.log([first, second, close][leg] ?? price) - Math.log(price)
    return distance * distance * (0.5 + uniformAt(key, leg + 1))
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total === 0) return [{ step: 0, price: open }, { step: STEPS, price: close }] // prettier-ignore
  const [w0 = 0, w1 = 0, w2 = 0] = weights.map((weight) => weight / total)
  const room = w2 > 0 ? 1 : 0
  const firstStep = clamp(Math.round(w0 * STEPS), w0 > 0 ? 1 : 0, STEPS - 1 - room)
  const secondStep = clamp(Math.round((w0 + w1) * STEPS), firstStep + 1, STEPS - room)
  return [
    { step: 0, price: open },
    { step: firstStep, price: first },
    { step: secondStep, price: second },
    { step: STEPS, price: close },
  ]
}

/** The order whose outer legs are shorter is the likelier one, in a Brownian path's odds. */
function highComesFirst({ open, high, low, close }: PriceBar, u: number): boolean {
  const range = squared(high, low)
  if (range === 0) return true
  const highFirst = squared(open, high) + squared(low, close)
  const lowFirst = squared(open, low) + squared(high, close)
  return u < 1 / (1 + Math.exp((2 * (highFirst - lowFirst)) / range))
}

const squared = (from: number, to: number): number => {
  const distance = Math.log(from / to)
  return distance * distance
}

/** Writes the log path from one knot to the next, the last one included. */
function bridge(
  path: Float64Array,
  from: Knot,
  to: Knot,
  sigma: number,
  noise: Float64Array,
): void {
  const length = to.step - from.step
  const [start, end] = [Math.log(from.price), Math.log(to.price)]
  let walk = 0
  for (let i = from.step; i < to.step; i++) walk += noise[i] ?? 0
  const drift = length > 0 ? walk / length : 0
  path[from.step] = start
  let deviation = 0
  for (let i = 1; i <= length; i++) {
    deviation += (noise[from.step + i - 1] ?? 0) - drift
    path[from.step + i] = start + ((end - start) * i) / length + sigma * deviation
  }
}

/** Reflects a value at both ends of a range as often as it takes. */
function folded(value: number, bottom: number, top: number): number {
  const span = top - bottom
  if (span <= 0) return bottom
  const turns = (value - bottom) / span
  const phase = turns - 2 * Math.floor(turns / 2)
  return bottom + span * (phase <= 1 ? phase : 2 - phase)
}

function runningExtremes(prices: Float64Array): {
  readonly highs: Float64Array
  readonly lows: Float64Array
} {
  const [highs, lows] = [prices.slice(), prices.slice()]
  for (let i = 1; i < prices.length; i++) {
    highs[i] = Math.max(priceOf(highs, i - 1), priceOf(prices, i))
    lows[i] = Math.min(priceOf(lows, i - 1), priceOf(prices, i))
  }
  return { highs, lows }
}

const priceOf = (prices: Float64Array, step: number): number => prices[step] ?? 0
const within = ({ high, low }: PriceBar, price: number): number => clamp(price, low, high)
const clamp = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value))
