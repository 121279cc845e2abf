/**
 * The life of orders at the venue: taken or refused, held, let go, changed, ended.
 *
 * `place` answers with exactly one of `OrderRejected`, `OrderHeld`, `OrderAccepted` first; an order
 * that was held gets its `OrderAccepted` when it is let go. An order that ended never changes again.
 */
import { minus, plus, type Quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { AccountDesk } from '#exchange/clearing/account-desk.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'
import type { VenueEvent, VenueRefusal } from '#exchange/exchange.ts'
import type { NewVenueOrder, VenueOrderChange } from '#exchange/terms.ts'
import type { Matching } from '#exchange/book/matching.ts'
import { refusalOfTerms } from '#exchange/orders/order-terms.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import { MOST_ORDERS_A_SIDE, REFUSALS, heldUntil, notCancelable } from '#exchange/refusals.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'
import {
  changedTerms,
  leavesOf,
  liveOrder,
  rejectedOrder,
  shownAs,
  signed,
  type LiveOrder,
} from '#exchange/orders/venue-order.ts'

export interface OrderDesk {
  place(terms: NewVenueOrder, now: EpochMs): readonly VenueEvent[]
  replace(permId: number, change: VenueOrderChange, now: EpochMs): readonly VenueEvent[]
  cancel(permId: number, now: EpochMs): readonly VenueEvent[]
  /** Every open order, by permId. */
  cancelAll(now: EpochMs): readonly VenueEvent[]
  /** Of one instrument, with a reason: its terms no longer hold. */
  cancelOf(of: Instrument, reason: string, now: EpochMs): readonly VenueEvent[]
  /** Ends an order whose time has come; nothing when it has not, or when it ended before. */
  expire(permId: number, now: EpochMs): readonly VenueEvent[]
  /** Lets a held order go to the book, likewise. */
  release(permId: number, now: EpochMs): readonly VenueEvent[]
  /** Why the venue would refuse these terms; undefined when it would take them. Margin apart. */
  refusalOf(terms: NewVenueOrder, now: EpochMs): VenueRefusal | undefined
}

export interface OrderDeskSettings {
  readonly board: QuoteBoard
  readonly hours: VenueHours
  readonly blotter: Blotter
  readonly account: AccountDesk
  readonly matching: Matching
  readonly firstPermId: number
  /** Called when an order's ends may have moved, or when it has begun to work. */
  readonly scheduled: (order: LiveOrder) => void
}

/** Why an order waits, and until when, where that is known. */
interface Hold {
  readonly refusal: VenueRefusal
  readonly until: EpochMs | undefined
}

export function orderDesk(settings: OrderDeskSettings): OrderDesk {
  const { board, hours, blotter, account, matching, scheduled } = settings
  let nextPermId = settings.firstPermId
  let priority = 0

  const reject = (terms: NewVenueOrder, refusal: VenueRefusal, now: EpochMs): VenueEvent => {
    const order = rejectedOrder(nextPermId++, terms, refusal.reason, now)
    blotter.refused(order)
    return { type: 'OrderRejected', order, refusal }
  }

  const refusalOf: OrderDesk['refusalOf'] = (terms, now) => {
    const of = board.instrument(terms.instrument)
    return of === undefined ? REFUSALS.unknownInstrument : refusalOfTerms(terms, of, now)
  }

  const place: OrderDesk['place'] = (terms, now) => {
    const of = board.instrument(terms.instrument)
    const refusal = refusalOf(terms, now)
    if (of === undefined || refusal !== undefined)
      return [reject(terms, refusal ?? REFUSALS.unknownInstrument, now)]
    const hold = holdOf(terms, of, now)
    const { quantity } = terms
    const refused =
      tooMany(terms) ??
      immediately(terms, hold) ??
      account.marginRefusal({ instrument: of, terms, quantity }, blotter.allOpen(), now)
    if (refused !== undefined) return [reject(terms, refused, now)]
    const order = liveOrder(nextPermId++, of, terms, priority++)
    blotter.add(order)
    order.expiresAt = expiryOf(terms, of, now)
    return hold === undefined ? letGo(order, now) : [holdBack(order, hold)]
  }

  const holdBack = (order: LiveOrder, { refusal, until }: Hold): VenueEvent => {
    order.status = 'held'
    order.reason = refusal.reason
    order.releaseAt = until
    scheduled(order)
    return { type: 'OrderHeld', order: shownAs(order), refusal }
  }

  const letGo = (order: LiveOrder, now: EpochMs): readonly VenueEvent[] => {
    order.status = 'working'
    order.reason = ''
    order.releaseAt = undefined
    const accepted: VenueEvent = { type: 'OrderAccepted', order: shownAs(order) }
    const events = matching.enter(order, now)
    scheduled(order)
    return [accepted, ...events]
  }

  const tooMany = ({ instrument, action }: NewVenueOrder): VenueRefusal | undefined => {
    const same = blotter.openOf(instrument).filter(({ terms }) => terms.action === action)
    return same.length >= MOST_ORDERS_A_SIDE ? REFUSALS.tooManyOrders : undefined
  }

  const holdOf = (terms: NewVenueOrder, of: Instrument, now: EpochMs): Hold | undefined => {
    if (board.isHalted(of.id)) return { refusal: REFUSALS.halted, until: undefined }
    if (cannotBorrow(terms, of)) return { refusal: REFUSALS.locating, until: undefined }
    const session = hours.tradable(of, now, terms.outsideRegularHours)
    if (now >= session.opensAt) return undefined
    return { refusal: heldUntil(terms, of, session.opensAt), until: session.opensAt }
  }

  const cannotBorrow = (terms: NewVenueOrder, of: Instrument): boolean => {
    if (of.assetClass !== 'STK' || of.shortable || terms.action === 'BUY') return false
    return plus(account.clearing.held(of.id), signed(terms, terms.quantity)) < 0n
  }

  const expiryOf = (terms: NewVenueOrder, of: Instrument, now: EpochMs): EpochMs | undefined => {
    if (terms.timeInForce === 'GTD') return terms.goodTill
    if (terms.timeInForce !== 'DAY') return undefined
    return hours.tradable(of, now, terms.outsideRegularHours).closesAt
  }

  const replace: OrderDesk['replace'] = (permId, change, now) => {
    const order = blotter.open(permId)
    const refusal = order === undefined ? refusedChange(permId) : refusalOfChange(order, change, now) // prettier-ignore
    if (order === undefined || refusal !== undefined)
      return [{ type: 'ChangeRefused', permId, refusal: refusal ?? REFUSALS.notModifiable }]
    const before = order.terms
    order.terms = changedTerms(before, change)
    order.expiresAt = expiryOf(order.terms, order.instrument, now)
    const losesPlace =
      order.terms.limitPrice !== before.limitPrice || order.terms.quantity > before.quantity
    if (losesPlace) order.priority = priority++
    const replaced: VenueEvent = { type: 'OrderReplaced', order: shownAs(order) }
    const matches = order.status === 'working' && losesPlace
    const events = matches ? matching.enter(order, now) : []
    scheduled(order)
    return [replaced, ...events]
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
    const others = blotter.allOpen().filter(({ permId }) => permId !== order.permId)
    const leaves: Quantity = minus(terms.quantity, order.filled)
    const needsMore = leaves > leavesOf(order) || terms.limitPrice !== order.terms.limitPrice
    if (!needsMore) return undefined
    return account.marginRefusal({ instrument: order.instrument, terms, quantity: leaves }, others, now) // prettier-ignore
  }

  const cancelOne = (order: LiveOrder, reason: string, now: EpochMs): VenueEvent => ({
    type: 'OrderCanceled',
    order: blotter.end(order, 'canceled', reason, now),
  })

  const cancel: OrderDesk['cancel'] = (permId, now) => {
    const order = blotter.open(permId)
    if (order !== undefined) return [cancelOne(order, '', now)]
    return [{ type: 'ChangeRefused', permId, refusal: notCancelable(permId, blotter.ended(permId)) }] // prettier-ignore
  }

  const expire: OrderDesk['expire'] = (permId, now) => {
    const order = blotter.open(permId)
    if (order?.expiresAt === undefined || order.expiresAt > now) return []
    return [{ type: 'OrderExpired', order: blotter.end(order, 'expired', EXPIRED, now) }]
  }

  const release: OrderDesk['release'] = (permId, now) => {
    const order = blotter.open(permId)
    if (order?.releaseAt === undefined || order.releaseAt > now) return []
    return letGo(order, now)
  }

  return {
    place,
    replace,
    cancel,
    cancelAll: (now) => blotter.allOpen().map((order) => cancelOne(order, '', now)),
    cancelOf: (of, reason, now) =>
      blotter.openOf(of.id).map((order) => cancelOne(order, reason, now)),
    expire,
    release,
    refusalOf,
  }
}

const EXPIRED = 'The order has reached the end of its time in force.'

/** What must trade at once cannot wait. */
function immediately(terms: NewVenueOrder, hold: Hold | undefined): VenueRefusal | undefined {
  if (terms.timeInForce !== 'IOC' || hold === undefined) return undefined
  return hold.refusal.code === 399 ? REFUSALS.closed : hold.refusal
}
