/**
 * The venue and its clearing broker, put together.
 *
 * Time moves in `advance` only, through a timeline of what is due: days turn, orders end, held
 * orders are let go, the market maker quotes anew where orders rest. What is merely watched costs one
 * look a call: it emits its last quote, however many there were in between, as IBKR's sampled level 1 does.
 */
import { minus, plus } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'
import { DAY_MS, HOUR_MS, type EpochMs } from '#model/time.ts'
import { newYorkDate, newYorkInstant } from '#marketdata/calendar.ts'
import { randomKey, uniformAt } from '#numerics/random.ts'
import { accountDesk, type AccountDesk } from '#exchange/clearing/account-desk.ts'
import { blotter, type Blotter } from '#exchange/orders/blotter.ts'
import { marketControls, type MarketControlParts } from '#exchange/book/market-controls.ts'
import { haltWatch, type HaltWatch } from '#exchange/book/halt-watch.ts'
import { ownPrints, printing } from '#exchange/book/own-prints.ts'
import { tape, type Tape } from '#exchange/book/tape.ts'
import { clearingHouse, type ClearingHouse } from '#exchange/clearing/clearing-house.ts'
import { bookConstants, imbalances, type BookConstants } from '#exchange/clearing/conservation.ts'
import { lendingSupply } from '#exchange/clearing/lending-supply.ts'
import { plainDirectory } from '#exchange/market/directory.ts'
import { indexQuotes, type IndexQuotes } from '#exchange/market/index-quotes.ts'
import { optionFigures } from '#exchange/market/option-figures.ts'
import { orderControls, type OrderControlParts } from '#exchange/orders/order-controls.ts'
import type { Exchange, ExchangeSettings, VenueEvent } from '#exchange/exchange.ts'
import { completedDailyBars, intradayBars } from '#exchange/market/history.ts'
import type { Matching } from '#exchange/book/matching.ts'
import { checkCurrencies, openingHoldings, worthAtLastClose } from '#exchange/clearing/opening.ts'
import { nextLookAt } from '#exchange/orders/next-look.ts'
import { orderDesk, type OrderDesk } from '#exchange/orders/order-desk.ts'
import { quoteBoard, type QuoteBoard } from '#exchange/book/quote-board.ts'
import { settlement } from '#exchange/clearing/settlement.ts'
import { timeline, type Timeline } from '#exchange/timeline.ts'
import { venueHours, type VenueHours } from '#exchange/venue-hours.ts'
import { isOpen, shownAs, type LiveOrder } from '#exchange/orders/venue-order.ts'
import { earlier, watchList, type WatchList } from '#exchange/watch-list.ts'

/**
 * @throws InvariantError when a position's instrument is not listed, or a currency has no pair to the
 *   base currency: drivers check what comes from files
 */
export function createExchange(settings: ExchangeSettings): Exchange {
  const venue = openVenue(settings)
  return Object.assign(
    timekeeping(venue),
    trading(venue),
    showing(venue),
    recording(venue),
    optionFigures({
      market: settings.market,
      now: () => venue.now,
      quote: (id) => shownQuote(venue, id),
    }),
    ledger(venue),
    {
      controls: {
        ...marketControls(marketParts(venue)),
        ...orderControls(orderParts(venue)),
        ...venue.house.controls(
          () => venue.now,
          () => scheduleClearing(venue),
        ),
      },
    },
  )
}

/** The parts of a venue, and the one thing about it that moves by itself: time. */
interface Venue {
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
  worthAtDayStart: ReturnType<typeof worthAtLastClose>
}

/** What the timeline holds. */
type Occasion =
  | { readonly type: 'DayTurns' }
  /** The clearing broker does what is due. */
  | { readonly type: 'Clears' }
  /** A halt may begin or end. */
  | { readonly type: 'HaltTurns'; readonly instrument: Instrument }
  | { readonly type: 'OrderEnds'; readonly permId: number }
  | { readonly type: 'OrderIsReleased'; readonly permId: number }
  | { readonly type: 'OrderIsLookedAt'; readonly permId: number }
  | { readonly type: 'Quotes'; readonly instrument: Instrument }

/** IBKR's permanent ids have nine or ten digits; these stay within 31 bits. */
const FIRST_PERM_ID = 1_000_000_000
const PERM_ID_SPREAD = 1_000_000_000

function openVenue(settings: ExchangeSettings): Venue {
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

/** An order was taken, changed, filled or ended: the account and the timeline follow it. */
function orderChanged({ account, due }: Pick<Venue, 'account' | 'due'>, order: LiveOrder): void {
  account.orderChanged(order)
  if (isOpen(order)) return
  for (const key of Object.values(keysOf(order))) due.drop(key)
}

/** Under which keys the timeline has what an order waits for. */
const keysOf = ({ permId }: LiveOrder) => ({
  end: `end/${permId}`,
  release: `release/${permId}`,
  look: `look/${permId}`,
})

/** Puts on the timeline what an order waits for. */
function schedule(venue: Venue, order: LiveOrder): void {
  if (!isOpen(order)) return
  const { permId, expiresAt, releaseAt } = order
  scheduleOwnLook(venue, order)
  const { due, now } = venue
  const keys = keysOf(order)
  venue.halts.follow(order.instrument, now)
  if (expiresAt === undefined) due.drop(keys.end)
  else due.push({ at: Math.max(now, expiresAt), rank: 1, what: { type: 'OrderEnds', permId } }, keys.end) // prettier-ignore
  if (releaseAt !== undefined)
    due.push({ at: releaseAt, rank: 2, what: { type: 'OrderIsReleased', permId } }, keys.release)
  else {
    due.drop(keys.release)
    scheduleLook(venue, order.instrument)
  }
}

/** Algorithms and canceling conditions look at the market in their own time. */
function scheduleOwnLook({ due, desk, now }: Venue, order: LiveOrder): void {
  const at = desk.lookAt(order, now)
  if (at === undefined) return
  due.push({ at, rank: 2, what: { type: 'OrderIsLookedAt', permId: order.permId } }, keysOf(order).look) // prettier-ignore
}

/** Puts the next quote that may matter to an instrument's orders on the timeline. */
function scheduleLook(venue: Venue, of: Instrument): void {
  const { due, board, hours, record, settings, now } = venue
  const { market } = settings
  const at = nextLookAt(
    of,
    record.openOf(of.id),
    { board, hours, market, impact: settings.impact },
    now,
  )
  const key = `quotes/${of.id}`
  if (at === undefined) due.drop(key)
  else due.push({ at, rank: 3, what: { type: 'Quotes', instrument: of } }, key)
}

/** The venue's day turns at midnight in New York. */
function scheduleDay({ due, now }: Venue): void {
  const tomorrow = newYorkDate(newYorkInstant(newYorkDate(now), 0) + DAY_MS + 6 * HOUR_MS)
  due.push({ at: newYorkInstant(tomorrow, 0), rank: 0, what: { type: 'DayTurns' } })
}

/** Puts the broker's next moment on the timeline. */
function scheduleClearing(venue: Venue): void {
  venue.due.push({ at: venue.house.nextAt(venue.now), rank: 0, what: { type: 'Clears' } }, 'clears')
}

function happen(venue: Venue, what: Occasion): readonly VenueEvent[] {
  if (what.type === 'DayTurns') return turnDay(venue)
  if (what.type === 'Clears') return clear(venue)
  if (what.type === 'HaltTurns') return haltTurns(venue, what.instrument)
  if (what.type === 'OrderEnds') return venue.desk.expire(what.permId, venue.now)
  if (what.type === 'OrderIsReleased') return venue.desk.release(what.permId, venue.now)
  if (what.type === 'OrderIsLookedAt') return ownLook(venue, what.permId)
  const { instrument } = what
  const events = venue.desk.quoted(instrument, venue.now)
  scheduleLook(venue, instrument)
  return events
}

function ownLook(venue: Venue, permId: number): readonly VenueEvent[] {
  const { desk, record, now } = venue
  const events = desk.look(permId, now)
  const order = record.open(permId)
  if (order !== undefined) scheduleOwnLook(venue, order)
  return events
}

function haltTurns({ halts, now }: Venue, of: Instrument): readonly VenueEvent[] {
  return halts.isDue(of.id, now) ? halts.look(of, now) : []
}

/** A trade of ours may have moved a name towards its price bands. */
function watchedForHalts(
  { halts, board, now }: Venue,
  events: readonly VenueEvent[],
): readonly VenueEvent[] {
  for (const event of events) {
    const of = event.type === 'Traded' ? board.instrument(event.order.instrument) : undefined
    if (of !== undefined) halts.follow(of, now)
  }
  return events
}

function marketParts(venue: Venue): MarketControlParts {
  const { board, halts, watched } = venue
  return {
    board,
    now: () => venue.now,
    turned: (of) => halts.look(of, venue.now),
    disturbed: (of) => {
      watched.disturbed(of.id)
      scheduleLook(venue, of)
      halts.follow(of, venue.now)
    },
  }
}

function clear(venue: Venue): readonly VenueEvent[] {
  const events = venue.house.happens(venue.now)
  scheduleClearing(venue)
  return events
}

function turnDay(venue: Venue): readonly VenueEvent[] {
  const date = newYorkDate(venue.now)
  venue.board.forget(venue.now)
  const cleared = venue.house.dayTurns(date, venue.now)
  venue.record.turnDay()
  venue.desk.turnDay()
  venue.worthAtDayStart = venue.account.figures(venue.now).netLiquidation
  scheduleDay(venue)
  return [...cleared, { type: 'DayTurned', date }]
}

/** What a person, a correction or the link acts on. */
const orderParts = (venue: Venue): OrderControlParts => ({
  desk: venue.desk,
  blotter: venue.record,
  account: venue.account,
  now: () => venue.now,
})

type Part<Keys extends keyof Exchange> = Pick<Exchange, Keys>

function timekeeping(
  venue: Venue,
): Part<
  'now' | 'account' | 'baseCurrency' | 'instruments' | 'directory' | 'advance' | 'nextEventAt'
> {
  const { due, watched, indices, settings } = venue
  const { account, baseCurrency, market } = settings
  const advance: Exchange['advance'] = (to, pauses = () => false) => {
    invariant(to >= venue.now, 'venue time does not run backwards')
    const events: VenueEvent[] = []
    let end = to
    for (let next = due.pop(end); next !== undefined; next = due.pop(end)) {
      venue.now = next.at
      const happened = watchedForHalts(venue, happen(venue, next.what))
      if (happened.some(pauses)) end = venue.now
      events.push(...happened)
    }
    venue.now = end
    return events.concat(watched.changes(end), indices.changes(end))
  }
  return {
    get now() {
      return venue.now
    },
    account,
    baseCurrency,
    instruments: market.instruments,
    directory: market.directory ?? plainDirectory(market.instruments),
    advance,
    nextEventAt: () => earlier(due.nextAt(), earlier(watched.nextAt(venue.now), indices.nextAt(venue.now))), // prettier-ignore
  }
}

function trading(venue: Venue): Part<'place' | 'replace' | 'cancel' | 'cancelAll' | 'preview'> {
  const { desk, board, account } = venue
  const preview: Exchange['preview'] = (terms) => {
    const refusal = desk.refusalOf(terms, venue.now)
    if (refusal !== undefined) return refusal
    const instrument = board.instrument(terms.instrument)
    invariant(instrument !== undefined, 'terms that are not refused name a listed instrument')
    const order = { instrument, terms, quantity: terms.quantity }
    return {
      before: account.figures(venue.now),
      after: account.figuresAfter(order, venue.now),
      commission: account.commissionOf(order, venue.now),
      currency: account.charging.currencyOf(instrument),
    }
  }
  return {
    place: (order) => watchedForHalts(venue, desk.place(order, venue.now)),
    replace: (permId, change) => watchedForHalts(venue, desk.replace(permId, change, venue.now)),
    cancel: (permId) => desk.cancel(permId, venue.now),
    cancelAll: () => desk.cancelAll(venue.now),
    preview,
  }
}

/** Level 1 at an instant that has been. */
function shownQuote({ board, book, indices, now }: Venue, id: InstrumentId, at: EpochMs = now) {
  const of = board.instrument(id)
  const then = Math.min(at, now)
  return of === undefined ? indices.quote(id, then) : board.quote(of, then, book.ownDepth(of))
}

function recording({
  tape: of,
}: Venue): Part<'bars' | 'ticks' | 'figures' | 'auction' | 'schedule'> {
  return {
    bars: (id, query) => of.bars(id, query),
    ticks: (id, from, to, most) => of.ticks(id, from, to, most),
    figures: (id) => of.figures(id),
    auction: (id) => of.auction(id),
    schedule: (id, from, to, outside) => of.schedule(id, from, to, outside),
  }
}

function showing(
  venue: Venue,
): Part<'watch' | 'unwatch' | 'quote' | 'depth' | 'dailyBars' | 'intradayBars' | 'sessionAt'> {
  const { board, book, watched, indices, hours, settings } = venue
  const { market } = settings
  const listed = (id: InstrumentId) => board.instrument(id) ?? market.directory?.byId(id)
  return {
    watch: (id) => {
      watched.watch(id)
      indices.watch(id)
      const of = board.instrument(id)
      if (of !== undefined) venue.halts.follow(of, venue.now)
    },
    unwatch: (id) => {
      watched.unwatch(id)
      indices.unwatch(id)
    },
    quote: (id, at = venue.now) => shownQuote(venue, id, at),
    depth: (id, levels) => {
      const of = board.instrument(id)
      if (of === undefined) return undefined
      const { bids, asks } = board.depth(of, venue.now, book.ownDepth(of))
      return { bids: bids.slice(0, levels), asks: asks.slice(0, levels) }
    },
    dailyBars: (id, count, until, adjusted) => {
      const of = listed(id)
      if (of === undefined) return []
      return completedDailyBars(market, of, hours, venue.now, { count, until, adjusted })
    },
    intradayBars: (id, seconds, from, to) => {
      const of = listed(id)
      if (of === undefined) return []
      return intradayBars(market, of, hours, venue.now, { seconds, from, to })
    },
    sessionAt: (id, at) => hours.regular(board.instrument(id) ?? { assetClass: 'STK' }, at),
  }
}

function ledger(
  venue: Venue,
): Part<
  | 'cash'
  | 'positions'
  | 'margin'
  | 'standing'
  | 'audit'
  | 'exercise'
  | 'pnl'
  | 'openOrders'
  | 'hasOpenOrders'
  | 'completedOrders'
  | 'executions'
> {
  const { account, house, record } = venue
  return {
    cash: () => new Map(account.clearing.cash()),
    positions: () => account.positions(venue.now),
    margin: () => account.figures(venue.now),
    standing: () => account.standing(venue.now),
    audit: () => imbalances(account, venue.openingBooks, venue.now),
    exercise: (request) => house.exercise(request, venue.now),
    pnl: () => ({
      daily: minus(account.figures(venue.now).netLiquidation, plus(venue.worthAtDayStart, house.transferredToday())), // prettier-ignore
      unrealized: account.unrealized(venue.now),
      realized: account.realized(venue.now),
    }),
    openOrders: () => record.allOpen().map(shownAs),
    hasOpenOrders: () => record.hasOpen(),
    completedOrders: () => record.completed(),
    executions: () => record.executions(),
  }
}
