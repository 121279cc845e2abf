/**
 * What the venue shows: the market maker's book, marks, level 1, depth; and the footprints our trading
 * leaves in them. Reads the market model; decides nothing.
 */
import { quantityFrom, snapPrice, toNumber } from '#model/border.ts'
import { plus, quantity, roundTo, type Price, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { newYorkDate, previousTradingDay } from '#marketdata/calendar.ts'
import { childKey, randomKey, uniformAt, type RandomKey } from '#numerics/random.ts'
import type { DepthLevel, ExchangeSettings, VenueDepth, VenueQuote } from '#exchange/exchange.ts'
import type { Liquidity, MarketModel } from '#exchange/market-model.ts'
import { NO_FOOTPRINT, afterTrade, recovered, type Footprint } from '#exchange/book/impact.ts'
import { BOOK_SHAPE, bookReach, marketMakerBook, touchReach } from '#exchange/book/market-maker.ts'
import { nextQuoteAfter, quoteTimeAt, type QuoteTime } from '#exchange/market/quote-times.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

export interface QuoteBoard {
  instrument(id: InstrumentId): Instrument | undefined
  isHalted(id: InstrumentId): boolean
  /** The quote that stands. */
  quoteTime(of: Instrument, now: EpochMs): QuoteTime
  nextQuoteAt(of: Instrument, now: EpochMs): EpochMs
  /** The market maker's side; undefined while it quotes nothing. */
  book(of: Instrument, now: EpochMs): VenueDepth | undefined
  /** The market maker's and our resting orders together, best first, equal prices summed. */
  depth(of: Instrument, now: EpochMs, own: VenueDepth): VenueDepth
  quote(of: Instrument, now: EpochMs, own: VenueDepth): VenueQuote
  /** What positions are valued at: the efficient price on the grid; undefined while there never was one. */
  mark(id: InstrumentId, now: EpochMs): Price | undefined
  /** Remembers a trade that took liquidity. @param units - signed */
  leave(of: Instrument, units: Quantity, now: EpochMs): void
  /**
   * Whether a limit is so far from the efficient price that no level of the book comes near it:
   * most resting orders, most of the time, and much cheaper than the book itself.
   */
  isFar(of: Instrument, now: EpochMs, limit: Price): boolean
  /**
   * Bounds of everything that is quoted between two instants of one regular session: no bid is lower, no offer
   * higher, and no price lies outside. Undefined where nobody can say. Lets who waits for a price sleep.
   */
  span(of: Instrument, from: EpochMs, to: EpochMs): PriceSpan | undefined
  /** Units that others sold into the bids and bought from the offers between two quotes of a session. */
  flowBetween(of: Instrument, from: EpochMs, to: EpochMs): Flow
  /** A new day: our shifts are gone from the price. */
  forget(): void
}

/** Units, ≥ 0. */
export interface Flow {
  readonly intoBids: number
  readonly fromAsks: number
}

/** Prices of the path's kind: floats. */
export interface PriceSpan {
  readonly low: number
  readonly high: number
}

const NONE = quantity('0')
const EMPTY: VenueDepth = { bids: [], asks: [] }

export function quoteBoard(
  settings: Pick<ExchangeSettings, 'market' | 'seed' | 'halted'>,
  hours: VenueHours,
): QuoteBoard {
  const { market, seed } = settings
  const listed = new Map(market.instruments.map((of) => [of.id, of]))
  const halted = new Set(settings.halted)
  const keys = new Map<InstrumentId, RandomKey>()
  const footprints = new Map<InstrumentId, Footprint>()
  const keyOf = (id: InstrumentId): RandomKey => {
    const known = keys.get(id)
    if (known !== undefined) return known
    const key = randomKey(seed, 'quotes', id)
    keys.set(id, key)
    return key
  }
  const footprintOf = (id: InstrumentId) => footprints.get(id) ?? NO_FOOTPRINT
  const quoteTime = (of: Instrument, now: EpochMs) => quoteTimeAt(of, keyOf(of.id), hours, now)
  /** The efficient price of the quote that stands; between sessions the last close, on today's split basis. */
  const fairAt = (of: Instrument, now: EpochMs): number | undefined => {
    const { at, phase } = quoteTime(of, now)
    const fair = market.fairPrice(of.id, phase === 'regular' ? at : now)
    const { shift } = footprintOf(of.id)
    return fair === undefined || shift === 0 ? fair : fair * Math.exp(shift)
  }

  const book: QuoteBoard['book'] = (of, now) => {
    if (halted.has(of.id)) return undefined
    const { at, tick, phase } = quoteTime(of, now)
    const [fair, liquidity] = [fairAt(of, now), market.liquidity(of.id, at)]
    if (fair === undefined || liquidity === undefined) return undefined
    const left = footprintOf(of.id)
    const footprint = recovered(left, Math.max(at, left.at))
    const sizeFactor = phase === 'regular' ? 1 : BOOK_SHAPE.outsideHoursSize
    return marketMakerBook({ of, fair, liquidity, footprint, key: keyOf(of.id), tick, sizeFactor })
  }

  const mark: QuoteBoard['mark'] = (id, now) => {
    const of = listed.get(id)
    if (of === undefined) return undefined
    const fair = halted.has(id) ? undefined : fairAt(of, now)
    const price = fair ?? previousClose(market, of, hours, now)
    return price === undefined ? undefined : snapPrice(price, of.priceIncrements, 'half-even')
  }

  const depth: QuoteBoard['depth'] = (of, now, own) => {
    const maker = book(of, now)
    if (maker === undefined) return EMPTY
    return {
      bids: merged(maker.bids, uncrossed(own.bids, maker.asks[0], 'bid'), 'bid'),
      asks: merged(maker.asks, uncrossed(own.asks, maker.bids[0], 'ask'), 'ask'),
    }
  }

  const quote: QuoteBoard['quote'] = (of, now, own) => {
    const { at, tick, phase } = quoteTime(of, now)
    const shown = depth(of, now, own)
    const [bid, ask] = [shown.bids[0], shown.asks[0]]
    const tape = market.tape(of.id, phase === 'regular' ? at : now)
    const isHalted = halted.has(of.id)
    const previous = previousClose(market, of, hours, now)
    const snapped = (price: number | undefined) =>
      price === undefined ? undefined : snapPrice(price, of.priceIncrements, 'half-even')
    return {
      instrument: of.id,
      bid: bid?.price,
      ask: ask?.price,
      bidSize: bid?.size ?? NONE,
      askSize: ask?.size ?? NONE,
      last: isHalted ? snapped(previous) : mark(of.id, now),
      lastSize: isHalted ? NONE : lastSize(keyOf(of.id), tick, bid, of),
      open: snapped(isHalted ? undefined : tape?.open),
      high: snapped(isHalted ? undefined : tape?.high),
      low: snapped(isHalted ? undefined : tape?.low),
      previousClose: snapped(previous),
      volume: isHalted ? NONE : quantityFrom(tape?.volume ?? 0),
      at,
      halted: isHalted,
    }
  }

  return {
    instrument: (id) => listed.get(id),
    isHalted: (id) => halted.has(id),
    quoteTime,
    nextQuoteAt: (of, now) => nextQuoteAfter(of, keyOf(of.id), hours, now),
    book,
    depth,
    quote,
    mark,
    leave: (of, units, now) => {
      const liquidity = market.liquidity(of.id, now)
      if (liquidity === undefined) return
      footprints.set(of.id, afterTrade(footprintOf(of.id), toNumber(units), liquidity, now))
    },
    isFar: (of, now, limit) => {
      const [fair, liquidity] = [fairAt(of, now), market.liquidity(of.id, now)]
      if (fair === undefined || liquidity === undefined) return true
      return Math.abs(toNumber(limit) - fair) > bookReach(of, fair, liquidity)
    },
    span: (of, from, to) => {
      if (halted.has(of.id)) return undefined
      const bar = market.pathBar(of.id, from, to)
      const [early, late] = [market.liquidity(of.id, from), market.liquidity(of.id, to)]
      if (bar === undefined || early === undefined || late === undefined) return undefined
      const left = footprintOf(of.id)
      const shift = Math.exp(left.shift)
      const now = recovered(left, Math.max(from, left.at))
      const isWhole = now.fromAsks + now.fromBids < NO_HOLE
      const reach = (liquidity: Liquidity) =>
        (isWhole ? touchReach : bookReach)(of, bar.high * shift, liquidity)
      const most = Math.max(reach(early), reach(late))
      return { low: bar.low * shift - most, high: bar.high * shift + most }
    },
    flowBetween: (of, from, to) => {
      const [before, after] = [market.tape(of.id, from), market.tape(of.id, to)]
      const traded = Math.max(0, (after?.volume ?? 0) - (before?.volume ?? 0))
      const sold = uniformAt(childKey(keyOf(of.id), 'flow'), Math.floor(to))
      return { intoBids: traded * sold, fromAsks: traded * (1 - sold) }
    },
    forget: () => footprints.clear(),
  }
}

/** Units missing from the book that no level notices. */
const NO_HOLE = 1e-9

/** The close before the venue's day, on that day's split basis. */
function previousClose(
  market: MarketModel,
  of: Instrument,
  hours: VenueHours,
  now: EpochMs,
): number | undefined {
  const session = hours.regular(of, now)
  const day = now >= session.opensAt ? session.date : newYorkDate(now)
  const [bar] = market.dailyBars(of.id, 1, previousTradingDay(day), 'splits')
  return bar === undefined ? undefined : bar.close / market.splitOn(of.id, day)
}

/** A print of up to the touch, at least a lot. */
function lastSize(
  key: RandomKey,
  tick: number,
  touch: DepthLevel | undefined,
  of: Instrument,
): Quantity {
  if (touch === undefined) return NONE
  const units = toNumber(touch.size) * uniformAt(key, tick * 2 + 1)
  return roundTo(quantityFrom(Math.max(toNumber(of.lot), units)), of.lot, 'down')
}

/** Our orders that the other side would not have met already. */
function uncrossed(
  own: readonly DepthLevel[],
  opposite: DepthLevel | undefined,
  which: 'bid' | 'ask',
): readonly DepthLevel[] {
  if (opposite === undefined) return own
  return own.filter(({ price }) => (which === 'bid' ? price < opposite.price : price > opposite.price)) // prettier-ignore
}

function merged(
  maker: readonly DepthLevel[],
  own: readonly DepthLevel[],
  which: 'bid' | 'ask',
): readonly DepthLevel[] {
  if (own.length === 0) return maker
  const sizes = new Map<Price, Quantity>()
  for (const { price, size } of [...maker, ...own])
    sizes.set(price, plus(sizes.get(price) ?? NONE, size))
  return [...sizes]
    .map(([price, size]) => ({ price, size }))
    .toSorted((a, b) => Number(which === 'bid' ? b.price - a.price : a.price - b.price))
}
