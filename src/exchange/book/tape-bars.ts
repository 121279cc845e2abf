/**
 * Bars of any length, made from the same prints and quotes that the tape streams: whoever adds up the ticks of
 * a bar gets the bar.
 *
 * Only a bar's first and last print are looked up; between them the highest and the lowest are knots of the path.
 * Bars of bid, ask and midpoint are taken at the bar's ends and where the path is highest and lowest.
 */
import { toNumber } from '#model/border.ts'
import type { Instrument } from '#model/instrument.ts'
import { SECOND_MS, type EpochMs, type IsoDate } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { Halt, Line } from '#exchange/book/lines.ts'
import type { BandsFrom } from '#exchange/book/price-bands.ts'
import type { PrintRuns, TradingWindow } from '#exchange/book/print-runs.ts'
import type { Touch } from '#exchange/book/quote-board.ts'
import { shownNumber } from '#exchange/book/shown-prints.ts'
import type { BarQuery, VenueExecution } from '#exchange/exchange.ts'
import {
  knotInstant,
  knotUntil,
  lastPrintBefore,
  printsIn,
  tradedUntil,
  type PathPrint,
  type PrintRun,
} from '#exchange/market/prints.ts'

/** What bars are made from. */
export interface BarParts {
  readonly runs: PrintRuns
  readonly line: Line
  readonly bandsAt: (at: EpochMs) => BandsFrom | undefined
  readonly haltsIn: (from: EpochMs, to: EpochMs) => readonly Halt[]
  /** All prints of a stretch of time, where halts part it or somebody recorded them. */
  readonly trades: (from: EpochMs, to: EpochMs) => readonly Traded[]
  readonly isRecorded: boolean
  /** The best bid and offer then. */
  readonly touch: (at: EpochMs) => Touch | undefined
  /** Our own trades in it, oldest first. */
  readonly own: readonly VenueExecution[]
  /** Venue time: nothing later is told. */
  readonly now: EpochMs
}

/** Bars in [from, to), counted from the beginning of each session; the last one may still be growing. */
export function barsOf(of: Instrument, query: BarQuery, parts: BarParts): readonly PriceBar[] {
  const bars: PriceBar[] = []
  const length = Math.max(1, query.seconds) * SECOND_MS
  const end = Math.min(query.to, parts.now)
  for (let at = query.from; at < end;) {
    const window = parts.runs.window(of, at, query.outsideRegularHours)
    const { opensAt, closesAt } = window.session
    const begins = opensAt + Math.ceil(Math.max(0, at - opensAt) / length) * length
    const ends = Math.min(begins + length, closesAt)
    if (begins >= end) break
    const span = { from: begins, to: Math.min(ends, end), date: window.session.date }
    const bar = begins < closesAt ? barIn(window, span, query.price, parts) : undefined
    if (bar !== undefined) bars.push(bar)
    at = ends
  }
  return bars
}

interface Span {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly date: IsoDate
}

function barIn(
  window: TradingWindow,
  span: Span,
  price: BarQuery['price'],
  parts: BarParts,
): PriceBar | undefined {
  if (price === 'trades') return tradeBar(window, span, parts)
  const at = (instant: EpochMs) => quoted(parts.touch(instant), price)
  const runs = window.runs.filter((run) => overlaps(run, span))
  const turns = runs.flatMap((run) => turningPoints(run, span))
  const prices = [span.from, ...turns, span.to - 1].flatMap((instant) => at(instant) ?? [])
  const [open, close] = [prices[0], prices.at(-1)]
  if (open === undefined || close === undefined) return undefined
  return {
    date: span.date,
    at: span.from,
    open,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close,
    volume: 0,
  }
}

function quoted(touch: Touch | undefined, price: BarQuery['price']): number | undefined {
  const bid = touch?.bid === undefined ? undefined : toNumber(touch.bid.price)
  const ask = touch?.ask === undefined ? undefined : toNumber(touch.ask.price)
  if (price === 'bid') return bid
  if (price === 'ask') return ask
  return bid === undefined || ask === undefined ? undefined : (bid + ask) / 2
}

/** Something that traded. */
export interface Traded {
  readonly at: EpochMs
  readonly price: number
  readonly units: number
}

function tradeBar(window: TradingWindow, span: Span, parts: BarParts): PriceBar | undefined {
  if (parts.isRecorded || parts.haltsIn(span.from, span.to).length > 0) {
    const all = parts.trades(span.from, span.to)
    return barFrom(all, all.reduce((sum, { units }) => sum + units, 0), span) // prettier-ignore
  }
  const runs = window.runs.filter((run) => overlaps(run, span))
  const own = parts.own
    .filter(({ at }) => at >= span.from && at < span.to)
    .map(({ at, price, quantity }) => ({ at, price: toNumber(price), units: toNumber(quantity) }))
  const units = runs.reduce((sum, run) => sum + tradedUntil(run, span.to - 1) - tradedUntil(run, span.from - 1), 0) // prettier-ignore
  const all = [...tellingPrints(runs, span, parts), ...own]
  return barFrom(all, own.reduce((sum, trade) => sum + trade.units, units), span) // prettier-ignore
}

/** The first and the last print of others in a span, and those at the highest and the lowest price. */
function tellingPrints(runs: readonly PrintRun[], span: Span, parts: BarParts): readonly Traded[] {
  const first = firstOf(runs.map((run) => printsIn(run, span.from, span.to, 1)[0]))
  const last = firstOf(runs.toReversed().map((run) => lastPrintBefore(run, span.to, span.from)))
  const ends = [first, last].flatMap((print) => print ?? [])
  const knots = runs.flatMap((run) => tradedKnots(run, span, parts))
  return [...ends, ...knots].map(({ at, price, units }) => ({ at, price: shownNumber(parts, price, at), units })) // prettier-ignore
}

function barFrom(all: readonly Traded[], volume: number, span: Span): PriceBar | undefined {
  const [opening, closing] = [earliest(all), latest(all)]
  if (opening === undefined || closing === undefined) return undefined
  return {
    date: span.date,
    at: span.from,
    open: opening.price,
    high: all.reduce((most, { price }) => Math.max(most, price), -Infinity),
    low: all.reduce((least, { price }) => Math.min(least, price), Infinity),
    close: closing.price,
    volume,
  }
}

const overlaps = ({ opensAt, closesAt }: PrintRun, { from, to }: Span): boolean =>
  opensAt < to && closesAt > from

/** The first of equals stays first: ours trade after what others traded in the same millisecond. */
const earliest = (of: readonly Traded[]): Traded | undefined =>
  of.reduce<Traded | undefined>((a, b) => (a === undefined || b.at < a.at ? b : a), undefined)
const latest = (of: readonly Traded[]): Traded | undefined =>
  of.reduce<Traded | undefined>((a, b) => (a === undefined || b.at >= a.at ? b : a), undefined)

const firstOf = (prints: readonly (PathPrint | undefined)[]): PathPrint | undefined =>
  prints.find((print) => print !== undefined)

/** The highest and the lowest knot that are printed inside a span; where bands or shifts of ours change prices inside it, all of them. */
function tradedKnots(run: PrintRun, span: Span, parts: BarParts): readonly Traded[] {
  const { prices, traded } = run.knots
  const [begin, end] = knotsIn(run, span)
  const isShifted =
    parts.bandsAt(span.from) !== undefined ||
    parts.line.shifts.some(({ at }) => at >= span.from && at < span.to)
  const found: Traded[] = []
  let [high, low] = [-1, -1]
  for (let i = begin; i <= end; i++) {
    if (i === 0 || (traded[i] ?? 0) === (traded[i - 1] ?? 0)) continue
    if (isShifted) found.push(knot(run, i))
    if (high < 0 || (prices[i] ?? 0) > (prices[high] ?? 0)) high = i
    if (low < 0 || (prices[i] ?? 0) < (prices[low] ?? 0)) low = i
  }
  return isShifted || high < 0 ? found : [knot(run, high), knot(run, low)].toSorted((a, b) => a.at - b.at) // prettier-ignore
}

/** When the path is highest and lowest in a span. */
function turningPoints(run: PrintRun, span: Span): readonly EpochMs[] {
  const { prices } = run.knots
  const [begin, end] = knotsIn(run, span)
  if (begin > end) return []
  let [high, low] = [begin, begin]
  for (let i = begin + 1; i <= end; i++) {
    if ((prices[i] ?? 0) > (prices[high] ?? 0)) high = i
    if ((prices[i] ?? 0) < (prices[low] ?? 0)) low = i
  }
  return [knot(run, high).at, knot(run, low).at].toSorted((a, b) => a - b)
}

/** The first and the last knot that stand in a span; the last one of the run in its last millisecond. */
function knotsIn(run: PrintRun, { from, to }: Span): readonly [number, number] {
  const before = from <= run.opensAt ? -1 : knotUntil(run, from - 1)
  return [before + 1, to >= run.closesAt ? run.knots.shares.length - 1 : knotUntil(run, to - 1)]
}

const knot = (run: PrintRun, i: number): Traded => ({
  at: Math.min(knotInstant(run, i), run.closesAt - 1),
  price: run.knots.prices[i] ?? 0,
  units: 0,
})
