/**
 * A covariance of daily returns in factor form, Cov = F Σ Fᵀ + diag d, which is positive semidefinite by construction
 * and never written out as n × n.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { PanelName } from '#risk/return-panel.ts'

/** How a covariance is estimated. */
export const RISK_MODELS = ['sample', 'ewma', 'ledoit-wolf', 'statistical', 'sector-style'] as const
export type RiskModelKind = (typeof RISK_MODELS)[number]

/** What is to be covered: an instrument, its sector, and whose bars move it (`driver`). */
export interface RiskName extends PanelName {
  /** Market value of the driver, base currency, > 0, for the size of `sector-style`; dollar volume where absent. */
  readonly marketValue?: number
}

export interface RiskModel {
  readonly kind: RiskModelKind
  /** The names it covers, n, each once. */
  readonly instruments: readonly InstrumentId[]
  /** What each factor is called, k: `market`, `sector:Energy`, `pc1`, `underlying:AAPL.STK.USD`. */
  readonly factors: readonly string[]
  /** F, n × k, row-major. */
  readonly exposures: Float64Array
  /** Σ, k × k, symmetric positive semidefinite, a trading day. */
  readonly factorCovariance: Float64Array
  /** d ≥ 0, [n], a trading day. */
  readonly specificVariance: Float64Array
  /** Names whose own history did not suffice, and what stands in for it, in words. */
  readonly proxied: readonly { readonly instrument: InstrumentId; readonly by: string }[]
  /** What was mended in the data (outliers, holes), in words that the plan prints; empty where nothing was. */
  readonly notes: readonly string[]
}

export interface RiskModelSettings {
  readonly kind: RiskModelKind
  /** Statistical factors beside the market, ≥ 0; of `statistical` only. */
  readonly factors: number
  /** Trading days of history at most. */
  readonly windowDays: number
  /** Of `ewma` and of the factors of `sector-style`: trading days after which a day counts half, > 0. */
  readonly halfLifeDays: number
}
