/** All risk figures of one book, by plain one-year historical definitions. */
import type { Metrics } from '#model/metrics.ts'
import { betaOf } from '#risk/beta.ts'
import { correlatedWeight, type Clusters } from '#risk/correlation-clusters.ts'
import { netLeverage } from '#risk/currency-hedges.ts'
import { drawdown, lossToday, turnoverToday, type DayRecord } from '#risk/day.ts'
import type { Exposures } from '#risk/exposures.ts'
import { lossFigures } from '#risk/historical-var.ts'
import { largestPosition } from '#risk/issuer-weights.ts'
import { grossLeverage } from '#risk/leverage.ts'
import { isFlat, portfolioReturns } from '#risk/portfolio-returns.ts'
import type { ReturnPanel } from '#risk/return-panel.ts'
import { largestSector } from '#risk/sector.ts'

export interface MeasuredBook {
  readonly exposures: Exposures
  /** Net asset value, base currency, > 0. */
  readonly nav: number
  /** Equity with loan less maintenance margin, base currency, the broker's or an estimate after trades. */
  readonly excessLiquidity: number
  readonly panel: ReturnPanel
  /** Of the panel; computed once for all books of a plan. */
  readonly clusters: Clusters
  readonly day: DayRecord
}

/**
 * Measures a book. A figure that cannot be measured is NaN, which every limit holds for a breach.
 */
export function metricsOf(book: MeasuredBook): Metrics {
  const { exposures, nav, excessLiquidity, panel, clusters, day } = book
  const flat = isFlat(exposures)
  const returns = portfolioReturns(exposures, panel)
  const measurable = panel.market === undefined ? undefined : returns
  return {
    grossLeverage: grossLeverage(exposures),
    netLeverage: netLeverage(exposures),
    largestPosition: largestPosition(exposures),
    largestSector: largestSector(exposures),
    correlatedWeight: correlatedWeight(exposures, clusters),
    ...lossFigures(measurable, flat),
    lossToday: lossToday(nav, day),
    drawdown: drawdown(nav, day),
    beta: betaOf(measurable, panel.market, flat),
    turnoverToday: turnoverToday(day),
    marginCushion: nav > 0 ? excessLiquidity / nav : Number.NaN,
  }
}
