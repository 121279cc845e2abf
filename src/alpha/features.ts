/**
 * What prices and fundamentals say of a name, each a number that is larger where a higher return is expected of it.
 *
 * The table is the whole of it: a feature's parts are scored across the names each by itself and the scores averaged, so
 * that a name which lacks one part is judged by the other.
 */
import type { Fundamentals } from '#marketdata/fundamentals.ts'
import { MONTH, YEAR, returnsOf, type PriceHistory } from '#alpha/price-history.ts'
import { standardDeviation } from '#numerics/moments.ts'

/** Features by name. */
export const FEATURES = [
  'momentum',
  'reversal',
  'low-volatility',
  'value',
  'size',
  'quality',
] as const
export type FeatureKind = (typeof FEATURES)[number]

/** All that a feature of one name is measured on. */
export interface NameFacts {
  /** Total-return closes of the last year and a day, or fewer where there are no more. */
  readonly history: PriceHistory
  /** The latest known; undefined: none. */
  readonly fundamentals: Fundamentals | undefined
}

export interface FeaturePart {
  readonly name: string
  /** What it takes, for who lacks it. */
  readonly needs: string
  /** Undefined where a fact is missing. */
  readonly of: (facts: NameFacts) => number | undefined
}

export interface Feature {
  readonly formula: string
  readonly source: string
  /**
   * Trading days after which half of the score is news: about half of its window of prices; of yearly reports a year.
   */
  readonly halfLifeDays: number
  readonly parts: readonly FeaturePart[]
}

const aYear = `${YEAR} sessions of prices`

export const FEATURE_TABLE: Readonly<Record<FeatureKind, Feature>> = {
  momentum: {
    formula: 'price a month ago / price a year ago − 1',
    source: 'N. Jegadeesh & S. Titman, Journal of Finance 48 (1993); without the last month, M. Carhart, Journal of Finance 52 (1997)',
    halfLifeDays: 116,
    parts: [{ name: 'momentum', needs: aYear, of: ({ history }) => change(history, YEAR, MONTH) }],
  },
  reversal: {
    formula: '−(price / price a month ago − 1)',
    source: 'N. Jegadeesh, Journal of Finance 45 (1990); B. Lehmann, Quarterly Journal of Economics 105 (1990)',
    halfLifeDays: 10,
    parts: [{ name: 'reversal', needs: `${MONTH} sessions of prices`, of: ({ history }) => negated(change(history, MONTH, 0)) }],
  },
  'low-volatility': {
    formula: "−ln of the standard deviation of a year's daily returns",
    source: 'A. Ang, R. Hodrick, Y. Xing & X. Zhang, Journal of Finance 61 (2006); D. Blitz & P. van Vliet, Journal of Portfolio Management 34 (2007)',
    halfLifeDays: 126,
    parts: [{ name: 'volatility', needs: aYear, of: ({ history }) => negated(logOf(volatility(history))) }],
  },
  value: {
    formula: 'earnings / price and book value / price, their scores averaged',
    source: 'S. Basu, Journal of Finance 32 (1977); E. Fama & K. French, Journal of Finance 47 (1992)',
    halfLifeDays: 252,
    parts: [
      { name: 'earnings yield', needs: 'earnings and a price, or price / earnings', of: ({ fundamentals }) => earningsYield(fundamentals) },
      { name: 'book to price', needs: 'a book value above 0 and a price, or price / book', of: ({ fundamentals }) => bookToPrice(fundamentals) },
    ],
  },
  size: {
    formula: '−ln of the market value',
    source: 'R. Banz, Journal of Financial Economics 9 (1981)',
    halfLifeDays: 504,
    parts: [{ name: 'size', needs: 'a market value', of: ({ fundamentals }) => negated(logOf(fundamentals?.marketValue)) }],
  },
  quality: {
    formula: 'earnings / book value and gross profit / assets, their scores averaged',
    source: 'C. Asness, A. Frazzini & L. Pedersen, Review of Accounting Studies 24 (2019); R. Novy-Marx, Journal of Financial Economics 108 (2013)',
    halfLifeDays: 252,
    parts: [
      { name: 'return on equity', needs: 'a return on equity, or earnings and a book value above 0', of: ({ fundamentals }) => returnOnEquity(fundamentals) },
      { name: 'gross profitability', needs: 'gross profit / assets', of: ({ fundamentals }) => fundamentals?.grossProfitability },
    ],
  },
} // prettier-ignore

/** Return from so many sessions ago to so many sessions ago; undefined where a price is missing. */
function change({ closes }: PriceHistory, from: number, to: number): number | undefined {
  const last = closes.length - 1
  return known(closes[last - to]! / closes[last - from]! - 1)
}

/** Of the daily returns of the last year; undefined where it did not trade the year through, or stood still. */
export function volatility(history: PriceHistory): number | undefined {
  const returns = returnsOf(history).slice(-YEAR)
  const deviation = returns.length < YEAR ? Number.NaN : standardDeviation(returns)
  return deviation > 0 ? known(deviation) : undefined
}

function earningsYield(of: Fundamentals | undefined): number | undefined {
  if (of === undefined) return undefined
  const { earningsPerShare, price, priceEarnings } = of
  if (earningsPerShare !== undefined && price !== undefined) return earningsPerShare / price
  return priceEarnings === undefined ? undefined : 1 / priceEarnings
}

/** A book value that losses or buy-backs have eaten up says nothing of value: Fama & French leave those out. */
function bookToPrice(of: Fundamentals | undefined): number | undefined {
  if (of === undefined) return undefined
  const { bookValuePerShare, price, priceBook } = of
  const ratio = bookValuePerShare !== undefined && price !== undefined ? bookValuePerShare / price : 1 / (priceBook ?? Number.NaN) // prettier-ignore
  return ratio > 0 ? ratio : undefined
}

function returnOnEquity(of: Fundamentals | undefined): number | undefined {
  if (of === undefined) return undefined
  const { returnOnEquity: reported, earningsPerShare, bookValuePerShare } = of
  if (reported !== undefined) return reported
  if (earningsPerShare === undefined || bookValuePerShare === undefined) return undefined
  return bookValuePerShare > 0 ? earningsPerShare / bookValuePerShare : undefined
}

const known = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined)

const negated = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : -value

const logOf = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : known(Math.log(value))
