/**
 * What elects a stop or a touch, and how a trailing stop follows the market.
 *
 * A price *rises to* a trigger when it is at or above it, *falls to* it when at or below. A buy stop and a
 * touch to sell wait for a rise, a sell stop and a touch to buy for a fall. Which price counts is IBKR's
 * trigger method: the last one; the bid for a rise and the ask for a fall; the middle of both. *Double*
 * methods want it of two quotes running.
 *
 * Source: IBKR, TWS Users' Guide, "Modify the Stop Trigger Method": defaults are last for stocks and
 * futures, double bid/ask for US options, bid/ask for forex.
 */
import { incrementAt, priceFrom, toNumber } from '#model/border.ts'
import { fractionOf, minus, plus, roundTo, type Price } from '#model/fixed.ts'
import type { AssetClass, Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { VenueQuote } from '#exchange/exchange.ts'
import { isTouch } from '#exchange/orders/type-terms.ts'
import type { LiveOrder } from '#exchange/orders/venue-order.ts'
import type { NewVenueOrder, Trail, TriggerMethod } from '#exchange/terms.ts'

/** A quote as triggers see it. */
export type Seen = Pick<VenueQuote, 'bid' | 'ask' | 'last'> & {
  readonly at: EpochMs
  /** When the quote before it was made. */
  readonly previousAt: EpochMs
}

/** Which prices of a quote a method looks at. */
export type PriceSource = 'last' | 'bid-ask' | 'either' | 'middle'

interface Method {
  readonly source: PriceSource
  readonly isDouble: boolean
}

const METHODS: Readonly<Record<Exclude<TriggerMethod, 0>, Method>> = {
  1: { source: 'bid-ask', isDouble: true },
  2: { source: 'last', isDouble: false },
  3: { source: 'last', isDouble: true },
  4: { source: 'bid-ask', isDouble: false },
  7: { source: 'either', isDouble: false },
  8: { source: 'middle', isDouble: false },
}

/** What method 0 stands for. */
const DEFAULT_METHOD: Readonly<Record<AssetClass | 'IND', Exclude<TriggerMethod, 0>>> = {
  STK: 2,
  IND: 2,
  FUT: 2,
  OPT: 1,
  CASH: 4,
}

/** Whether a class prints last prices that a method could look at. */
export function fitsClass(method: TriggerMethod, assetClass: AssetClass): boolean {
  if (method === 0 || assetClass !== 'CASH') return true
  const { source } = METHODS[method]
  return source !== 'last' && source !== 'either'
}

/** The method that elects an order. */
export const methodOf = ({ terms, instrument }: LiveOrder): Method =>
  methodFor(terms.triggerMethod ?? 0, instrument.assetClass)

/** Which prices a method looks at, and whether it wants them of two quotes running. */
export const methodFor = (asked: TriggerMethod, assetClass: AssetClass | 'IND'): Method =>
  METHODS[asked === 0 ? DEFAULT_METHOD[assetClass] : asked]

/** Whether an order waits for the market to rise. */
export const waitsForRise = ({ action, orderType }: NewVenueOrder): boolean =>
  (action === 'BUY') !== isTouch(orderType)

/** Whether a quote elects an order; remembers the half of a double trigger. */
export function isElected(order: LiveOrder, seen: Seen): boolean {
  const { source, isDouble } = methodOf(order)
  const { stopPrice } = order
  if (stopPrice === undefined) return false
  const rise = waitsForRise(order.terms)
  const met = pricesOf(source, rise, seen).some((at) => (rise ? at >= stopPrice : at <= stopPrice))
  if (!isDouble || !met) {
    order.metAt = undefined
    return met
  }
  const first = order.metAt
  order.metAt = seen.at
  return first === seen.previousAt
}

/** The prices of a quote that count for a rise or a fall. */
export function pricesOf(
  source: PriceSource,
  rise: boolean,
  { bid, ask, last }: Pick<Seen, 'bid' | 'ask' | 'last'>,
): readonly Price[] {
  const touch = rise ? bid : ask
  const prices: Readonly<Record<PriceSource, readonly (Price | undefined)[]>> = {
    last: [last],
    'bid-ask': [touch],
    either: [last, touch],
    middle: [bid === undefined || ask === undefined ? undefined : middleOf(bid, ask)],
  }
  return prices[source].filter((at) => at !== undefined)
}

/** Half-way between two prices. */
export const middleOf = (bid: Price, ask: Price): Price => fractionOf(plus(bid, ask), 1n, 2n)

/**
 * Lets a trailing stop follow: up under a sale, down over a purchase, never back.
 *
 * @returns whether it moved
 */
export function follow(order: LiveOrder, seen: Seen): boolean {
  const { trail, action } = order.terms
  if (trail === undefined) return false
  const [at] = pricesOf(methodOf(order).source, action === 'BUY', seen)
  if (at === undefined) return false
  const stop = stopBehind(at, trail, action, order.instrument)
  const stands = order.stopPrice
  if (stands !== undefined && (action === 'SELL' ? stop <= stands : stop >= stands)) return false
  if (stop <= 0n) return false
  order.stopPrice = stop
  return true
}

/** The stop that stands a trail away from a price, on the grid, never nearer than asked. */
function stopBehind(at: Price, trail: Trail, action: 'BUY' | 'SELL', of: Instrument): Price {
  const distance = 'amount' in trail ? trail.amount : priceFrom(toNumber(at) * trail.fraction)
  const raw = action === 'SELL' ? minus(at, distance) : plus(at, distance)
  return roundTo(raw, incrementAt(raw, of.priceIncrements), action === 'SELL' ? 'down' : 'up')
}

/** The limit that an order has once it is elected; undefined: any price. */
export function limitOnceElected({ terms, stopPrice }: LiveOrder): Price | undefined {
  const { orderType, action, limitOffset, limitPrice } = terms
  if (orderType !== 'TRAIL LIMIT') return limitPrice
  if (stopPrice === undefined || limitOffset === undefined) return undefined
  return action === 'SELL' ? minus(stopPrice, limitOffset) : plus(stopPrice, limitOffset)
}
