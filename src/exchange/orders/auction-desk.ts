/**
 * Orders that trade in an auction: collected while they are held, executed together at its single price.
 *
 * What an auction leaves of them ends with it. Others cross at the market model's open or close of the day, moved
 * by what our own trading has done to the price.
 *
 * Sources: cut-offs of entry: Nasdaq Rules 4752(a) and 4754(a) (MOO 09:28, LOO 09:29:30, MOC 15:55, LOC 15:58),
 * NYSE Rule 7.35B (15:50); of cancels: Nasdaq Rule 4702(b)(8) and (11) (09:28, 15:50), NYSE Rule 7.35B(f)
 * (15:50).
 */
import { snapPrice } from '#model/border.ts'
import type { Instrument } from '#model/instrument.ts'
import { MINUTE_MS, SECOND_MS, type EpochMs } from '#model/time.ts'
import { runAuction, type AuctionInputs, type AuctionOrder } from '#exchange/book/auction.ts'
import type { VenueEvent, VenueRefusal } from '#exchange/exchange.ts'
import type { Liquidity, MarketModel } from '#exchange/market-model.ts'
import { DAY_SHAPE } from '#exchange/market/day-knots.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'
import { auctionAt } from '#exchange/orders/gates.ts'
import type { OrderLife } from '#exchange/orders/order-life.ts'
import { auctionOf } from '#exchange/orders/type-terms.ts'
import { isOpen, workableOf, type LiveOrder } from '#exchange/orders/venue-order.ts'
import { TERM_REFUSALS } from '#exchange/refusals.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

type AuctionKind = 'opening' | 'closing'

/** How long before the auction the last order is taken, and the last cancel or change, ms. */
interface CutOff {
  readonly atAnyPrice: number
  readonly limited: number
  readonly cancel: number
}

const NASDAQ: Readonly<Record<AuctionKind, CutOff>> = {
  opening: { atAnyPrice: 2 * MINUTE_MS, limited: 30 * SECOND_MS, cancel: 2 * MINUTE_MS },
  closing: { atAnyPrice: 5 * MINUTE_MS, limited: 2 * MINUTE_MS, cancel: 10 * MINUTE_MS },
}
const NYSE: Readonly<Record<AuctionKind, CutOff>> = {
  opening: { atAnyPrice: 0, limited: 0, cancel: 0 },
  closing: { atAnyPrice: 10 * MINUTE_MS, limited: 10 * MINUTE_MS, cancel: 10 * MINUTE_MS },
}

const cutOffOf = (of: Instrument, kind: AuctionKind): CutOff => (isNasdaq(of) ? NASDAQ : NYSE)[kind]

export interface AuctionDesk {
  /** Why an order may not join the auction it asks for; undefined when it may, or asks for none. */
  refusalOf(terms: NewVenueOrder, of: Instrument, now: EpochMs): VenueRefusal | undefined
  /** Whether it is too late to take an order back or to change it: the auction's imbalance is out. */
  isLocked(order: LiveOrder, now: EpochMs): boolean
  /** Our orders that wait for an auction of an instrument. */
  collected(of: Instrument, kind: AuctionKind): readonly AuctionOrder[]
  /** Holds the auction that an order waits for, for all who wait for it. */
  hold(order: LiveOrder, now: EpochMs): readonly VenueEvent[]
}

export interface AuctionDeskSettings {
  readonly market: MarketModel
  readonly board: QuoteBoard
  readonly blotter: Blotter
  readonly hours: VenueHours
  readonly life: OrderLife
}

export function auctionDesk(settings: AuctionDeskSettings): AuctionDesk {
  const { market, board, blotter, hours, life } = settings

  const refusalOf: AuctionDesk['refusalOf'] = (terms, of, now) => {
    const kind = auctionOf(terms)
    if (kind === undefined) return undefined
    const { atAnyPrice, limited } = cutOffOf(of, kind)
    const before = terms.limitPrice === undefined ? atAnyPrice : limited
    const at = auctionAt(kind, of, now, hours)
    return at - now < before ? TERM_REFUSALS.tooLateForAuction : undefined
  }

  const waiting = (of: Instrument, kind: AuctionKind): readonly LiveOrder[] =>
    blotter
      .openOf(of.id)
      .filter((order) => order.hold === 'auction' && auctionOf(order.terms) === kind)

  const inputsOf = (
    of: Instrument,
    kind: AuctionKind,
    now: EpochMs,
  ): Omit<AuctionInputs, 'orders'> | undefined => {
    const liquidity = market.liquidity(of.id, now)
    const others = liquidity === undefined ? undefined : othersIn(of, kind, now, liquidity)
    if (others === undefined || liquidity === undefined || board.haltAt(of.id, now) !== undefined)
      return undefined
    const shift = Math.exp(board.line(of).footprint.shift)
    return {
      of,
      reference: snapPrice(others.price * shift, of.priceIncrements, 'half-even'),
      volume: others.units,
      imbalance: 0,
      dailyVolatility: liquidity.dailyVolatility,
    }
  }

  /** Where others cross and how much: as the tape prints it, or as the day's open and close have it. */
  const othersIn = (
    of: Instrument,
    kind: AuctionKind,
    now: EpochMs,
    { dailyVolume }: Liquidity,
  ): { readonly price: number; readonly units: number } | undefined => {
    // The instant of the close belongs to no session: just before it does.
    const session = hours.regular(of, now - 1)
    const knots = market.knots?.(of.id, session, 'regular')
    if (knots !== undefined) {
      const price = kind === 'opening' ? knots.prices[0] : knots.prices.at(-1)
      return price === undefined ? undefined : { price, units: knots[kind] }
    }
    const tape = market.tape(of.id, now)
    const price = kind === 'opening' ? tape?.open : tape?.last
    return price === undefined ? undefined : { price, units: dailyVolume * SHARE[kind] }
  }

  const hold: AuctionDesk['hold'] = ({ instrument, terms }, now) => {
    const kind = auctionOf(terms)
    if (kind === undefined) return []
    const orders = waiting(instrument, kind).filter(({ releaseAt }) => (releaseAt ?? 0) <= now)
    const inputs = inputsOf(instrument, kind, now)
    if (inputs === undefined) return orders.flatMap((order) => missed(order, now))
    const { price, fills } = runAuction({ ...inputs, orders: orders.map(asAuctionOrder) })
    const byId = new Map(orders.map((order) => [order.permId, order]))
    const traded = fills.flatMap(({ id, quantity }) => {
      const order = byId.get(id)
      if (price === undefined || order === undefined || !isOpen(order)) return []
      return life.execute(order, quantity, price, 'removed', now)
    })
    return [...traded, ...orders.flatMap((order) => missed(order, now))]
  }

  const missed = (order: LiveOrder, now: EpochMs): readonly VenueEvent[] =>
    isOpen(order) ? life.end(order, 'canceled', NOT_IN_AUCTION, now) : []

  return {
    refusalOf,
    isLocked,
    collected: (of, kind) => waiting(of, kind).map(asAuctionOrder),
    hold,
  }
}

function isLocked({ hold, releaseAt, terms, instrument }: LiveOrder, now: EpochMs): boolean {
  const kind = auctionOf(terms)
  if (kind === undefined || hold !== 'auction' || releaseAt === undefined) return false
  return releaseAt - now < cutOffOf(instrument, kind).cancel
}

/** Others' part of the day's volume, where no tape says. */
const SHARE: Readonly<Record<AuctionKind, number>> = {
  opening: DAY_SHAPE.openingAuction,
  closing: DAY_SHAPE.closingAuction,
}

const NOT_IN_AUCTION = 'The order was not executed in the auction.'

const isNasdaq = (of: Instrument): boolean =>
  of.assetClass === 'STK' && of.primaryExchange === 'NASDAQ'

const asAuctionOrder = (order: LiveOrder): AuctionOrder => ({
  id: order.permId,
  action: order.terms.action,
  quantity: workableOf(order),
  priority: order.priority,
  ...(order.terms.limitPrice === undefined ? {} : { limitPrice: order.terms.limitPrice }),
})
