/**
 * A small account to plan for by forecasts: the account of plan-inputs.ts with what each name is expected to do, settings
 * that are easy to reason about, and as many trading days of history as a test wants, of which it changes what it is about.
 */
import type { InstrumentId } from '#model/ids.ts'
import { DAY_MS, isoDateOf } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { Forecast } from '#alpha/forecast.ts'
import type { ConstructionSettings } from '#construction/construction-settings.ts'
import type { ConstructionInputs, PlanInputs } from '#construction/plan-inputs.ts'
import { AS_OF, idOf, planInputs, type NameCase } from '#test/support/plan-inputs.ts'

export interface ForecastCase extends NameCase {
  /** Expected total return over a month, fraction; nothing is forecast where absent. */
  readonly forecast?: number
}

/** What a test changes. */
export interface ForecastChanges {
  readonly settings?: Partial<ConstructionSettings>
  readonly construction?: Partial<ConstructionInputs>
  readonly inputs?: Partial<PlanInputs>
  /** Trading days of history, 253 where absent. */
  readonly sessions?: number
  /** Standard deviation of a day's market move and of a name's own, fractions. */
  readonly moves?: { readonly market: number; readonly own: number }
}

export const PLAIN_SETTINGS: ConstructionSettings = {
  policies: ['forecast'],
  horizonDays: 21,
  periods: 1,
  riskAversion: 5,
  uncertaintyAversion: 0,
  longOnly: false,
  participation: 1,
  doNotTrade: [],
  doNotSell: [],
  factorBands: [],
  risk: { kind: 'statistical', factors: 2, windowDays: 756, halfLifeDays: 63 },
}

/** Targets of the names are dropped: forecasts decide. */
export function forecastInputs(
  cash: number,
  names: readonly ForecastCase[],
  { settings, construction, inputs, sessions = 253, moves = { market: 0.008, own: 0.012 } }: ForecastChanges = {}, // prettier-ignore
): PlanInputs {
  const plain = planInputs(cash, names)
  const bars = names.filter((name) => name.unknown !== true && name.bars !== 'none').map((name) => [idOf(name.symbol), historyOf(name, sessions, moves)] as const) // prettier-ignore
  return {
    ...plain,
    targets: [],
    bars: new Map(bars),
    construction: {
      settings: { ...PLAIN_SETTINGS, ...settings },
      forecasts: names.flatMap(({ symbol, forecast }) => forecast === undefined ? [] : [forecastOf(idOf(symbol), forecast)]), // prettier-ignore
      combination: { horizonDays: settings?.horizonDays ?? PLAIN_SETTINGS.horizonDays, sourceWeights: new Map(), mostHalfLives: 3 }, // prettier-ignore
      eligible: names.filter(({ forecast }) => forecast !== undefined).map(({ symbol }) => idOf(symbol)).toSorted(), // prettier-ignore
      features: [],
      screen: { windowDays: 20, dollarVolume: 0, price: 0, marketValue: 0, historyDays: 0 },
      fundamentals: [],
      fundamentalsMostAgeDays: 200,
      fileNotes: [],
      benchmarkWeights: new Map(),
      ...construction,
    },
    ...inputs,
  }
}

/** A sure forecast, made this morning, that does not fade. */
export const forecastOf = (instrument: InstrumentId, expectedReturn: number): Forecast => ({
  instrument,
  expectedReturn,
  horizonDays: 21,
  confidence: 1,
  halfLifeDays: Infinity,
  asOf: AS_OF - (AS_OF % DAY_MS),
  source: 'analyst',
})

/** The last days that are no weekend's before the planning date, oldest first, of a market and the name's own chance. */
function historyOf(
  { symbol, price: last = 100 }: NameCase,
  sessions: number,
  { market, own }: { readonly market: number; readonly own: number },
): PriceBar[] {
  const days: number[] = []
  for (let at = AS_OF - (AS_OF % DAY_MS) - DAY_MS; days.length < sessions; at -= DAY_MS)
    if (![0, 6].includes(new Date(at).getUTCDay())) days.push(at)
  const seed = Array.from(symbol).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7) // prettier-ignore
  let close = last
  return days
    .map((at, back): PriceBar => {
      const bar = { date: isoDateOf(at), at, open: close, high: close, low: close, close, volume: 2_000_000 } // prettier-ignore
      close /= 1 + market * chance(back) + own * chance(back * 1_013 + seed * 7_919)
      return bar
    })
    .toReversed()
}

/** A fixed sequence of mean 0 and deviation 1 that looks like chance: twelve uniform draws less six. */
function chance(index: number): number {
  let sum = -6
  let state = Math.imul(index + 1, 0x9e3779b1)
  for (let draw = 0; draw < 12; draw++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5
    sum += ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
  }
  return sum
}
