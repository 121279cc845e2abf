/**
 * The names that could react. Near the optimum most names stay at a kink (at w₀, at 0, at a bound) by a wide margin: a
 * change of their forecast smaller than that leaves their weights where they are. A form of the other names alone, with
 * what the rest adds to the rows kept as it is, costs a fraction to climb; the whole form then says how much of that
 * holds.
 *
 * A. Aravkin et al. and L. El Ghaoui, V. Viallon & T. Rabbani, "Safe Feature Elimination in Sparse Supervised
 * Learning" (2012), for screening; here nothing needs to be safe, since every step is checked on the whole.
 */
import { refreshValues, type DualPoint } from '#numerics/portfolio/dual.ts'
import type { DualForm } from '#numerics/portfolio/dual-form.ts'
import type { PortfolioProblem } from '#numerics/portfolio/problem.ts'

/** Below so many names there is nothing to save. */
const FEWEST_NAMES = 200
/** Shares of the names: that are let react, and that at most are. */
const SHARE = 1 / 8
const LARGEST_SHARE = 1 / 3
/** Margins that are sorted to find how near is near. */
const SAMPLE = 128

/** @returns undefined where too many names could react for it to pay */
export function screened(
  form: DualForm,
  point: DualPoint,
): { readonly form: DualForm; readonly point: DualPoint } | undefined {
  // prettier-ignore
  const { problem, width } = form
  const { n } = problem
  if (n < FEWEST_NAMES) return undefined
  const margins = new Float64Array(n)
  let free = 0
  for (let i = 0; i < n; i++) if ((margins[i] = marginOf(problem, point, i)) === 0) free++
  if (free > LARGEST_SHARE * 0.5 * n) return undefined
  const reach = quantile(margins, Math.min(LARGEST_SHARE, Math.max(SHARE, (3 * free) / n)))
  const near = new Int32Array(n)
  let count = 0
  for (let i = 0; i < n; i++) if (margins[i]! <= reach) near[count++] = i
  if (count > 0.5 * n) return undefined
  return among(form, point, near.subarray(0, count), width)
}

/** By how much a name's forecast may move, either way, before its weight does. */
function marginOf(
  { curvature, start, lower, upper }: PortfolioProblem,
  point: DualPoint,
  i: number,
): number {
  const w = point.weights[i]!
  const z = w - start[i]!
  const [v, s, a] = [point.forecast[i]!, point.holding[i]!, point.trading[i]!]
  const smooth = curvature[i]! * w + 1.5 * point.impact[i]! * Math.sqrt(Math.abs(z)) * Math.sign(z)
  const push = v - smooth - (w > 0 ? s : w < 0 ? -s : 0) - (z > 0 ? a : z < 0 ? -a : 0)
  const slack = (w === 0 ? s : 0) + (z === 0 ? a : 0)
  const up = w >= upper[i]! ? Infinity : slack - push
  const down = w <= lower[i]! ? Infinity : slack + push
  return Math.max(0, Math.min(up, down) - 1e-12 * Math.abs(v))
}

/** The share's quantile of a sample, evenly spaced. */
function quantile(values: Float64Array, share: number): number {
  const stride = Math.max(1, Math.floor(values.length / SAMPLE))
  const sample = new Float64Array(Math.ceil(values.length / stride))
  for (let i = 0; i < sample.length; i++) sample[i] = values[i * stride]!
  sample.sort()
  return sample[Math.floor(share * (sample.length - 1))]!
}

function among(
  form: DualForm,
  point: DualPoint,
  near: Int32Array,
  width: number,
): { readonly form: DualForm; readonly point: DualPoint } {
  // prettier-ignore
  const { problem, matrix, spending, group, groupEnd } = form
  const taken = (all: Float64Array) => taking(all, near)
  const part: DualForm = {
    ...form,
    problem: {
      ...problem,
      n: near.length,
      forecast: taken(problem.forecast),
      start: taken(problem.start),
      curvature: taken(problem.curvature),
      holdingCost: taken(problem.holdingCost),
      tradingCost: taken(problem.tradingCost),
      impact: taken(problem.impact),
      lower: taken(problem.lower),
      upper: taken(problem.upper),
    },
    spending: spending.map(({ trading, impact }) => ({
      trading: taken(trading),
      impact: taken(impact),
    })),
    group: near.map((i) => group[i]!),
    matrix: takingRows(matrix, near, width - groupEnd),
    base: new Float64Array(width),
  }
  const there: DualPoint = {
    theta: point.theta.slice(),
    forecast: taken(point.forecast),
    holding: taken(point.holding),
    trading: taken(point.trading),
    impact: taken(point.impact),
    weights: taken(point.weights),
    trial: new Float64Array(near.length),
    values: new Float64Array(width),
  }
  refreshValues(part, there)
  for (let j = 0; j < width; j++) part.base[j] = point.values[j]! - there.values[j]!
  there.values.set(point.values)
  return { form: part, point: there }
}

function taking(all: Float64Array, near: Int32Array): Float64Array {
  const part = new Float64Array(near.length)
  for (let at = 0; at < near.length; at++) part[at] = all[near[at]!]!
  return part
}

function takingRows(matrix: Float64Array, near: Int32Array, width: number): Float64Array {
  const part = new Float64Array(near.length * width)
  for (let at = 0; at < near.length; at++)
    part.set(matrix.subarray(near[at]! * width, (near[at]! + 1) * width), at * width)
  return part
}
