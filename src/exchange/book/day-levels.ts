/**
 * The open, the high and the low of a session so far, counted from its prints.
 *
 * Between two knots the path is straight and its last print stands on the second, so that of a stretch that is over
 * only that one is looked at; where our trading or a price band moved prices inside a stretch, all of them.
 */
import { greater, lesser, type Price } from '#model/fixed.ts'
import type { EpochMs } from '#model/time.ts'
import { shiftAt, type Halt, type Line, type PrintedSoFar } from '#exchange/book/lines.ts'
import {
  isHaltedAt,
  leastUnits,
  priceSetting,
  reopenings,
  shownIn,
  shownPrice,
  type ShownBy,
} from '#exchange/book/shown-prints.ts'
import {
  firstPrintIn,
  knotInstant,
  knotUntil,
  type PathPrint,
  type PrintRun,
} from '#exchange/market/prints.ts'

export interface Levels {
  readonly open: Price | undefined
  readonly high: Price | undefined
  readonly low: Price | undefined
}

/**
 * Of the prints at or before an instant that set prices.
 *
 * @param halts - of the session until then
 * @param latest - the last of those prints, reopenings apart
 */
export function levelsUntil(
  line: Line,
  run: PrintRun,
  at: EpochMs,
  halts: readonly Halt[],
  by: ShownBy,
  latest: PathPrint | undefined,
): Levels {
  const last = run.knots.shares.length - 1
  const until = at >= run.closesAt - 1 ? last : knotUntil(run, at)
  const soFar = begun(line, run, until, halts)
  if (soFar.open === undefined) {
    soFar.open = openOf(line, run, at, halts, by)
    take(soFar, soFar.open)
  }
  for (let knot = soFar.knot + 1; knot <= until; knot++) takeStretch(soFar, line, knot, by)
  soFar.knot = until
  const { open, high, low } = soFar
  const levels = { open, high, low }
  const from = knotInstant(run, until)
  if (isMoved(line, run, until, at, by)) takeAll(levels, line, run, from + 1, at + 1, halts, by)
  else if (latest !== undefined && latest.at > from) take(levels, shownPrice(by, latest.price, latest.at)) // prettier-ignore
  if (halts.length > 0) takeReopenings(levels, run, at, halts, by)
  return levels
}

/** What was counted already, unless it goes too far or its halts are others now. */
function begun(line: Line, run: PrintRun, until: number, halts: readonly Halt[]): PrintedSoFar {
  const known = line.printed
  if (known?.run === run && known.knot <= until && isSame(known.halts, halts)) return known
  const fresh = { run, halts, knot: 0, open: undefined, high: undefined, low: undefined }
  line.printed = fresh
  return fresh
}

const isSame = (a: readonly Halt[], b: readonly Halt[]): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every(({ since, until }, i) => since === b[i]?.since && until === b[i]?.until))

function openOf(
  { of }: Line,
  run: PrintRun,
  at: EpochMs,
  halts: readonly Halt[],
  by: ShownBy,
): Price | undefined {
  const print = firstPrintIn(run, run.opensAt, at + 1, priceSetting(of, halts))
  return print === undefined ? undefined : shownPrice(by, print.price, print.at)
}

interface Extremes {
  high: Price | undefined
  low: Price | undefined
}

function take(into: Extremes, price: Price | undefined): void {
  if (price === undefined) return
  if (into.high === undefined || price > into.high) into.high = price
  if (into.low === undefined || price < into.low) into.low = price
}

/** The stretch that ends at a knot. */
function takeStretch(soFar: PrintedSoFar, line: Line, knot: number, by: ShownBy): void {
  const { run, halts } = soFar
  const { traded, prices } = run.knots
  const units = (traded[knot] ?? 0) - (traded[knot - 1] ?? 0)
  if (units === 0 || units < leastUnits(line.of)) return
  const [from, to] = [knotInstant(run, knot - 1), Math.min(knotInstant(run, knot), run.closesAt - 1)] // prettier-ignore
  if (isMoved(line, run, knot - 1, to, by)) takeAll(soFar, line, run, from + 1, to + 1, halts, by)
  else if (halts.length === 0 || !isHaltedAt(halts, to)) take(soFar, shownPrice(by, prices[knot] ?? 0, to)) // prettier-ignore
}

/**
 * Whether prices of a stretch may be moved by different amounts: ours, or a band that one of its ends is beyond. Bands
 * are set anew twice a minute, stretches are shorter.
 */
const isMoved = (line: Line, run: PrintRun, knot: number, to: EpochMs, by: ShownBy): boolean => {
  const from = knotInstant(run, knot)
  if (line.footprint.at > from && line.shifts.some(({ at }) => at > from && at <= to)) return true
  const [first, second] = [by.bandsAt(from), by.bandsAt(to)]
  if (first === undefined && second === undefined) return false
  const factor = Math.exp(shiftAt(line, to))
  const ends = [run.knots.prices[knot] ?? 0, run.knots.prices[knot + 1] ?? 0]
  return [first, second].some(
    (bands) =>
    ends.some((end) => bands !== undefined && (end * factor < bands.low || end * factor > bands.high)), // prettier-ignore
  )
}

function takeAll(
  into: Extremes,
  { of }: Line,
  run: PrintRun,
  from: EpochMs,
  to: EpochMs,
  halts: readonly Halt[],
  by: ShownBy,
): void {
  const isCounted = priceSetting(of, halts)
  for (const print of shownIn(run, from, to, halts))
    if (isCounted(print)) take(into, shownPrice(by, print.price, print.at))
}

function takeReopenings(
  into: Extremes,
  run: PrintRun,
  at: EpochMs,
  halts: readonly Halt[],
  by: ShownBy,
): void {
  for (const print of reopenings(run, run.opensAt, at + 1, halts))
    take(into, shownPrice(by, print.price, print.at))
}

/** Widened by a price. */
export function widened({ open, high, low }: Levels, by: Price): Levels {
  return {
    open,
    high: high === undefined ? by : greater(high, by),
    low: low === undefined ? by : lesser(low, by),
  }
}
