/** Daily bars through TWS: what to ask, and which of the answer are completed sessions. */
import type { Instrument } from '#model/instrument.ts'
import { DAY_MS, dayNumberOf, type EpochMs, type IsoDate } from '#model/time.ts'
import { newYorkDate, newYorkInstant, sessionOn, tradingDays, type SessionKind } from '#marketdata/calendar.ts' // prettier-ignore
import type { PriceBar } from '#marketdata/price-bar.ts'
import { contractOf } from '#tws/contract.ts'
import type { DailyBarsRequest } from '#tws/market-data.ts'
import type { HistoricalBar } from '#tws/messages.ts'
import { readWireDate, wireTimeOf } from '#tws/wire-time.ts'

/**
 * The most sessions that are asked for at once; a longer wish gets the latest so many. The library's
 * decoder takes quadratic time (5,000 bars block the process for 1.3 s).
 */
export const MOST_SESSIONS = 2_000

/** TWS counts up to a year in sessions (`D`), more in years. */
const MOST_DAYS = 365
const SESSIONS_A_YEAR = 252

export interface History {
  readonly instrument: Instrument
  /** Sessions, 1 to MOST_SESSIONS. */
  readonly count: number
  readonly until: IsoDate
  readonly adjusted: 'splits' | 'total-return'
}

/**
 * The request that brings at least the sessions wished for.
 *
 * Only TRADES may end in the past; ADJUSTED_LAST ends now (321 otherwise), so what lies between is
 * asked for with it. Forex has no trades, and nothing but stocks is adjusted.
 */
export function requestFor(of: History, now: EpochMs): DailyBarsRequest {
  const { instrument, until } = of
  const today = newYorkDate(now)
  const show = SHOWN[instrument.assetClass](of.adjusted)
  const endsNow = until >= today || show === 'ADJUSTED_LAST'
  const since = endsNow && until < today ? tradingDays(until, today).length : 0
  // One more: the session under way has a bar, too.
  const sessions = of.count + since + 1
  return {
    contract: contractOf(instrument),
    what: instrument.id,
    duration: durationOf(sessions),
    end: endsNow ? '' : wireTimeOf(newYorkInstant(until, 24 * 60) - 1000),
    show,
  }
}

type Adjusted = History['adjusted']
const SHOWN: Readonly<
  Record<Instrument['assetClass'], (adjusted: Adjusted) => DailyBarsRequest['show']>
> = {
  STK: (adjusted) => (adjusted === 'total-return' ? 'ADJUSTED_LAST' : 'TRADES'),
  OPT: () => 'TRADES',
  FUT: () => 'TRADES',
  CASH: () => 'MIDPOINT',
}

const durationOf = (sessions: number): string =>
  sessions <= MOST_DAYS ? `${sessions} D` : `${Math.ceil(sessions / SESSIONS_A_YEAR)} Y`

/** The completed sessions of an answer, oldest first. */
export function completedBars(
  bars: readonly HistoricalBar[],
  { instrument, count, until }: History,
  now: EpochMs,
): readonly PriceBar[] {
  const completed = bars
    .flatMap((bar) => priceBarFrom(bar, instrument) ?? [])
    .filter(({ date }) => date <= until && isCompleted(date, instrument, now))
  return completed.toSorted((a, b) => a.at - b.at).slice(-count)
}

const SESSIONS: Readonly<Record<Instrument['assetClass'], SessionKind>> = {
  STK: 'us-equity',
  OPT: 'us-equity',
  FUT: 'globex',
  CASH: 'idealpro',
}

/** On a day that New York does not trade, a bar of elsewhere is complete once the day is over. */
function isCompleted(date: IsoDate, { assetClass }: Instrument, now: EpochMs): boolean {
  const session = sessionOn(date, SESSIONS[assetClass])
  return session === undefined ? date < newYorkDate(now) : session.closesAt <= now
}

function priceBarFrom(bar: HistoricalBar, { assetClass }: Instrument): PriceBar | undefined {
  const { open, high, low, close } = bar
  const date = readWireDate(bar.date)
  const day = date === undefined ? undefined : dayNumberOf(date)
  if (date === undefined || day === undefined) return undefined
  const at = sessionOn(date, SESSIONS[assetClass])?.opensAt ?? day * DAY_MS
  // −1 and unset: this kind of bar has no volume.
  const volume = Number.isFinite(bar.volume) ? Math.max(0, bar.volume) : 0
  return { date, at, open, high, low, close, volume }
}
