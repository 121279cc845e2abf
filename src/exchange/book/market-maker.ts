/**
 * The market maker's side of the book: ten levels on each side of the efficient price.
 *
 * The touch stands half a spread away, on the price grid, at least one increment wide; its size varies
 * from tick to tick by a hash of (seed, instrument, tick, side). Behind it, levels stand on multiples of
 * their distance, so that they stay where they are while the touch moves; size grows away from the touch,
 * and each level is drawn anew every few seconds, by a hash of (seed, instrument, price, epoch), no two
 * neighbours at once. What our trading took is missing, from the touch outward (see `impact.ts`).
 *
 * Source of the shape: J.-P. Bouchaud, M. Mézard, M. Potters, "Statistical Properties of Stock Order
 * Books", Quantitative Finance 2 (2002): mean size rises from the touch.
 */
import {
  floatNanos,
  incrementAt,
  priceFrom,
  priceFromNanos,
  quantityFromNanos,
  toNumber,
} from '#model/border.ts'
import { minus, type Price, type Quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { uniformAt, type RandomKey } from '#numerics/random.ts'
import type { QuoteDisturbance } from '#exchange/controls.ts'
import type { DepthLevel, VenueDepth } from '#exchange/exchange.ts'
import type { Liquidity } from '#exchange/market-model.ts'
import { multipleBelow, nearestMultiple, priceGridOf } from '#exchange/book/price-grid.ts'
import { makerAt } from '#exchange/book/makers.ts'

export const BOOK_SHAPE = {
  levels: 10,
  /** Each level holds this much more of the touch's size than the one before. */
  growth: 0.35,
  /** Size varies evenly by this share either way. */
  jitter: 0.5,
  /** Levels are this share of the spread apart, at least one increment. */
  levelStep: 0.25,
  /** A level behind the touch is drawn anew after so many ticks: some ten seconds. */
  ticksUnchanged: 16,
  /** Outside regular hours the touch shows this share of its size. */
  outsideHoursSize: 0.2,
} as const

/** Everything a book is made from. */
export interface BookInputs {
  readonly of: Pick<Instrument, 'assetClass' | 'priceIncrements' | 'lot'>
  /** Efficient price, > 0, our own shift included. */
  readonly fair: number
  readonly liquidity: Liquidity
  /** Units that our trading took from each side and that have not come back, ≥ 0. */
  readonly missing: { readonly fromBids: number; readonly fromAsks: number }
  /** Names the instrument. */
  readonly key: RandomKey
  /** Number of the quote: another number, other sizes. */
  readonly tick: number
  /** 1 in regular hours. */
  readonly sizeFactor: number
  /** Prices that may be shown, in nanos, where there are price bands. */
  readonly bands?: PriceBands | undefined
  /** What somebody does to the book from outside. */
  readonly disturbance?: QuoteDisturbance | undefined
  /** Where the touch was recorded to be, in nanos, instead of about the efficient price. */
  readonly recorded?: RecordedTouch | undefined
}

export interface PriceBands {
  readonly low: number
  readonly high: number
}

/** A side that is undefined is empty; a size that is undefined was not recorded. */
export interface RecordedTouch {
  readonly bid: number | undefined
  readonly ask: number | undefined
  readonly bidUnits: number | undefined
  readonly askUnits: number | undefined
}

type Side = 'bid' | 'ask'

/** Both sides, best first; a side is empty where everything it shows was taken. */
export function marketMakerBook(inputs: BookInputs): VenueDepth {
  const frame = frameOf(inputs)
  return {
    bids: side(inputs, frame, 'bid', BOOK_SHAPE.levels),
    asks: side(inputs, frame, 'ask', BOOK_SHAPE.levels),
  }
}

/** The best level of each side, `marketMakerBook`'s first, at a tenth of its cost. */
export function marketMakerTouch(inputs: BookInputs): {
  readonly bid: DepthLevel | undefined
  readonly ask: DepthLevel | undefined
} {
  const frame = frameOf(inputs)
  return { bid: side(inputs, frame, 'bid', 1)[0], ask: side(inputs, frame, 'ask', 1)[0] }
}

/** How far from the efficient price the last level can stand, quote currency. */
export function bookReach(of: Instrument, fair: number, liquidity: Liquidity): number {
  const increment = toNumber(incrementAt(priceFrom(fair), of.priceIncrements))
  const spread = liquidity.spread * fair
  const step = increment + spread * BOOK_SHAPE.levelStep
  return spread + 2 * increment + BOOK_SHAPE.levels * step
}

/** Where the touch stands and how far levels are apart, in nanos; a side that is undefined is empty. */
interface Frame {
  readonly bid: number | undefined
  readonly ask: number | undefined
  readonly step: number
}

function frameOf(inputs: BookInputs): Frame {
  const { of, fair, liquidity, disturbance, recorded } = inputs
  const increment = priceGridOf(of.priceIncrements).incrementAt(floatNanos(fair))
  const factor = disturbance?.kind === 'wide' ? disturbance.factor : 1
  const half = (liquidity.spread * factor * fair) / 2
  const bid = Math.max(nearestMultiple(floatNanos(fair - half), increment), increment)
  const ask = Math.max(nearestMultiple(floatNanos(fair + half), increment), bid + increment)
  const apart = floatNanos(liquidity.spread * fair * BOOK_SHAPE.levelStep)
  const step = Math.max(nearestMultiple(apart, increment), increment)
  const { bid: low, ask: high } = recorded ?? within(inputs.bands, bid, ask, increment)
  return { ...disturbed(low, high, increment, disturbance), step }
}

/** At a price band the one side stands on the band and the other, which may not trade, is not shown. */
function within(
  bands: PriceBands | undefined,
  bid: number,
  ask: number,
  increment: number,
): Pick<Frame, 'bid' | 'ask'> {
  if (bands === undefined) return { bid, ask }
  if (ask > bands.high) return { bid: Math.min(bid, bands.high), ask: undefined }
  if (bid < bands.low) return { bid: undefined, ask: Math.max(ask, bands.low) }
  return { bid, ask: Math.max(ask, bid + increment) }
}

function disturbed(
  bid: number | undefined,
  ask: number | undefined,
  increment: number,
  disturbance: QuoteDisturbance | undefined,
): Pick<Frame, 'bid' | 'ask'> {
  if (disturbance?.kind === 'one-sided') {
    const { side: absent } = disturbance
    return {
      bid: absent === 'ask' ? bid : undefined,
      ask: absent === 'bid' ? ask : undefined,
    }
  }
  if (disturbance?.kind !== 'crossed' || ask === undefined) return { bid, ask }
  return { bid: ask + disturbance.increments * increment, ask }
}

function side(inputs: BookInputs, frame: Frame, which: Side, most: number): readonly DepthLevel[] {
  const touch = frame[which]
  const levels: DepthLevel[] = []
  if (touch === undefined) return levels
  const lot = Number(inputs.of.lot)
  let missing = which === 'ask' ? inputs.missing.fromAsks : inputs.missing.fromBids
  let left = inputs.disturbance?.kind === 'thin' ? toNumber(inputs.disturbance.units) : Infinity
  if (left < Infinity) {
    left = Math.max(0, left - missing)
    missing = 0
  }
  for (let i = 0; i < BOOK_SHAPE.levels && levels.length < most && left > 0; i++) {
    const price = i === 0 ? touch : behind(touch, frame.step, i, which)
    if (price <= 0 || isOutside(inputs.bands, price)) break
    const shown = i === 0 ? touchSize(inputs, which) : sizeBehind(inputs, frame.step, price, i, which) // prettier-ignore
    const taken = Math.min(missing, shown)
    missing -= taken
    const size = multipleBelow(floatNanos(Math.min(shown - taken, left)), lot)
    left -= size / 1e9
    if (size <= 0) continue
    const level = { price: priceFromNanos(price), size: quantityFromNanos(size) }
    levels.push(most === 1 ? level : { ...level, maker: makerAt(inputs.of, price, which) })
  }
  return levels
}

const isOutside = (bands: PriceBands | undefined, price: number): boolean =>
  bands !== undefined && (price < bands.low || price > bands.high)

/** The i-th multiple of the step beyond the touch. */
function behind(touch: number, step: number, i: number, which: Side): number {
  const below = multipleBelow(touch, step)
  if (which === 'ask') return below + i * step
  return (below === touch ? touch : below + step) - i * step
}

/** Units at the touch, at least one lot. */
function touchSize(inputs: BookInputs, which: Side): number {
  const { liquidity, key, tick, sizeFactor, recorded, of } = inputs
  const seen = which === 'ask' ? recorded?.askUnits : recorded?.bidUnits
  if (seen !== undefined) return seen
  const draw = uniformAt(key, (tick * 2 + (which === 'ask' ? 1 : 0)) * BOOK_SHAPE.levels)
  return Math.max(toNumber(of.lot), liquidity.touchSize * jitter(draw) * sizeFactor)
}

/** Epochs after which a price is drawn alike again: 121 days. */
const EPOCHS = 0x10_0000

/** Units at a level behind the touch, at least one lot; the same for a while. */
function sizeBehind(
  { liquidity, key, tick, sizeFactor, of }: BookInputs,
  step: number,
  price: number,
  level: number,
  which: Side,
): number {
  const place = Math.round(price / step) * 2 + (which === 'ask' ? 1 : 0)
  const epoch = Math.floor((tick + place * 7) / BOOK_SHAPE.ticksUnchanged) % EPOCHS
  const draw = uniformAt(key, (place % 0x1_0000_0000) * EPOCHS + epoch)
  const grown = liquidity.touchSize * (1 + BOOK_SHAPE.growth * level)
  return Math.max(toNumber(of.lot), grown * jitter(draw) * sizeFactor)
}

const jitter = (draw: number): number => 1 + BOOK_SHAPE.jitter * (2 * draw - 1)

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
