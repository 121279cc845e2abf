/**
 * What a test or a fault does to the venue and the clearing broker from outside: nothing that a client could
 * do, everything that has happened to somebody.
 */
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { ExecId, InstrumentId } from '#model/ids.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import type { VenueEvent } from '#exchange/exchange.ts'

/** What a quote may look like when something is wrong with it. */
export type QuoteDisturbance =
  /** As it was before. */
  | { readonly kind: 'none' }
  /** The spread times `factor`, > 1. */
  | { readonly kind: 'wide'; readonly factor: number }
  /** The bid stands above the ask by so many increments. */
  | { readonly kind: 'crossed'; readonly increments: number }
  /** No bid, no ask, or neither. */
  | { readonly kind: 'one-sided'; readonly side: 'bid' | 'ask' | 'both' }
  /** Prices of 0. */
  | { readonly kind: 'zero' }
  /** The last quote goes on standing while the market moves. */
  | { readonly kind: 'stale' }
  /** Each side shows so many units in all, and what is taken of them does not come back. */
  | { readonly kind: 'thin'; readonly units: Quantity }
  /** The efficient price jumps by `fraction` and stays there for the day. */
  | { readonly kind: 'jump'; readonly fraction: number }

export type CorporateAction =
  /** `ratio` new units for one old. */
  | { readonly type: 'split'; readonly instrument: InstrumentId; readonly date: IsoDate; readonly ratio: number } // prettier-ignore
  /** Per unit, in the instrument's currency; booked on the ex-date. */
  | { readonly type: 'dividend'; readonly instrument: InstrumentId; readonly date: IsoDate; readonly amount: Price; readonly payDate?: IsoDate } // prettier-ignore
  /** The position goes on under another contract at the same cost. */
  | { readonly type: 'ticker-change'; readonly instrument: InstrumentId; readonly date: IsoDate; readonly newInstrument: InstrumentId } // prettier-ignore
  /** Bought out for cash, per unit. */
  | { readonly type: 'merger-cash'; readonly instrument: InstrumentId; readonly date: IsoDate; readonly amount: Price } // prettier-ignore
  /** `ratio` units of another instrument for each one held; `costShare` of the cost moves to them. */
  | { readonly type: 'spin-off'; readonly instrument: InstrumentId; readonly date: IsoDate; readonly newInstrument: InstrumentId; readonly ratio: number; readonly costShare: number } // prettier-ignore

export interface VenueControls {
  /** Stops trading in a name until `until`, or until it is resumed. */
  halt(instrument: InstrumentId, until?: EpochMs): readonly VenueEvent[]
  resume(instrument: InstrumentId): readonly VenueEvent[]
  /** Replaces what is quoted, until `until`. */
  disturb(instrument: InstrumentId, disturbance: QuoteDisturbance, until: EpochMs): void
  /** A person types an order into TWS: client 0, order id 0. */
  placeByHand(order: Omit<NewVenueOrder, 'owner'>): readonly VenueEvent[]
  /** Units that can be borrowed from now on; 0 makes new shorts wait for a locate. */
  setBorrowable(instrument: InstrumentId, units: Quantity): readonly VenueEvent[]
  /** The execution was at another price or size: replaced by one whose id has a higher suffix. */
  correctExecution(execId: ExecId, price: Price, quantity?: Quantity): readonly VenueEvent[]
  /** The execution did not happen. */
  bustExecution(execId: ExecId): readonly VenueEvent[]
  /** The broker closes a position, or as much as the margin needs. */
  liquidate(instrument?: InstrumentId): readonly VenueEvent[]
  /** Takes effect at the start of its date; today's at once. */
  act(action: CorporateAction): readonly VenueEvent[]
  /** A deposit (> 0) or a withdrawal (< 0). */
  transfer(currency: Currency, amount: Money<Currency>): readonly VenueEvent[]
  /** Link between the broker and the exchanges: while down, orders and cancels wait. */
  setLink(up: boolean): readonly VenueEvent[]
}
