/** Series, bars, paths and activity of a bar market by name and day; what was worked out once is kept. */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import { previousTradingDay, type TradingSession } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { childKey, randomKey } from '#numerics/random.ts'
import { usualSpread } from '#exchange/market/bar-liquidity.ts'
import {
  activityBefore,
  barOn,
  type Activity,
  type DailySeries,
} from '#exchange/market/daily-series.ts'
import {
  eveningKnots,
  morningKnots,
  nightPrice,
  regularKnots,
  type Overnight,
} from '#exchange/market/day-knots.ts'
import { intradayPath, rangeVolatility, type IntradayPath } from '#exchange/market/intraday-path.ts'
import type { PathKnots } from '#exchange/market-model.ts'
import { PRINT_UNITS, type PrintRun } from '#exchange/market/prints.ts'
import { venueHours, type VenueHours } from '#exchange/venue-hours.ts'

export interface BarDaysSettings {
  readonly seed: number
  readonly instruments: readonly Instrument[]
  /** Asked once an instrument, when it is first looked at. */
  readonly seriesOf: (instrument: Instrument) => DailySeries | undefined
}

/** One name's trading day. */
export interface BarDay {
  readonly bar: PriceBar
  readonly path: IntradayPath
  /** The regular session's prints. */
  readonly run: PrintRun
}

/** How easily a name trades on a day. */
export interface DayActivity {
  readonly date: IsoDate
  readonly found: Activity
  readonly usualSpread: number
}

/** The hours between two regular sessions. */
export interface Night {
  readonly evening: PathKnots
  readonly morning: PathKnots
  /** While all is closed. */
  readonly price: number
}

export interface BarDays {
  readonly hours: VenueHours
  readonly instrument: (id: InstrumentId) => Instrument | undefined
  readonly series: (id: InstrumentId) => DailySeries | undefined
  readonly bar: (id: InstrumentId, date: IsoDate) => PriceBar | undefined
  readonly day: (id: InstrumentId, session: TradingSession) => BarDay | undefined
  readonly activity: (id: InstrumentId, date: IsoDate) => DayActivity | undefined
  /** From the trading day before `date` to its open, on the later day's split basis. */
  readonly night: (id: InstrumentId, date: IsoDate) => Night | undefined
}

/** How many days' paths are kept: some 60 kB each; and how many nights. */
const DAYS_KEPT = 1200
const NIGHTS_KEPT = 1200

export function barDays(settings: BarDaysSettings, instruments: readonly Instrument[]): BarDays {
  const byId = new Map(instruments.map((of) => [of.id, of]))
  const hours = venueHours()
  const allSeries = new Map<InstrumentId, DailySeries | undefined>()
  const activities = new Map<InstrumentId, DayActivity>()

  const series = (id: InstrumentId): DailySeries | undefined => {
    const of = byId.get(id)
    if (of === undefined) return undefined
    if (!allSeries.has(id)) allSeries.set(id, settings.seriesOf(of))
    return allSeries.get(id)
  }
  const bar = (id: InstrumentId, date: IsoDate): PriceBar | undefined => {
    const days = series(id)
    return days === undefined ? undefined : barOn(days, date)
  }
  const activity = (id: InstrumentId, date: IsoDate): DayActivity | undefined => {
    const known = activities.get(id)
    if (known?.date === date) return known
    const days = series(id)
    if (days === undefined || days.bars.length === 0) return undefined
    const found = activityBefore(days, date)
    const made = { date, found, usualSpread: usualSpread(found) }
    activities.set(id, made)
    return made
  }
  const madeDay = (id: InstrumentId, session: TradingSession): BarDay | undefined => {
    const [of, of1] = [byId.get(id), bar(id, session.date)]
    if (of === undefined || of1 === undefined) return undefined
    return barDay(of, of1, session, settings.seed)
  }
  const madeNight = (
    id: InstrumentId,
    { date }: Pick<TradingSession, 'date'>,
  ): Night | undefined => {
    const of = byId.get(id)
    const last = bar(id, previousTradingDay(date))
    if (of === undefined || last === undefined) return undefined
    const close = last.close / splitRatio(series(id), date)
    const next = bar(id, date)
    return nightOf({
      close,
      open: next?.open ?? close,
      dailyVolatility: rangeVolatility(last),
      volume: last.volume,
      key: childKey(randomKey(settings.seed, 'path', id, date), 'night'),
    })
  }
  return {
    hours,
    instrument: (id) => byId.get(id),
    series,
    bar,
    day: remembered(madeDay, DAYS_KEPT),
    activity,
    night: byDate(remembered(madeNight, NIGHTS_KEPT)),
  }
}

/** New units for one old from that day on. */
export function splitRatio(series: DailySeries | undefined, date: IsoDate): number {
  return series?.splits.find((split) => split.date === date)?.ratio ?? 1
}

function barDay(of: Instrument, bar: PriceBar, session: TradingSession, seed: number): BarDay {
  const path = intradayPath(bar, randomKey(seed, 'path', of.id, session.date))
  const key = randomKey(seed, 'prints', of.id, session.date)
  const knots = regularKnots(bar, path, key, of.assetClass === 'STK')
  const { opensAt, closesAt } = session
  return { bar, path, run: { knots, opensAt, closesAt, printUnits: PRINT_UNITS[of.assetClass] } } // prettier-ignore
}

function nightOf(overnight: Overnight): Night {
  return {
    evening: eveningKnots(overnight),
    morning: morningKnots(overnight),
    price: nightPrice(overnight),
  }
}

/** Keeps what was made by name and day; the last day of each name is found without a text key. */
function remembered<Of extends { readonly date: IsoDate }, T>(
  make: (id: InstrumentId, of: Of) => T | undefined,
  most: number,
): (id: InstrumentId, of: Of) => T | undefined {
  const kept = new Map<string, T | undefined>()
  const last = new Map<InstrumentId, { date: IsoDate; found: T | undefined }>()
  return (id, of) => {
    const latest = last.get(id)
    if (latest?.date === of.date) return latest.found
    const name = `${id} ${of.date}`
    const known = kept.get(name)
    const found = known ?? make(id, of)
    if (kept.size >= most) kept.delete(kept.keys().next().value ?? name)
    kept.set(name, found)
    last.set(id, { date: of.date, found })
    return found
  }
}

const byDate =
  <T>(lookUp: (id: InstrumentId, of: { readonly date: IsoDate }) => T) =>
  (id: InstrumentId, date: IsoDate): T =>
    lookUp(id, { date })

/** Share of a session's clock time gone by, 0 to 1. */
export function elapsed(
  { opensAt, closesAt }: Pick<TradingSession, 'opensAt' | 'closesAt'>,
  at: EpochMs,
): number {
  return Math.min(1, Math.max(0, (at - opensAt) / (closesAt - opensAt)))
}
