/**
 * The optimisation case of a plan: what the broker, the market, the forecasts, the limits table and the settings come to
 * for the names of the book. What makes no sense is refused by name and field; what takes no part is said.
 */
import { err, ok, type Result } from '#model/result.ts'
import type { CombinedForecast } from '#alpha/forecast.ts'
import type { Clusters } from '#risk/correlation-clusters.ts'
import type { RiskModel } from '#risk/models/risk-model.ts'
import type { ReturnPanel } from '#risk/return-panel.ts'
import type { AdditionBans } from '#construction/addition-bans.ts'
import { unknownKept } from '#construction/kept-names.ts'
import { caseFault } from '#construction/optimisation/case-fault.ts'
import { forecastVectors, type Exclusion } from '#construction/optimisation/forecast-vectors.ts'
import { limitRows } from '#construction/optimisation/limit-rows.ts'
import { marketBetas } from '#construction/optimisation/market-betas.ts'
import { nameBounds, type CaseSettings } from '#construction/optimisation/name-bounds.ts'
import { netExposureOf } from '#construction/optimisation/net-exposure.ts'
import { tightestOf } from '#construction/optimisation/normal-form.ts'
import type { OptimisationCase, TrackingLimit } from '#construction/optimisation/optimisation-case.ts' // prettier-ignore
import { TRADING_DAYS, tradingTermsOf } from '#construction/optimisation/trading-terms.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import type { ValuedBook } from '#construction/valued-book.ts'

export interface CaseFacts {
  readonly inputs: PlanInputs
  readonly construction: CaseSettings
  readonly book: ValuedBook
  readonly panel: ReturnPanel
  readonly clusters: Clusters
  readonly bans: AdditionBans
  /** Of the book's names in their order. */
  readonly risk: RiskModel
  /** One a name at most, over the planning horizon. */
  readonly forecasts: readonly CombinedForecast[]
}

export interface PlannedCase {
  readonly of: OptimisationCase
  /** Forecasts that are not used, with the reason. */
  readonly excluded: readonly Exclusion[]
  /** What was assumed, in words that the plan prints. */
  readonly notes: readonly string[]
}

/** @returns else what is wrong: which name and field, what was found, what was expected */
export function optimisationCaseOf(facts: CaseFacts): Result<PlannedCase> {
  const { inputs, construction, book, panel, clusters, bans, risk } = facts
  const { settings } = construction
  const fault = bookFault(book) ?? settingsFault(facts)
  if (fault !== undefined) return err(fault)
  const forecasts = forecastVectors(facts.forecasts, book)
  if (!forecasts.ok) return forecasts
  const tracking = trackingOf(construction, book)
  if (!tracking.ok) return tracking
  const names = book.names.map(({ id }) => id)
  const terms = book.names.map((name) => tradingTermsOf(name, inputs.bars, inputs.fx, book.nav))
  const net = netExposureOf(book)
  const bounds = nameBounds({ inputs, construction, book, bans, terms, hedges: net.hedges })
  const { betas, unknown } = marketBetas(names, panel)
  const box = tightestOf(bounds, names.length)
  const bands = settings.factorBands
  const limits = limitRows({ inputs, book, clusters, risk, bands, terms, betas, net, box }) // prettier-ignore
  if (!limits.ok) return limits
  const { horizonDays, riskAversion, uncertaintyAversion } = settings
  const of: OptimisationCase = {
    names,
    horizonDays,
    riskAversion,
    uncertaintyAversion,
    expectedReturn: forecasts.value.expectedReturn,
    uncertainty: forecasts.value.uncertainty,
    risk,
    tradingCost: Float64Array.from(terms, ({ tradingCost }) => tradingCost),
    impact: Float64Array.from(terms, ({ impact }) => impact),
    borrow: Float64Array.from(terms, ({ borrowPerDay }) => borrowPerDay * horizonDays),
    start: Float64Array.from(book.names, ({ weight }) => weight),
    bounds,
    limits: limits.value,
    ...(tracking.value && { tracking: tracking.value }),
  }
  const found = caseFault(of)
  if (found !== undefined) return err(found)
  const notes = unknown.length === 0 ? [] : [`no beta is known of ${unknown.join(', ')}: counted as 0`] // prettier-ignore
  return ok({ of, excluded: forecasts.value.excluded, notes })
}

function bookFault({ nav, names }: ValuedBook): string | undefined {
  const unvalued = names.find(({ weight }) => !Number.isFinite(weight))
  if (unvalued !== undefined)
    return `${unvalued.id} weight: cannot be told, ${unvalued.untradable ?? 'no price'}; expected a holding with a price` // prettier-ignore
  return nav > 0 && nav < Infinity ? undefined : `net asset value: was ${nav}, expected above 0`
}

/** Settings that make no sense for this book. */
function settingsFault({ construction, book, inputs }: CaseFacts): string | undefined {
  const { participation } = construction.settings
  return participation > 0
    ? unknownKept(construction.settings, book, inputs)
    : `construction.participation: was ${participation}, expected a share of a day's volume such as 0.05` // prettier-ignore
}

function trackingOf(
  { settings, benchmarkWeights }: CaseSettings,
  { names }: ValuedBook,
): Result<TrackingLimit | undefined> {
  const { trackingError, horizonDays } = settings
  if (trackingError === undefined) return ok(undefined)
  if (benchmarkWeights.size === 0)
    return err('construction.trackingError: there are no benchmark weights, expected files.benchmark to name some') // prettier-ignore
  const places = new Map(names.map(({ id }, i) => [id, i]))
  const weights = new Float64Array(names.length)
  for (const [id, weight] of benchmarkWeights) {
    const place = places.get(id)
    if (place === undefined) return err(`${id} benchmark weight: the book has no such name`)
    if (weight !== 0 && names[place]?.instrument === undefined)
      return err(`${id} benchmark weight: the broker does not know it, expected names that can be priced: correct files.benchmark`) // prettier-ignore
    if (!Number.isFinite(weight)) return err(`${id} benchmark weight: was ${weight}, expected a number`) // prettier-ignore
    weights[place] = weight
  }
  return ok({ weights, most: trackingError * Math.sqrt(horizonDays / TRADING_DAYS) })
}
