/**
 * How good forecasts were: the correlation, across names, of what was expected with what came about. R. Grinold &
 * R. Kahn, "Active Portfolio Management" (2nd ed., 2000), chapters 6 and 10; by ranks it is Spearman's, which outliers
 * do not lead.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import { covariance, standardDeviation } from '#numerics/moments.ts'

export interface InformationCoefficient {
  /** −1 to 1; NaN with fewer than three names or where one side does not vary. */
  readonly pearson: number
  /** Of ranks, equal values sharing theirs. */
  readonly rank: number
  /** Names with both a forecast and an outcome. */
  readonly names: number
}

/**
 * @param forecasts - one a name
 * @param realised - return of each name over the forecasts' horizon; names in only one of the two do not count
 */
export function informationCoefficient(
  forecasts: readonly { readonly instrument: InstrumentId; readonly expectedReturn: number }[],
  realised: ReadonlyMap<InstrumentId, number>,
): InformationCoefficient {
  const pairs = forecasts
    .toSorted((a, b) => byCodeUnit(a.instrument, b.instrument))
    .map(
      ({ instrument, expectedReturn }) =>
        [expectedReturn, realised.get(instrument) ?? Number.NaN] as const,
    ) // prettier-ignore
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
  const [x, y] = [pairs.map(([value]) => value), pairs.map(([, value]) => value)]
  return {
    pearson: correlationOf(x, y),
    rank: correlationOf(ranksOf(x), ranksOf(y)),
    names: pairs.length,
  }
}

const FEWEST = 3

function correlationOf(x: readonly number[], y: readonly number[]): number {
  if (x.length < FEWEST) return Number.NaN
  const scale = standardDeviation(x) * standardDeviation(y)
  return scale > 0 ? covariance(x, y) / scale : Number.NaN
}

/** 1 the least; equal values share the mean of their places. */
function ranksOf(x: readonly number[]): readonly number[] {
  const order = x.map((_, i) => i).toSorted((a, b) => x[a]! - x[b]!)
  const ranks = x.map(() => 0)
  for (let from = 0; from < order.length;) {
    let to = from
    while (to + 1 < order.length && x[order[to + 1]!] === x[order[from]!]) to += 1
    for (let i = from; i <= to; i++) ranks[order[i]!] = (from + to) / 2 + 1
    from = to + 1
  }
  return ranks
}
