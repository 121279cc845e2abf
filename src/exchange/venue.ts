/** The parts of a venue as they know each other inside this folder: one place to act on, one clock. */
import type { Currency, Money } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { AccountDesk } from '#exchange/clearing/account-desk.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'
import type { HaltWatch } from '#exchange/book/halt-watch.ts'
import type { Tape } from '#exchange/book/tape.ts'
import type { ClearingHouse } from '#exchange/clearing/clearing-house.ts'
import type { BookConstants } from '#exchange/clearing/conservation.ts'
import type { IndexQuotes } from '#exchange/market/index-quotes.ts'
import type { Exchange, ExchangeSettings } from '#exchange/exchange.ts'
import type { Matching } from '#exchange/book/matching.ts'
import type { OrderDesk } from '#exchange/orders/order-desk.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import type { Timeline } from '#exchange/timeline.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'
import type { WatchList } from '#exchange/watch-list.ts'

/** The parts of a venue, and the one thing about it that moves by itself: time. */
export interface Venue {
  readonly settings: ExchangeSettings
  readonly hours: VenueHours
  readonly board: QuoteBoard
  readonly account: AccountDesk
  readonly house: ClearingHouse
  /** What must not change in the broker's books. */
  readonly openingBooks: BookConstants
  readonly record: Blotter
  readonly book: Matching
  readonly desk: OrderDesk
  readonly watched: WatchList
  readonly indices: IndexQuotes
  readonly tape: Tape
  readonly halts: HaltWatch
  readonly due: Timeline<Occasion>
  now: EpochMs
  /** Net liquidation value when the day began, in base currency. */
  worthAtDayStart: Money<Currency>
}

/** What the timeline holds. */
export type Occasion =
  | { readonly type: 'DayTurns' }
  /** The clearing broker does what is due. */
  | { readonly type: 'Clears' }
  /** A halt may begin or end. */
  | { readonly type: 'HaltTurns'; readonly instrument: Instrument }
  | { readonly type: 'OrderEnds'; readonly permId: number }
  | { readonly type: 'OrderIsReleased'; readonly permId: number }
  | { readonly type: 'OrderIsLookedAt'; readonly permId: number }
  | { readonly type: 'Quotes'; readonly instrument: Instrument }

/** Some of what an exchange can be asked. */
export type Part<Keys extends keyof Exchange> = Pick<Exchange, Keys>
