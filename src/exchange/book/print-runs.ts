/**
 * The stretches of trading that the tape is made from: of a market model's own knots where it has some, else of
 * its price and its volume, sampled.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { dayNumberOf, type EpochMs } from '#model/time.ts'
import type { TradingSession } from '#marketdata/calendar.ts'
import { childKey } from '#numerics/random.ts'
import type { Line } from '#exchange/book/lines.ts'
import type { MarketModel, PathKnots, SessionPart } from '#exchange/market-model.ts'
import { PRINT_UNITS, type PrintRun } from '#exchange/market/prints.ts'
import { evenVolumeShares } from '#exchange/market/volume-curve.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

/** A window in which an instrument trades, and the stretches of it, oldest first. */
export interface TradingWindow {
  readonly session: TradingSession
  readonly runs: readonly PrintRun[]
}

export interface PrintRuns {
  /** The window that holds `at`, or the next one. @param outside - extended hours too */
  window(of: Instrument, at: EpochMs, outside: boolean): TradingWindow
  /** The stretch of the regular session that has begun last on the day of `at`. */
  regular(of: Instrument, at: EpochMs): PrintRun | undefined
  /** One stretch of a session. @param session - a regular one */
  part(of: Instrument, session: TradingSession, part: SessionPart): PrintRun | undefined
}

/** How many stretches are kept: those of a day of a large watch list, hours beside the session included. */
const RUNS_KEPT = 2_048
/** Knots of a session that a model does not give: one each minute of a stock's day. */
const SAMPLED = evenVolumeShares(390)

/** @param lineOf - whose key names the prints of sampled stretches */
export function printRuns(
  market: MarketModel,
  hours: VenueHours,
  lineOf: (of: Instrument) => Line,
): PrintRuns {
  const kept = new Map<string, PrintRun | undefined>()

  const made = (
    of: Instrument,
    session: TradingSession,
    part: SessionPart,
  ): PrintRun | undefined => {
    const stretch = stretchOf(of, session, part, hours)
    const own = market.knots?.(of.id, session, part)
    const printUnits = PRINT_UNITS[of.assetClass]
    if (own !== undefined) return { knots: own, ...stretch, printUnits }
    const knots = part === 'regular' ? sampled(market, of, session, lineOf(of)) : undefined
    if (knots === undefined) return undefined
    return { knots, ...stretch, printUnits, priceAt: (at) => market.fairPrice(of.id, at) }
  }
  const run = (
    of: Instrument,
    session: TradingSession,
    part: SessionPart,
  ): PrintRun | undefined => {
    const name = `${of.id} ${session.date} ${part}`
    if (kept.has(name)) return kept.get(name)
    const found = made(of, session, part)
    if (kept.size >= RUNS_KEPT) kept.delete(kept.keys().next().value ?? name)
    kept.set(name, found)
    return found
  }
  return {
    window: (of, at, outside) => {
      const session = hours.tradable(of, at, outside)
      const regular = hours.on(of, session.date, false)
      if (regular === undefined) return { session, runs: [] }
      const parts: readonly SessionPart[] =
        outside && hours.hasExtended(of) ? ['before', 'regular', 'after'] : ['regular']
      return { session, runs: parts.flatMap((part) => run(of, regular, part) ?? []) }
    },
    regular: (of, at) => {
      const session = hours.regular(of, at)
      if (at >= session.opensAt) return run(of, session, 'regular')
      return run(of, hours.before(of, session.date, false), 'regular')
    },
    part: run,
  }
}

/** When a part of a day is traded. */
function stretchOf(
  of: Instrument,
  session: TradingSession,
  part: SessionPart,
  hours: VenueHours,
): Pick<PrintRun, 'opensAt' | 'closesAt'> {
  const extended = hours.on(of, session.date, true) ?? session
  if (part === 'before') return { opensAt: extended.opensAt, closesAt: session.opensAt }
  if (part === 'after') return { opensAt: session.closesAt, closesAt: extended.closesAt }
  return { opensAt: session.opensAt, closesAt: session.closesAt }
}

/**
 * A session as its model's volume has it at the knots, with prices where something trades; undefined where there is no
 * price. Between the knots the model itself is asked.
 */
function sampled(
  market: MarketModel,
  { id }: Instrument,
  { opensAt, closesAt, date }: TradingSession,
  line: Line,
): PathKnots | undefined {
  const instantOf = (i: number) => Math.min(opensAt + Math.ceil((SAMPLED[i] ?? 1) * (closesAt - opensAt)), closesAt - 1) // prettier-ignore
  const opening = market.fairPrice(id, opensAt)
  if (opening === undefined) return undefined
  const traded = new Float64Array(SAMPLED.length)
  for (let i = 1; i < SAMPLED.length; i++)
    traded[i] = Math.max(traded[i - 1] ?? 0, Math.floor(volumeUntil(market, id, instantOf(i))))
  const key = childKey(line.key, 'prints', dayNumberOf(date) ?? 0)
  let prices: Float64Array | undefined
  return {
    key,
    shares: SAMPLED,
    // Of an option each is a valuation, and single prints ask the model themselves.
    get prices() {
      return (prices ??= pricesAt(traded, opening, (i) => market.fairPrice(id, instantOf(i))))
    },
    traded,
    opening: 0,
    closing: 0,
  }
}

/** At each knot, asked where something trades. */
function pricesAt(
  traded: Float64Array,
  opening: number,
  ask: (i: number) => number | undefined,
): Float64Array {
  const prices = new Float64Array(traded.length).fill(opening)
  for (let i = 1; i < traded.length; i++) {
    const isAsked = (traded[i] ?? 0) > (traded[i - 1] ?? 0) || i === traded.length - 1
    prices[i] = (isAsked ? ask(i) : undefined) ?? prices[i - 1] ?? opening
  }
  return prices
}

/** Units of the regular session until then. */
export const volumeUntil = (market: MarketModel, id: InstrumentId, at: EpochMs): number =>
  (market.volumeUntil === undefined ? market.tape(id, at)?.volume : market.volumeUntil(id, at)) ?? 0
