/** What each name carries of the market: Σ βᵢwᵢ is the book's beta, for a slope is linear in what it is the slope of. */
import type { InstrumentId } from '#model/ids.ts'
import { slope } from '#numerics/regression.ts'
import type { ReturnPanel } from '#risk/return-panel.ts'

export interface MarketBetas {
  /** In the order of the names; 0 where unknown. */
  readonly betas: Float64Array
  /** Names whose beta is unknown. */
  readonly unknown: readonly InstrumentId[]
}

/** Slopes of daily returns on the benchmark's, over the panel. */
export function marketBetas(names: readonly InstrumentId[], panel: ReturnPanel): MarketBetas {
  const { market, rows } = panel
  const slopes = names.map((id) => {
    const row = rows.get(id)
    return market === undefined || row === undefined ? Number.NaN : slope(row, market)
  })
  return {
    betas: Float64Array.from(slopes, (beta) => (Number.isFinite(beta) ? beta : 0)),
    unknown: names.filter((_, i) => !Number.isFinite(slopes[i])),
  }
}
