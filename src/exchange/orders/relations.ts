/**
 * What the order desk asks about orders that depend on each other: a port, which `dependencies.ts` fills.
 *
 * Whoever fills it only says what follows from what; the desk does it.
 */
import type { Quantity } from '#model/fixed.ts'
import type { EpochMs } from '#model/time.ts'
import type { VenueRefusal } from '#exchange/exchange.ts'
import type { LiveOrder } from '#exchange/orders/venue-order.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'

/** What must happen to another order because of one. */
export type Consequence =
  | { readonly type: 'cancel'; readonly order: LiveOrder; readonly reason: string }
  /** Its whole size from now on, ≥ what it has filled; a size of what it has filled ends it. */
  | { readonly type: 'reduce'; readonly order: LiveOrder; readonly quantity: Quantity; readonly reason: string } // prettier-ignore
  /** More of it may work than before, or its gates may have opened. */
  | { readonly type: 'activate'; readonly order: LiveOrder }

export interface OrderRelations {
  /** Why an order may not join; undefined when it may. */
  refusalOf(terms: NewVenueOrder): VenueRefusal | undefined
  /** Takes in an order that the venue has accepted. @returns its size, less what its group has traded before */
  join(order: LiveOrder, now: EpochMs): Quantity
  /** Whether it waits for its parent to fill. */
  awaitsParent(order: LiveOrder): boolean
  /** Units of it, filled ones included, that may have filled by now. */
  allowed(order: LiveOrder): Quantity
  /** Whether it may stand in the exchange's book, or is kept back by its group. */
  mayRest(order: LiveOrder): boolean
  afterFill(order: LiveOrder, now: EpochMs): readonly Consequence[]
  /** Called once, whatever it ended as. */
  afterEnd(order: LiveOrder): readonly Consequence[]
  /** A day is over: groups in which nothing is open leave their names. */
  turnDay(): void
}
