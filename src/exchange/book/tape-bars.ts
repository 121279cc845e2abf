/**
 * Bars of any length, made from the same prints and quotes that the tape streams.
 *
 * Bars of trades: `trade-bars.ts`. Bars of bid, ask and midpoint are taken at the bar's ends and where the path is highest
 * and lowest.
 */
import { toNumber } from '#model/border.ts'
import type { Instrument } from '#model/instrument.ts'
import { SECOND_MS, type EpochMs } from '#model/time.ts'
import type { PrintRuns, TradingWindow } from '#exchange/book/print-runs.ts'
import type { Touch } from '#exchange/book/quote-board.ts'
import { knotAt, knotsIn, overlaps, tradeBar, type Span, type TradeBarParts } from '#exchange/book/trade-bars.ts' // prettier-ignore
import type { BarQuery, VenueBar } from '#exchange/exchange.ts'
import type { PrintRun } from '#exchange/market/prints.ts'

/** What bars are made from. */
export interface BarParts extends TradeBarParts {
  readonly runs: PrintRuns
  /** The best bid and offer then. */
  readonly touch: (at: EpochMs) => Touch | undefined
  /** Venue time: nothing later is told. */
  readonly now: EpochMs
}

/** Bars in [from, to), counted from the beginning of each session; the last one may still be growing. */
export function barsOf(of: Instrument, query: BarQuery, parts: BarParts): readonly VenueBar[] {
  const bars: VenueBar[] = []
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

function barIn(
  window: TradingWindow,
  span: Span,
  price: BarQuery['price'],
  parts: BarParts,
): VenueBar | undefined {
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

/** When the path is highest and lowest in a span. */
function turningPoints(run: PrintRun, span: Span): readonly EpochMs[] {
  const { prices } = run.knots
  const [begin, end] = knotsIn(run, span.from, span.to)
  if (begin > end) return []
  let [high, low] = [begin, begin]
  for (let i = begin + 1; i <= end; i++) {
    if ((prices[i] ?? 0) > (prices[high] ?? 0)) high = i
    if ((prices[i] ?? 0) < (prices[low] ?? 0)) low = i
  }
  return [knotAt(run, high).at, knotAt(run, low).at].toSorted((a, b) => a - b)
}
