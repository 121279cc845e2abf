/**
 * What is expected of the names of a book and how they move together, as of the planning date: screens judge, features
 * speak, forecasts are combined, and the risk model is estimated when a policy first asks for it. What was left out is told.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { PlanCheck } from '#model/plan.ts'
import type { Result } from '#model/result.ts'
import { isoDateOf } from '#model/time.ts'
import { combineForecasts } from '#alpha/combine.ts'
import { featureForecasts } from '#alpha/feature-forecasts.ts'
import type { CombinedForecast } from '#alpha/forecast.ts'
import { latestFundamentals } from '#alpha/fundamentals.ts'
import type { Fundamentals } from '#marketdata/fundamentals.ts'
import { screened } from '#alpha/screens.ts'
import { estimateRiskModel } from '#risk/models/estimate.ts'
import type { RiskModel } from '#risk/models/risk-model.ts'
import { listed } from '#construction/checks.ts'
import type { DecisionFacts } from '#construction/decided.ts'
import type { ConstructionInputs, JudgedInputs } from '#construction/plan-inputs.ts'
import { driverOf } from '#construction/risk-meter.ts'

export interface Prospects {
  readonly construction: JudgedInputs
  readonly forecasts: readonly CombinedForecast[]
  readonly byName: ReadonlyMap<InstrumentId, CombinedForecast>
  readonly checks: readonly PlanCheck[]
  /** Of the book's names in their order; estimated once. */
  readonly risk: () => Result<RiskModel>
}

export function prospectsOf(facts: DecisionFacts, given: ConstructionInputs): Prospects {
  const { inputs } = facts
  const { asOf, bars } = inputs
  const fundamentals = latestFundamentals(given.fundamentals, isoDateOf(asOf), given.fundamentalsMostAgeDays) // prettier-ignore
  const judged = screened(given.eligible, { asOf, bars, fundamentals }, given.screen)
  const features = featureForecasts(given.features, featureFacts(facts, judged.eligible, fundamentals)) // prettier-ignore
  const { combined, refused } = combineForecasts([...given.forecasts, ...features.forecasts], asOf, given.combination) // prettier-ignore
  const construction: JudgedInputs = { ...given, ...judged, marketValue: marketValuesOf(facts, fundamentals) } // prettier-ignore
  const forecasts = [...combined, ...ofUnderlyings(facts, combined)]
  return {
    construction,
    forecasts,
    byName: new Map(forecasts.map((forecast) => [forecast.instrument, forecast])),
    checks: [
      ...forecastsCheck(given, combined.length, [...refused, ...features.leftOut]),
      ...excludedCheck(construction),
      ...filesCheck(given),
      ...trustCheck(given, [...given.forecasts, ...features.forecasts]),
      ...budgetsCheck(facts, given),
    ],
    risk: riskOnce(facts, construction),
  }
}

/**
 * A unit of an option's exposure earns what its underlying does. One that nobody forecasts would look like a free hedge
 * of a stock that somebody does.
 */
function ofUnderlyings(
  { book }: DecisionFacts,
  combined: readonly CombinedForecast[],
): readonly CombinedForecast[] {
  const known = new Map(combined.map((forecast) => [forecast.instrument, forecast]))
  return book.names.flatMap(({ id, instrument }) => {
    const underlying = instrument?.assetClass === 'OPT' && !known.has(id) ? known.get(instrument.underlying) : undefined // prettier-ignore
    return underlying === undefined ? [] : [{ ...underlying, instrument: id }]
  })
}

/** Features compare the stocks that may be held and those that are. */
function featureFacts(
  { inputs, book }: DecisionFacts,
  eligible: readonly InstrumentId[],
  fundamentals: ReadonlyMap<InstrumentId, Fundamentals>,
) {
  const allowed = new Set(eligible)
  const stocks = book.names.filter(
    ({ id, held, instrument }) =>
      instrument?.assetClass === 'STK' && (held !== 0n || allowed.has(id)),
  )
  return {
    asOf: inputs.asOf,
    names: stocks.map(({ id }) => id),
    bars: inputs.bars,
    fundamentals,
    sectors: new Map(stocks.map(({ id, sector }) => [id, sector])),
  }
}

/** Base currency. */
function marketValuesOf(
  { book }: DecisionFacts,
  fundamentals: ReadonlyMap<InstrumentId, Fundamentals>,
): ReadonlyMap<InstrumentId, number> {
  return new Map(
    book.names.flatMap(({ id, fx }): [InstrumentId, number][] => {
      const value = fundamentals.get(id)?.marketValue
      return value === undefined ? [] : [[id, value * fx]]
    }),
  )
}

function riskOnce(
  { inputs, book }: DecisionFacts,
  { settings, marketValue }: JudgedInputs,
): () => Result<RiskModel> {
  let risk: Result<RiskModel> | undefined
  const names = () =>
    book.names.map(({ id, sector, instrument }) => {
      const driver = driverOf(id, instrument)
      const value = marketValue.get(driver)
      return { instrument: id, sector, driver, ...(value !== undefined && { marketValue: value }) }
    })
  return () => (risk ??= estimateRiskModel(names(), inputs.bars, inputs.benchmark, settings.risk))
}

interface Unused {
  readonly instrument: InstrumentId
  readonly source: string
  readonly reason: string
}

/** Of policies that look at forecasts, or where there are some. */
function forecastsCheck(
  { settings, forecasts, features }: ConstructionInputs,
  used: number,
  unused: readonly Unused[],
): readonly PlanCheck[] {
  const name = 'forecasts'
  if (forecasts.length + features.length === 0 && !settings.policies.includes('forecast')) return []
  const detail = `${used} names are forecast`
  if (unused.length === 0) return [{ name, status: used > 0 ? 'pass' : 'warn', detail }]
  const why = unused.map(({ instrument, source, reason }) => `${instrument} by ${source}: ${reason}`) // prettier-ignore
  return [{ name, status: 'warn', detail: `${detail}; not used: ${listed(why)}` }]
}

/** What was passed over is told: a figure taken as unknown is no figure that is not there. */
function filesCheck({ fileNotes }: ConstructionInputs): readonly PlanCheck[] {
  return fileNotes.length === 0
    ? []
    : [{ name: 'files', status: 'warn', detail: listed(fileNotes) }]
}

/** A source that is trusted and never speaks is a slip of the fingers. */
function trustCheck(
  { combination }: ConstructionInputs,
  forecasts: readonly { readonly source: string }[],
): readonly PlanCheck[] {
  const speaking = new Set(forecasts.map(({ source }) => source))
  const silent = [...combination.sourceWeights.keys()].filter((source) => !speaking.has(source))
  if (silent.length === 0) return []
  return [{ name: 'source weights', status: 'warn', detail: `forecasts.sourceWeights names ${listed(silent)}, of which there is no forecast; there are ${listed([...speaking])}` }] // prettier-ignore
}

/** And so is a risk budget of a name that the plan does not look at. */
function budgetsCheck(
  { book }: DecisionFacts,
  { settings }: ConstructionInputs,
): readonly PlanCheck[] {
  const known = new Set(book.names.map(({ id }) => id))
  const strangers = [...(settings.riskBudgets?.keys() ?? [])].filter((id) => !known.has(id))
  if (strangers.length === 0) return []
  return [{ name: 'risk budgets', status: 'warn', detail: `construction.riskBudgets names ${listed(strangers)}, which this plan does not look at` }] // prettier-ignore
}

function excludedCheck({ excluded }: JudgedInputs): readonly PlanCheck[] {
  if (excluded.length === 0) return []
  const why = excluded.map(({ instrument, reason }) => `${instrument} (${reason})`)
  return [{ name: 'eligible', status: 'warn', detail: `left out: ${listed(why)}` }]
}
