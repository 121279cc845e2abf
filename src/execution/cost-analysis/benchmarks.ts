/**
 * Prices that a line's average price is held against. NaN where the journal does not hold what a
 * benchmark is made of; `recorded-quotes.ts` says when that is.
 */
import { toNumber } from '#model/border.ts'
import type { Instrument } from '#model/instrument.ts'
import { isBuying } from '#model/order.ts'
import type { PlanLine } from '#model/plan.ts'
import type { Quote } from '#marketdata/quote.ts'
import type { OrderRecord } from '#execution/order-ledger.ts'
import type { LineFill } from '#execution/cost-analysis/line-cost.ts'
import { closingPrice, openingMid, timeWeightedMid, volumeWeightedPrice } from '#execution/cost-analysis/recorded-quotes.ts' // prettier-ignore
import type { RecordedRun } from '#execution/cost-analysis/trading-record.ts'

export const BENCHMARKS = ['decision', 'arrival', 'vwap', 'twap', 'open', 'close'] as const
export type Benchmark = (typeof BENCHMARKS)[number]

/** Quote currency per unit. */
export interface Benchmarks {
  /** Σ quantity × price / Σ quantity of the fills; NaN without any. */
  readonly average: number
  readonly prices: Readonly<Record<Benchmark, number>>
  /** s (average − benchmark) / average, bps; positive is a cost. */
  readonly slippageBps: Readonly<Record<Benchmark, number>>
}

/** Of the name. */
interface RecordedQuotes {
  /** Of the run, and shortly before. */
  readonly during: readonly Quote[]
  readonly all: readonly Quote[]
}

/**
 * Arrival is the mid when the first order went; the interval of the two averages is from there to
 * the last fill heard, or without fills to the end of the run.
 */
export function benchmarksOf(
  line: PlanLine,
  { assetClass }: Instrument,
  first: OrderRecord | undefined,
  fills: readonly LineFill[],
  quotes: RecordedQuotes,
  { startedAt, endedAt }: RecordedRun,
): Benchmarks {
  const from = first?.submittedAt ?? startedAt
  const to = fills.at(-1)?.held.heardAt ?? endedAt ?? from
  const arrival = first?.arrivalMid ?? Number.NaN
  const prices = {
    decision: toNumber(line.guardPrice),
    arrival,
    vwap: volumeWeightedPrice(quotes.during, from, to) ?? Number.NaN,
    twap: timeWeightedMid(quotes.during, arrival, from, to),
    open: openingMid(quotes.all, assetClass, from) ?? Number.NaN,
    close: closingPrice(quotes.all, assetClass, from) ?? Number.NaN,
  }
  const average = averageOf(fills)
  const sign = isBuying(line.side) ? 1 : -1
  const bps = (benchmark: Benchmark) => ((sign * (average - prices[benchmark])) / average) * 10_000
  return {
    average,
    prices,
    slippageBps: {
      decision: bps('decision'),
      arrival: bps('arrival'),
      vwap: bps('vwap'),
      twap: bps('twap'),
      open: bps('open'),
      close: bps('close'),
    },
  }
}

function averageOf(fills: readonly LineFill[]): number {
  const units = fills.reduce((sum, fill) => sum + toNumber(fill.quantity), 0)
  const value = fills.reduce((sum, fill) => sum + toNumber(fill.quantity) * toNumber(fill.price), 0)
  return units > 0 ? value / units : Number.NaN
}
