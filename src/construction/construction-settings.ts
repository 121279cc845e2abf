/** How targets come about where no file says them: the policy, what stands in for it, and what it is to weigh up. */
import type { InstrumentId } from '#model/ids.ts'
import type { RiskModelSettings } from '#risk/models/risk-model.ts'

/** `forecast` is mean–variance with costs; `hold` trades nothing. */
export const POLICIES = [
  'targets',
  'forecast',
  'equal-weight',
  'inverse-volatility',
  'risk-parity',
  'hierarchical-risk-parity',
  'minimum-variance',
  'maximum-sharpe',
  'black-litterman',
  'hold',
] as const
export type PolicyKind = (typeof POLICIES)[number]

export interface ConstructionSettings {
  /** The policy, then what stands in for it where it cannot decide; after the last nothing is traded. */
  readonly policies: readonly PolicyKind[]
  /** Planning horizon, trading days ≥ 1: forecasts, risk and borrow fees are taken over it, trading is paid once. */
  readonly horizonDays: number
  /** Steps that the horizon is planned in, ≥ 1; 1 plans the horizon as one. Only the first step is traded. */
  readonly periods: number
  /** γ > 0, no ½ before it. */
  readonly riskAversion: number
  /** κ ≥ 0. */
  readonly uncertaintyAversion: number
  readonly longOnly: boolean
  /** Most of a usual day's volume that a trade may be, > 0. */
  readonly participation: number
  readonly doNotTrade: readonly InstrumentId[]
  readonly doNotSell: readonly InstrumentId[]
  /** Between what the book's exposure to a factor of the risk model must lie; `beta` is that to the benchmark. */
  readonly factorBands: readonly FactorBand[]
  /** Most standard deviation a year against the benchmark, > 0; absent: no limit. */
  readonly trackingError?: number
  /** Of risk parity: each name's share of risk, > 0 in any unit; 1 where absent. */
  readonly riskBudgets?: ReadonlyMap<InstrumentId, number>
  readonly risk: RiskModelSettings
}

export interface FactorBand {
  readonly factor: string
  readonly lower: number
  readonly upper: number
}
