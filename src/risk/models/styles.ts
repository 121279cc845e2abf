/**
 * What a name is like beside its market and its sector, as of the last day: standardised over the names, so that 1 is one standard
 * deviation more than the average name.
 *
 * - `style:momentum`: Σ log(1 + r) of the year but its last month: N. Jegadeesh & S. Titman, "Returns to Buying Winners and
 *   Selling Losers", Journal of Finance 48 (1993); M. Carhart, "On Persistence in Mutual Fund Performance", Journal of Finance 52 (1997).
 * - `style:volatility`: the logarithm of last year's residual standard deviation: A. Ang, R. Hodrick, Y. Xing & X. Zhang, "The
 *   Cross-Section of Volatility and Expected Returns", Journal of Finance 61 (2006).
 * - `style:size`: the logarithm of market value: E. Fama & K. French, "Common Risk Factors in the Returns on Stocks and Bonds",
 *   Journal of Financial Economics 33 (1993). Where fewer than half of the names have one, `style:dollar-volume`, the logarithm of the
 *   money that changes hands in a usual day, stands in for it.
 */
import { medianInPlace } from '#numerics/median.ts'
import type { MarketResiduals } from '#risk/models/market-residuals.ts'
import type { RiskData } from '#risk/models/risk-data.ts'

const YEAR_DAYS = 252
const MONTH_DAYS = 21
/** Below it momentum is mostly the month that it leaves out. */
const LEAST_MOMENTUM_DAYS = 126
/** With fewer names a style is the names that have it. */
const LEAST_NAMES = 20
/** Standard scores are cut back to this many: one name makes no style. */
const MOST_SCORE = 3

export interface Style {
  readonly name: string
  /** [m]; 0, the average, where a name's figure is not known. */
  readonly scores: Float64Array
}

/** The styles that enough names have a figure for. */
export function stylesOf(data: RiskData, { residuals }: MarketResiduals): readonly Style[] {
  const { names } = data
  if (names.length < LEAST_NAMES) return []
  const valued = names.filter(({ marketValue }) => marketValue !== undefined).length
  const hasValues = 2 * valued >= names.length
  const size = names.map(({ marketValue, dollarVolume }) => Math.log((hasValues ? marketValue : dollarVolume) ?? Number.NaN)) // prettier-ignore
  const figures: readonly (readonly [string, readonly number[]])[] = [
    ['style:momentum', momentumOf(data)],
    ['style:volatility', volatilityOf(data, residuals)],
    [hasValues ? 'style:size' : 'style:dollar-volume', size],
  ]
  return figures
    .filter(([, values]) => 2 * values.filter(Number.isFinite).length >= names.length)
    .map(([name, values]) => ({ name, scores: standardScores(values) }))
    .filter(({ scores }) => scores.some((score) => score !== 0))
}

/** NaN of names without half a year of their own before the last month. */
function momentumOf({ names, dates, returns }: RiskData): readonly number[] {
  const T = dates.length
  const until = T - MONTH_DAYS
  return names.map(({ first, end }, i) => {
    const from = Math.max(0, T - YEAR_DAYS, first)
    if (end < T || until - from < LEAST_MOMENTUM_DAYS) return Number.NaN
    let total = 0
    for (let t = from; t < until; t++) total += Math.log(1 + returns[i * T + t]!)
    return total
  })
}

function volatilityOf({ names, dates }: RiskData, residuals: Float64Array): readonly number[] {
  const T = dates.length
  return names.map(({ first, end }, i) => {
    const from = Math.max(first, end - YEAR_DAYS)
    let squares = 0
    for (let t = from; t < end; t++) squares += residuals[i * T + t]! * residuals[i * T + t]!
    return Math.log(Math.sqrt(squares / (end - from)))
  })
}

/** (x − median) / s, cut back, then of mean 0 and variance 1; 0 where x is not finite. */
function standardScores(values: readonly number[]): Float64Array {
  const known = values.filter(Number.isFinite)
  const median = medianInPlace(Float64Array.from(known))
  const spread = Math.sqrt(known.reduce((sum, x) => sum + (x - median) * (x - median), 0) / known.length) // prettier-ignore
  if (!(spread > 0)) return new Float64Array(values.length)
  const scores = values.map((x) => Number.isFinite(x) ? Math.max(-MOST_SCORE, Math.min(MOST_SCORE, (x - median) / spread)) : Number.NaN) // prettier-ignore
  const kept = scores.filter(Number.isFinite)
  const mean = kept.reduce((sum, x) => sum + x, 0) / kept.length
  const s = Math.sqrt(kept.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / kept.length)
  return Float64Array.from(scores, (x) => (Number.isFinite(x) ? (x - mean) / s : 0))
}
