/**
 * Prints as the venue shows them: on the grid, with our own shift, within the price bands, and which of them set
 * the last price, the high and the low.
 *
 * An odd lot of a stock counts in the volume and in no price; auctions count whatever their size; nothing else is
 * held back. Outside regular hours prints set the last price, as IBKR's does (it has a tick of its own for the last
 * regular one), and neither the day's high nor its low. Source: CTA, "Consolidated Tape System", sale conditions I
 * and T and the table of what they update.
 */
import { priceFromNanos, toNumber } from '#model/border.ts'
import type { Price } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { uniformAt } from '#numerics/random.ts'
import { shiftAt, type Halt, type Line } from '#exchange/book/lines.ts'
import { printedOn } from '#exchange/book/makers.ts'
import type { BandsFrom } from '#exchange/book/price-bands.ts'
import { printsIn, tradedUntil, type IsCounted, type PathPrint, type PrintRun } from '#exchange/market/prints.ts' // prettier-ignore

/** Shares below it are an odd lot. */
const ROUND_LOT = 100

/** Units that a print must have to set prices. */
export const leastUnits = ({ assetClass }: Pick<Instrument, 'assetClass'>): number =>
  assetClass === 'STK' ? ROUND_LOT : 0

/** Whether a print is reported and sets no price. */
export const isOddLot = (
  of: Pick<Instrument, 'assetClass'>,
  units: number,
  auction?: PathPrint['auction'],
): boolean =>
  // prettier-ignore
  auction === undefined && units < leastUnits(of)

/** The same by the sale conditions of a recording: letters of the tapes, one after another or apart. */
export const isOddSale = (
  { assetClass }: Pick<Instrument, 'assetClass'>,
  conditions: string,
): boolean =>
  // prettier-ignore
  assetClass === 'STK' && /(^|[\s,;|@])[A-Z0-9]?I(?=[\s,;|]|$)/.test(conditions)

/** How an instrument's prices are shown. */
export interface ShownBy {
  readonly line: Line
  readonly bandsAt: (at: EpochMs) => BandsFrom | undefined
}

/** The price of a print on the grid, our own shift included, within the price bands. */
export function shownPrice({ line, bandsAt }: ShownBy, price: number, at: EpochMs): Price {
  const shift = shiftAt(line, at)
  const moved = shift === 0 ? price : price * Math.exp(shift)
  const bands = bandsAt(at)
  const shown = bands === undefined ? moved : Math.min(bands.high, Math.max(bands.low, moved))
  return priceFromNanos(line.grid.snap(shown))
}

/** The same as a float. */
export const shownNumber = (by: ShownBy, price: number, at: EpochMs): number =>
  toNumber(shownPrice(by, price, at))

/** Prints of a run in [from, to), those of halts apart, whose units trade in the auction that ends it. */
export function shownIn(
  run: PrintRun,
  from: EpochMs,
  to: EpochMs,
  halts: readonly Halt[],
): readonly PathPrint[] {
  const prints = printsIn(run, from, to)
  if (halts.length === 0) return prints
  const traded = prints.filter(({ at }) => !isHaltedAt(halts, at))
  return [...reopenings(run, from, to, halts), ...traded].toSorted((a, b) => a.at - b.at)
}

/** Those that set prices, outside of halts. */
export function priceSetting(of: Instrument, halts: readonly Halt[]): IsCounted {
  const isWhole = of.assetClass === 'STK' ? isRoundLot : isAny
  if (halts.length === 0) return isWhole
  return (print) => isWhole(print) && !isHaltedAt(halts, print.at)
}

const isRoundLot: IsCounted = ({ units, auction }) => units >= ROUND_LOT || auction !== undefined
const isAny: IsCounted = () => true

/** Who reports a print: an auction its exchange, another whoever the draw names. */
export function reportedBy(of: Instrument, run: PrintRun, print: PathPrint): string {
  if (print.auction !== undefined && 'primaryExchange' in of) return of.primaryExchange
  return printedOn(of, uniformAt(run.knots.key, MARKET_DRAWS + print.number)).name
}

/** Under the draws of the instants. */
const MARKET_DRAWS = 0x1000_0000

export const isHaltedAt = (halts: readonly Halt[], at: EpochMs): boolean =>
  halts.some(({ since, until }) => (since ?? -Infinity) <= at && at < (until ?? Infinity))

/** What others would have traded in a halt trades in the auction that ends it. */
export function reopenings(
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
