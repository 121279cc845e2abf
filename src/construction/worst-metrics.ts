/** The worst a run may pass through: figure by figure the worse of before, after and the corners of its waves. */
import type { Metrics } from '#model/metrics.ts'
import type { CornerFigures } from '#construction/waves.ts'

/** NaN in either book is NaN: what cannot be measured may be anything. */
export function worstMetrics(before: Metrics, after: Metrics, corner: CornerFigures): Metrics {
  const highest = (of: (metrics: Metrics) => number): number => Math.max(of(before), of(after))
  return {
    grossLeverage: Math.max(before.grossLeverage, after.grossLeverage, corner.gross),
    netLeverage: furthest(before.netLeverage, after.netLeverage, corner.netHigh, corner.netLow),
    largestPosition: Math.max(before.largestPosition, after.largestPosition, corner.position),
    largestSector: Math.max(before.largestSector, after.largestSector, corner.sector),
    correlatedWeight: highest(({ correlatedWeight }) => correlatedWeight),
    var95: highest(({ var95 }) => var95),
    var99: highest(({ var99 }) => var99),
    expectedShortfall: highest(({ expectedShortfall }) => expectedShortfall),
    lossToday: highest(({ lossToday }) => lossToday),
    drawdown: highest(({ drawdown }) => drawdown),
    beta: furthest(before.beta, after.beta),
    turnoverToday: highest(({ turnoverToday }) => turnoverToday),
    marginCushion: Math.min(before.marginCushion, after.marginCushion),
  }
}

/** The value furthest from zero; NaN when one is. */
function furthest(...values: readonly number[]): number {
  return values.reduce((worst, value) => (Math.abs(value) <= Math.abs(worst) ? worst : value))
}
