/**
 * The risk figures of a book. Fractions of net asset value (beta apart); NaN when a figure could
 * not be measured, which every limit treats as a breach.
 */
export interface Metrics {
  /** Σ|exposure| / NAV, ≥ 0. */
  readonly grossLeverage: number
  /** Σ exposure / NAV, signed. */
  readonly netLeverage: number
  /** max |exposure| of one name / NAV, ≥ 0. */
  readonly largestPosition: number
  /** max over sectors of the larger of net and gross |exposure| / NAV, ≥ 0. */
  readonly largestSector: number
  /** Σ|w| of the largest correlation cluster, ≥ 0. */
  readonly correlatedWeight: number
  /** One-day 95 % value at risk, a loss, positive. */
  readonly var95: number
  readonly var99: number
  /** Mean loss beyond VaR 95, positive. */
  readonly expectedShortfall: number
  /** From the previous close, adjusted for deposits and withdrawals; a loss is positive. */
  readonly lossToday: number
  /** From the peak, flow-adjusted, ≥ 0. */
  readonly drawdown: number
  /** Regression slope of the book's return on the benchmark's. */
  readonly beta: number
  /** Σ|traded today| / start-of-day NAV, both sides. */
  readonly turnoverToday: number
  /** Excess liquidity / NAV by the broker's figures; dangerous below. */
  readonly marginCushion: number
}

export type MetricName = keyof Metrics

export const METRIC_NAMES = [
  'grossLeverage',
  'netLeverage',
  'largestPosition',
  'largestSector',
  'correlatedWeight',
  'var95',
  'var99',
  'expectedShortfall',
  'lossToday',
  'drawdown',
  'beta',
  'turnoverToday',
  'marginCushion',
] as const satisfies readonly MetricName[]
