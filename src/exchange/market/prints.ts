/**
 * Which trades make up a stretch of the path: when, at which price, how many units.
 *
 * Between two knots of the path (equal volume apart) the units that trade there are parted over some prints, whose
 * instants are hashed; the last one stands on the knot itself, at its price. So any print can be found without those before
 * it, the prints of a day sum to its volume, and the day's high and low are traded. An opening auction prints at
 * the open, a closing one in the last millisecond of the session, so that the session's bars hold both.
 */
import type { AssetClass } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { uniformAt, type RandomKey } from '#numerics/random.ts'
import type { PathKnots } from '#exchange/market-model.ts'

/**
 * Units of an average print. Stocks: SEC, "Market Structure Data", average trade size of 2018, rounded; futures,
 * options and pairs: of that order.
 */
export const PRINT_UNITS: Readonly<Record<AssetClass | 'IND', number>> = {
  STK: 150,
  FUT: 3,
  OPT: 5,
  CASH: 500_000,
  IND: 1,
}

/** One stretch of trading and the key that names its prints. */
export interface PrintRun {
  readonly key: RandomKey
  readonly knots: PathKnots
  readonly opensAt: EpochMs
  readonly closesAt: EpochMs
  /** Units of an average print, > 0. */
  readonly printUnits: number
}

/** A trade between others, at a price of the path. */
export interface PathPrint {
  readonly at: EpochMs
  readonly price: number
  /** > 0 */
  readonly units: number
  readonly auction: 'opening' | 'closing' | undefined
  /** Names it within its run. */
  readonly number: number
}

/** Most prints between two knots: a liquid name's 10 s. */
const MOST_PRINTS = 100
/** Half of all stretches trade in round lots. */
const ROUND_LOT = 100

/** Units printed at or before an instant, auctions included. */
export function tradedUntil(run: PrintRun, at: EpochMs): number {
  const { knots, opensAt, closesAt } = run
  if (at < opensAt) return 0
  const last = knots.prices.length - 1
  if (at >= closesAt - 1) return knots.opening + tradedAt(knots, last) + knots.closing
  const i = knotUntil(run, at)
  const stretch = stretchAfter(run, i)
  const j = printsUntil(run, stretch, at)
  return knots.opening + tradedAt(knots, i) + unitsUntil(stretch, j, fractionOf(run, stretch, j))
}

/** Prints in [from, to), oldest first, at most `most`. */
export function printsIn(
  run: PrintRun,
  from: EpochMs,
  to: EpochMs,
  most = Infinity,
): readonly PathPrint[] {
  const { knots, opensAt, closesAt } = run
  const prints: PathPrint[] = []
  if (to <= opensAt || from >= closesAt) return prints
  const last = knots.prices.length - 1
  if (from <= opensAt && knots.opening > 0)
    prints.push({ at: opensAt, price: priceAt(knots, 0), units: knots.opening, auction: 'opening', number: 0 }) // prettier-ignore
  const begin = Math.max(0, knotUntil(run, from) - 1)
  for (let i = begin; i < last && prints.length < most; i++) {
    const stretch = stretchAfter(run, i)
    if (stretch.from >= to) break
    if (stretch.from + stretch.ms >= from) pushPrints(run, stretch, from, to, prints)
  }
  if (to >= closesAt && from < closesAt && knots.closing > 0)
    prints.push({ at: closesAt - 1, price: priceAt(knots, last), units: knots.closing, auction: 'closing', number: 1 }) // prettier-ignore
  return prints.length > most ? prints.slice(0, most) : prints
}

/** The last print before an instant, back to `since`; undefined where there is none. */
export function lastPrintBefore(run: PrintRun, at: EpochMs, since: EpochMs): PathPrint | undefined {
  const first = knotUntil(run, since)
  for (let i = Math.min(knotUntil(run, at), run.knots.prices.length - 2); i >= first - 1; i--) {
    const begins = i < 0 ? since : Math.max(since, stretchAfter(run, i).from)
    const found = printsIn(run, begins, at).at(-1)
    if (found !== undefined) return found
  }
  return undefined
}

/** When a knot is reached, whole milliseconds. */
export function knotInstant(
  { knots, opensAt, closesAt }: Omit<PrintRun, 'key' | 'printUnits'>,
  i: number,
): EpochMs {
  // prettier-ignore
  return opensAt + Math.ceil((knots.shares[i] ?? 1) * (closesAt - opensAt))
}

/** The last knot at or before an instant; 0 before the first. */
export function knotUntil(run: Omit<PrintRun, 'key' | 'printUnits'>, at: EpochMs): number {
  let [low, high] = [0, run.knots.prices.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (knotInstant(run, middle) <= at) low = middle
    else high = middle - 1
  }
  return low
}

/** What lies between knot `i` and the next. */
interface Stretch {
  readonly i: number
  readonly from: EpochMs
  readonly ms: number
  /** Units that trade in it. */
  readonly units: number
  readonly prints: number
  /** Sizes are multiples of it, the last one apart. */
  readonly grain: number
}

function stretchAfter(run: PrintRun, i: number): Stretch {
  const { knots, printUnits } = run
  const from = knotInstant(run, i)
  const units = tradedAt(knots, i + 1) - tradedAt(knots, i)
  const wanted = Math.min(MOST_PRINTS, Math.max(1, Math.round(units / printUnits)))
  const prints = units > 0 ? wanted : 0
  const isRound = Math.imul(i + 1, 0x9e37_79b1) < 0 && units >= ROUND_LOT * prints
  return { i, from, ms: knotInstant(run, i + 1) - from, units, prints, grain: isRound ? ROUND_LOT : 1 } // prettier-ignore
}

/** When print `j` (from 1) comes, as a share of its stretch; 0 before the first. */
function fractionOf({ key }: PrintRun, { i, prints }: Stretch, j: number): number {
  if (j <= 0) return 0
  if (j >= prints) return 1
  return (j - 1 + uniformAt(key, i * (MOST_PRINTS + 1) + j)) / prints
}

/** Units of a stretch at or before its print `j`. */
function unitsUntil({ units, prints, grain }: Stretch, j: number, fraction: number): number {
  if (j <= 0) return 0
  return j >= prints ? units : Math.floor((units * fraction) / grain) * grain
}

/** How many prints of a stretch have come at an instant. */
function printsUntil(run: PrintRun, stretch: Stretch, at: EpochMs): number {
  const gone = at - stretch.from
  if (gone >= stretch.ms) return stretch.prints
  const j = Math.floor((gone / stretch.ms) * stretch.prints) + 1
  return Math.ceil(fractionOf(run, stretch, j) * stretch.ms) <= gone ? j : j - 1
}

function pushPrints(
  run: PrintRun,
  stretch: Stretch,
  from: EpochMs,
  to: EpochMs,
  prints: PathPrint[],
): void {
  const { knots, closesAt } = run
  const [begin, end] = [priceAt(knots, stretch.i), priceAt(knots, stretch.i + 1)]
  let before = 0
  for (let j = 1; j <= stretch.prints; j++) {
    const fraction = fractionOf(run, stretch, j)
    const until = unitsUntil(stretch, j, fraction)
    const at = Math.min(stretch.from + Math.ceil(fraction * stretch.ms), closesAt - 1)
    if (at >= to) return
    const price = fraction === 1 ? end : begin + (end - begin) * fraction
    const number = stretch.i * (MOST_PRINTS + 1) + j + 1
    if (at >= from && until > before) prints.push({ at, price, units: until - before, auction: undefined, number }) // prettier-ignore
    before = until
  }
}

const tradedAt = ({ traded }: PathKnots, i: number): number => traded[i] ?? 0
const priceAt = ({ prices }: PathKnots, i: number): number => prices[i] ?? 0
