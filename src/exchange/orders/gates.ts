/**
 * What an order must pass before it may work: one gate a cause, asked in this order, the first that is shut
 * being the reason why it waits.
 *
 * A gate is a function of the order, the time and the parts it reads. It opens by itself at `until`, where that is
 * known; else whoever moves what it depends on has the order looked at again (`OrderLife.reconsider`).
 * What it is held for is told once; IBKR has words for some causes and only a status for the others.
 */
import { plus, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import type { AccountDesk } from '#exchange/clearing/account-desk.ts'
import type { VenueRefusal } from '#exchange/exchange.ts'
import type { ConditionDesk } from '#exchange/orders/condition-desk.ts'
import type { OrderRelations } from '#exchange/orders/relations.ts'
import { auctionOf, worksOutside } from '#exchange/orders/type-terms.ts'
import { leavesOf, signed, workableOf, type LiveOrder } from '#exchange/orders/venue-order.ts'
import { REFUSALS, heldUntil } from '#exchange/refusals.ts'
import type { HoldCause } from '#exchange/terms.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

/** Why an order waits. */
export interface Hold {
  readonly cause: HoldCause
  /** IBKR's code and words; absent where it says nothing. */
  readonly refusal?: VenueRefusal
  /** Until when, where that is known. */
  readonly until?: EpochMs
}

/** What gates read. */
export interface GateParts {
  readonly board: QuoteBoard
  readonly hours: VenueHours
  readonly account: AccountDesk
  readonly relations: OrderRelations
  readonly conditions: ConditionDesk
  /** Open orders of an instrument. */
  readonly openOf: (instrument: InstrumentId) => readonly LiveOrder[]
  /** Whether the broker reaches the exchanges. */
  readonly isLinked: () => boolean
}

export type Gate = (order: LiveOrder, now: EpochMs, parts: GateParts) => Hold | undefined

const afterItsParent: Gate = (order, _now, { relations }) =>
  relations.awaitsParent(order) ? { cause: 'parent' } : undefined

const onceConditionsHold: Gate = (order, now, { conditions }) => {
  if (order.terms.conditions?.cancelsOrder === true || conditions.hold(order, now)) return undefined
  const until = conditions.nextLookAt(order, now)
  return { cause: 'conditions', ...(until === undefined ? {} : { until }) }
}

const afterItsTime: Gate = ({ terms, instrument }, now) => {
  const { goodAfter } = terms
  if (goodAfter === undefined || now >= goodAfter) return undefined
  return { cause: 'good-after', refusal: heldUntil(terms, instrument, goodAfter), until: goodAfter }
}

const whileTraded: Gate = ({ instrument }, now, { board }) => {
  const halt = board.haltAt(instrument.id, now)
  if (halt === undefined) return undefined
  const until = halt.until === undefined ? {} : { until: halt.until }
  return { cause: 'halt', refusal: REFUSALS.halted, ...until }
}

/** Sales that work beside it count as done: together they may not sell what nobody lends. */
const withSharesToSell: Gate = (order, _now, { account, openOf }) => {
  const { instrument, terms } = order
  if (instrument.assetClass !== 'STK' || terms.action === 'BUY') return undefined
  const beside = openOf(instrument.id).filter((other) => isSaleBeside(order, other))
  const after = [order, ...beside].reduce<Quantity>(
    (left, sale) => plus(left, signed(sale.terms, unitsForSale(sale))),
    account.clearing.held(instrument.id),
  )
  if (account.borrow.covers(instrument, after)) return undefined
  return { cause: 'locate', refusal: REFUSALS.locating }
}

/** An algorithm has nothing in the market before its first slice. */
const unitsForSale = (order: LiveOrder): Quantity =>
  order.terms.algo === undefined ? workableOf(order) : leavesOf(order)

/** Orders of one group take each other's place, and do not add up. */
const isSaleBeside = (order: LiveOrder, other: LiveOrder): boolean =>
  other !== order &&
  other.status === 'working' &&
  other.terms.action === 'SELL' &&
  (order.terms.oca === undefined || order.terms.oca.name !== other.terms.oca?.name)

const inItsSession: Gate = ({ terms, instrument }, now, { hours }) => {
  if (auctionOf(terms) !== undefined) return undefined
  const { opensAt } = hours.tradable(instrument, now, worksOutside(terms))
  if (now >= opensAt) return undefined
  return { cause: 'session', refusal: heldUntil(terms, instrument, opensAt), until: opensAt }
}

const overTheLink: Gate = (_order, _now, { isLinked }) =>
  isLinked() ? undefined : { cause: 'link' }

/** An order for an auction never passes: it trades in the auction or ends with it. */
const outsideAuctions: Gate = ({ terms, instrument }, now, { hours }) => {
  const auction = auctionOf(terms)
  if (auction === undefined) return undefined
  return { cause: 'auction', until: auctionAt(auction, instrument, now, hours) }
}

/** Asked in this order. */
export const GATES: readonly Gate[] = [
  afterItsParent,
  afterItsTime,
  onceConditionsHold,
  whileTraded,
  withSharesToSell,
  inItsSession,
  overTheLink,
  outsideAuctions,
]

/** The first gate that is shut; undefined when the order may work. */
export function holdOf(order: LiveOrder, now: EpochMs, parts: GateParts): Hold | undefined {
  for (const gate of GATES) {
    const hold = gate(order, now, parts)
    if (hold !== undefined) return hold
  }
  return undefined
}

/** When the next auction of a kind is held, at `now` or after it. */
export function auctionAt(
  kind: 'opening' | 'closing',
  of: Instrument,
  now: EpochMs,
  hours: VenueHours,
): EpochMs {
  const session = hours.regular(of, now)
  if (kind === 'closing') return session.closesAt
  return now <= session.opensAt ? session.opensAt : hours.regular(of, session.closesAt).opensAt
}
