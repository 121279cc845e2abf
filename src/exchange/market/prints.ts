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
import { uniformAt } from '#numerics/random.ts'
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

/** One stretch of trading. */
export interface PrintRun {
  readonly knots: PathKnots
  readonly opensAt: EpochMs
  readonly closesAt: EpochMs
  /** Units of an average print, > 0. */
  readonly printUnits: number
  /** The path between the knots, where it is not straight; undefined: straight. */
  readonly priceAt?: (at: EpochMs) => number | undefined
}

/** A trade between others, at a price of the path. */
export interface PathPrint {
  readonly at: EpochMs
  readonly price: number
  /** > 0 */
  readonly units: number
  readonly auction: 'opening' | 'closing' | 'reopening' | undefined
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
  const last = knots.shares.length - 1
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
  const last = knots.shares.length - 1
  if (from <= opensAt && knots.opening > 0) prints.push(auctionPrint(run, 'opening'))
  const begin = Math.max(0, knotUntil(run, from) - 1)
  for (let i = begin; i < last && prints.length < most; i++) {
    const stretch = stretchAfter(run, i)
    if (stretch.from >= to) break
    if (stretch.from + stretch.ms >= from) pushPrints(run, stretch, from, to, prints)
  }
  if (to >= closesAt && from < closesAt && knots.closing > 0)
    prints.push(auctionPrint(run, 'closing'))
  return prints.length > most ? prints.slice(0, most) : prints
}

/** Which prints are looked for. */
export type IsCounted = (print: PathPrint) => boolean

const ANY: IsCounted = () => true

/** The first print in [from, to) that counts; undefined where there is none. */
export function firstPrintIn(
  run: PrintRun,
  from: EpochMs,
  to: EpochMs,
  isCounted: IsCounted = ANY,
): PathPrint | undefined {
  for (let begin = from; begin < to;) {
    const [print] = printsIn(run, begin, to, 1)
    if (print === undefined || isCounted(print)) return print
    // Of prints in the same millisecond the first was looked at: rarely is there another.
    const same = printsIn(run, print.at, print.at + 1).find(isCounted)
    if (same !== undefined) return same
    begin = print.at + 1
  }
  return undefined
}

/** The last print before an instant that counts, back to `since`; undefined where there is none. */
export function lastPrintBefore(
  run: PrintRun,
  at: EpochMs,
  since: EpochMs,
  isCounted: IsCounted = ANY,
): PathPrint | undefined {
  const { knots, opensAt, closesAt } = run
  if (at <= opensAt || since >= closesAt) return undefined
  const closing = at >= closesAt && knots.closing > 0 ? auctionPrint(run, 'closing') : undefined
  if (closing !== undefined && isCounted(closing)) return closing
  const last = knots.shares.length - 2
  const until = at >= closesAt ? closesAt : at - 1
  for (let i = Math.min(knotUntil(run, until), last); i >= 0; i--) {
    const stretch = stretchAfter(run, i)
    for (let j = printsUntil(run, stretch, until); j > 0; j--) {
      const print = printAt(run, stretch, j)
      if (print.at < since) return undefined
      if (print.units > 0 && isCounted(print)) return print
    }
    if (stretch.from < since) break
  }
  const opening = knots.opening > 0 && since <= opensAt ? auctionPrint(run, 'opening') : undefined
  return opening !== undefined && isCounted(opening) ? opening : undefined
}

/** Where a run stands at an instant. */
export interface Standing {
  readonly at: EpochMs
  /** `tradedUntil`. */
  readonly units: number
  /** The last print of at least so many units, auctions whatever theirs; undefined where there was none. */
  readonly print: PathPrint | undefined
}

/** How much has traded and what printed last, in one look. */
export function standingAt(run: PrintRun, at: EpochMs, least: number): Standing {
  const { knots, opensAt, closesAt } = run
  const isCounted: IsCounted = ({ units, auction }) => units >= least || auction !== undefined
  if (at < opensAt || at >= closesAt - 1)
    return { at, units: tradedUntil(run, at), print: lastPrintBefore(run, at + 1, opensAt, isCounted) } // prettier-ignore
  const i = knotUntil(run, at)
  const stretch = stretchAfter(run, i)
  const gone = at - stretch.from
  let j = Math.floor((gone / stretch.ms) * stretch.prints) + 1
  let fraction = fractionOf(run, stretch, j)
  if (Math.ceil(fraction * stretch.ms) > gone) fraction = fractionOf(run, stretch, --j)
  let until = unitsUntil(stretch, j, fraction)
  const units = knots.opening + tradedAt(knots, i) + until
  for (; j > 0; j--) {
    const fractionBefore = fractionOf(run, stretch, j - 1)
    const before = unitsUntil(stretch, j - 1, fractionBefore)
    if (until - before >= Math.max(1, least))
      return { at, units, print: printBetween(run, stretch, j, fraction, until - before) }
    fraction = fractionBefore
    until = before
  }
  return { at, units, print: lastUntilKnot(run, i, least, isCounted) }
}

/** The last print that counts at or before a knot. A stretch of enough units ends with one. */
function lastUntilKnot(
  run: PrintRun,
  knot: number,
  least: number,
  isCounted: IsCounted,
): PathPrint | undefined {
  const { knots, opensAt } = run
  let i = knot
  while (i > 0 && tradedAt(knots, i) - tradedAt(knots, i - 1) < Math.max(1, least)) i--
  if (i > 0) {
    const stretch = stretchAfter(run, i - 1)
    const print = printAt(run, stretch, stretch.prints)
    return isCounted(print) ? print : lastPrintBefore(run, print.at, opensAt, isCounted)
  }
  return knots.opening > 0 ? auctionPrint(run, 'opening') : undefined
}

/** When a knot is reached, whole milliseconds. */
export function knotInstant(
  { knots, opensAt, closesAt }: Omit<PrintRun, 'printUnits'>,
  i: number,
): EpochMs {
  // prettier-ignore
  return opensAt + Math.ceil((knots.shares[i] ?? 1) * (closesAt - opensAt))
}

/** The last knot at or before an instant; 0 before the first. Whoever asks on from there is answered at once. */
export function knotUntil(run: Omit<PrintRun, 'printUnits'>, at: EpochMs): number {
  const { knots } = run
  const hint = hints.get(knots) ?? 0
  if (knotInstant(run, hint) <= at && hint < knots.shares.length - 1) {
    if (at < knotInstant(run, hint + 1)) return hint
    if (hint + 2 < knots.shares.length && at < knotInstant(run, hint + 2)) {
      hints.set(knots, hint + 1)
      return hint + 1
    }
  }
  let [low, high] = [0, knots.shares.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (knotInstant(run, middle) <= at) low = middle
    else high = middle - 1
  }
  hints.set(knots, low)
  return low
}

/** Where the last question about a stretch was answered: a short cut, never an answer. */
const hints = new WeakMap<PathKnots, number>()

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
function fractionOf({ knots }: PrintRun, { i, prints }: Stretch, j: number): number {
  if (j <= 0) return 0
  if (j >= prints) return 1
  return (j - 1 + uniformAt(knots.key, i * (MOST_PRINTS + 1) + j)) / prints
}

/** Units of a stretch at or before its print `j`. */
function unitsUntil({ units, prints, grain }: Stretch, j: number, fraction: number): number {
  if (j <= 0) return 0
  return j >= prints ? units : Math.floor((units * fraction) / grain) * grain
}

/** How many prints of a stretch have come at an instant. */
function printsUntil(run: PrintRun, stretch: Stretch, at: EpochMs): number {
  const gone = at - stretch.from
  if (gone < 0) return 0
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
  const first = printsUntil(run, stretch, from - 1) + 1
  for (let j = first; j <= stretch.prints; j++) {
    const print = printAt(run, stretch, j)
    if (print.at >= to) return
    if (print.units > 0) prints.push(print)
  }
}

/** Print `j` (from 1) of a stretch; it may have no units, and is none then. */
function printAt(run: PrintRun, stretch: Stretch, j: number): PathPrint {
  const fraction = fractionOf(run, stretch, j)
  const before = unitsUntil(stretch, j - 1, fractionOf(run, stretch, j - 1))
  return printBetween(run, stretch, j, fraction, unitsUntil(stretch, j, fraction) - before)
}

function printBetween(
  run: PrintRun,
  stretch: Stretch,
  j: number,
  fraction: number,
  units: number,
): PathPrint {
  const { knots, closesAt } = run
  const at = Math.min(stretch.from + Math.ceil(fraction * stretch.ms), closesAt - 1)
  return {
    at,
    price: run.priceAt?.(at) ?? straightAt(knots, stretch.i, fraction),
    units,
    auction: undefined,
    number: stretch.i * (MOST_PRINTS + 1) + j + 1,
  }
}

function straightAt(knots: PathKnots, i: number, fraction: number): number {
  const [begin, end] = [priceAt(knots, i), priceAt(knots, i + 1)]
  return fraction === 1 ? end : begin + (end - begin) * fraction
}

function auctionPrint(
  { knots, opensAt, closesAt }: PrintRun,
  auction: 'opening' | 'closing',
): PathPrint {
  // prettier-ignore
  return auction === 'opening'
    ? { at: opensAt, price: priceAt(knots, 0), units: knots.opening, auction, number: 0 }
    : { at: closesAt - 1, price: knots.prices.at(-1) ?? 0, units: knots.closing, auction, number: 1 }
}

const tradedAt = ({ traded }: PathKnots, i: number): number => traded[i] ?? 0
const priceAt = ({ prices }: PathKnots, i: number): number => prices[i] ?? 0

/** How many prints there were at or before an instant: the stretches that are over are counted once. */
export function printCount(run: PrintRun, at: EpochMs): number {
  const { knots, opensAt, closesAt } = run
  if (at < opensAt) return 0
  const last = knots.shares.length - 1
  const i = at >= closesAt - 1 ? last : knotUntil(run, at)
  const known = counted.get(knots) ?? { knot: 0, prints: 0 }
  const from = known.knot <= i ? known : { knot: 0, prints: 0 }
  let { prints } = from
  for (let k = from.knot; k < i; k++) prints += printsOf(run, k, Infinity)
  counted.set(knots, { knot: i, prints })
  const auctions = (knots.opening > 0 ? 1 : 0) + (i === last && knots.closing > 0 ? 1 : 0)
  return prints + auctions + (i < last ? printsOf(run, i, at) : 0)
}

const counted = new WeakMap<PathKnots, { readonly knot: number; readonly prints: number }>()

/** Of the stretch after knot `i`, at or before an instant. */
function printsOf(run: PrintRun, i: number, at: EpochMs): number {
  const stretch = stretchAfter(run, i)
  const until = at === Infinity ? stretch.prints : printsUntil(run, stretch, at)
  let [prints, before] = [0, 0]
  for (let j = 1; j <= until; j++) {
    const units = unitsUntil(stretch, j, fractionOf(run, stretch, j))
    if (units > before) prints++
    before = units
  }
  return prints
}
