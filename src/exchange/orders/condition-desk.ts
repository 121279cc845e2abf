/**
 * Watches the conditions of orders: what has happened since the look before, and when to look next.
 *
 * Conditions that came true stay so. The next look is the next quote at which the price may have come to a level; where
 * the path of the market says that it cannot for a while, the watch sleeps for as long (at most a minute, so that a
 * disturbance from outside is noticed), which changes nothing but the time it takes. Conditions are not looked at outside the
 * regular session of the order's instrument, unless the order says so.
 */
import { snapPrice, toNumber } from '#model/border.ts'
import { quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { MINUTE_MS, SECOND_MS, type EpochMs } from '#model/time.ts'
import { previousTradingDay } from '#marketdata/calendar.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import type { AccountDesk } from '#exchange/clearing/account-desk.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { conditionsHold, type ConditionView, type PriceView } from '#exchange/orders/conditions.ts'
import { spanOf } from '#exchange/orders/price-span.ts'
import { isOpen, type LiveOrder } from '#exchange/orders/venue-order.ts'
import type { OrderConditions, VenueCondition } from '#exchange/terms.ts'
import { earlier } from '#exchange/watch-list.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

export interface ConditionDesk {
  /** Watches an order that the venue has accepted. */
  begin(order: LiveOrder, now: EpochMs): void
  /** Whether an order's conditions have come true; true for one without. */
  hold(order: LiveOrder, now: EpochMs): boolean
  /** When to look again; undefined while only a trade of the account can change anything. */
  nextLookAt(order: LiveOrder, now: EpochMs): EpochMs | undefined
  /** The watched orders that a trade of the account may concern. */
  concernedBy(traded: LiveOrder): readonly LiveOrder[]
  end(order: LiveOrder): void
}

export interface ConditionDeskSettings {
  readonly board: QuoteBoard
  readonly market: MarketModel
  readonly hours: VenueHours
  readonly account: AccountDesk
}

/** The account's margin is looked at this often. */
const MARGIN_EVERY_MS = 5 * SECOND_MS
const LONGEST_SLEEP_MS = MINUTE_MS
/** An index is worked out anew this often. */
const INDEX_EVERY_MS = SECOND_MS
const INDEX = { assetClass: 'IND' } as const

interface Watch {
  readonly order: LiveOrder
  /** The look before. */
  since: EpochMs
  met: boolean
  /** What the account has traded since the order was placed. */
  readonly traded: Instrument[]
}

type Execution = Extract<VenueCondition, { readonly type: 'execution' }>

export function conditionDesk(settings: ConditionDeskSettings): ConditionDesk {
  const { board, hours, account, market } = settings
  const watches = new Map<number, Watch>()

  const begin: ConditionDesk['begin'] = (order, now) => {
    if (order.terms.conditions !== undefined)
      watches.set(order.permId, { order, since: now, met: false, traded: [] })
  }

  const hold: ConditionDesk['hold'] = (order, now) => {
    const { conditions } = order.terms
    if (conditions === undefined) return true
    // A change may bring conditions to an order that had none.
    if (!watches.has(order.permId)) begin(order, now)
    const watch = watches.get(order.permId)
    if (watch === undefined) return true
    if (watch.met) return true
    if (isLookedAt(order, conditions, now)) watch.met = conditionsHold(conditions, viewOf(watch, now)) // prettier-ignore
    watch.since = now
    return watch.met
  }

  const isLookedAt = (
    { instrument }: LiveOrder,
    conditions: OrderConditions,
    now: EpochMs,
  ): boolean =>
    // prettier-ignore
    conditions.ignoreRegularHours || now >= hours.regular(instrument, now).opensAt

  const viewOf = (watch: Watch, now: EpochMs): ConditionView => ({
    now,
    prices: (id) => pricesOf(id, watch.since, now),
    cushion: () => {
      const { excessLiquidity, netLiquidation } = account.figures(now)
      return netLiquidation <= 0n ? 0 : toNumber(excessLiquidity) / toNumber(netLiquidation)
    },
    hasTraded: (condition) => watch.traded.some((of) => isOf(condition, of)),
  })

  const pricesOf = (id: InstrumentId, since: EpochMs, now: EpochMs): PriceView | undefined => {
    const of = board.instrument(id)
    if (of === undefined) return indexPrices(id, since, now)
    if (board.haltAt(id, now) !== undefined) return undefined
    const quote = board.quote(of, now, NOBODY)
    return {
      assetClass: of.assetClass,
      quote,
      get before() {
        return board.quote(of, board.quoteTime(of, now).at - 1, NOBODY)
      },
      traded: tradedBetween(of, since, now),
      previousClose: quote.previousClose,
      volume: quote.volume,
    }
  }

  /** An index is worked out and not traded: it has a level and nothing else. */
  const indexPrices = (id: InstrumentId, since: EpochMs, now: EpochMs): PriceView | undefined => {
    const of = market.directory?.byId(id)
    const level = market.fairPrice(id, now)
    if (of?.assetClass !== 'IND' || level === undefined) return undefined
    const date = hours.regular(of, now).date
    const [before] = market.dailyBars(id, 1, previousTradingDay(date), 'splits')
    const snapped = (price: number) => snapPrice(price, of.priceIncrements, 'half-even')
    const bar = now > since ? market.pathBar(id, since, now) : undefined
    return {
      assetClass: 'IND',
      quote: { bid: undefined, ask: undefined, last: snapped(level) },
      before: undefined,
      traded: bar === undefined ? undefined : { low: bar.low, high: bar.high },
      previousClose: before === undefined ? undefined : snapped(before.close),
      volume: NONE,
    }
  }

  /** Where the path went, our own shift of it included. */
  const tradedBetween = (of: Instrument, from: EpochMs, to: EpochMs): PriceView['traded'] => {
    const bar = to > from ? market.pathBar(of.id, from, to) : undefined
    if (bar === undefined) return undefined
    const shift = Math.exp(board.line(of).footprint.shift)
    return { low: bar.low * shift, high: bar.high * shift }
  }

  const nextLookAt: ConditionDesk['nextLookAt'] = (order, now) => {
    const { conditions } = order.terms
    if (conditions === undefined || watches.get(order.permId)?.met === true) return undefined
    const opensAt = (from: EpochMs) => hours.regular(order.instrument, from).opensAt
    if (!isLookedAt(order, conditions, now)) return opensAt(now)
    const soonest = conditions.all
      .map((condition) => nextFor(condition, now))
      .reduce(earlier, undefined)
    if (soonest === undefined || conditions.ignoreRegularHours) return soonest
    return Math.max(soonest, opensAt(soonest))
  }

  const nextFor = (condition: VenueCondition, now: EpochMs): EpochMs | undefined => {
    if (condition.type === 'execution') return undefined
    if (condition.type === 'time')
      return condition.isMore && condition.at > now ? condition.at : undefined
    if (condition.type === 'margin')
      return (Math.floor(now / MARGIN_EVERY_MS) + 1) * MARGIN_EVERY_MS
    const of = board.instrument(condition.instrument)
    return of === undefined ? nextLevelOf(condition.instrument, now) : nextQuoteNear(of, condition, now) // prettier-ignore
  }

  const nextLevelOf = (id: InstrumentId, now: EpochMs): EpochMs | undefined => {
    if (market.directory?.byId(id)?.assetClass !== 'IND') return undefined
    const { opensAt } = hours.regular(INDEX, now)
    return now < opensAt ? opensAt : now + INDEX_EVERY_MS
  }

  /** The next quote at which the path can have come to a condition's level. */
  const nextQuoteNear = (
    of: Instrument,
    condition: Extract<VenueCondition, { readonly instrument: InstrumentId }>,
    now: EpochMs,
  ): EpochMs => {
    const next = board.nextQuoteAt(of, now)
    const level = levelOf(of, condition, now)
    const until = Math.min(now + LONGEST_SLEEP_MS, hours.regular(of, now).closesAt)
    const span = until <= next ? undefined : spanOf(of, now, until, { board, market })
    if (level === undefined || span === undefined) return next
    const mayReach = condition.isMore ? span.high >= level : span.low <= level
    return mayReach ? next : board.nextQuoteAt(of, until - 1)
  }

  const levelOf = (of: Instrument, condition: VenueCondition, now: EpochMs): number | undefined => {
    if (condition.type === 'price') return toNumber(condition.price)
    if (condition.type !== 'percent-change') return undefined
    const { previousClose } = board.quote(of, now, NOBODY)
    return previousClose === undefined ? undefined : toNumber(previousClose) * (1 + condition.change) // prettier-ignore
  }

  const concernedBy: ConditionDesk['concernedBy'] = (traded) =>
    [...watches.values()].flatMap((watch) => {
      const { order } = watch
      const all = order.terms.conditions?.all ?? []
      if (!isOpen(order) || watch.met || order === traded) return []
      const executes = all.some((of) => of.type === 'execution' && isOf(of, traded.instrument))
      if (executes) watch.traded.push(traded.instrument)
      const moves = all.some((of) => 'instrument' in of && of.instrument === traded.instrument.id)
      return executes || moves ? [order] : []
    })

  return { begin, hold, nextLookAt, concernedBy, end: ({ permId }) => void watches.delete(permId) }
}

const NONE = quantity('0')
const NOBODY = { bids: [], asks: [] }

/** Whether an execution condition names an instrument; SMART and nothing stand for every exchange. */
function isOf({ symbol, assetClass, exchange }: Execution, of: Instrument): boolean {
  if (of.symbol !== symbol || of.assetClass !== assetClass) return false
  const places = ['', '*', 'SMART', of.exchange, ...(of.assetClass === 'STK' ? [of.primaryExchange] : [])] // prettier-ignore
  return places.includes(exchange)
}
