/**
 * Ticks as a tape streams them: each change of the best quote and each print, in the order of time.
 *
 * Quotes change when the market maker quotes anew, and in between when the path trades outside of them: the
 * market maker moves with it. So every print lies within the quote that stands.
 */
import { toNumber, priceFrom, quantityFrom } from '#model/border.ts'
import { minus, plus, type Price } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { Halt, Line } from '#exchange/book/lines.ts'
import type { BandsFrom } from '#exchange/book/price-bands.ts'
import type { PrintRuns } from '#exchange/book/print-runs.ts'
import type { Touch } from '#exchange/book/quote-board.ts'
import {
  isOddLot,
  isOddSale,
  reportedBy,
  shownIn,
  shownPrice,
} from '#exchange/book/shown-prints.ts'
import type { VenueExecution, VenueTick } from '#exchange/exchange.ts'
import type { RecordedPrint } from '#exchange/market-model.ts'
import type { PathPrint, PrintRun } from '#exchange/market/prints.ts'

type TradeTick = Extract<VenueTick, { type: 'trade' }>
type QuoteTick = Extract<VenueTick, { type: 'quote' }>

/** What ticks are made from. */
export interface TickParts {
  readonly runs: PrintRuns
  readonly line: Line
  readonly bandsAt: (at: EpochMs) => BandsFrom | undefined
  readonly touch: (at: EpochMs) => Touch | undefined
  /** When the next quote is made. */
  readonly nextQuoteAt: (at: EpochMs) => EpochMs
  /** Our own trades in it, oldest first. */
  readonly own: readonly VenueExecution[]
  readonly haltsIn: (from: EpochMs, to: EpochMs) => readonly Halt[]
  /** Prints that were recorded, instead of those made from the path. */
  readonly recorded: (from: EpochMs, to: EpochMs) => readonly RecordedPrint[] | undefined
  /** Venue time: nothing later is told. */
  readonly now: EpochMs
}

/** Ticks in [from, to), at most `most` from the front. */
export function ticksOf(
  of: Instrument,
  from: EpochMs,
  to: EpochMs,
  most: number,
  parts: TickParts,
): readonly VenueTick[] {
  const ticks: VenueTick[] = []
  const end = Math.min(to, parts.now + 1)
  let quote = quoteTick(parts, from - 1)
  for (let at = from; at < end && ticks.length < most;) {
    const next = Math.min(parts.nextQuoteAt(at), end)
    const standing = quoteTick(parts, at)
    if (standing !== undefined && !isSame(standing, quote)) ticks.push(standing)
    quote = pushTrades(of, at, next, standing, parts, ticks)
    at = next
  }
  return ticks.length > most ? ticks.slice(0, most) : ticks
}

function quoteTick({ touch }: TickParts, at: EpochMs): QuoteTick | undefined {
  const best = touch(at)
  if (best === undefined) return undefined
  const none = quantityFrom(0)
  return {
    type: 'quote',
    at,
    bid: best.bid?.price,
    ask: best.ask?.price,
    bidSize: best.bid?.size ?? none,
    askSize: best.ask?.size ?? none,
  }
}

const isSame = (a: QuoteTick, b: QuoteTick | undefined): boolean =>
  b !== undefined &&
  a.bid === b.bid &&
  a.ask === b.ask &&
  a.bidSize === b.bidSize &&
  a.askSize === b.askSize

/** @returns the quote that stands after them */
function pushTrades(
  of: Instrument,
  from: EpochMs,
  to: EpochMs,
  standing: QuoteTick | undefined,
  parts: TickParts,
  ticks: VenueTick[],
): QuoteTick | undefined {
  let quote = standing
  for (const trade of tradesIn(of, from, to, parts)) {
    const moved = quote === undefined ? undefined : around(quote, trade)
    if (moved !== undefined) {
      ticks.push(moved)
      quote = moved
    }
    ticks.push(trade)
  }
  return quote
}

/** Prints of others and our own, ours after theirs of the same millisecond. */
export function tradesIn(
  of: Instrument,
  from: EpochMs,
  to: EpochMs,
  parts: TradeParts,
): readonly TradeTick[] {
  const { own } = parts
  const theirs =
    parts.recorded(from, to)?.map((print) => asTick(of, print)) ?? madeIn(of, from, to, parts)
  const ours = own.filter(({ at }) => at >= from && at < to).map((trade) => ownTick(of, trade))
  return ours.length === 0 ? theirs : [...theirs, ...ours].toSorted((a, b) => a.at - b.at)
}

/** What trades are made from. */
export type TradeParts = Pick<TickParts, 'runs' | 'line' | 'bandsAt' | 'own' | 'haltsIn' | 'recorded'> // prettier-ignore

function madeIn(
  of: Instrument,
  from: EpochMs,
  to: EpochMs,
  parts: TradeParts,
): readonly TradeTick[] {
  const { session, runs } = parts.runs.window(of, from, true)
  const regular = parts.runs.regular(of, from)
  if (session.opensAt >= to) return []
  const halts = parts.haltsIn(from, to)
  return runs.flatMap((run) =>
    shownIn(run, from, to, halts).map((print) => tradeTick(of, parts, run, print, regular)),
  )
}

const asTick = (
  of: Instrument,
  { at, price, size, venue, conditions }: RecordedPrint,
): TradeTick => ({
  // prettier-ignore
  type: 'trade',
  at,
  price: priceFrom(price),
  size: quantityFrom(size),
  venue,
  conditions,
  unreported: isOddSale(of, conditions),
  pastLimit: false,
})

function tradeTick(
  of: Instrument,
  parts: TradeParts,
  run: PrintRun,
  print: PathPrint,
  regular: PrintRun | undefined,
): TradeTick {
  const isOdd = isOddLot(of, print.units, print.auction)
  const price = shownPrice(parts, print.price, print.at)
  const isOutside = run.opensAt !== regular?.opensAt
  return {
    type: 'trade',
    at: print.at,
    price,
    size: quantityFrom(print.units),
    venue: reportedBy(of, run, print),
    conditions: conditionsOf(print.auction, isOutside && of.assetClass === 'STK', isOdd),
    unreported: isOdd,
    pastLimit: isAtBand(parts.bandsAt(print.at), price),
  }
}

const isAtBand = (bands: BandsFrom | undefined, price: Price): boolean =>
  bands !== undefined && (toNumber(price) <= bands.low || toNumber(price) >= bands.high)

/**
 * Sale conditions by the letters of the consolidated tapes: O, 6 and 5 an opening, a closing and a reopening print, T outside
 * regular hours, I an odd lot. Sources: CTA, "CTS Output Specification", sale conditions; UTP, "Trade Data Feed".
 */
function conditionsOf(auction: PathPrint['auction'], isOutside: boolean, isOdd: boolean): string {
  const own =
    auction === 'opening' ? 'O' : auction === 'closing' ? '6' : auction === 'reopening' ? '5' : ''
  return `${own}${isOutside ? 'T' : ''}${isOdd ? 'I' : ''}`
}

function ownTick(of: Instrument, { at, price, quantity, venue }: VenueExecution): TradeTick {
  const isOdd = isOddLot(of, toNumber(quantity))
  return {
    type: 'trade',
    at,
    price,
    size: quantity,
    venue,
    conditions: isOdd ? 'I' : '',
    unreported: isOdd,
    pastLimit: false,
  }
}

/** The quote moved so that a trade lies within it; undefined where it does already. */
function around(quote: QuoteTick, { price, at }: TradeTick): QuoteTick | undefined {
  const { bid, ask } = quote
  if (ask !== undefined && price > ask) return shifted(quote, at, minus(price, ask))
  if (bid !== undefined && price < bid) return shifted(quote, at, minus(price, bid))
  return undefined
}

const shifted = (quote: QuoteTick, at: EpochMs, by: Price): QuoteTick => ({
  ...quote,
  at,
  bid: quote.bid === undefined ? undefined : plus(quote.bid, by),
  ask: quote.ask === undefined ? undefined : plus(quote.ask, by),
})
