/** Facts for policies that give target weights: a book of stocks, all eligible, whose parts a test replaces. */
import type { InstrumentId } from '#model/ids.ts'
import type { CombinedForecast } from '#alpha/forecast.ts'
import { LIMITS, type Limit, type Metric } from '#risk/limits.ts'
import type { RiskModel } from '#risk/models/risk-model.ts'
import type { LowRankCovariance } from '#numerics/low-rank-covariance.ts'
import type { PolicyFacts, PolicyName } from '#construction/policies/policy-facts.ts'

export const stockId = (i: number): InstrumentId => `N${String(i).padStart(3, '0')}.STK.USD` as InstrumentId // prettier-ignore

export function stock(i: number, of: Partial<PolicyName> = {}): PolicyName {
  const instrument = of.instrument ?? stockId(i)
  return { instrument, issuer: instrument, assetClass: 'STK', sector: 'Energy', weight: 0, cashShare: 1, tradable: true, ...of } // prettier-ignore
}

/** The limits table with other warn levels; ∞ takes a limit away. */
export const limitsWith = (warn: Partial<Record<Metric, number>>): Limit[] =>
  LIMITS.map((limit) => ({ ...limit, warn: warn[limit.metric] ?? limit.warn }))

/** Nothing but the cash buffer bounds the weights. */
export const UNLIMITED = limitsWith({ largestPosition: Infinity, largestSector: Infinity, netLeverage: Infinity, grossLeverage: Infinity }) // prettier-ignore

export function riskModelOf(
  instruments: readonly InstrumentId[],
  of: LowRankCovariance,
): RiskModel {
  const k = of.factors
  return {
    kind: 'sample',
    instruments,
    factors: Array.from({ length: k }, (_, j) => `pc${j + 1}`),
    exposures: of.loadings,
    factorCovariance: Float64Array.from({ length: k * k }, (_, at) => Number(at % (k + 1) === 0)),
    specificVariance: of.specific,
    proxied: [],
    notes: [],
  }
}

export function forecastOf(
  i: number,
  expectedReturn: number,
  uncertainty = 0.01,
): CombinedForecast {
  return { instrument: stockId(i), expectedReturn, uncertainty, daily: Float64Array.of(expectedReturn), parts: [] } // prettier-ignore
}

export const forecastsOf = (
  means: ArrayLike<number>,
  uncertainty = 0.01,
): Map<InstrumentId, CombinedForecast> =>
  new Map(Array.from(means, (mean, i) => [stockId(i), forecastOf(i, mean, uncertainty)]))

/** Stocks with this covariance, fully to be invested without limits. */
export function policyFacts(
  covariance: LowRankCovariance,
  of: Partial<PolicyFacts> = {},
): PolicyFacts {
  const names = of.names ?? Array.from({ length: covariance.n }, (_, i) => stock(i))
  return {
    names,
    eligible: new Set(names.map(({ instrument }) => instrument)),
    risk: riskModelOf(
      Array.from({ length: covariance.n }, (_, i) => stockId(i)),
      covariance,
    ),
    forecasts: new Map(),
    marketValue: new Map(),
    limits: UNLIMITED,
    cashBuffer: 0,
    settings: {
      policies: ['equal-weight', 'hold'],
      horizonDays: 21,
      periods: 1,
      riskAversion: 2.5,
      uncertaintyAversion: 0,
      longOnly: true,
      participation: 0.1,
      doNotTrade: [],
      doNotSell: [],
      factorBands: [],
      risk: { kind: 'sample', factors: 5, windowDays: 252, halfLifeDays: 60 },
    },
    ...of,
  }
}
