/**
 * Which names may be held: those that trade enough, cost enough, are worth enough and have been around long enough.
 * Only stocks are screened; contracts and currencies are liquid or not by other figures. Who is left out is told why.
 */
import type { Fundamentals } from '#marketdata/fundamentals.ts'
import { closedSessions, priceHistory, type PriceHistory } from '#alpha/price-history.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import { parseInstrumentName } from '#model/instrument-id.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import { quantile } from '#numerics/quantile.ts'

/** Floors; 0 switches one off. */
export interface ScreenSettings {
  /** Trading days that the usual dollar volume is the median of, ≥ 1. */
  readonly windowDays: number
  /** Median price × volume of a day, currency of the listing. */
  readonly dollarVolume: number
  /** Last close. */
  readonly price: number
  /** Currency of the listing. */
  readonly marketValue: number
  /** Bars there must be, one a trading day. */
  readonly historyDays: number
}

export interface ScreenFacts {
  /** Planning date: no later bar counts. */
  readonly asOf: EpochMs
  /** Daily bars, oldest first. */
  readonly bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>
  /** The latest by the planning date. */
  readonly fundamentals: ReadonlyMap<InstrumentId, Fundamentals>
}

export interface Screened {
  /** By name. */
  readonly eligible: readonly InstrumentId[]
  /** By name, each with every reason there is. */
  readonly excluded: readonly { readonly instrument: InstrumentId; readonly reason: string }[]
}

/**
 * Sorts names into those that pass every screen and those that do not. What is unknown does not pass a floor.
 *
 * @param names - each once
 */
export function screened(
  names: readonly InstrumentId[],
  facts: ScreenFacts,
  settings: ScreenSettings,
): Screened {
  if (SCREENS.every(({ floor }) => settings[floor] <= 0)) return { eligible: names.toSorted(byCodeUnit), excluded: [] } // prettier-ignore
  const sessions = closedSessions(facts.asOf, settings.windowDays)
  const judged = names.toSorted(byCodeUnit).map((instrument) => {
    const wrong = isStock(instrument)
      ? failures(figuresOf(instrument, facts, sessions), settings)
      : []
    return { instrument, reason: wrong.join('; ') }
  })
  return {
    eligible: judged.filter(({ reason }) => reason === '').map(({ instrument }) => instrument),
    excluded: judged.filter(({ reason }) => reason !== ''),
  }
}

function isStock(instrument: InstrumentId): boolean {
  const name = parseInstrumentName(instrument)
  return name.ok && name.value.assetClass === 'STK'
}

interface Screen {
  readonly figure: string
  readonly floor: keyof Omit<ScreenSettings, 'windowDays'>
  /** NaN is unknown. */
  readonly of: (name: NameFigures) => number
}

interface NameFigures {
  /** Of the window. */
  readonly history: PriceHistory
  readonly bars: number
  readonly marketValue: number | undefined
}

function figuresOf(
  instrument: InstrumentId,
  { bars, fundamentals }: ScreenFacts,
  sessions: readonly IsoDate[],
): NameFigures {
  const own = bars.get(instrument) ?? []
  const last = sessions.at(-1) ?? ''
  return {
    history: priceHistory(own, sessions),
    bars: own.filter(({ date, close }) => date <= last && close > 0).length,
    marketValue: fundamentals.get(instrument)?.marketValue,
  }
}

const SCREENS: readonly Screen[] = [
  { figure: 'trading days of history', floor: 'historyDays', of: ({ bars }) => bars },
  { figure: 'last close', floor: 'price', of: ({ history }) => history.closes.at(-1) ?? Number.NaN },
  { figure: 'median daily dollar volume', floor: 'dollarVolume', of: ({ history }) => quantile(history.dollarVolume, 0.5) },
  { figure: 'market value', floor: 'marketValue', of: ({ marketValue }) => marketValue ?? Number.NaN },
] // prettier-ignore

function failures(name: NameFigures, settings: ScreenSettings): readonly string[] {
  return SCREENS.flatMap(({ figure, floor, of }) => {
    const [least, value] = [settings[floor], of(name)]
    if (least <= 0 || value >= least) return []
    return Number.isNaN(value)
      ? [`${figure} unknown, at least ${grouped(least)} is asked for`]
      : [`${figure} ${grouped(value)}, at least ${grouped(least)} is asked for`]
  })
}

/** `1,234,567`; below a hundred two decimals. */
function grouped(value: number): string {
  if (Math.abs(value) < 100) return String(Number(value.toFixed(2)))
  return value.toFixed(0).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}
