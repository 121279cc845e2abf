/**
 * Which halts the path itself leads to: trading pauses of one name, and halts of the whole market.
 *
 * A function of the path and of the shifts that our trading has put on it: worked out when it is asked for, once
 * a day and again when we have moved the price, so that it does not matter who asks, or when.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { previousTradingDay, type TradingSession } from '#marketdata/calendar.ts'
import { circuitBreakerHalts } from '#exchange/book/circuit-breakers.ts'
import { shiftAt, type Halt, type Line } from '#exchange/book/lines.ts'
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
  /** Pauses and market-wide halts of the session that holds `at`. */
  pausesAt(line: Line, at: EpochMs): readonly Pause[]
  /** Prices that may be shown; undefined where nothing bounds them. */
  bandsAt(line: Line, at: EpochMs): BandsFrom | undefined
  /** When the next halt of the session begins or ends, or the next session does. */
  nextTurnAt(line: Line, at: EpochMs): EpochMs
}

const NOTHING: BandedSession = { bands: [], pauses: [] }

/** A name that trades as much a day, USD, is taken for one of the Russell 1000: Tier 1. */
const TIER_1_VALUE = 25_000_000

type PlanSettings = Pick<ExchangeSettings, 'market' | 'volatilityHalts' | 'circuitBreakerIndex'>

export function haltPlan(settings: PlanSettings, hours: VenueHours): HaltPlan {
  const { market, volatilityHalts = market.kind === 'synthetic', circuitBreakerIndex } = settings
  const mayHalt = volatilityHalts || circuitBreakerIndex !== undefined
  const marketWide = sessionHalts(market, circuitBreakerIndex)

  const bandedOf = (line: Line, session: TradingSession): BandedSession => {
    const { plan, shifts } = line
    if (plan?.session === session && plan.shifts === shifts.length) return plan.found
    const found = volatilityHalts ? banded(market, line, session) : NOTHING
    line.plan = { session, shifts: shifts.length, found }
    return found
  }
  /** Known, without a look at the hours, to have neither bands nor halts: most names, most days. */
  const isCalm = ({ plan, shifts }: Line, at: EpochMs): boolean =>
    circuitBreakerIndex === undefined &&
    plan !== undefined &&
    plan.found === NOTHING &&
    plan.shifts === shifts.length &&
    at >= plan.session.opensAt &&
    at < plan.session.closesAt
  const pausesOf = (line: Line, session: TradingSession): readonly Pause[] => {
    const { assetClass } = line.of
    const own = assetClass === 'STK' ? bandedOf(line, session).pauses : []
    const all = assetClass === 'STK' || assetClass === 'OPT' ? marketWide(session) : []
    return all.length === 0 ? own : [...own, ...all].toSorted((a, b) => a.since - b.since)
  }
  return {
    haltAt: (line, at) => {
      if (!mayHalt || isCalm(line, at)) return undefined
      const session = hours.regular(line.of, at)
      if (at < session.opensAt) return undefined
      const pauses = pausesOf(line, session)
      if (pauses.length === 0) return undefined
      const on = pauses.find(({ since, until }) => since <= at && at < until)
      return on === undefined ? undefined : { cause: 'volatility', ...on }
    },
    pausesAt: (line, at) => {
      const session = hours.regular(line.of, at)
      return at < session.opensAt ? [] : pausesOf(line, session)
    },
    bandsAt: (line, at) => {
      if (!volatilityHalts || line.of.assetClass !== 'STK' || isCalm(line, at)) return undefined
      const session = hours.regular(line.of, at)
      return at < session.opensAt ? undefined : bandsAt(bandedOf(line, session), at)
    },
    nextTurnAt: (line, at) => {
      const session = hours.regular(line.of, at)
      if (at < session.opensAt) return session.opensAt
      const turns = pausesOf(line, session).flatMap(({ since, until }) => [since, until])
      return Math.min(session.closesAt, ...turns.filter((turn) => turn > at))
    },
  }
}

/** The plan's bands of a stock's day; none where the day's whole range lies within the narrowest. */
function banded(market: MarketModel, line: Line, session: TradingSession): BandedSession {
  const { id } = line.of
  const bar = market.dailyBar(id, session.date)
  if (bar === undefined || market.recordedQuote?.(id, session.opensAt) !== undefined) return NOTHING
  if (bar.high / bar.low < (1 + NARROWEST_BAND) * Math.exp(-spanOfShifts(line, session))) return NOTHING // prettier-ignore
  const priceAt = (at: EpochMs) => (market.fairPrice(id, at) ?? bar.open) * Math.exp(shiftAt(line, at)) // prettier-ignore
  return bandedSession(session.opensAt, session.closesAt, tierOf(market, line.of, session), priceAt)
}

/** How far apart our shifts of a session lie. */
function spanOfShifts({ shifts }: Line, { opensAt, closesAt }: TradingSession): number {
  const sums = shifts.filter(({ at }) => at >= opensAt && at < closesAt).map(({ sum }) => sum)
  return sums.length === 0 ? 0 : Math.max(0, ...sums) - Math.min(0, ...sums)
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
