/** One instrument's line on the quote board: what is remembered between two quotes of it. */
import { priceFromNanos } from '#model/border.ts'
import type { Price, Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { newYorkDate, type TradingSession } from '#marketdata/calendar.ts'
import { childKey, randomKey, type RandomKey } from '#numerics/random.ts'
import type { QuoteDisturbance } from '#exchange/controls.ts'
import type { HaltCause } from '#exchange/exchange.ts'
import { NO_FOOTPRINT, type Footprint } from '#exchange/book/impact.ts'
import type { BandedSession } from '#exchange/book/price-bands.ts'
import { priceGridOf, type PriceGrid } from '#exchange/book/price-grid.ts'
import type { ShownBy } from '#exchange/book/shown-prints.ts'
import type { PathPrint, PrintRun, Standing } from '#exchange/market/prints.ts'
import type { QuoteTime } from '#exchange/market/quote-times.ts'

/** Changed in place by the quote board alone. */
export interface Line {
  readonly of: Instrument
  readonly grid: PriceGrid
  /** Names the instrument's quotes. */
  readonly key: RandomKey
  /** Names the flow of others' orders. */
  readonly flowKey: RandomKey
  footprint: Footprint
  /** Shifts of the efficient price, each from its instant on, oldest first. */
  shifts: Shift[]
  disturbance: Disturbance | undefined
  /** Ordered from outside or from the start, oldest first; only the last one may be without an end. */
  halts: readonly Halt[]
  /** What the price bands make of the session that was asked for last. */
  plan: PlannedSession | undefined
  /** The quote that was asked for last. */
  standing: QuoteTime | undefined
  previous: PreviousClose | undefined
  /** What of a session's prints has been counted. */
  printed: PrintedSoFar | undefined
  /** How its prints are shown, made when first asked for. */
  shownBy: ShownBy | undefined
  /** The run that was looked at last, and where it stood. */
  run: RunAt | undefined
  readonly open: Snapped
  readonly high: Snapped
  readonly low: Snapped
}

/** Log shift of the efficient price from an instant on: the sum of all of that day so far. */
export interface Shift {
  readonly at: EpochMs
  readonly sum: number
}

/** The shift that held at an instant, also one gone by. */
export function shiftAt({ shifts, footprint }: Line, at: EpochMs): number {
  if (at >= footprint.at) return footprint.shift
  let [from, to] = [0, shifts.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((shifts[middle]?.at ?? Infinity) <= at) from = middle + 1
    else to = middle
  }
  return shifts[from - 1]?.sum ?? 0
}

/** The ordered halt that was on at an instant. */
export const orderedHaltAt = ({ halts }: Line, at: EpochMs): Halt | undefined =>
  halts.length === 0
    ? undefined
    : halts.findLast(({ since, until }) => (since ?? -Infinity) <= at && at < (until ?? Infinity))

/** What somebody did to the quotes that was shown at an instant. */
export const disturbanceAt = ({ disturbance }: Line, at: EpochMs): Disturbance | undefined =>
  disturbance === undefined || at >= disturbance.until || at < disturbance.since
    ? undefined
    : disturbance

export interface Disturbance {
  readonly what: QuoteDisturbance
  readonly since: EpochMs
  readonly until: EpochMs
  /** Units that our trading took meanwhile. */
  readonly taken: { readonly fromBids: number; readonly fromAsks: number }
}

/** What the price bands make of a session. */
export interface PlannedSession {
  readonly session: TradingSession
  /** How far apart our shifts of the session may lie, log, before its prices can touch a band. */
  readonly room: number
  /** How many of the line's shifts are in it, and the lowest and highest of the session's. */
  shifts: number
  low: number
  high: number
  /** Undefined while its prices cannot touch a band. */
  found: BandedSession | undefined
}

/** A stretch without trading. */
export interface Halt {
  readonly cause: HaltCause
  /** Undefined: since before the venue began, so that there is no last price of the day. */
  readonly since: EpochMs | undefined
  /** Undefined: until somebody ends it. */
  readonly until: EpochMs | undefined
}

/** A session's run, and where it was last seen to stand. */
export interface RunAt {
  readonly opensAt: EpochMs
  readonly run: PrintRun | undefined
  standing: Standing | undefined
  /** Its last print, and how it is shown. */
  shown: { readonly of: PathPrint; readonly as: LastPrint } | undefined
}

/** A last price; one that was not printed has neither an instant nor a venue. */
export interface LastPrice {
  readonly price: Price
  readonly size: Quantity
  readonly at: EpochMs | undefined
  readonly venue: string | undefined
}

/** A print as level 1 has it. */
export interface LastPrint extends LastPrice {
  readonly at: EpochMs
  readonly venue: string
}

/** A session's price-setting prints until one of its knots. */
export interface PrintedSoFar {
  readonly run: PrintRun
  readonly halts: readonly Halt[]
  /** The last knot that is counted. */
  knot: number
  open: Price | undefined
  high: Price | undefined
  low: Price | undefined
}

interface PreviousClose {
  readonly session: TradingSession
  readonly day: string
  readonly close: number | undefined
}

/** A price that seldom changes, kept on the grid. */
interface Snapped {
  value: number
  price: Price | undefined
}

/** A line that nobody has looked at yet. */
export function newLine(of: Instrument, seed: number): Line {
  const key = randomKey(seed, 'quotes', of.id)
  return {
    of,
    grid: priceGridOf(of.priceIncrements),
    key,
    flowKey: childKey(key, 'flow'),
    footprint: NO_FOOTPRINT,
    shifts: [],
    disturbance: undefined,
    halts: [],
    plan: undefined,
    standing: undefined,
    previous: undefined,
    printed: undefined,
    shownBy: undefined,
    run: undefined,
    open: { value: NaN, price: undefined },
    high: { value: NaN, price: undefined },
    low: { value: NaN, price: undefined },
  }
}

/** A price of the model on the line's grid. */
export function snappedOn({ grid }: Line, price: number | undefined): Price | undefined {
  return price === undefined ? undefined : priceFromNanos(grid.snap(price))
}

/** The same for the day's open, high or low, which is snapped again only when it has moved. */
export function keptOn(
  line: Line,
  which: 'open' | 'high' | 'low',
  price: number | undefined,
): Price | undefined {
  if (price === undefined) return undefined
  const kept = line[which]
  if (kept.value !== price) {
    kept.price = snappedOn(line, price)
    kept.value = price
  }
  return kept.price
}

/**
 * The close before the venue's day, looked up once a day.
 *
 * @param session - the regular one that holds `now`, or the next one
 */
export function previousCloseOf(
  line: Line,
  session: TradingSession,
  now: EpochMs,
  lookUp: (id: InstrumentId, day: string) => number | undefined,
): number | undefined {
  const known = line.previous
  const isOpen = now >= session.opensAt
  if (isOpen && known?.session === session && known.day === session.date) return known.close
  const day = isOpen ? session.date : newYorkDate(now)
  if (known?.day === day) {
    line.previous = { session, day, close: known.close }
    return known.close
  }
  const close = lookUp(line.of.id, day)
  line.previous = { session, day, close }
  return close
}
