/**
 * The counter of the venue: orders taken or refused, changed, canceled; what time and the link do to them.
 *
 * `place` answers with exactly one of `OrderRejected`, `OrderHeld`, `OrderAccepted` first; an order that waits for
 * another reason than before, or is let go, gets its `OrderAccepted` or `OrderHeld` again. An order that ended never
 * changes again. What becomes of an order in between is told in `order-life.ts`.
 */
import { minus, type Quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { Matching } from '#exchange/book/matching.ts'
import type { AuctionOrder } from '#exchange/book/auction.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import type { AccountDesk } from '#exchange/clearing/account-desk.ts'
import type { Settlement } from '#exchange/clearing/settlement.ts'
import type { VenueEvent, VenueRefusal } from '#exchange/exchange.ts'
import { isExpired, lastTradeAt } from '#exchange/market/expiry.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { algoDesk } from '#exchange/orders/algo-desk.ts'
import { refusalOfAlgo } from '#exchange/orders/algos/algo-terms.ts'
import { auctionDesk } from '#exchange/orders/auction-desk.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'
import { conditionDesk } from '#exchange/orders/condition-desk.ts'
import { dependencies } from '#exchange/orders/dependencies.ts'
import { GATES, auctionAt, type GateParts } from '#exchange/orders/gates.ts'
import { orderGroups, withFamilyGroup } from '#exchange/orders/groups.ts'
import { orderLife } from '#exchange/orders/order-life.ts'
import { ownLooks, type OwnLooks } from '#exchange/orders/own-looks.ts'
import { refusalOfTerms } from '#exchange/orders/order-terms.ts'
import { auctionOf, isPegged, worksOutside } from '#exchange/orders/type-terms.ts'
import { limitOnceElected } from '#exchange/orders/triggers.ts'
import {
  changedTerms,
  leavesOf,
  liveOrder,
  rejectedOrder,
  shownAs,
  showNextSlice,
  type LiveOrder,
} from '#exchange/orders/venue-order.ts'
import {
  MOST_ORDERS_A_SIDE,
  REFUSALS,
  notCancelable,
  notCancelableNow,
} from '#exchange/refusals.ts'
import type { NewVenueOrder, VenueOrderChange } from '#exchange/terms.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'
import { earlier } from '#exchange/watch-list.ts'

type Events = readonly VenueEvent[]

export interface OrderDesk extends OwnLooks {
  readonly book: Matching
  place(terms: NewVenueOrder, now: EpochMs): Events
  replace(permId: number, change: VenueOrderChange, now: EpochMs): Events
  cancel(permId: number, now: EpochMs): Events
  /** Every open order, by permId. */
  cancelAll(now: EpochMs): Events
  /** Of one instrument, with a reason: its terms no longer hold. */
  cancelOf(of: Instrument, reason: string, now: EpochMs): Events
  /** Ends an order whose time has come; nothing when it has not, or when it ended before. */
  expire(permId: number, now: EpochMs): Events
  /** Looks again at a held order whose time has come, likewise. */
  release(permId: number, now: EpochMs): Events
  /** Looks again at held orders: a halt has ended, shares were found. @param of - all instruments where absent */
  reconsider(now: EpochMs, of?: Instrument): Events
  /** The market maker has quoted anew. */
  quoted(of: Instrument, now: EpochMs): Events
  /** While the link to the exchanges is down, orders, changes and cancels wait. */
  setLink(up: boolean, now: EpochMs): Events
  /** Our orders that wait for an auction. */
  collected(of: Instrument, kind: 'opening' | 'closing'): readonly AuctionOrder[]
  /** A day is over: what only it had to remember is forgotten. */
  turnDay(): void
  /** Why the venue would refuse these terms; undefined when it would take them. Margin apart. */
  refusalOf(terms: NewVenueOrder, now: EpochMs): VenueRefusal | undefined
}

export interface OrderDeskSettings {
  readonly board: QuoteBoard
  readonly market: MarketModel
  readonly hours: VenueHours
  readonly blotter: Blotter
  readonly account: AccountDesk
  readonly settlement: Settlement
  readonly firstPermId: number
  /** Called when an order's ends may have moved, or when it has begun to work. */
  readonly scheduled: (order: LiveOrder) => void
}

export function orderDesk(settings: OrderDeskSettings): OrderDesk {
  const { board, hours, blotter, account, scheduled } = settings
  const conditions = conditionDesk(settings)
  const algos = algoDesk(settings)
  const groups = orderGroups(
    (permId) => blotter.open(permId),
    (permId) => blotter.ended(permId)?.status === 'filled',
  )
  const relations = dependencies(groups, conditions, algos)
  let nextPermId = settings.firstPermId
  let sequence = 0
  let isLinked = true
  let waitingForLink: ((now: EpochMs) => Events)[] = []
  const nextPriority = () => sequence++
  const parts: GateParts = {
    board,
    hours,
    account,
    relations,
    conditions,
    openOf: (id) => blotter.openOf(id),
    isLinked: () => isLinked,
  }
  const life = orderLife({ ...settings, ...parts, nextPriority })
  const auctions = auctionDesk({ ...settings, life })

  const reject = (terms: NewVenueOrder, refusal: VenueRefusal, now: EpochMs): VenueEvent => {
    const order = rejectedOrder(nextPermId++, terms, refusal, now)
    blotter.refused(order)
    return { type: 'OrderRejected', order, refusal }
  }

  const refusalOf: OrderDesk['refusalOf'] = (terms, now) => {
    const of = board.instrument(terms.instrument)
    if (of === undefined || isExpired(of, now)) return REFUSALS.unknownInstrument
    return (
      refusalOfTerms(terms, of, now) ??
      refusalOfAlgo(terms, of, now) ??
      relations.refusalOf(terms) ??
      auctions.refusalOf(terms, of, now)
    )
  }

  const place: OrderDesk['place'] = (asked, now) => {
    const terms = isAttached(asked) ? withFamilyGroup(asked) : asked
    const of = board.instrument(terms.instrument)
    const refusal = refusalOf(terms, now)
    if (of === undefined || refusal !== undefined)
      return [reject(terms, refusal ?? REFUSALS.unknownInstrument, now)]
    const order = liveOrder(nextPermId, of, terms, nextPriority())
    const { quantity } = terms
    const refused =
      tooMany(terms) ??
      immediately(order, now) ??
      (isAttached(terms) ? undefined : account.refusalOf({ instrument: of, terms, quantity }, now))
    if (refused !== undefined) return [reject(terms, refused, now)]
    nextPermId += 1
    blotter.add(order)
    order.terms = { ...terms, quantity: relations.join(order, now) }
    order.allowance = relations.allowed(order)
    order.expiresAt = expiryOf(terms, of, now)
    return life.begin(order, now)
  }

  /** What must trade at once cannot wait. */
  const immediately = (order: LiveOrder, now: EpochMs): VenueRefusal | undefined => {
    const { timeInForce } = order.terms
    if (timeInForce !== 'IOC' && timeInForce !== 'FOK') return undefined
    if (mayWaitAtFirst(order.terms)) return undefined
    const hold = GATES.map((gate) => gate(order, now, parts)).find((shut) => shut !== undefined)
    if (hold === undefined) return undefined
    return hold.refusal === undefined || hold.refusal.code === 399 ? REFUSALS.closed : hold.refusal
  }

  /** A child on its parent's other side: it closes what the parent opens. */
  const isAttached = ({ parent, instrument, action }: NewVenueOrder): boolean => {
    const elder = parent === undefined ? undefined : (blotter.open(parent)?.terms ?? blotter.ended(parent)) // prettier-ignore
    return elder !== undefined && elder.instrument === instrument && elder.action !== action
  }

  const tooMany = ({ instrument, action }: NewVenueOrder): VenueRefusal | undefined => {
    const same = blotter.openOf(instrument).filter(({ terms }) => terms.action === action)
    return same.length >= MOST_ORDERS_A_SIDE ? REFUSALS.tooManyOrders : undefined
  }

  /** An order ends with its contract at the latest, but for those of the auction in which that ends. */
  const expiryOf = (terms: NewVenueOrder, of: Instrument, now: EpochMs): EpochMs | undefined => {
    const last = lastTradeAt(of)
    const auction = last === undefined ? undefined : auctionOf(terms)
    if (auction !== undefined && auctionAt(auction, of, now, hours) === last) return undefined
    return earlier(endOf(terms, of, now), last)
  }

  /** An order for an auction ends with it, the others with their session or their date. */
  const endOf = (terms: NewVenueOrder, of: Instrument, now: EpochMs): EpochMs | undefined => {
    if (terms.timeInForce === 'GTD') return terms.goodTill
    if (terms.timeInForce !== 'DAY' || isForAuction(terms)) return undefined
    return hours.tradable(of, Math.max(now, terms.goodAfter ?? now), worksOutside(terms)).closesAt
  }

  const replace: OrderDesk['replace'] = (permId, change, now) => {
    const order = blotter.open(permId)
    if (order !== undefined && !isLinked) return wait((then) => replace(permId, change, then))
    const refusal = order === undefined ? refusedChange(permId) : refusalOfChange(order, change, now) // prettier-ignore
    if (order === undefined || refusal !== undefined)
      return [{ type: 'ChangeRefused', permId, refusal: refusal ?? REFUSALS.notModifiable }]
    const isAnew = takeOn(order, changedTerms(order.terms, change), now)
    const replaced: VenueEvent = { type: 'OrderReplaced', order: shownAs(order) }
    const events = life.resume(order, isAnew, now)
    scheduled(order)
    return [replaced, ...events]
  }

  /** Gives an order its new terms. @returns whether it has lost its place in the queue */
  const takeOn = (order: LiveOrder, terms: NewVenueOrder, now: EpochMs): boolean => {
    const before = order.terms
    order.terms = terms
    order.allowance = relations.allowed(order)
    order.expiresAt = expiryOf(terms, order.instrument, now)
    if (!order.triggered && terms.triggerPrice !== before.triggerPrice)
      order.stopPrice = terms.triggerPrice
    if (terms.displaySize === undefined) order.shown = undefined
    else if (terms.displaySize !== before.displaySize) showNextSlice(order)
    if (!isPegged(terms.orderType)) order.limit = order.triggered ? limitOnceElected(order) : terms.limitPrice // prettier-ignore
    const isAnew = QUEUE_TERMS.some((name) => terms[name] !== before[name]) || terms.quantity > before.quantity // prettier-ignore
    if (isAnew) order.priority = nextPriority()
    blotter.amended(order)
    return isAnew
  }

  const refusedChange = (permId: number): VenueRefusal => {
    const ended = blotter.ended(permId)
    return ended?.status === 'filled' ? REFUSALS.alreadyFilled : notCancelable(permId, ended)
  }

  const refusalOfChange = (
    order: LiveOrder,
    change: VenueOrderChange,
    now: EpochMs,
  ): VenueRefusal | undefined => {
    const terms = changedTerms(order.terms, change)
    const refusal = refusalOfTerms(terms, order.instrument, now)
    if (refusal !== undefined) return refusal
    if (terms.quantity <= order.filled) return REFUSALS.belowFilled
    if (auctions.isLocked(order, now)) return notCancelableNow(order.permId)
    const leaves: Quantity = minus(terms.quantity, order.filled)
    const needsMore = leaves > leavesOf(order) || terms.limitPrice !== order.terms.limitPrice
    if (!needsMore || isAttached(terms)) return undefined
    return account.refusalOf({ instrument: order.instrument, terms, quantity: leaves }, now, order.permId) // prettier-ignore
  }

  const cancel: OrderDesk['cancel'] = (permId, now) => {
    const order = blotter.open(permId)
    if (order === undefined)
      return [{ type: 'ChangeRefused', permId, refusal: notCancelable(permId, blotter.ended(permId)) }] // prettier-ignore
    if (auctions.isLocked(order, now))
      return [{ type: 'ChangeRefused', permId, refusal: notCancelableNow(permId) }]
    return isLinked ? life.end(order, 'canceled', '', now) : wait((then) => cancel(permId, then))
  }

  /** What is asked while the link is down is done when it is back, at the prices of then. */
  const wait = (request: (now: EpochMs) => Events): Events => {
    waitingForLink.push(request)
    return []
  }

  /** One order's end may take others along. */
  const cancelEach = (orders: readonly LiveOrder[], reason: string, now: EpochMs): Events =>
    orders.flatMap(({ permId }) => {
      const order = blotter.open(permId)
      return order === undefined ? [] : life.end(order, 'canceled', reason, now)
    })

  const expire: OrderDesk['expire'] = (permId, now) => {
    const order = blotter.open(permId)
    if (order?.expiresAt === undefined || order.expiresAt > now) return []
    return life.end(order, 'expired', EXPIRED, now)
  }

  const release: OrderDesk['release'] = (permId, now) => {
    const order = blotter.open(permId)
    if (order?.releaseAt === undefined || order.releaseAt > now) return []
    return order.hold === 'auction' ? auctions.hold(order, now) : life.reconsider(order, now)
  }

  const reconsider: OrderDesk['reconsider'] = (now, of) =>
    (of === undefined ? blotter.allOpen() : blotter.openOf(of.id)).flatMap((order) =>
      order.status === 'held' ? life.reconsider(order, now) : [],
    )

  const setLink: OrderDesk['setLink'] = (up, now) => {
    isLinked = up
    if (!up) return []
    const requests = waitingForLink
    waitingForLink = []
    return [...requests.flatMap((request) => request(now)), ...reconsider(now)]
  }

  return {
    book: life.book,
    place,
    replace,
    cancel,
    cancelAll: (now) =>
      blotter
        .allOpen()
        .flatMap(({ permId }) => (blotter.open(permId) === undefined ? [] : cancel(permId, now))),
    cancelOf: (of, reason, now) => cancelEach(blotter.openOf(of.id), reason, now),
    expire,
    release,
    ...ownLooks({ blotter, life, relations, algos, conditions }),
    reconsider,
    quoted: (of, now) => life.quoted(of, now),
    setLink,
    turnDay: () => relations.turnDay(),
    collected: (of, kind) => auctions.collected(of, kind),
    refusalOf,
  }
}

const EXPIRED = 'The order has reached the end of its time in force.'

/** A change of these sends an order to the back of the queue. */
const QUEUE_TERMS = ['limitPrice', 'pegOffset', 'displaySize', 'hidden', 'allOrNone', 'timeInForce'] as const // prettier-ignore

/** A child waits for its parent, a conditional order for its conditions, whatever its time in force. */
const mayWaitAtFirst = ({ parent, conditions }: NewVenueOrder): boolean =>
  parent !== undefined || (conditions !== undefined && !conditions.cancelsOrder)

const isForAuction = ({ orderType }: NewVenueOrder): boolean =>
  orderType === 'MOC' || orderType === 'LOC'
