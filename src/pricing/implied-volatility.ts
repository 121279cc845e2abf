/**
 * The volatility that a price implies under any model whose price grows with volatility.
 *
 * Source: R. Brent, "Algorithms for Minimization without Derivatives" (1973), chapter 4: inverse quadratic
 * interpolation, guarded by bisection, so that it never does worse than halving.
 */

/** No listed option was ever quoted at 1,000 % a year for long; above it the price is wrong. */
const HIGHEST_VOLATILITY = 10

/** What float64 may take off a price deep in the money, fraction of the spot. */
const ROUNDING = 1e-12

const TOLERANCE = 1e-10

/** Where a guess is at hand somebody wants to see it now, and sees six places. */
const SHOWN_TOLERANCE = 1e-8

/** How far off a guess is taken to be at most, as a factor either way. */
const GUESS_WITHIN = 1.3

/**
 * @param spot - the price of the underlying, > 0: the scale of rounding
 * @param priceAt - never falls as volatility rises
 * @param guess - where the answer is thought to be, > 0: saves most of the work where it is about right
 * @returns undefined where the price is below the model's at zero volatility, or above that at 1,000 %
 */
export function solveVolatility(
  price: number,
  spot: number,
  priceAt: (volatility: number) => number,
  guess?: number,
): number | undefined {
  const near = guess === undefined ? undefined : nearGuess(price, priceAt, guess)
  if (near !== undefined) return near
  const least = priceAt(0)
  if (!(price >= least - ROUNDING * spot)) return undefined
  const most = priceAt(HIGHEST_VOLATILITY)
  if (price > most) return undefined
  return brent(
    (volatility) => priceAt(volatility) - price,
    { at: 0, value: Math.min(0, least - price) },
    { at: HIGHEST_VOLATILITY, value: most - price },
  )
}

/** @returns undefined where the answer is not near the guess */
function nearGuess(
  price: number,
  priceAt: (volatility: number) => number,
  guess: number,
): number | undefined {
  const [low, high] = [guess / GUESS_WITHIN, guess * GUESS_WITHIN]
  const [below, above] = [priceAt(low) - price, priceAt(high) - price]
  if (!(below < 0 && above > 0)) return undefined
  const [from, to] = [
    { at: low, value: below },
    { at: high, value: above },
  ]
  return brent((at) => priceAt(at) - price, from, to, SHOWN_TOLERANCE)
}

interface Point {
  readonly at: number
  readonly value: number
}

/** Enough for halving alone to reach the tolerance from 1,000 %. */
const MOST_STEPS = 100

/** A root between two points whose values differ in sign. */
function brent(f: (x: number) => number, low: Point, high: Point, tolerance = TOLERANCE): number {
  let [a, b] = Math.abs(low.value) < Math.abs(high.value) ? [high, low] : [low, high]
  let c = a
  let [step, before] = [b.at - a.at, b.at - a.at]
  for (let i = 0; i < MOST_STEPS && b.value !== 0; i++) {
    const middle = (c.at - b.at) / 2
    if (Math.abs(middle) <= tolerance) break
    const guess = interpolated(a, b, c)
    const accepted =
      guess !== undefined &&
      Math.abs(before) > tolerance &&
      Math.abs(guess) < Math.min(1.5 * Math.abs(middle), Math.abs(before) / 2) &&
      guess * middle > 0
    before = accepted ? step : middle
    step = accepted ? guess : middle
    const at = b.at + (Math.abs(step) > tolerance ? step : Math.sign(middle) * tolerance)
    a = b
    b = { at, value: f(at) }
    if (b.value > 0 === c.value > 0) {
      c = a
      step = b.at - a.at
      before = step
    }
    if (Math.abs(c.value) < Math.abs(b.value)) [a, b, c] = [b, c, b]
  }
  return b.at
}

/** The step from b to where the curve through the points crosses zero; undefined where it has no such place. */
function interpolated(a: Point, b: Point, c: Point): number | undefined {
  const s = b.value / a.value
  if (a.at === c.at) {
    const slope = 1 - s
    return slope === 0 ? undefined : ((c.at - b.at) * s) / slope
  }
  const [q, r] = [a.value / c.value, b.value / c.value]
  const p = s * ((c.at - b.at) * q * (q - r) - (b.at - a.at) * (r - 1))
  const denominator = (q - 1) * (r - 1) * (s - 1)
  return denominator === 0 ? undefined : -p / denominator
}
