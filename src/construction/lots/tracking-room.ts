/** The limit on the tracking error, as whole lots see it: the variance against the benchmark over what is allowed. */
import type { ExposureMatrices } from '#construction/lots/marginal-risk.ts'
import type { LotProblem } from '#construction/lots/lot-problem.ts'

export interface TrackingRoom {
  /** Most of the share below: 1, or where the book starts; and what the optimum reaches. */
  readonly upper: number
  readonly goalUpper: number
  /** Horizon / most². */
  readonly scale: number
  /** (Cov b)ᵢ a day of the benchmark, [n]. */
  readonly offset: Float64Array
  /** Variance of the difference over its most. */
  shareAt(w: Float64Array): number
}

/** Undefined where no tracking error is limited. */
export function trackingRoomOf(
  { of, optimum }: LotProblem,
  matrices: ExposureMatrices,
): TrackingRoom | undefined {
  if (of.tracking === undefined) return undefined
  const { weights, most } = of.tracking
  const scale = of.horizonDays / (most * most)
  const offset = slopesOf(matrices, weights)
  const shareAt = (w: Float64Array): number => {
    const apart = w.map((x, i) => x - weights[i]!)
    const slopes = slopesOf(matrices, apart)
    return scale * apart.reduce((sum, x, i) => sum + x * slopes[i]!, 0)
  }
  const upper = Math.max(1, shareAt(of.start))
  const goalUpper = Math.min(upper, Math.max(1, shareAt(optimum.weights)))
  return { upper, goalUpper, scale, offset, shareAt }
}

function slopesOf(matrices: ExposureMatrices, w: Float64Array): Float64Array {
  const pull = new Float64Array(matrices.k)
  matrices.addPull(pull, w)
  return w.map((_, i) => matrices.slopeAt(pull, w, i))
}
