/**
 * How a day's volume is spread over its session: the instrument's own curve, from days of bars, or an even one.
 *
 * A curve is the share of the day's volume that has traded at evenly spaced times, from 0 at the open to 1 at the close;
 * between them it is straight. J. Bialkowski, S. Darolles & G. Le Fol, "Improving VWAP strategies: A dynamic volume
 * approach", Journal of Banking & Finance 32 (2008), for the mean of past days as the plain forecast of the curve.
 */
import type { EpochMs } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { SessionWindow } from '#execution/algorithms/parent-order.ts'

type Hours = Pick<SessionWindow, 'opensAt' | 'closesAt'>

/**
 * The share of the day's volume that has traded at an instant.
 *
 * @param curve - empty: even
 *
 * @example
 * tradedShare([0, 0.4, 0.6, 1], { opensAt: 0, closesAt: 300 }, 50) // => 0.2
 */
export function tradedShare(curve: readonly number[], hours: Hours, at: EpochMs): number {
  const elapsed = (at - hours.opensAt) / (hours.closesAt - hours.opensAt)
  const x = Math.min(1, Math.max(0, elapsed))
  if (curve.length < 2) return x
  const place = x * (curve.length - 1)
  const before = Math.min(curve.length - 2, Math.floor(place))
  const [low, high] = [curve[before] ?? 0, curve[before + 1] ?? 1]
  return low + (high - low) * (place - before)
}

/**
 * The mean curve of some days: each day counts alike, however much it traded.
 *
 * @param days - each with its session and the bars that start in it
 * @param parts - how many stretches the curve has, ≥ 1
 * @returns parts + 1 shares; empty where no day traded, which is read as an even curve
 */
export function volumeCurveOf(
  days: readonly {
    readonly hours: Hours
    readonly bars: readonly Pick<PriceBar, 'at' | 'volume'>[]
  }[],
  parts: number,
): readonly number[] {
  const mean = new Float64Array(parts)
  let counted = 0
  for (const { hours, bars } of days) {
    const inside = bars.filter(({ at }) => at >= hours.opensAt && at < hours.closesAt)
    const total = inside.reduce((sum, { volume }) => sum + volume, 0)
    if (total <= 0) continue
    counted++
    for (const { at, volume } of inside) {
      const part = Math.floor(((at - hours.opensAt) / (hours.closesAt - hours.opensAt)) * parts)
      mean[part] = (mean[part] ?? 0) + volume / total
    }
  }
  return counted === 0 ? [] : cumulated(mean)
}

function cumulated(shares: Float64Array): readonly number[] {
  const total = shares.reduce((sum, share) => sum + share, 0)
  const curve = [0]
  let sum = 0
  for (const share of shares) curve.push((sum += share / total))
  curve[shares.length] = 1
  return curve.map((share) => Math.min(1, share))
}
