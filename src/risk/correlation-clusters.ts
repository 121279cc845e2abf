/**
 * Names that move together once the market is taken out: one bet under many tickers.
 *
 * Complete linkage at 0.7 of 120-day shrunk correlations of the residuals of each name's return
 * on the market's. Raw correlations would not do: in March 2020 they put nine names in ten into
 * one cluster. Every pair within a cluster correlates at 0.7 or more. A hedge between two names
 * of a cluster counts as weight in it: what moves together can also come apart.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import { completeLinkage } from '#numerics/complete-linkage.ts'
import { shrunkCorrelations } from '#numerics/correlation.ts'
import { residuals } from '#numerics/regression.ts'
import type { Exposure, Exposures } from '#risk/exposures.ts'
import { countsByName, groupWeights } from '#risk/issuer-weights.ts'
import type { ReturnPanel } from '#risk/return-panel.ts'

export const CLUSTER_DAYS = 120
export const CLUSTER_CORRELATION = 0.7

/** For each name the first name, in sorted order, of the cluster it is in. */
export type Clusters = ReadonlyMap<InstrumentId, InstrumentId>

/**
 * @param panel - its names are clustered, held or not, so that one partition serves the book
 *   before and after a plan
 */
export function correlationClusters(panel: ReturnPanel): Clusters {
  const { market } = panel
  if (market === undefined) return new Map()
  const names = [...panel.rows.keys()].toSorted(byCodeUnit)
  const recent = market.slice(-CLUSTER_DAYS)
  const rows = names.map((name) =>
    residuals(panel.rows.get(name)?.slice(-CLUSTER_DAYS) ?? recent, recent),
  )
  const { n, data } = shrunkCorrelations(rows)
  const clusterOf = completeLinkage(data, n, CLUSTER_CORRELATION)
  return new Map(names.map((name, i) => [name, names[clusterOf[i] ?? i] ?? name]))
}

/**
 * Weight of each cluster: Σ over issuers of |Σw|, as in every limit of names (`issuer-weights.ts`).
 *
 * @returns undefined where a name that is held is in no cluster: its correlations are unknown
 */
export function clusterWeights(
  book: Exposures,
  clusters: Clusters,
): ReadonlyMap<InstrumentId, number> | undefined {
  const isLost = (exposure: Exposure): boolean =>
    exposure.weight !== 0 && countsByName(exposure) && !clusters.has(exposure.instrument)
  if (book.some(isLost)) return undefined
  return groupWeights(book, ({ instrument, weight }) => weight === 0 ? undefined : clusters.get(instrument)) // prettier-ignore
}

/** Weight of the heaviest cluster, ≥ 0; NaN where it cannot be told. */
export function correlatedWeight(book: Exposures, clusters: Clusters): number {
  const weights = clusterWeights(book, clusters)
  if (weights === undefined) return Number.NaN
  return weights.values().reduce((heaviest, weight) => Math.max(heaviest, weight), 0)
}
