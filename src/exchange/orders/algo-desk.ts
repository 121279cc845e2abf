/**
 * Works the orders that have an algorithm: looks at the market, and puts the next slice into the book.
 *
 * The slice is how much of the order may fill until the next look, and at which price; what it fills are fills of the
 * one order. The order stands idle outside its window, and what is left at the end of it is canceled.
 */
import { greater, lesser, plus, quantity, type Price, type Quantity } from '#model/fixed.ts'
import type { EpochMs } from '#model/time.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { volumeShare } from '#exchange/market/volume-curve.ts'
import type { AlgoView, Slice } from '#exchange/orders/algos/slice.ts'
import { nextSlice, stepMs, windowOf, type AlgoWindow } from '#exchange/orders/algos/strategies.ts'
import type { LiveOrder } from '#exchange/orders/venue-order.ts'
import type { OrderAlgo } from '#exchange/terms.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

export interface AlgoDesk {
  /** Units of an order, filled ones included, that its algorithm lets fill by now; its size without one. */
  allowed(order: LiveOrder): Quantity
  /** Looks at an order that works. */
  step(order: LiveOrder, now: EpochMs): AlgoStep
  /**
   * The order may trade as much and no worse from now on.
   *
   * @returns whether that is news to the book: what stands as it stood keeps its place in the queue
   */
  begun(order: LiveOrder, part: AlgoPart): boolean
  /** When an order's next look is due; undefined before the first. */
  nextAt(order: LiveOrder): EpochMs | undefined
  /** An order has filled. */
  filled(order: LiveOrder, now: EpochMs): void
  end(order: LiveOrder): void
}

/** What a look came to. */
export type AlgoStep =
  /** To be put into the book one after the other; the last one stands until the next look. */
  | { readonly type: 'works'; readonly parts: readonly AlgoPart[] }
  /** What is left is to be canceled. */
  | { readonly type: 'ends'; readonly reason: string }

/** So much of the order may trade, at this price or better. */
export interface AlgoPart {
  readonly units: Quantity
  readonly limit: Price | undefined
}

export interface AlgoDeskSettings {
  readonly board: QuoteBoard
  readonly market: MarketModel
  readonly hours: VenueHours
}

/** One order at work. */
interface Work {
  readonly window: AlgoWindow
  tradedAt: EpochMs
  /** How much may have filled before the next look. */
  allowance: Quantity
  /** Whether it has been put into the book at a price. */
  stands: boolean
  nextAt: EpochMs
}

export function algoDesk({ board, market, hours }: AlgoDeskSettings): AlgoDesk {
  const works = new Map<number, Work>()

  const begin = (order: LiveOrder, algo: OrderAlgo, now: EpochMs): Work => {
    const window = windowOf(algo, now, hours.regular(order.instrument, now).closesAt)
    const work: Work = {
      window,
      tradedAt: window.startAt,
      allowance: order.filled,
      stands: false,
      nextAt: now,
    }
    works.set(order.permId, work)
    return work
  }

  const step: AlgoDesk['step'] = (order, now) => {
    const { algo } = order.terms
    if (algo === undefined) return { type: 'ends', reason: NO_ALGORITHM }
    const work = workOf(order, algo, now)
    const { startAt, endAt, stopsAt } = work.window
    if (now >= stopsAt && algo.strategy !== 'Adaptive') return { type: 'ends', reason: TIME_IS_UP }
    const { opensAt } = hours.regular(order.instrument, now)
    const from = Math.max(startAt, opensAt)
    if (now < from) return idle(order, work, from)
    const nextAt = Math.min(stopsAt > now ? stopsAt : Infinity, now + stepMs(algo, startAt, endAt))
    work.nextAt = nextAt
    return {
      type: 'works',
      parts: partsOf(order, nextSlice(algo, viewOf(order, work, now, nextAt))),
    }
  }

  /** An order that lives longer than a day is worked anew each day. */
  const workOf = (order: LiveOrder, algo: OrderAlgo, now: EpochMs): Work => {
    const known = works.get(order.permId)
    const isOver = known !== undefined && now >= known.window.stopsAt
    if (known === undefined || (isOver && algo.strategy === 'Adaptive')) return begin(order, algo, now) // prettier-ignore
    return known
  }

  const idle = (order: LiveOrder, work: Work, until: EpochMs): AlgoStep => {
    work.nextAt = until
    return { type: 'works', parts: [{ units: NONE, limit: order.terms.limitPrice }] }
  }

  const begun: AlgoDesk['begun'] = (order, { units, limit }) => {
    const work = works.get(order.permId)
    if (work === undefined) return false
    const allowance = plus(order.filled, units)
    const isNews = limit !== order.limit || allowance !== work.allowance || !work.stands
    work.allowance = allowance
    work.stands = limit !== undefined && units > 0n
    order.limit = limit
    return isNews && units > 0n
  }

  const viewOf = (order: LiveOrder, work: Work, now: EpochMs, nextAt: EpochMs): AlgoView => {
    const { instrument, terms, filled } = order
    const { bid, ask, last } = board.quote(instrument, now, NOBODY)
    const { startAt, endAt } = work.window
    const tradedBy = (at: EpochMs) => market.tape(instrument.id, at)?.volume ?? 0
    return {
      action: terms.action,
      quantity: terms.quantity,
      filled,
      lot: instrument.lot,
      increments: instrument.priceIncrements,
      bid,
      ask,
      last,
      startAt,
      endAt,
      now,
      nextAt,
      tradedAt: work.tradedAt,
      marketVolume: tradedBy(now) - tradedBy(startAt),
      expectedVolume: (from, to) => expectedVolume(order, from, to),
    }
  }

  /** What usually trades then: the average day's volume along the day's curve. */
  const expectedVolume = ({ instrument }: LiveOrder, from: EpochMs, to: EpochMs): number => {
    const { opensAt, closesAt } = hours.regular(instrument, from)
    const share = (at: EpochMs) => volumeShare((at - opensAt) / (closesAt - opensAt))
    const dailyVolume = market.liquidity(instrument.id, from)?.dailyVolume ?? 0
    return dailyVolume * Math.max(0, share(to) - share(from))
  }

  return {
    allowed: (order) =>
      order.terms.algo === undefined
        ? order.terms.quantity
        : (works.get(order.permId)?.allowance ?? order.filled),
    step,
    begun,
    nextAt: ({ permId }) => works.get(permId)?.nextAt,
    filled: ({ permId }, now) => {
      const work = works.get(permId)
      if (work !== undefined) work.tradedAt = now
    },
    end: ({ permId }) => void works.delete(permId),
  }
}

const NOBODY = { bids: [], asks: [] }
const NO_ALGORITHM = 'The order has no algorithm.'
const TIME_IS_UP = 'The algorithm has reached its end time.'

const NONE = quantity('0')

function partsOf(order: LiveOrder, { take, rest, price }: Slice): readonly AlgoPart[] {
  const { limitPrice } = order.terms
  const standing = { units: rest, limit: lessAggressive(order, price, limitPrice) }
  return take > 0n ? [{ units: take, limit: limitPrice }, standing] : [standing]
}

/** Of a slice's price and the order's own limit. */
function lessAggressive(
  { terms: { action } }: LiveOrder,
  price: Price | undefined,
  limit: Price | undefined,
): Price | undefined {
  if (price === undefined || limit === undefined) return price ?? limit
  return action === 'BUY' ? lesser(price, limit) : greater(price, limit)
}
