/** What a strategy sees when it is asked, and what it may wish for. */
import { incrementAt, priceFrom, snapPrice, toNumber } from '#model/border.ts'
import { greater, lesser, minus, plus, type Price } from '#model/fixed.ts'
import { isBuying } from '#model/order.ts'
import type { EpochMs } from '#model/time.ts'
import { unusableQuote } from '#marketdata/freshness.ts'
import { marketableLimit } from '#execution/order-price.ts'
import { RULES } from '#execution/algorithms/algorithm-rules.ts'
import type { AlgorithmState, Child } from '#execution/algorithms/algorithm.ts'
import { filledOf, liveChild } from '#execution/algorithms/children.ts'
import { touchOf, tradableOf, type ParentOrder, type Touch } from '#execution/algorithms/parent-order.ts' // prettier-ignore

export interface View {
  readonly state: AlgorithmState
  readonly parent: ParentOrder
  readonly now: EpochMs
  readonly touch: Touch
  /** Units: of the whole that can be traded, and what of it has filled and is left. */
  readonly whole: number
  readonly filled: number
  readonly left: number
  readonly roundLot: number
  /** The child that may trade. */
  readonly live: Child | undefined
}

/** What a strategy would have in the market now. */
export type Wish =
  | { readonly kind: 'nothing'; readonly why: string; /** What rests is to be taken back. */ readonly pulls: boolean } // prettier-ignore
  /** `shown`: units shown at a time; absent: all. */
  | { readonly kind: 'rest'; readonly units: number; readonly price: Price; readonly shown?: number; readonly why: string } // prettier-ignore
  | { readonly kind: 'take'; readonly units: number; readonly price: Price; readonly why: string }

/** Nothing new is wanted; what rests may go on resting. */
export const waiting = (why: string): Wish => ({ kind: 'nothing', why, pulls: false })

/** @returns the reason where there is no price to trade by */
export function viewOf(state: AlgorithmState): View | string {
  const { parent, quote, now } = state
  const unusable = unusableQuote(quote, now, parent.quoteMs)
  if (unusable !== undefined || quote === undefined) return unusable ?? 'no quote'
  const touch = touchOf(parent.side, quote)
  if (touch === undefined) return 'the quote has one side only'
  const whole = toNumber(tradableOf(parent))
  const filled = toNumber(filledOf(state))
  return {
    state,
    parent,
    now,
    touch,
    whole,
    filled,
    left: whole - filled,
    roundLot: toNumber(parent.terms.roundLot),
    live: liveChild(state),
  }
}

/** Whether the spread is much wider than the name's usual one: no time to cross it or to join it. */
export function isWide({ touch, parent }: View): boolean {
  const spread = Math.abs(touch.far - touch.near)
  const increment = toNumber(incrementAt(priceFrom(touch.mid), parent.terms.priceIncrements))
  const usual = Math.max(parent.usual.spread * touch.mid, increment)
  return spread > RULES.wideSpread * usual && spread > 2.5 * increment
}

/** A price on the increment that the parent's limit allows; towards the far side where it falls between two. */
export function allowed({ parent }: View, at: number): Price {
  const { side, terms, limitPrice } = parent
  const buying = isBuying(side)
  const snapped = snapPrice(at, terms.priceIncrements, 'half-even')
  if (limitPrice === undefined) return snapped
  const worst = snapPrice(toNumber(limitPrice), terms.priceIncrements, buying ? 'down' : 'up')
  return buying ? lesser(snapped, worst) : greater(snapped, worst)
}

/** One increment nearer to the far side. */
export function improved({ parent }: View, at: Price): Price {
  const increment = incrementAt(at, parent.terms.priceIncrements)
  return isBuying(parent.side) ? plus(at, increment) : minus(at, increment)
}

/** The far touch plus a collar, on the increment, as the parent's limit allows. */
export function marketable(view: View, collarBps: number): Price {
  const { parent, touch } = view
  const quoted = { bid: Math.min(touch.near, touch.far), ask: Math.max(touch.near, touch.far) }
  return allowed(view, toNumber(marketableLimit(parent.side, quoted, parent.terms, collarBps)))
}

/** Whether a price trades at once against a touch. Compared in nanos: a quote made of floats may be a hair off. */
export const isMarketable = ({ parent, touch }: View, at: Price): boolean =>
  isBuying(parent.side) ? at >= priceFrom(touch.far) : at <= priceFrom(touch.far)

/** Whether one price is better for the other side than another: a higher bid, a lower offer. */
export const isKeener = ({ side }: Pick<ParentOrder, 'side'>, a: Price, b: Price): boolean =>
  isBuying(side) ? a > b : a < b

/** Rests at the near touch, or where the parent's limit allows. */
export function restAtTouch(view: View, units: number, why: string): Wish {
  const { touch, roundLot } = view
  const most = touch.nearSize === undefined ? units : Math.max(roundLot, RULES.restingTouches * touch.nearSize) // prettier-ignore
  return { kind: 'rest', units: Math.min(units, most), price: allowed(view, touch.near), why }
}

/** Takes what is shown at the far touch; rests at the parent's limit where that is out of reach. */
export function takeAtTouch(view: View, units: number, why: string): Wish {
  const { touch, roundLot } = view
  const price = marketable(view, 0)
  if (!isMarketable(view, price)) return restAtTouch(view, units, `${why}; the limit is short of the market`) // prettier-ignore
  if (isWide(view)) return waiting('the spread is wide')
  const most = Math.max(roundLot, touch.farSize ?? units)
  return { kind: 'take', units: Math.min(units, most), price, why }
}
