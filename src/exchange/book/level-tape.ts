/**
 * What level 1 has from the tape: the last print, and the day's open, high, low and volume.
 *
 * A function of time and of our own trades, whoever asks and how often. Listings that follow a price of their
 * underlying's or of a driver show its open and extremes, as their daily bars do; so do recordings. Volume, high and
 * low are those of the regular session; the last print is that of any hours.
 */
import { priceFrom, quantityFrom, quantityFromNanos, toNumber } from '#model/border.ts'
import { plus, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { MINUTE_MS, type EpochMs } from '#model/time.ts'
import { newYorkDate, type TradingSession } from '#marketdata/calendar.ts'
import { levelsUntil, widened, type Levels } from '#exchange/book/day-levels.ts'
import {
  keptOn,
  snappedOn,
  type Halt,
  type LastPrice,
  type LastPrint,
  type Line,
  type RunAt,
} from '#exchange/book/lines.ts'
import { volumeUntil, type PrintRuns } from '#exchange/book/print-runs.ts'
import {
  isOddLot,
  isOddSale,
  leastUnits,
  priceSetting,
  reopenings,
  reportedBy,
  shownPrice,
  type ShownBy,
} from '#exchange/book/shown-prints.ts'
import type { VenueExecution } from '#exchange/exchange.ts'
import type { MarketModel, SessionPart } from '#exchange/market-model.ts'
import {
  lastPrintBefore,
  standingAt,
  tradedUntil,
  type PrintRun,
  type Standing,
} from '#exchange/market/prints.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

export interface LevelTape {
  /**
   * The last print that set the price; undefined where none did since the session before began.
   *
   * @param shownAt - on whose day's split basis; `at` where absent
   */
  last(line: Line, at: EpochMs, shownAt?: EpochMs): LastPrint | undefined
  /** The regular session's until then; undefined before it has begun and once its day is over. */
  day(line: Line, at: EpochMs, last: LastPrice | undefined): DayLevels | undefined
  /** Whether anything is printed in the session that is on or comes next. */
  isPrinted(line: Line, at: EpochMs): boolean
}

export interface DayLevels extends Levels {
  readonly volume: Quantity
}

export interface LevelTapeParts {
  readonly market: MarketModel
  readonly hours: VenueHours
  readonly runs: PrintRuns
  readonly shownBy: (line: Line) => ShownBy
  readonly haltsIn: (line: Line, from: EpochMs, to: EpochMs) => readonly Halt[]
  /** Our own trades, oldest first. */
  readonly own: (of: InstrumentId) => readonly VenueExecution[]
}

export function levelTape(parts: LevelTapeParts): LevelTape {
  const { hours } = parts

  const last: LevelTape['last'] = (line, at, shownAt = at) => {
    const theirs = isRecorded(parts, line, at) ? recordedBefore(parts, line, at + 1) : madeBefore(parts, line, at, shownAt) // prettier-ignore
    const ours = parts
      .own(line.of.id)
      .findLast((trade) => trade.at <= at && !isOddLot(line.of, toNumber(trade.quantity)))
    if (ours === undefined || (theirs !== undefined && theirs.at > ours.at)) return theirs
    const print = { at: ours.at, price: ours.price, size: ours.quantity, venue: ours.venue }
    return onBasis(parts, line, print, hours.regular(line.of, shownAt), shownAt)
  }

  const day: LevelTape['day'] = (line, at, print) => {
    const session = sessionShown(parts, line, at)
    if (session === undefined) return undefined
    const of = regularRun(parts, line, session)
    const { run } = of
    const isOnKnots = run !== undefined && run.priceAt === undefined && !isRecorded(parts, line, at)
    const made = isOnKnots ? counted(parts, line, of, run, at) : followed(parts, line, session, at, print) // prettier-ignore
    return made === undefined ? undefined : withOwn(parts, line, made, session, at)
  }

  return {
    last,
    day,
    isPrinted: (line, at) => {
      const { run } = regularRun(parts, line, hours.regular(line.of, at))
      return run !== undefined && tradedUntil(run, run.closesAt) > 0
    },
  }
}

const isRecorded = ({ market }: LevelTapeParts, { of }: Line, at: EpochMs): boolean =>
  market.recordedPrints !== undefined && market.recordedPrints(of.id, at, at, 1) !== undefined

/** How far back a recording is searched, in steps: ten seconds to a long weekend. */
const SEARCHED_MS = [MINUTE_MS / 6, 10 * MINUTE_MS, 600 * MINUTE_MS, 6_000 * MINUTE_MS] as const

function recordedBefore(
  { market }: LevelTapeParts,
  { of }: Line,
  to: EpochMs,
): LastPrint | undefined {
  for (const back of SEARCHED_MS) {
    const print = market
      .recordedPrints?.(of.id, to - back, to, Infinity)
      ?.findLast(({ conditions }) => !isOddSale(of, conditions))
    if (print === undefined) continue
    const { at, price, size, venue } = print
    return { at, price: priceFrom(price), size: quantityFrom(size), venue }
  }
  return undefined
}

/** Of the session that is on, else of the hours since the one before began. */
function madeBefore(
  parts: LevelTapeParts,
  line: Line,
  at: EpochMs,
  shownAt: EpochMs,
): LastPrint | undefined {
  const { hours } = parts
  const { of } = line
  const session = hours.regular(of, at)
  const today = at < session.opensAt ? undefined : printIn(parts, line, regularRun(parts, line, session), at) // prettier-ignore
  if (today !== undefined) return today
  const isExtended = hours.hasExtended(of)
  const morning = isExtended ? printIn(parts, line, outsideRun(parts, line, session, 'before'), at) : undefined // prettier-ignore
  if (morning !== undefined) return morning
  const earlier = hours.before(of, session.date, false)
  const evening = isExtended ? printIn(parts, line, outsideRun(parts, line, earlier, 'after'), at) : undefined // prettier-ignore
  const found = evening ?? printIn(parts, line, outsideRun(parts, line, earlier, 'regular'), at)
  return found === undefined ? undefined : onBasis(parts, line, found, session, shownAt)
}

function printIn(parts: LevelTapeParts, line: Line, of: RunAt, at: EpochMs): LastPrint | undefined {
  const { run } = of
  if (run === undefined || at < run.opensAt) return undefined
  const halts = parts.haltsIn(line, run.opensAt, at + 1)
  const { print } = standing(line, of, run, at, halts)
  const reopened = halts.length === 0 ? undefined : reopenings(run, run.opensAt, at + 1, halts).at(-1) // prettier-ignore
  const latest = reopened !== undefined && reopened.at >= (print?.at ?? 0) ? reopened : print
  if (latest === undefined) return undefined
  if (of.shown?.of.number === latest.number && of.shown.of.at === latest.at) return of.shown.as
  const as = {
    at: latest.at,
    price: shownPrice(parts.shownBy(line), latest.price, latest.at),
    size: whole(latest.units),
    venue: reportedBy(line.of, run, latest),
  }
  of.shown = { of: latest, as }
  return as
}

/** How far a run has come, and its last print that sets a price, reopenings apart: asked for twice a quote. */
function standing(
  { of }: Line,
  runAt: RunAt,
  run: PrintRun,
  at: EpochMs,
  halts: readonly Halt[],
): Standing {
  if (halts.length > 0) {
    const print = lastPrintBefore(run, at + 1, run.opensAt, priceSetting(of, halts))
    return { at, units: tradedUntil(run, haltedFrom(halts, at)), print }
  }
  if (runAt.standing?.at !== at) runAt.standing = standingAt(run, at, leastUnits(of))
  return runAt.standing
}

/** Units without fractions, which most sizes are, cross to the ledger's numbers at once while they fit. */
const whole = (units: number): Quantity =>
  units < MOST_AT_ONCE && Number.isInteger(units)
    ? quantityFromNanos(units * 1e9)
    : quantityFrom(units)

/** Whole units below it are exact in nanos. */
const MOST_AT_ONCE = 9_000_000

/** Until when others have traded: in a halt nobody does. */
function haltedFrom(halts: readonly Halt[], at: EpochMs): EpochMs {
  const on = halts.find(({ since, until }) => (since ?? -Infinity) <= at && at < (until ?? Infinity)) // prettier-ignore
  return on === undefined ? at : (on.since ?? 0) - 1
}

/** A regular session's run, remembered. */
function regularRun({ runs }: LevelTapeParts, line: Line, session: TradingSession): RunAt {
  if (line.run?.opensAt !== session.opensAt)
    line.run = { opensAt: session.opensAt, run: runs.part(line.of, session, 'regular'), standing: undefined, shown: undefined } // prettier-ignore
  return line.run
}

const outsideRun = (
  { runs }: LevelTapeParts,
  { of }: Line,
  session: TradingSession,
  part: SessionPart,
): RunAt => ({
  opensAt: session.opensAt,
  run: runs.part(of, session, part),
  standing: undefined,
  shown: undefined,
})

/** A split on the morning of a session: what printed before is shown in today's units. */
function onBasis(
  { market }: LevelTapeParts,
  line: Line,
  print: LastPrint,
  next: TradingSession,
  at: EpochMs,
): LastPrint {
  const ratio = market.splitOn(line.of.id, next.date)
  const isBetween = newYorkDate(print.at) < next.date && newYorkDate(at) >= next.date
  if (ratio === 1 || !isBetween) return print
  return { ...print, price: snappedOn(line, toNumber(print.price) / ratio) ?? print.price }
}

/** The regular session that is on, and until midnight the one that was. */
function sessionShown(
  { hours }: LevelTapeParts,
  { of }: Line,
  at: EpochMs,
): TradingSession | undefined {
  const session = hours.regular(of, at)
  if (at >= session.opensAt) return session
  const earlier = hours.before(of, session.date, false)
  return newYorkDate(at) === newYorkDate(earlier.closesAt) ? earlier : undefined
}

function counted(
  parts: LevelTapeParts,
  line: Line,
  of: RunAt,
  run: PrintRun,
  at: EpochMs,
): DayLevels {
  const halts = parts.haltsIn(line, run.opensAt, at + 1)
  const { print, units } = standing(line, of, run, at, halts)
  const levels = levelsUntil(line, run, at, halts, parts.shownBy(line), print)
  return { ...levels, volume: whole(units) }
}

function followed(
  { market, haltsIn }: LevelTapeParts,
  line: Line,
  { opensAt, closesAt }: TradingSession,
  at: EpochMs,
  print: LastPrice | undefined,
): DayLevels | undefined {
  const until = haltedFrom(haltsIn(line, opensAt, at + 1), at)
  const tape = market.tape(line.of.id, until)
  if (tape === undefined) return undefined
  const levels = {
    open: keptOn(line, 'open', tape.open),
    high: keptOn(line, 'high', tape.high),
    low: keptOn(line, 'low', tape.low),
  }
  const isToday = print?.at !== undefined && print.at >= opensAt && print.at < closesAt
  const units = Math.floor(volumeUntil(market, line.of.id, until))
  return { ...(isToday ? widened(levels, print.price) : levels), volume: whole(units) }
}

/** Our own trades of the session's hours are in its volume, and the round lots among them in its high and low. */
function withOwn(
  { own }: LevelTapeParts,
  { of }: Line,
  made: DayLevels,
  { opensAt, closesAt }: TradingSession,
  at: EpochMs,
): DayLevels {
  const ours = own(of.id)
  if (ours.length === 0) return made
  let [levels, volume]: [Levels, Quantity] = [made, made.volume]
  for (let i = ours.length - 1; i >= 0; i--) {
    const trade = ours[i]
    if (trade === undefined || trade.at < opensAt) break
    if (trade.at > at || trade.at > closesAt) continue
    volume = plus(volume, trade.quantity)
    if (!isOddLot(of, toNumber(trade.quantity))) levels = widened(levels, trade.price)
  }
  return { open: levels.open, high: levels.high, low: levels.low, volume }
}
