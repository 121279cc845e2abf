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
import { uniformAt } from '#numerics/random.ts'
import type { Halt, Line } from '#exchange/book/lines.ts'
import { printedOn } from '#exchange/book/makers.ts'
import type { BandsFrom } from '#exchange/book/price-bands.ts'
import type { PrintRuns } from '#exchange/book/print-runs.ts'
import type { Touch } from '#exchange/book/quote-board.ts'
import { shownPrice } from '#exchange/book/tape-bars.ts'
import type { VenueExecution, VenueTick } from '#exchange/exchange.ts'
import type { RecordedPrint } from '#exchange/market-model.ts'
import { printsIn, tradedUntil, type PathPrint, type PrintRun } from '#exchange/market/prints.ts'

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
  const theirs = parts.recorded(from, to)?.map(asTick) ?? madeIn(of, from, to, parts)
  const ours = own.filter(({ at }) => at >= from && at < to).map(ownTick)
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
  return runs.flatMap((run) => {
    const prints = printsIn(run, from, to)
    const shown = halts.length === 0 ? prints : [...reopenings(run, from, to, halts), ...prints.filter(({ at }) => !isIn(halts, at))].toSorted((a, b) => a.at - b.at) // prettier-ignore
    return shown.map((print) => tradeTick(of, parts, run, print, regular))
  })
}

const isIn = (halts: readonly Halt[], at: EpochMs): boolean =>
  halts.some(({ since, until }) => (since ?? -Infinity) <= at && at < (until ?? Infinity))

/** What others would have traded in a halt trades in the auction that ends it. */
function reopenings(
  run: PrintRun,
  from: EpochMs,
  to: EpochMs,
  halts: readonly Halt[],
): readonly PathPrint[] {
  return halts.flatMap(({ since, until }) => {
    if (since === undefined || until === undefined || until < from || until >= to) return []
    const units = tradedUntil(run, until - 1) - tradedUntil(run, since - 1)
    return units > 0 ? [{ at: until, price: priceNear(run, until), units, auction: 'reopening' as const, number: 0 }] : [] // prettier-ignore
  })
}

const priceNear = (run: PrintRun, at: EpochMs): number =>
  printsIn(run, at, Infinity, 1)[0]?.price ?? run.knots.prices.at(-1) ?? 0

const asTick = ({ at, price, size, venue, conditions }: RecordedPrint): TradeTick => ({
  type: 'trade',
  at,
  price: priceFrom(price),
  size: quantityFrom(size),
  venue,
  conditions,
  unreported: false,
  pastLimit: false,
})

function tradeTick(
  of: Instrument,
  parts: TradeParts,
  run: PrintRun,
  print: PathPrint,
  regular: PrintRun | undefined,
): TradeTick {
  const isOdd = of.assetClass === 'STK' && print.units < ROUND_LOT
  const isOutside = run.opensAt !== regular?.opensAt
  const market = printedOn(of, uniformAt(run.knots.key, MARKET_DRAWS + print.number))
  return {
    type: 'trade',
    at: print.at,
    price: priceFrom(shownPrice(parts, print.price, print.at)),
    size: quantityFrom(print.units),
    venue:
      print.auction !== undefined && 'primaryExchange' in of ? of.primaryExchange : market.name,
    conditions: conditionsOf(print.auction, isOutside && of.assetClass === 'STK', isOdd),
    unreported: isOdd,
    pastLimit: isAtBand(parts.bandsAt(print.at), shownPrice(parts, print.price, print.at)),
  }
}

const isAtBand = (bands: BandsFrom | undefined, price: number): boolean =>
  bands !== undefined && (price <= bands.low || price >= bands.high)

/** Under the draws of the instants. */
const MARKET_DRAWS = 0x1000_0000
/** Shares below it are an odd lot. */
const ROUND_LOT = 100

/**
 * Sale conditions by the letters of the consolidated tapes: O, 6 and 5 an opening, a closing and a reopening print, T outside
 * regular hours, I an odd lot. Sources: CTA, "CTS Output Specification", sale conditions; UTP, "Trade Data Feed".
 */
function conditionsOf(auction: PathPrint['auction'], isOutside: boolean, isOdd: boolean): string {
  const own =
    auction === 'opening' ? 'O' : auction === 'closing' ? '6' : auction === 'reopening' ? '5' : ''
  return `${own}${isOutside ? 'T' : ''}${isOdd ? 'I' : ''}`
}

function ownTick({ at, price, quantity, venue }: VenueExecution): TradeTick {
  const isOdd = toNumber(quantity) < ROUND_LOT
  return {
    type: 'trade',
    at,
    price,
    size: quantity,
    venue,
    conditions: isOdd ? 'I' : '',
    unreported: false,
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
