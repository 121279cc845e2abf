/**
 * The small problem inside a Newton step on the dual: minimise over multipliers x
 *
 *     ½(x − x₀)ᵀS(x − x₀) + pᵀ(x − x₀) + Σⱼ supportⱼ(xⱼ)
 *
 * where supportⱼ(x) = upperⱼ·x for x > 0 and lowerⱼ·x for x < 0 has a kink at 0, and x stays where the support is
 * finite. An active-set method: move freely among the pieces until a kink is met, hold there, release what the
 * gradient pulls away. It ends exactly, in about as many rounds as signs change.
 *
 * J. Nocedal & S. Wright, "Numerical Optimization" (2006), section 16.5, for active sets; kinks stand for bounds.
 */
import { factorize, solveLower, solveUpper } from '#numerics/portfolio/cholesky.ts'

export interface Support {
  /** Slopes for x < 0 and x > 0; an infinite one says that x does not go there. */
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** No multiplier is larger than this; ∞ where constraints are hard. */
  readonly priceCap: number
}

/** The distance of −gradient from the slopes that the support has at x; zero when stationary. */
export function slopeExcess(gradient: number, x: number, j: number, support: Support): number {
  const { lower, upper, priceCap } = support
  const right = x >= priceCap ? Infinity : x >= 0 ? upper[j]! : lower[j]!
  const left = x <= -priceCap ? -Infinity : x <= 0 ? lower[j]! : upper[j]!
  if (gradient + right < 0) return gradient + right
  return gradient + left > 0 ? gradient + left : 0
}

/**
 * @param S - symmetric positive definite, m × m
 * @param pull - p, the gradient at x₀ without the support
 * @param from - x₀
 * @returns x
 */
export function kinkedQuadraticMinimum(
  S: Float64Array,
  pull: Float64Array,
  from: Float64Array,
  support: Support,
): Float64Array {
  const m = from.length
  const x = from.slice()
  const gradient = pull.slice()
  const slope = new Float64Array(m)
  const isFree = new Uint8Array(m)
  for (let j = 0; j < m; j++) {
    const excess = slopeExcess(gradient[j]!, x[j]!, j, support)
    if (isAtKink(x[j]!, j, support) && excess === 0) continue
    isFree[j] = 1
    slope[j] = slopeTowards(x[j]!, -excess, j, support)
  }
  for (let round = 0; round < 50 + 4 * m; round++) {
    const isWhole = moved(S, gradient, x, slope, isFree, support)
    if (isWhole && !released(gradient, x, slope, isFree, support)) break
  }
  return x
}

function isAtKink(x: number, j: number, { lower, upper, priceCap }: Support): boolean {
  return (x === 0 && lower[j] !== upper[j]) || Math.abs(x) >= priceCap
}

function slopeTowards(x: number, direction: number, j: number, support: Support): number {
  const isUp = x > 0 || (x === 0 && direction > 0)
  return isUp ? support.upper[j]! : support.lower[j]!
}

/** One step of the free multipliers to their minimum, or to the first kink. Whether it was whole. */
function moved(
  S: Float64Array,
  gradient: Float64Array,
  x: Float64Array,
  slope: Float64Array,
  isFree: Uint8Array,
  support: Support,
): boolean {
  const m = x.length
  const free = [...isFree.keys()].filter((j) => isFree[j] === 1)
  const step = newtonStep(S, gradient, slope, free, m)
  let [share, blocking] = [1, -1]
  free.forEach((j, at) => {
    const end = nextKink(x[j]!, step[at]!, slope[j]!, j, support)
    const reach = step[at] === 0 ? Infinity : (end - x[j]!) / step[at]!
    if (reach < share) [share, blocking] = [Math.max(0, reach), j]
  })
  const end = blocking < 0 ? 0 : nextKink(x[blocking]!, step[free.indexOf(blocking)]!, slope[blocking]!, blocking, support) // prettier-ignore
  free.forEach((j, at) => {
    const change = share * step[at]!
    x[j]! += change
    for (let i = 0; i < m; i++) gradient[i]! += S[i * m + j]! * change
  })
  if (blocking < 0) return true
  x[blocking] = end
  isFree[blocking] = 0
  return false
}

function newtonStep(
  S: Float64Array,
  gradient: Float64Array,
  slope: Float64Array,
  free: readonly number[],
  m: number,
): Float64Array {
  const size = free.length
  const part = new Float64Array(size * size)
  const step = Float64Array.from(free, (j) => -gradient[j]! - slope[j]!)
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) part[i * size + j] = S[free[i]! * m + free[j]!]!
  factorize(part, size)
  solveLower(part, step, size)
  solveUpper(part, step, size)
  return step
}

/** Where a multiplier that moves one way meets a kink; at a kink already when it goes against its slope. */
function nextKink(x: number, step: number, slope: number, j: number, support: Support): number {
  const { lower, upper, priceCap } = support
  const end = step > 0 ? priceCap : -priceCap
  if (lower[j] === upper[j]) return end
  if (x === 0) return slope === (step > 0 ? upper[j] : lower[j]) ? end : 0
  return x > 0 === step > 0 ? end : 0
}

/** Frees the held multiplier that is pulled hardest. Whether there was one. */
function released(
  gradient: Float64Array,
  x: Float64Array,
  slope: Float64Array,
  isFree: Uint8Array,
  support: Support,
): boolean {
  let [hardest, at] = [1e-14, -1]
  for (let j = 0; j < x.length; j++) {
    if (isFree[j] === 1) continue
    const excess = Math.abs(slopeExcess(gradient[j]!, x[j]!, j, support))
    if (excess > hardest) [hardest, at] = [excess, j]
  }
  if (at < 0) return false
  isFree[at] = 1
  slope[at] = slopeTowards(x[at]!, -slopeExcess(gradient[at]!, x[at]!, at, support), at, support)
  return true
}
