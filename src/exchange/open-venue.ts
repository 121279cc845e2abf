/** Puts the parts of a venue together: market and book, orders, account and clearing broker around one timeline. */
import { randomKey, uniformAt } from '#numerics/random.ts'
import { accountDesk } from '#exchange/clearing/account-desk.ts'
import { blotter } from '#exchange/orders/blotter.ts'
import { haltWatch } from '#exchange/book/halt-watch.ts'
import { ownPrints, printing } from '#exchange/book/own-prints.ts'
import { tape } from '#exchange/book/tape.ts'
import { clearingHouse } from '#exchange/clearing/clearing-house.ts'
import { bookConstants } from '#exchange/clearing/conservation.ts'
import { lendingSupply } from '#exchange/clearing/lending-supply.ts'
import { indexQuotes } from '#exchange/market/index-quotes.ts'
import type { ExchangeSettings } from '#exchange/exchange.ts'
import { checkCurrencies, openingHoldings, worthAtLastClose } from '#exchange/clearing/opening.ts'
import { orderDesk } from '#exchange/orders/order-desk.ts'
import { quoteBoard } from '#exchange/book/quote-board.ts'
import { settlement } from '#exchange/clearing/settlement.ts'
import { timeline } from '#exchange/timeline.ts'
import { venueHours } from '#exchange/venue-hours.ts'
import { watchList } from '#exchange/watch-list.ts'
import type { Occasion, Venue } from '#exchange/venue.ts'
import {
  orderChanged,
  schedule,
  scheduleClearing,
  scheduleDay,
  scheduleLook,
} from '#exchange/occasions.ts'

/** IBKR's permanent ids have nine or ten digits; these stay within 31 bits. */
const FIRST_PERM_ID = 1_000_000_000
const PERM_ID_SPREAD = 1_000_000_000

/**
 * A venue at the start of its first day, with what is due on its timeline.
 *
 * @throws InvariantError likewise as `createExchange`
 */
export function openVenue(settings: ExchangeSettings): Venue {
  checkCurrencies(settings)
  const { seed, startAt } = settings
  const hours = venueHours()
  const prints = ownPrints()
  const due = timeline<Occasion>()
  const board = quoteBoard(settings, hours, (id) => prints.of(id))
  const account = accountDesk({
    cash: settings.cash,
    positions: openingHoldings(settings, board),
    baseCurrency: settings.baseCurrency,
    source: board,
    directory: settings.market.directory,
    settings: settings.clearing,
    lending: lendingSupply(settings.market, () => venue.now),
  })
  const record = printing(prints, blotter((order) => orderChanged({ account, due }, order))) // prettier-ignore
  const draw = uniformAt(randomKey(seed, 'permIds', startAt), 0)
  const desk = orderDesk({
    board,
    market: settings.market,
    hours,
    blotter: record,
    account,
    settlement: settlement(account, record, seed, startAt),
    firstPermId: FIRST_PERM_ID + Math.floor(draw * PERM_ID_SPREAD),
    scheduled: (order) => schedule(venue, order),
  })
  const house = clearingHouse({ seed, account, board, market: settings.market, desk, orders: record }, startAt) // prettier-ignore
  const venue: Venue = {
    settings,
    hours,
    board,
    account,
    house,
    openingBooks: bookConstants(account.clearing),
    record,
    book: desk.book,
    desk,
    watched: watchList(board, desk.book),
    indices: indexQuotes(settings.market, hours),
    tape: tape({
      market: settings.market,
      board,
      hours,
      now: () => venue.now,
      own: (id) => prints.of(id),
      collected: (of, kind) => desk.collected(of, kind),
      borrowable: (of) => account.borrow.available(of, account.clearing.held(of.id)),
    }),
    halts: haltWatch({
      board,
      matters: (id) => venue.watched.isWatched(id) || record.openOf(id).length > 0,
      due: (instrument, at) =>
        venue.due.push(
          { at, rank: 1, what: { type: 'HaltTurns', instrument } },
          `halt/${instrument.id}`,
        ),
      resumed: (of, now) => {
        const events = desk.reconsider(now, of)
        scheduleLook(venue, of)
        return events
      },
      shown: (id) => venue.watched.disturbed(id),
    }),
    due,
    now: startAt,
    worthAtDayStart: worthAtLastClose(settings, account),
  }
  scheduleDay(venue)
  scheduleClearing(venue)
  return venue
}
