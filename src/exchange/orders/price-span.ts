/**
 * Bounds of everything that is quoted in a stretch of a regular session: no bid is lower, no offer higher, and
 * no price lies outside. From the path's extremes, which the market model knows, and from how far the market maker's
 * touch can stand from them.
 */
import { toNumber } from '#model/border.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { recovered, type ImpactCoefficients } from '#exchange/book/impact.ts'
import { bookReach } from '#exchange/book/market-maker.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import type { Liquidity, MarketModel } from '#exchange/market-model.ts'

export interface SpanParts {
  readonly board: QuoteBoard
  readonly market: MarketModel
  readonly impact?: ImpactCoefficients | undefined
}

export interface PriceSpan {
  readonly low: number
  readonly high: number
  /** The same of the efficient price alone, which is the last price before it is put on the grid. */
  readonly fairLow: number
  readonly fairHigh: number
}

/** Units missing from the book that no level notices. */
const NO_HOLE = 1e-9
/** How far from the efficient price, beside half the spread, the touch may be put by the grid, increments. */
const GRID_REACH = 2

/**
 * @param from - of one regular session, like `to`
 * @returns undefined where nobody can say: what is quoted was recorded, or is disturbed
 */
export function spanOf(
  of: Instrument,
  from: EpochMs,
  to: EpochMs,
  { board, market, impact }: SpanParts,
): PriceSpan | undefined {
  const { disturbance, footprint } = board.line(of)
  if (market.recordedQuote !== undefined) return undefined
  if (disturbance !== undefined && from < disturbance.until) return undefined
  const bar = market.pathBar(of.id, from, to)
  const [early, late] = [market.liquidity(of.id, from), market.liquidity(of.id, to)]
  if (bar === undefined || early === undefined || late === undefined) return undefined
  const shift = Math.exp(footprint.shift)
  const left = recovered(footprint, Math.max(from, footprint.at), impact)
  const isWhole = left.fromAsks + left.fromBids < NO_HOLE
  const fair = bar.high * shift
  const reach = (liquidity: Liquidity) =>
    isWhole ? touchReach(of, fair, liquidity) : bookReach(of, fair, liquidity)
  const most = Math.max(reach(early), reach(late))
  const fairLow = bar.low * shift
  return { low: fairLow - most, high: fair + most, fairLow, fairHigh: fair }
}

/** While nothing is missing from the book, its best prices stand half a spread away, but for the grid. */
const touchReach = (of: Instrument, fair: number, { spread }: Liquidity): number =>
  (spread * fair) / 2 + GRID_REACH * coarsestStep(of)

const coarsestStep = ({ priceIncrements }: Instrument): number =>
  priceIncrements.reduce((most, { increment }) => Math.max(most, toNumber(increment)), 0)
