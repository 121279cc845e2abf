/**
 * Returns that no market could explain, cut back before they make covariances.
 *
 * A return is judged by what is left of it after the day's median return, against the name's own robust standard
 * deviation (1.4826 times the median absolute deviation) and never against less than the day's dispersion: the crash
 * of March 2020 is risk and stays, a price with a digit too many does not. What lies beyond `ROBUST_DEVIATIONS` is set
 * to the edge (winsorised), counted and told.
 *
 * P. Rousseeuw & C. Croux, "Alternatives to the Median Absolute Deviation", Journal of the American Statistical
 * Association 88 (1993), for 1.4826; ten deviations are what J. Menchero, D. J. Orr & J. Wang, "The Barra US Equity Model
 * (USE4)", MSCI (2011), take for an error of the data.
 */
import type { InstrumentId } from '#model/ids.ts'
import { medianInPlace } from '#numerics/median.ts'

export const ROBUST_DEVIATIONS = 10
/** Of a normal variable: its standard deviation over its median absolute deviation, and over its mean one. */
const PER_MEDIAN_DEVIATION = 1.4826
const PER_MEAN_DEVIATION = 1.2533
/** With fewer names the index says more of a day than their median. */
const LEAST_NAMES = 20

export interface Outlier {
  readonly instrument: InstrumentId
  /** Which day of the returns. */
  readonly t: number
  readonly found: number
  readonly kept: number
}

/**
 * Cuts outliers back in place.
 *
 * @param own - returns by name, [T] each, NaN outside a history
 * @param index - the market's, where known
 */
export function cutOutliers(
  own: ReadonlyMap<InstrumentId, Float64Array>,
  index: Float64Array | undefined,
): readonly Outlier[] {
  const rows = [...own.values()]
  const T = rows[0]?.length ?? 0
  const scratch = new Float64Array(Math.max(rows.length, T))
  const centre = centreOf(rows, index, T, scratch)
  const spreads = rows.map((row) => spreadOf(row, centre, scratch))
  const dispersion = dispersionOf(rows, spreads, centre, scratch)
  return [...own].flatMap(([instrument, row], i) =>
    cutRow(row, centre, spreads[i]!, dispersion).map((cut) => ({ instrument, ...cut })),
  )
}

/** What a usual name did that day: the median, of few names the index. */
function centreOf(
  rows: readonly Float64Array[],
  index: Float64Array | undefined,
  T: number,
  scratch: Float64Array,
): Float64Array {
  if (rows.length < LEAST_NAMES)
    return (index ?? new Float64Array(T)).map((value) => (Number.isNaN(value) ? 0 : value))
  return new Float64Array(T).map((_, t) => {
    const median = medianOf(rows.length, (i) => rows[i]![t]!, scratch)
    return Number.isNaN(median) ? 0 : median
  })
}

/** The robust standard deviation; of a name that stands still on most days, that by its mean deviation. */
function spreadOf(row: Float64Array, centre: Float64Array, scratch: Float64Array): number {
  const median = medianOf(row.length, (t) => Math.abs(row[t]! - centre[t]!), scratch)
  if (median > 0) return PER_MEDIAN_DEVIATION * median
  let [total, count] = [0, 0]
  for (let t = 0; t < row.length; t++) {
    if (Number.isNaN(row[t]!)) continue
    total += Math.abs(row[t]! - centre[t]!)
    count += 1
  }
  return (PER_MEAN_DEVIATION * total) / Math.max(1, count)
}

/** How many usual deviations names moved from the centre that day, ≥ 1. */
function dispersionOf(
  rows: readonly Float64Array[],
  spreads: readonly number[],
  centre: Float64Array,
  scratch: Float64Array,
): Float64Array {
  if (rows.length < LEAST_NAMES) {
    const usual = PER_MEDIAN_DEVIATION * medianOf(centre.length, (t) => Math.abs(centre[t]!), scratch) // prettier-ignore
    return centre.map((value) => (usual > 0 ? Math.max(1, Math.abs(value) / usual) : 1))
  }
  return centre.map((middle, t) => {
    const apart = (i: number) => spreads[i]! > 0 ? Math.abs(rows[i]![t]! - middle) / spreads[i]! : Number.NaN // prettier-ignore
    const usual = PER_MEDIAN_DEVIATION * medianOf(rows.length, apart, scratch)
    return usual > 1 ? usual : 1
  })
}

function cutRow(
  row: Float64Array,
  centre: Float64Array,
  spread: number,
  dispersion: Float64Array,
): readonly Omit<Outlier, 'instrument'>[] {
  const cuts: Omit<Outlier, 'instrument'>[] = []
  for (let t = 0; t < row.length; t++) {
    const found = row[t]!
    const most = ROBUST_DEVIATIONS * spread * dispersion[t]!
    const apart = found - centre[t]!
    if (!(Math.abs(apart) > most)) continue
    const kept = centre[t]! + Math.sign(apart) * most
    row[t] = kept
    cuts.push({ t, found, kept })
  }
  return cuts
}

/** The median of the values that are not NaN. */
function medianOf(count: number, at: (i: number) => number, scratch: Float64Array): number {
  let length = 0
  for (let i = 0; i < count; i++) {
    const value = at(i)
    if (!Number.isNaN(value)) scratch[length++] = value
  }
  return medianInPlace(scratch, length)
}
