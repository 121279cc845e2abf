/**
 * Which halts the path itself leads to: trading pauses of one name, and halts of the whole market.
 *
 * A function of the path and of the shifts that our trading has put on it: followed as far as it is asked for, each
 * second once and again when we have moved its price, so that it does not matter who asks, or when.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { previousTradingDay, type TradingSession } from '#marketdata/calendar.ts'
import { circuitBreakerHalts } from '#exchange/book/circuit-breakers.ts'
import { shiftAt, type Halt, type Line, type PlannedSession } from '#exchange/book/lines.ts'
import {
  NARROWEST_BAND,
  bandedSession,
  bandsAt,
  type BandedSession,
  type BandsFrom,
  type Pause,
} from '#exchange/book/price-bands.ts'
import type { ExchangeSettings } from '#exchange/exchange.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

export interface HaltPlan {
  /** The pause or the market-wide halt that is on. */
  haltAt(line: Line, at: EpochMs): Halt | undefined
  /** Pauses and market-wide halts of the session that holds `from`, as far as to `to`. */
  pausesIn(line: Line, from: EpochMs, to: EpochMs): readonly Pause[]
  /** Prices that may be shown; undefined where nothing bounds them. */
  bandsAt(line: Line, at: EpochMs): BandsFrom | undefined
  /** When the next halt of the session may begin or ends, or the next session does: not later than anything turns. */
  nextTurnAt(line: Line, at: EpochMs): EpochMs
}

const NOTHING: readonly never[] = []

/** A name that trades as much a day, USD, is taken for one of the Russell 1000: Tier 1. */
const TIER_1_VALUE = 25_000_000

type PlanSettings = Pick<ExchangeSettings, 'market' | 'volatilityHalts' | 'circuitBreakerIndex'>

export function haltPlan(settings: PlanSettings, hours: VenueHours): HaltPlan {
  const { market, volatilityHalts = market.kind === 'synthetic', circuitBreakerIndex } = settings
  const mayHalt = volatilityHalts || circuitBreakerIndex !== undefined
  const marketWide = sessionHalts(market, circuitBreakerIndex)

  /** The bands of a stock's session, followed to an instant; undefined where there are none. */
  const bandedOf = (
    line: Line,
    session: TradingSession,
    to: EpochMs,
  ): BandedSession | undefined => {
    if (!volatilityHalts || line.of.assetClass !== 'STK') return undefined
    if (line.plan?.session !== session)
      line.plan = { session, room: roomOf(market, line.of, session), shifts: 0, low: 0, high: 0, found: undefined } // prettier-ignore
    const { plan } = line
    takeShifts(plan, line)
    if (plan.high - plan.low > plan.room) plan.found ??= banded(market, line, session)
    plan.found?.follow(to)
    return plan.found
  }
  /** Known, without a look at the hours, to have neither bands nor halts: most names, most days. */
  const isCalm = ({ plan, shifts }: Line, at: EpochMs): boolean =>
    circuitBreakerIndex === undefined &&
    plan !== undefined &&
    plan.found === undefined &&
    plan.shifts === shifts.length &&
    at >= plan.session.opensAt &&
    at < plan.session.closesAt
  const pausesOf = (line: Line, session: TradingSession, to: EpochMs): readonly Pause[] => {
    const { assetClass } = line.of
    const own = bandedOf(line, session, to)?.pauses ?? NOTHING
    const all = assetClass === 'STK' || assetClass === 'OPT' ? marketWide(session) : NOTHING
    return all.length === 0 ? own : [...own, ...all].toSorted((a, b) => a.since - b.since)
  }
  return {
    haltAt: (line, at) => {
      if (!mayHalt || isCalm(line, at)) return undefined
      const session = hours.regular(line.of, at)
      if (at < session.opensAt) return undefined
      const pauses = pausesOf(line, session, at)
      if (pauses.length === 0) return undefined
      const on = pauses.find(({ since, until }) => since <= at && at < until)
      return on === undefined ? undefined : { cause: 'volatility', ...on }
    },
    pausesIn: (line, from, to) => {
      if (!mayHalt || (isCalm(line, from) && isCalm(line, to))) return NOTHING
      const session = hours.regular(line.of, from)
      return from < session.opensAt ? NOTHING : pausesOf(line, session, to)
    },
    bandsAt: (line, at) => {
      if (!volatilityHalts || line.of.assetClass !== 'STK' || isCalm(line, at)) return undefined
      const session = hours.regular(line.of, at)
      const found = at < session.opensAt ? undefined : bandedOf(line, session, at)
      return found === undefined ? undefined : bandsAt(found, at)
    },
    nextTurnAt: (line, at) => {
      const session = hours.regular(line.of, at)
      if (at < session.opensAt) return session.opensAt
      const turns = pausesOf(line, session, at).flatMap(({ since, until }) => [since, until])
      const next = bandedOf(line, session, at)?.nextPauseFrom() ?? Infinity
      return Math.min(session.closesAt, next, ...turns.filter((turn) => turn > at))
    },
  }
}

/** Our shifts of a session so far; what they move is followed anew. */
function takeShifts(plan: PlannedSession, { shifts }: Line): void {
  const { opensAt, closesAt } = plan.session
  for (; plan.shifts < shifts.length; plan.shifts++) {
    const { at, sum } = shifts[plan.shifts] ?? { at: -Infinity, sum: 0 }
    if (at < opensAt || at >= closesAt) continue
    plan.low = Math.min(plan.low, sum)
    plan.high = Math.max(plan.high, sum)
    plan.found?.moved(at)
  }
}

/** How far apart our shifts may lie before a day's range is as wide as the narrowest bands; log, < 0 where it is by itself. */
function roomOf(market: MarketModel, { id }: Instrument, session: TradingSession): number {
  const bar = market.dailyBar(id, session.date)
  if (bar === undefined || market.recordedQuote?.(id, session.opensAt) !== undefined) return Infinity // prettier-ignore
  return Math.log((1 + NARROWEST_BAND) / (bar.high / bar.low))
}

function banded(market: MarketModel, line: Line, session: TradingSession): BandedSession {
  const { opensAt, closesAt, date } = session
  const { id } = line.of
  const open = market.dailyBar(id, date)?.open ?? 0
  const priceAt = (at: EpochMs) => (market.fairPrice(id, at) ?? open) * Math.exp(shiftAt(line, at))
  return bandedSession(opensAt, closesAt, tierOf(market, line.of, session), priceAt)
}

function tierOf(market: MarketModel, { id }: Instrument, { opensAt }: TradingSession): 1 | 2 {
  const value = (market.liquidity(id, opensAt)?.dailyVolume ?? 0) * (market.fairPrice(id, opensAt) ?? 0) // prettier-ignore
  return value >= TIER_1_VALUE ? 1 : 2
}

/** Halts of the whole market, worked out once a session. */
function sessionHalts(
  market: MarketModel,
  index: InstrumentId | undefined,
): (session: TradingSession) => readonly Pause[] {
  let known: { readonly session: TradingSession; readonly halts: readonly Pause[] } | undefined
  return (session) => {
    if (index === undefined) return []
    if (known?.session === session) return known.halts
    const close = market.dailyBar(index, previousTradingDay(session.date))?.close
    const halts = close === undefined ? [] : circuitBreakerHalts(session.opensAt, session.closesAt, close, (at) => market.fairPrice(index, at)) // prettier-ignore
    known = { session, halts }
    return halts
  }
}
