/**
 * Figures of a listing that change by the day, and the pace of its tape: what IBKR's generic ticks carry.
 *
 * What changes by the day is worked out once a day.
 */
import { format } from '#model/fixed.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import {
  DAY_MS,
  MINUTE_MS,
  dayNumberOf,
  isoDateOf,
  type EpochMs,
  type IsoDate,
} from '#model/time.ts'
import { toNumber } from '#model/border.ts'
import { previousTradingDay } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { chainFigures, chainShare, openInterest } from '#exchange/book/open-interest.ts'
import type { ListingFigures } from '#exchange/exchange.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { printCount, printsIn, tradedUntil, type PrintRun } from '#exchange/market/prints.ts'

type DailyFigures = Omit<ListingFigures, 'shortableUnits' | 'tradeCount' | 'tradeRate' | 'volumeRate'> // prettier-ignore
type TapeFigures = Pick<ListingFigures, 'tradeCount' | 'tradeRate' | 'volumeRate'>

const SESSIONS = { year: 252, average: 90, volatility: 30 } as const
const OPTION_DAYS = 30

interface Known {
  readonly day: IsoDate
  readonly daily: DailyFigures
  /** Of the options on it, by unit. */
  readonly share: number | undefined
}

export interface FiguresDesk {
  figures(of: Instrument, day: IsoDate, now: EpochMs): DailyFigures
}

/** Remembers each name's figures of a day. */
export function figuresDesk(market: MarketModel): FiguresDesk {
  const known = new Map<InstrumentId, Known>()
  const ofDay = (of: Instrument, day: IsoDate, now: EpochMs): Known => {
    const last = known.get(of.id)
    if (last?.day === day) return last
    const found = { day, daily: dailyFigures(market, of, day, now), share: chainShare(market, of, day) } // prettier-ignore
    known.set(of.id, found)
    return found
  }
  return {
    figures: (of, day, now) => {
      const { daily, share } = ofDay(of, day, now)
      return { ...daily, ...chainFigures(market, of.id, share, daily.averageVolume, now) }
    },
  }
}

function dailyFigures(
  market: MarketModel,
  of: Instrument,
  day: IsoDate,
  now: EpochMs,
): DailyFigures {
  // prettier-ignore
  const bars = market.dailyBars(of.id, SESSIONS.year, previousTradingDay(day), 'splits')
  return {
    averageVolume: mean(bars.slice(-SESSIONS.average).map(({ volume }) => volume)),
    low52: bars.length === 0 ? undefined : Math.min(...bars.map(({ low }) => low)),
    high52: bars.length === 0 ? undefined : Math.max(...bars.map(({ high }) => high)),
    historicalVolatility: volatilityOf(bars.slice(-SESSIONS.volatility - 1)),
    impliedVolatility: impliedVolatility(market, of, day, now),
    dividends: dividendsOf(market, of.id, day),
    openInterest: openInterest(market, of, day, now),
  }
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

/** Annual, from close to close; undefined below two returns. */
function volatilityOf(bars: readonly PriceBar[]): number | undefined {
  const moves = bars.slice(1).map(({ close }, i) => Math.log(close / (bars[i]?.close ?? close)))
  if (moves.length < 2) return undefined
  const average = mean(moves)
  const squares = moves.reduce((sum, move) => sum + (move - average) * (move - average), 0)
  return Math.sqrt((squares / (moves.length - 1)) * SESSIONS.year)
}

/** Of the call nearest the money of the expiry nearest to a month ahead. */
function impliedVolatility(
  market: MarketModel,
  of: Instrument,
  day: IsoDate,
  now: EpochMs,
): number | undefined {
  // prettier-ignore
  const { directory } = market
  const spot = market.fairPrice(of.id, now)
  const chain = directory?.chains(of.id, day)[0]
  if (chain === undefined || spot === undefined) return undefined
  const wanted = (dayNumberOf(day) ?? 0) + OPTION_DAYS
  const expiry = nearest(chain.expiries, (date) => (dayNumberOf(date) ?? 0) - wanted)
  const strike = nearest(chain.strikes, (at) => toNumber(at) - spot)
  if (expiry === undefined || strike === undefined) return undefined
  const id = instrumentIdOf({ assetClass: 'OPT', symbol: of.symbol, expiry: expiry.replaceAll('-', ''), right: 'C', strike: format(strike), currency: of.currency }) // prettier-ignore
  return market.impliedVolatility?.(id, now)
}

function nearest<T>(of: readonly T[], distance: (value: T) => number): T | undefined {
  return of.reduce<T | undefined>(
    (best, value) =>
      best === undefined || Math.abs(distance(value)) < Math.abs(distance(best)) ? value : best,
    undefined,
  )
}

const DAYS_A_YEAR = 365

/** Of the twelve months before a day and of the twelve from it on. */
function dividendsOf(
  market: MarketModel,
  id: InstrumentId,
  day: IsoDate,
): ListingFigures['dividends'] {
  // prettier-ignore
  const today = dayNumberOf(day) ?? 0
  const paid = (from: number, to: number) => {
    const found: { readonly date: IsoDate; readonly amount: number }[] = []
    for (let of = from; of < to; of++) {
      const date = isoDateOf(of * DAY_MS)
      for (const action of market.actionsOn?.(id, date) ?? [])
        if (action.type === 'dividend') found.push({ date, amount: toNumber(action.amount) })
    }
    return found
  }
  const next = paid(today, today + DAYS_A_YEAR)
  return {
    past: total(paid(today - DAYS_A_YEAR, today)),
    next: total(next),
    nextDate: next[0]?.date,
    nextAmount: next[0]?.amount,
  }
}

const total = (of: readonly { readonly amount: number }[]): number =>
  of.reduce((sum, { amount }) => sum + amount, 0)

/** The pace of a session's tape until now. */
export function tapeFigures(run: PrintRun | undefined, now: EpochMs): TapeFigures {
  if (run === undefined) return { tradeCount: 0, tradeRate: 0, volumeRate: 0 }
  return {
    tradeCount: printCount(run, now),
    tradeRate: printsIn(run, now - MINUTE_MS + 1, now + 1).length,
    volumeRate: tradedUntil(run, now) - tradedUntil(run, now - MINUTE_MS),
  }
}
