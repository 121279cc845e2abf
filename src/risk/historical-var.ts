/**
 * Value at risk and expected shortfall by historical simulation: today's weights over the past
 * year's returns, every day equally likely, one-day horizon.
 *
 * Definitions of P. Artzner et al., "Coherent Measures of Risk", Mathematical Finance 9 (1999);
 * the method is RiskMetrics' plain historical simulation. One year has two or three days beyond
 * the 99 % quantile: the figure is honest about the past and says little about worse.
 */
import { meanAtOrAbove, quantile } from '#numerics/quantile.ts'

export interface LossFigures {
  /** The loss that 95 % of days stay within, ≥ 0. */
  readonly var95: number
  readonly var99: number
  /** Mean loss of the days at or beyond var95, ≥ 0. */
  readonly expectedShortfall: number
}

const NO_FIGURES: LossFigures = {
  var95: Number.NaN,
  var99: Number.NaN,
  expectedShortfall: Number.NaN,
}
const NO_LOSS: LossFigures = { var95: 0, var99: 0, expectedShortfall: 0 }

/**
 * @param returns - of the book, fractions of net asset value, [T]; undefined: not measurable
 * @param flat - nothing is held
 */
export function lossFigures(returns: Float64Array | undefined, flat: boolean): LossFigures {
  if (flat) return NO_LOSS
  if (returns === undefined || returns.length === 0) return NO_FIGURES
  const losses = returns.map((value) => -value)
  const var95 = quantile(losses, 0.95)
  return {
    var95: Math.max(0, var95),
    var99: Math.max(0, quantile(losses, 0.99)),
    expectedShortfall: Math.max(0, meanAtOrAbove(losses, var95)),
  }
}
