/**
 * A single-price auction: the opening, the closing and the one that ends a trading halt.
 *
 * The interest of others would clear at the reference price (the day's open or close as the market model
 * has it). Ours moves it: at a log distance d from the reference others supply on balance
 *
 *   S(d) = sgn(d) A (|d| / η σ)^(5/3)
 *
 * units, A being what others trade in the auction, σ the daily volatility: the inverse of Almgren et al.'s
 * temporary impact, d = η σ (X / A)^(3/5). The price is the one at which most trades, then the one that
 * leaves least over, then the one nearest to the reference, inside a collar about it. The side of which there is
 * too much is served by priority: orders at any price first, then better limits, then earlier ones.
 *
 * Sources: R. Almgren, C. Thum, E. Hauptmann, H. Li, "Direct Estimation of Equity Market Impact", Risk 18
 * (2005), section 4.3: η = 0.142 ± 0.0062, exponent 3/5; Nasdaq Rule 4752(d)(2) and 4754(b)(2) for the
 * choice of the price and the order of priority, 4754(b)(2)(E) for the threshold of 10 %.
 */
import { incrementAt, quantityFrom, toNumber } from '#model/border.ts'
import {
  fractionOf,
  greater,
  lesser,
  magnitude,
  minus,
  plus,
  quantity,
  roundTo,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'

export const AUCTION = {
  /** η of Almgren et al. (2005). */
  temporary: 0.142,
  /** How far from the reference an auction may clear, a fraction: Nasdaq Rule 4754(b)(2)(E). */
  collar: 0.1,
} as const

/** One order of ours that takes part. */
export interface AuctionOrder {
  /** The caller's name for it, such as its permId. */
  readonly id: number
  readonly action: 'BUY' | 'SELL'
  /** > 0, a multiple of the lot: what has not traded yet. */
  readonly quantity: Quantity
  /** The worst price it accepts; undefined (MOC, MKT at the open) accepts all. */
  readonly limitPrice?: Price
  /** Time priority: lower came first. */
  readonly priority: number
}

export interface AuctionInputs {
  readonly of: Pick<Instrument, 'priceIncrements' | 'lot'>
  /** Where it clears without us, > 0. */
  readonly reference: Price
  /** Units that others trade with each other in it, ≥ 0; with 0 nobody trades. */
  readonly volume: number
  /** What others have on balance at any price: more to buy is positive. 0 once it is paired off. */
  readonly imbalance: number
  /** Standard deviation of one day's return, a fraction > 0. */
  readonly dailyVolatility: number
  readonly orders: readonly AuctionOrder[]
}

/** What one order of ours got. */
export interface AuctionFill {
  readonly id: number
  /** > 0, a multiple of the lot. */
  readonly quantity: Quantity
}

export interface AuctionOutcome {
  /** Undefined when nothing trades. */
  readonly price: Price | undefined
  /** In the order of priority, buys first; all at `price`. */
  readonly fills: readonly AuctionFill[]
  /** Units that trade, those of others included. */
  readonly matched: Quantity
  /** Left over at the price, signed: more to buy is positive. */
  readonly imbalance: Quantity
}

const NONE = quantity('0')

/**
 * What an auction does.
 *
 * @returns no price and no fills where nobody else takes part
 */
export function runAuction(inputs: AuctionInputs): AuctionOutcome {
  const { reference, volume } = inputs
  invariant(reference > 0n, 'an auction has a reference price above zero')
  if (!(volume > 0)) return { price: undefined, fills: [], matched: NONE, imbalance: NONE }
  const cleared = clearing(inputs)
  const lots = (units: number) => roundTo(quantityFrom(units), inputs.of.lot, 'toward-zero')
  return {
    price: cleared.price,
    fills: [
      ...allotted(inputs, 'BUY', cleared.price, lots(cleared.traded - cleared.othersBuy)),
      ...allotted(inputs, 'SELL', cleared.price, lots(cleared.traded - cleared.othersSell)),
    ],
    matched: lots(cleared.traded),
    imbalance: lots(cleared.excess),
  }
}

/** The book of the auction at one price, in units. */
interface Clearing {
  readonly price: Price
  readonly othersBuy: number
  readonly othersSell: number
  /** The lesser of what would be bought and what would be sold. */
  readonly traded: number
  /** Bought minus sold. */
  readonly excess: number
}

/**
 * The best price. Demand falls and supply rises with it, so the ends of the stretch on which they are equal
 * are found by halving; the best one is at an end, beside it, or as near to the reference as it goes.
 */
function clearing(inputs: AuctionInputs): Clearing {
  const { of, reference } = inputs
  const increment = incrementAt(reference, of.priceIncrements)
  const steps = Math.floor((AUCTION.collar * toNumber(reference)) / toNumber(increment))
  const at = (step: number): Clearing => {
    const away = fractionOf(increment, BigInt(step), 1n)
    return bookAt(inputs, greater(plus(reference, away), increment))
  }
  const first = firstStep(-steps, steps, (step) => at(step).excess <= 0)
  const last = firstStep(-steps, steps, (step) => at(step).excess < 0)
  const nearest = Math.min(Math.max(0, first), last)
  return [first - 1, first, last - 1, last, nearest]
    .filter((step) => Math.abs(step) <= steps)
    .map(at)
    .reduce((best, other) => (isBetter(other, best, reference) ? other : best))
}

/** The least step in [low, high] that `holds`, which holds for all above it; `high` where none does. */
function firstStep(low: number, high: number, holds: (step: number) => boolean): number {
  if (low >= high) return high
  const middle = Math.floor((low + high) / 2)
  return holds(middle) ? firstStep(low, middle, holds) : firstStep(middle + 1, high, holds)
}

function bookAt(inputs: AuctionInputs, price: Price): Clearing {
  const { volume, imbalance } = inputs
  const buying = volume + Math.max(0, imbalance) + toNumber(interested(inputs, 'BUY', price))
  const selling = volume + Math.max(0, -imbalance) + toNumber(interested(inputs, 'SELL', price))
  const wanted = buying - selling
  const answer = Math.min(Math.abs(wanted), answeringAt(inputs, price, wanted))
  const [answersBuy, answersSell] = wanted > 0 ? [0, answer] : [answer, 0]
  return {
    price,
    othersBuy: volume + Math.max(0, imbalance) + answersBuy,
    othersSell: volume + Math.max(0, -imbalance) + answersSell,
    traded: Math.min(buying + answersBuy, selling + answersSell),
    excess: wanted - Math.sign(wanted) * answer,
  }
}

/** |S(d)| at the far edge of the price's increment: what others bring against an imbalance of that sign. */
function answeringAt(inputs: AuctionInputs, price: Price, wanted: number): number {
  const { of, reference, volume, dailyVolatility } = inputs
  const half = toNumber(incrementAt(reference, of.priceIncrements)) / 2
  const edge = toNumber(price) + Math.sign(wanted) * half
  if (edge <= 0) return Infinity
  const distance = Math.sign(wanted) * Math.log(edge / toNumber(reference))
  if (distance <= 0) return 0
  const relative = distance / (AUCTION.temporary * dailyVolatility)
  return volume * Math.exp((5 / 3) * Math.log(relative))
}

function isBetter(a: Clearing, b: Clearing, reference: Price): boolean {
  if (a.traded !== b.traded) return a.traded > b.traded
  const [left, right] = [Math.abs(a.excess), Math.abs(b.excess)]
  if (left !== right) return left < right
  return magnitude(minus(a.price, reference)) < magnitude(minus(b.price, reference))
}

const accepts = ({ limitPrice, action }: AuctionOrder, at: Price): boolean =>
  limitPrice === undefined || (action === 'BUY' ? limitPrice >= at : limitPrice <= at)

const interested = ({ orders }: AuctionInputs, action: 'BUY' | 'SELL', at: Price): Quantity =>
  orders
    .filter((order) => order.action === action && accepts(order, at))
    .reduce((sum, { quantity: units }) => plus(sum, units), NONE)

/** Hands out what our side gets, by priority. */
function allotted(
  { orders }: AuctionInputs,
  action: 'BUY' | 'SELL',
  at: Price,
  available: Quantity,
): readonly AuctionFill[] {
  const fills: AuctionFill[] = []
  let left = available
  for (const order of byAuctionPriority(orders.filter((each) => each.action === action))) {
    if (left <= 0n || !accepts(order, at)) break
    const units = lesser(order.quantity, left)
    fills.push({ id: order.id, quantity: units })
    left = minus(left, units)
  }
  return fills
}

/** Of one side: orders at any price, then better limits, then earlier ones. */
function byAuctionPriority(orders: readonly AuctionOrder[]): readonly AuctionOrder[] {
  return orders.toSorted((a, b) => {
    if (a.limitPrice === b.limitPrice) return a.priority - b.priority
    if (a.limitPrice === undefined || b.limitPrice === undefined)
      return a.limitPrice === undefined ? -1 : 1
    return a.limitPrice < b.limitPrice === (a.action === 'SELL') ? -1 : 1
  })
}
