/**
 * Bounds of everything that is quoted in a stretch of time: no bid and no offer is lower or higher, and no price lies
 * outside. From the path's bounds, which the market model knows, and from how far the market maker's touch can
 * stand from them.
 */
import { incrementAt, priceFrom, toNumber } from '#model/border.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { recovered, type ImpactCoefficients } from '#exchange/book/impact.ts'
import { BOOK_SHAPE } from '#exchange/book/market-maker.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import type { MarketModel, PriceRange } from '#exchange/market-model.ts'

export interface SpanParts {
  readonly board: QuoteBoard
  readonly market: MarketModel
  readonly impact?: ImpactCoefficients | undefined
}

export interface PriceSpan {
  /** The lowest bid and the highest offer. */
  readonly low: number
  readonly high: number
  /** The highest bid and the lowest offer. */
  readonly bidHigh: number
  readonly askLow: number
  /** Of the efficient price alone, which is the last price before it is put on the grid. */
  readonly fairLow: number
  readonly fairHigh: number
}

/** Units missing from the book that no level notices. */
const NO_HOLE = 1e-9

/**
 * @param from - of one session, or of the hours beside it, like `to`
 * @returns undefined where nobody can say: what is quoted was recorded, or is disturbed
 */
export function spanOf(
  of: Instrument,
  from: EpochMs,
  to: EpochMs,
  { board, market, impact }: SpanParts,
): PriceSpan | undefined {
  const { disturbance, footprint } = board.line(of)
  if (market.recordedQuote?.(of.id, from) !== undefined) return undefined
  if (disturbance !== undefined && from < disturbance.until) return undefined
  const range = market.priceRange?.(of.id, from, to)
  if (range === undefined) return undefined
  const shift = Math.exp(footprint.shift)
  if (isBeyondBands(of, range, shift, [from, to], board)) return undefined
  const left = recovered(footprint, Math.max(from, footprint.at), impact)
  const moved = scaled(range, shift)
  const increment = toNumber(incrementAt(priceFrom(moved.high), of.priceIncrements))
  return {
    low: bidLow(moved, increment, left.fromBids),
    high: askHigh(moved, increment, left.fromAsks),
    bidHigh: Math.max(moved.high - moved.leastSpread / 2, 0) + increment,
    askLow: moved.low + moved.leastSpread / 2 - increment,
    fairLow: moved.low,
    fairHigh: moved.high,
  }
}

/** A price beyond its band is shown at the band. */
const isBeyondBands = (
  of: Instrument,
  { low, high }: PriceRange,
  shift: number,
  instants: readonly EpochMs[],
  board: QuoteBoard,
): boolean =>
  instants.some((at) => {
    const bands = board.bandsAt(of, at)
    return bands !== undefined && (low * shift > bands.high || high * shift < bands.low)
  })

function scaled(range: PriceRange, by: number): PriceRange {
  return {
    low: range.low * by,
    high: range.high * by,
    leastSpread: range.leastSpread * by,
    mostSpread: range.mostSpread * by,
  }
}

/** The touch stands half a spread away, but for the grid; an offer at least an increment from the bid. */
const bidLow = ({ low, mostSpread }: PriceRange, increment: number, missing: number): number =>
  low - mostSpread / 2 - increment - behindTouch(mostSpread, increment, missing)
const askHigh = ({ high, mostSpread }: PriceRange, increment: number, missing: number): number =>
  high + mostSpread / 2 + 2 * increment + behindTouch(mostSpread, increment, missing)

/** Where something is missing from the book, the best level left may be its last. */
const behindTouch = (spread: number, increment: number, missing: number): number =>
  missing < NO_HOLE ? 0 : BOOK_SHAPE.levels * (2 * increment + spread * BOOK_SHAPE.levelStep)
