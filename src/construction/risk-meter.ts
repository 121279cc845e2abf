/** Measures the books of one plan (as it stands, as wished, as planned) over one panel of returns. */
import { moneyFrom, toNumber } from '#model/border.ts'
import type { Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { Metrics } from '#model/metrics.ts'
import { correlationClusters, type Clusters } from '#risk/correlation-clusters.ts'
import type { Exposures } from '#risk/exposures.ts'
import { metricsOf } from '#risk/metrics.ts'
import { returnPanel, type ReturnPanel } from '#risk/return-panel.ts'
import { marginOf, type Names } from '#construction/margin.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import { after } from '#construction/trade.ts'
import type { ValuedBook } from '#construction/valued-book.ts'

export interface RiskMeter {
  readonly panel: ReturnPanel
  readonly clusters: Clusters
  /** A book by the weights of its names, in the order of the valued book. */
  exposures(weights: Float64Array): Exposures
  measure(weights: Float64Array, done: Done): Metrics
}

/** What has been done to get to a book: for the day's turnover, the margin and the value. */
export interface Done {
  /** Signed changes of holding, by place in the book's names. */
  readonly changes: readonly Quantity[]
  /** Σ|traded| and its cost, base currency. */
  readonly traded: number
  readonly cost: number
}

export const NOTHING_DONE: Done = { changes: [], traded: 0, cost: 0 }

export function riskMeterOf(inputs: PlanInputs, book: ValuedBook): RiskMeter {
  const { day, snapshot, bars, benchmark } = inputs
  const rows = book.names.map(({ id, sector, instrument }) => ({
    instrument: id,
    sector,
    driver: driverOf(id, instrument),
  }))
  const panel = returnPanel(rows, bars, benchmark)
  const clusters = correlationClusters(panel)
  const names: Names = new Map(book.names.map((name) => [name.id, name]))
  const exposures = (weights: Float64Array): Exposures =>
    book.names.map(({ id, facts }, i) => ({ ...facts, instrument: id, weight: weights[i]! }))
  return {
    panel,
    clusters,
    exposures,
    measure: (weights, done) =>
      metricsOf({
        exposures: exposures(weights),
        nav: book.nav - done.cost,
        excessLiquidity: toNumber(snapshot.margin.excessLiquidity) + liquidityFreed(book, names, done), // prettier-ignore
        panel,
        clusters,
        day: {
          ...day,
          tradedToday: moneyFrom(toNumber(day.tradedToday) + done.traded, snapshot.baseCurrency),
        },
      }),
  }
}

/** An option's exposure is to its underlying, so are its returns. */
export const driverOf = (id: InstrumentId, instrument: Instrument | undefined): InstrumentId =>
  instrument?.assetClass === 'OPT' ? instrument.underlying : id

/** Maintenance margin freed, less costs and what was paid for options (plus what they brought): they have no loan value, cash has. */
function liquidityFreed(book: ValuedBook, names: Names, { changes, cost }: Done): number {
  return changes.reduce((freed, change, i) => {
    const name = book.names[i]
    if (name === undefined || change === 0n) return freed
    const now = marginOf(name, name.held, names).maintenance
    const then = marginOf(name, after(name, change), names).maintenance
    const premium = name.instrument?.assetClass === 'OPT' ? toNumber(change) * name.unitCash : 0
    return freed + now - then - premium
  }, -cost)
}
