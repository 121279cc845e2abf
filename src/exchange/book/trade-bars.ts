/**
 * Bars of trades: whoever adds up the ticks of a bar gets the bar.
 *
 * Prices, their average and the number of trades are those of the prints that set prices; the volume is of all. A bar in
 * which only odd lots traded stands at the last price before it. Of the prints between two knots the first and the
 * last are looked up and the highest and lowest stand on knots; where our trading, a band or a halt moves prices
 * inside a bar, and where somebody recorded them, all prints are gone through. A listing that follows another's
 * price has its extremes at the knots alone, and no average, in bars of many prints: each would be a valuation.
 */
import { toNumber } from '#model/border.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import { shiftAt, type Halt, type Line } from '#exchange/book/lines.ts'
import type { BandsFrom } from '#exchange/book/price-bands.ts'
import { NO_PRINTS, plus, sumsIn, type PrintSums } from '#exchange/book/print-sums.ts'
import type { TradingWindow } from '#exchange/book/print-runs.ts'
import { isOddLot, leastUnits, priceSetting, shownNumber } from '#exchange/book/shown-prints.ts'
import type { VenueBar, VenueExecution } from '#exchange/exchange.ts'
import {
  firstPrintIn,
  knotInstant,
  knotUntil,
  lastPrintBefore,
  tradedUntil,
  type PrintRun,
} from '#exchange/market/prints.ts'

/** Something that traded. */
export interface Traded {
  readonly at: EpochMs
  readonly price: number
  readonly units: number
  /** It sets no price. */
  readonly isOdd: boolean
}

/** What bars of trades are made from. */
export interface TradeBarParts {
  readonly of: Instrument
  readonly line: Line
  readonly bandsAt: (at: EpochMs) => BandsFrom | undefined
  readonly haltsIn: (from: EpochMs, to: EpochMs) => readonly Halt[]
  /** All prints of a stretch of time, ours among them. */
  readonly trades: (from: EpochMs, to: EpochMs) => readonly Traded[]
  /** The last price that was printed before an instant. */
  readonly lastBefore: (at: EpochMs) => number | undefined
  readonly isRecorded: boolean
  /** Our own trades, oldest first. */
  readonly own: readonly VenueExecution[]
}

export interface Span {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly date: IsoDate
}

/** More prints of a listing that follows another are not gone through for a bar. */
const MOST_FOLLOWED = 500

export function tradeBar(
  window: TradingWindow,
  span: Span,
  parts: TradeBarParts,
): VenueBar | undefined {
  const runs = window.runs.filter((run) => overlaps(run, span))
  const { from, to } = span
  if (isGoneThrough(runs, span, parts)) {
    const all = parts.trades(from, to)
    return barFrom(all, volumeOf(all), sumsOf(all), span, parts)
  }
  const own = parts.own.filter(({ at }) => at >= from && at < to).map((trade) => ownTraded(parts.of, trade)) // prettier-ignore
  const units = runs.reduce((sum, run) => sum + tradedUntil(run, to - 1) - tradedUntil(run, from - 1), 0) // prettier-ignore
  const sums = runs.some(({ priceAt }) => priceAt !== undefined)
    ? undefined
    : runs.reduce((sum, run) => plus(sum, sumsIn(run, from, to, parts.line)), sumsOf(own))
  const all = [...tellingPrints(runs, span, parts), ...own]
  return barFrom(all, units + volumeOf(own), sums, span, parts)
}

function isGoneThrough(
  runs: readonly PrintRun[],
  { from, to }: Span,
  parts: TradeBarParts,
): boolean {
  const { line, bandsAt } = parts
  if (parts.isRecorded || parts.haltsIn(from, to).length > 0) return true
  if (bandsAt(from) !== undefined || bandsAt(to - 1) !== undefined) return true
  if (shiftAt(line, from) !== 0 || line.shifts.some(({ at }) => at >= from && at < to)) return true
  return runs.some((run) => run.priceAt !== undefined && printsExpected(run, from, to) <= MOST_FOLLOWED) // prettier-ignore
}

const printsExpected = (run: PrintRun, from: EpochMs, to: EpochMs): number =>
  (tradedUntil(run, to - 1) - tradedUntil(run, from - 1)) / run.printUnits

const volumeOf = (all: readonly Traded[]): number => all.reduce((sum, { units }) => sum + units, 0)

const sumsOf = (all: readonly Traded[]): PrintSums =>
  all.reduce(
    (sums, { price, units, isOdd }) =>
      isOdd ? sums : plus(sums, { count: 1, units, value: price * units }),
    NO_PRINTS,
  )

function ownTraded(of: Instrument, { at, price, quantity }: VenueExecution): Traded {
  const units = toNumber(quantity)
  return { at, price: toNumber(price), units, isOdd: isOddLot(of, units) }
}

/** The first and the last print of others in a span that set prices, and those at the highest and the lowest price. */
function tellingPrints(
  runs: readonly PrintRun[],
  { from, to }: Span,
  parts: TradeBarParts,
): readonly Traded[] {
  const isCounted = priceSetting(parts.of, [])
  return runs
    .flatMap((run) => [
      firstPrintIn(run, from, to, isCounted),
      ...extremeKnots(run, from, to, leastUnits(parts.of)),
      lastPrintBefore(run, to, from, isCounted),
    ])
    .flatMap((print) => {
      if (print === undefined) return []
      const { at, price, units } = print
      return [{ at, price: shownNumber(parts, price, at), units, isOdd: false }]
    })
}

type Found = Pick<Traded, 'at' | 'price' | 'units'>

/** The highest and the lowest knot of a span on which a print stands that sets a price. */
function extremeKnots(
  run: PrintRun,
  from: EpochMs,
  to: EpochMs,
  least: number,
): readonly (Found | undefined)[] {
  const { prices, traded } = run.knots
  const [begin, end] = knotsIn(run, from, to)
  let [high, low] = [-1, -1]
  for (let i = Math.max(1, begin); i <= end; i++) {
    const units = (traded[i] ?? 0) - (traded[i - 1] ?? 0)
    if (units === 0 || units < least) continue
    if (high < 0 || (prices[i] ?? 0) > (prices[high] ?? 0)) high = i
    if (low < 0 || (prices[i] ?? 0) < (prices[low] ?? 0)) low = i
  }
  return high < 0 ? [] : [knotAt(run, high), knotAt(run, low)]
}

/** The first and the last knot that stand in [from, to); the last one of the run in its last millisecond. */
export function knotsIn(run: PrintRun, from: EpochMs, to: EpochMs): readonly [number, number] {
  const before = from <= run.opensAt ? -1 : knotUntil(run, from - 1)
  return [before + 1, to >= run.closesAt ? run.knots.shares.length - 1 : knotUntil(run, to - 1)]
}

export const knotAt = (run: PrintRun, i: number): Found => ({
  at: Math.min(knotInstant(run, i), run.closesAt - 1),
  price: run.knots.prices[i] ?? 0,
  units: 0,
})

function barFrom(
  all: readonly Traded[],
  volume: number,
  sums: PrintSums | undefined,
  { from, date }: Span,
  { lastBefore }: TradeBarParts,
): VenueBar | undefined {
  const prices = all.filter(({ isOdd }) => !isOdd)
  const [opening, closing] = [earliest(prices), latest(prices)]
  if (opening === undefined || closing === undefined) {
    const last = volume > 0 ? lastBefore(from) : undefined
    if (last === undefined) return undefined
    return { date, at: from, open: last, high: last, low: last, close: last, volume, vwap: last, trades: 0 } // prettier-ignore
  }
  const high = prices.reduce((most, { price }) => Math.max(most, price), -Infinity)
  const low = prices.reduce((least, { price }) => Math.min(least, price), Infinity)
  const bar = { date, at: from, open: opening.price, high, low, close: closing.price, volume }
  if (sums === undefined || sums.units <= 0) return bar
  // A difference of sums is rounded; an average lies between the extremes.
  const vwap = Math.min(high, Math.max(low, sums.value / sums.units))
  return { ...bar, vwap, trades: sums.count }
}

export const overlaps = (
  { opensAt, closesAt }: PrintRun,
  { from, to }: Pick<Span, 'from' | 'to'>,
): boolean => opensAt < to && closesAt > from

/** The first of equals stays first: ours trade after what others traded in the same millisecond. */
const earliest = (of: readonly Traded[]): Traded | undefined =>
  of.reduce<Traded | undefined>((a, b) => (a === undefined || b.at < a.at ? b : a), undefined)
const latest = (of: readonly Traded[]): Traded | undefined =>
  of.reduce<Traded | undefined>((a, b) => (a === undefined || b.at >= a.at ? b : a), undefined)
