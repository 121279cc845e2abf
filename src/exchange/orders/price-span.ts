/**
 * Bounds of everything that is quoted in a stretch of time: no bid and no offer is lower or higher, and no price lies
 * outside. From the path's bounds, which the market model knows, and from how far the market maker's touch can
 * stand from them.
 */
import { floatNanos } from '#model/border.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { recovered, type Footprint, type ImpactCoefficients } from '#exchange/book/impact.ts'
import { BOOK_SHAPE } from '#exchange/book/market-maker.ts'
import { nearestMultiple, priceGridOf } from '#exchange/book/price-grid.ts'
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
  /** Of the last price. */
  readonly lastLow: number
  readonly lastHigh: number
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
  const since = printedSince(of, from, board)
  if (since === undefined) return undefined
  const range = market.priceRange?.(of.id, since, to)
  if (range === undefined) return undefined
  const shift = Math.exp(footprint.shift)
  if (isBeyondBands(of, range, shift, [from, to], board)) return undefined
  const left = recovered(footprint, Math.max(from, footprint.at), impact)
  return quotedWithin(of, scaled(range, shift), left)
}

/**
 * Since when prints are news to a quote: those after the quote before it. Undefined where they are of other hours than
 * the quote, or ours, which may have been made at any price of the book.
 */
function printedSince(of: Instrument, from: EpochMs, board: QuoteBoard): EpochMs | undefined {
  const before = board.quoteTime(of, from - 1)
  if (board.isPrintedByUs(of, before.at, from)) return undefined
  if (before.phase === 'closed') return from
  return board.quoteTime(of, from).phase === before.phase ? before.at : undefined
}

/** What the touch of the market maker's book can be: half a spread away, on the grid, an increment wide at least. */
function quotedWithin(of: Instrument, range: PriceRange, missing: Footprint): PriceSpan {
  const { low, high, leastSpread, mostSpread } = range
  const grid = gridOver(of, range)
  const { least, increment } = grid
  const bidLow = Math.max(least, grid.below(low - mostSpread / 2))
  const bidHigh = Math.max(increment, grid.above(high - leastSpread / 2))
  return {
    low: bidLow - behindTouch(mostSpread, increment, missing.fromBids),
    high:
      Math.max(grid.above(high + mostSpread / 2), bidHigh + increment) +
      behindTouch(mostSpread, increment, missing.fromAsks),
    bidHigh,
    askLow: Math.max(bidLow + least, grid.below(low + leastSpread / 2)) - ROUNDING,
    lastLow: grid.below(low),
    lastHigh: grid.above(high),
  }
}

/** Where prices of a range are put: rounding keeps their order, but where the grid changes within the range. */
function gridOver({ priceIncrements }: Instrument, { low, high }: PriceRange) {
  const steps = priceGridOf(priceIncrements)
  const [fine, coarse] = [steps.incrementAt(floatNanos(low)), steps.incrementAt(floatNanos(high))]
  const snap = (at: number) => nearestMultiple(floatNanos(at), coarse) / NANOS
  const increment = coarse / NANOS
  const slack = (fine === coarse ? 0 : increment) + ROUNDING
  return {
    least: fine / NANOS,
    increment,
    above: (at: number) => snap(at + ROUNDING) + slack,
    below: (at: number) => snap(at - ROUNDING) - slack,
  }
}

const NANOS = 1e9
/** More than floats err by. */
const ROUNDING = 1e-9

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

/** Where something is missing from the book, the best level left may be its last. */
const behindTouch = (spread: number, increment: number, missing: number): number =>
  missing < NO_HOLE ? 0 : BOOK_SHAPE.levels * (2 * increment + spread * BOOK_SHAPE.levelStep)
