/**
 * Predicted cost held against realised, by what might make them differ. What a plan predicts is
 * against the mid when an order goes: half the spread, impact, commission. So is what is realised
 * here; delay, timing and opportunity were never predicted.
 *
 * Lines without fills have no cost, and lines whose fees are not all known would look cheap: neither
 * is here.
 */
import { toNumber } from '#model/border.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import { isBuying } from '#model/order.ts'
import type { LineCost, LineFill } from '#execution/cost-analysis/line-cost.ts'

export interface CalibrationRow {
  readonly dimension: Dimension
  readonly bucket: string
  /** Lines; where the dimension is the venue, lines with a fill there. */
  readonly lines: number
  /** Base currency, traded. */
  readonly traded: number
  /** Weighted by what was traded. */
  readonly predictedBps: number
  readonly realisedBps: number
  /** Of their difference, from how much lines of the bucket differ; NaN of a single one. */
  readonly standardErrorBps: number
  /** Split, over the lines whose prediction can be split; NaN where none can. */
  readonly predicted: CostSplit
  readonly realised: CostSplit
}

/** Bps of traded notional. */
export interface CostSplit {
  readonly spreadBps: number
  readonly impactBps: number
  readonly commissionBps: number
}

/** What might make a cost differ from its prediction. */
export const DIMENSIONS = [
  'size',
  'spread',
  'phase',
  'side',
  'algorithm',
  'class',
  'venue',
] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** A line, or what of it traded at one venue. */
interface Piece {
  readonly line: LineCost
  readonly fills: readonly LineFill[]
  readonly bucket: string
}

/** In the order of `DIMENSIONS`, buckets in the order of their names. */
export function calibrationOf(lines: readonly LineCost[]): CalibrationRow[] {
  const usable = lines.filter(isUsable)
  return DIMENSIONS.flatMap((dimension) => {
    const pieces = usable.flatMap((line) => PIECES[dimension](line))
    const buckets = Map.groupBy(pieces, ({ bucket }) => bucket)
    return [...buckets]
      .toSorted(([a], [b]) => byCodeUnit(a, b))
      .map(([bucket, members]) => rowOf(dimension, bucket, members))
  })
}

/** Whether a line's realised cost is whole. */
export const isUsable = ({ fills, unknown }: LineCost): boolean =>
  fills.length > 0 && unknown.fees === 0 && unknown.feeRates === 0 && !unknown.rate

const whole =
  (bucketOf: (line: LineCost) => string) =>
  (line: LineCost): Piece[] => [{ line, fills: line.fills, bucket: bucketOf(line) }]

const PIECES: Readonly<Record<Dimension, (line: LineCost) => Piece[]>> = {
  size: whole(({ shareOfDay }) => bucketOf(shareOfDay, SIZES)),
  spread: whole(({ halfSpreadBps }) => bucketOf(halfSpreadBps, HALF_SPREADS)),
  phase: whole(({ phase }) => (phase === 'A' ? 'A reduce' : 'B add')),
  side: whole(({ line }) => line.side),
  algorithm: whole(({ line }) => line.algo),
  class: whole(({ instrument }) => instrument.assetClass),
  venue: (line) =>
    [...Map.groupBy(line.fills, ({ held }) => held.execution.venue || 'unknown')].map(
      ([bucket, fills]) => ({ line, fills, bucket }),
    ),
}

type Buckets = readonly (readonly [upTo: number, name: string])[]

/** Of what the name had traded that day as heard last. Names sort as the sizes do. */
const SIZES: Buckets = [
  [0.0001, '1: up to 0.01 % of the day'],
  [0.001, '2: up to 0.1 %'],
  [0.01, '3: up to 1 %'],
  [0.05, '4: up to 5 %'],
  [Number.POSITIVE_INFINITY, '5: above 5 %'],
]

const HALF_SPREADS: Buckets = [
  [1, '1: up to 1 bp half spread'],
  [2, '2: up to 2 bps'],
  [5, '3: up to 5 bps'],
  [10, '4: up to 10 bps'],
  [Number.POSITIVE_INFINITY, '5: above 10 bps'],
]

const bucketOf = (value: number, buckets: Buckets): string =>
  buckets.find(([upTo]) => value <= upTo)?.[1] ?? 'unknown'

function rowOf(dimension: Dimension, bucket: string, pieces: readonly Piece[]): CalibrationRow {
  const costs = pieces.map(costOf)
  const traded = costs.reduce((sum, cost) => sum + cost.traded, 0)
  const mean = weightedMean(costs, (cost) => cost.realised - cost.predicted)
  const variance = costs.reduce((sum, cost) => sum + ((cost.traded / traded) * (cost.realised - cost.predicted - mean)) ** 2, 0) // prettier-ignore
  const split = pieces.flatMap((piece, i) => (piece.line.predicted === undefined ? [] : [{ ...piece.line.predicted, traded: costs[i]?.traded ?? 0 }])) // prettier-ignore
  return {
    dimension,
    bucket,
    lines: pieces.length,
    traded,
    predictedBps: weightedMean(costs, ({ predicted }) => predicted),
    realisedBps: weightedMean(costs, ({ realised }) => realised),
    standardErrorBps: costs.length < 2 ? Number.NaN : Math.sqrt((variance * costs.length) / (costs.length - 1)), // prettier-ignore
    predicted: {
      spreadBps: weightedMean(split, (of) => of.spreadBps),
      impactBps: weightedMean(split, (of) => of.impactBps),
      commissionBps: weightedMean(split, (of) => of.commissionBps),
    },
    realised: {
      spreadBps: weightedMean(costs, (of) => of.spreadBps),
      impactBps: weightedMean(costs, (of) => of.realised - of.spreadBps - of.commissionBps),
      commissionBps: weightedMean(costs, (of) => of.commissionBps),
    },
  }
}

/** NaN of none. */
function weightedMean<T extends { readonly traded: number }>(
  items: readonly T[],
  of: (item: T) => number,
): number {
  const weight = items.reduce((sum, item) => sum + item.traded, 0)
  return items.reduce((sum, item) => sum + of(item) * item.traded, 0) / weight
}

interface PieceCost {
  readonly traded: number
  readonly predicted: number
  readonly realised: number
  readonly spreadBps: number
  readonly commissionBps: number
}

function costOf({ line, fills }: Piece): PieceCost {
  const unit = Number(line.instrument.multiplier) * line.rate
  const sign = isBuying(line.line.side) ? 1 : -1
  let [traded, beyond, spread, fees] = [0, 0, 0, 0]
  for (const { quantity, price, reference, halfSpread, fee } of fills) {
    const size = toNumber(quantity) * unit
    traded += size * toNumber(price)
    beyond += sign * size * (toNumber(price) - toNumber(reference))
    spread += halfSpread === undefined ? 0 : size * toNumber(halfSpread)
    fees += toNumber(fee)
  }
  const bps = (amount: number) => (amount / traded) * 10_000
  return {
    traded,
    predicted: line.line.estimatedCostBps,
    realised: bps(beyond + fees),
    spreadBps: bps(spread),
    commissionBps: bps(fees),
  }
}
