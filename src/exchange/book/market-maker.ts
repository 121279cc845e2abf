/**
 * The market maker's side of the book: ten levels on each side of the efficient price.
 *
 * The touch stands half a spread away, on the price grid, at least one increment wide. Size grows
 * away from it and varies from tick to tick by a hash of (seed, instrument, tick, level). What our
 * trading took is missing, from the touch outward (see `impact.ts`).
 *
 * Source of the shape: J.-P. Bouchaud, M. Mézard, M. Potters, "Statistical Properties of Stock Order
 * Books", Quantitative Finance 2 (2002): mean size rises from the touch.
 */
import { incrementAt, priceFrom, quantityFrom, toNumber } from '#model/border.ts'
import {
  fractionOf,
  greater,
  minus,
  plus,
  roundTo,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { uniformAt, type RandomKey } from '#numerics/random.ts'
import type { DepthLevel, VenueDepth } from '#exchange/exchange.ts'
import type { Liquidity } from '#exchange/market-model.ts'
import type { Footprint } from '#exchange/book/impact.ts'

export const BOOK_SHAPE = {
  levels: 10,
  /** Each level holds this much more of the touch's size than the one before. */
  growth: 0.35,
  /** Size varies evenly by this share either way. */
  jitter: 0.5,
  /** Levels are this share of the spread apart, at least one increment. */
  levelStep: 0.25,
  /** Outside regular hours the touch shows this share of its size. */
  outsideHoursSize: 0.2,
} as const

/** Everything a book is made from. */
export interface BookInputs {
  readonly of: Instrument
  /** Efficient price, > 0, our own shift included. */
  readonly fair: number
  readonly liquidity: Liquidity
  readonly footprint: Footprint
  /** Names the instrument. */
  readonly key: RandomKey
  /** Number of the quote: another number, other sizes. */
  readonly tick: number
  /** 1 in regular hours. */
  readonly sizeFactor: number
}

/** Both sides, best first; a side is empty where everything it shows was taken. */
export function marketMakerBook(inputs: BookInputs): VenueDepth {
  const { of, fair, liquidity } = inputs
  const increment = incrementAt(priceFrom(fair), of.priceIncrements)
  const half = (liquidity.spread * fair) / 2
  const bid = greater(roundTo(priceFrom(fair - half), increment, 'half-even'), increment)
  const ask = greater(roundTo(priceFrom(fair + half), increment, 'half-even'), plus(bid, increment))
  const step = greater(
    roundTo(priceFrom(liquidity.spread * fair * BOOK_SHAPE.levelStep), increment, 'half-even'),
    increment,
  )
  return {
    bids: side(inputs, bid, step, 'bid'),
    asks: side(inputs, ask, step, 'ask'),
  }
}

/** How far from the efficient price the last level can stand, quote currency. */
export function bookReach(of: Instrument, fair: number, liquidity: Liquidity): number {
  const increment = toNumber(incrementAt(priceFrom(fair), of.priceIncrements))
  const spread = liquidity.spread * fair
  const step = increment + spread * BOOK_SHAPE.levelStep
  return spread + 2 * increment + BOOK_SHAPE.levels * step
}

/** How far from the efficient price the touch can stand while nothing is missing from the book. */
export function touchReach(of: Instrument, fair: number, liquidity: Liquidity): number {
  const increment = toNumber(incrementAt(priceFrom(fair), of.priceIncrements))
  return (liquidity.spread * fair) / 2 + 2 * increment
}

function side(
  inputs: BookInputs,
  touch: Price,
  step: Price,
  which: 'bid' | 'ask',
): readonly DepthLevel[] {
  const levels: DepthLevel[] = []
  let missing = which === 'ask' ? inputs.footprint.fromAsks : inputs.footprint.fromBids
  const away = which === 'ask' ? step : fractionOf(step, -1n, 1n)
  let price = touch
  for (let i = 0; i < BOOK_SHAPE.levels && price > 0n; i++) {
    const shown = sizeAt(inputs, i, which)
    const taken = Math.min(missing, shown)
    missing -= taken
    const size = wholeLots(shown - taken, inputs.of.lot)
    if (size > 0n) levels.push({ price, size })
    price = plus(price, away)
  }
  return levels
}

/** Units at a level, at least one lot. */
function sizeAt(inputs: BookInputs, level: number, which: 'bid' | 'ask'): number {
  const { liquidity, key, tick, sizeFactor, of } = inputs
  const draw = uniformAt(key, (tick * 2 + (which === 'ask' ? 1 : 0)) * BOOK_SHAPE.levels + level)
  const jitter = 1 + BOOK_SHAPE.jitter * (2 * draw - 1)
  const grown = liquidity.touchSize * (1 + BOOK_SHAPE.growth * level)
  return Math.max(toNumber(of.lot), grown * jitter * sizeFactor)
}

const wholeLots = (units: number, lot: Quantity): Quantity =>
  roundTo(quantityFrom(units), lot, 'down')

/** One price and size that a marketable order meets. */
export interface Take {
  readonly price: Price
  readonly quantity: Quantity
}

/**
 * What an order meets when it walks a side of the book.
 *
 * @param limit - the worst price it accepts; undefined accepts all
 * @returns best price first; together at most `leaves`
 */
export function walk(
  levels: readonly DepthLevel[],
  leaves: Quantity,
  limit: Price | undefined,
  action: 'BUY' | 'SELL',
): readonly Take[] {
  const takes: Take[] = []
  let left = leaves
  for (const { price, size } of levels) {
    if (left === 0n || !accepts(limit, price, action)) break
    const quantity = size < left ? size : left
    takes.push({ price, quantity })
    left = minus(left, quantity)
  }
  return takes
}

/** Whether a limit lets an order trade at a price. */
export function accepts(limit: Price | undefined, at: Price, action: 'BUY' | 'SELL'): boolean {
  if (limit === undefined) return true
  return action === 'BUY' ? at <= limit : at >= limit
}

/** Whether a price stands on an instrument's grid. */
export function onGrid(at: Price, of: Pick<Instrument, 'priceIncrements'>): boolean {
  return at % incrementAt(at, of.priceIncrements) === 0n
}
