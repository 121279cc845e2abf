/**
 * A structured interior point for the portfolio problem: the cross-check of the dual Newton method, and what solves
 * problems that it does not take (a name without specific risk) or gives up.
 *
 * Sizes are split off name by name: u ≥ |w| carries holding costs and gross rows, s ≥ |w − w₀| trading costs, impact
 * b·s^{3/2} (smooth at s > 0, where the method stays) and turnover rows. Each name is then a 3 × 3 block B, rows and
 * factors couple them through E, and (B + EWEᵀ)x = r takes one dense system W⁻¹ + EᵀB⁻¹E of the rows and factors. A row
 * that counts what trading spends is linearised where the iterate stands and bends the blocks by its price.
 *
 * S. Mehrotra, "On the Implementation of a Primal-Dual Interior Point Method" (1992), for predictor and corrector.
 */
import { factorize, solveLower, solveUpper } from '#numerics/portfolio/cholesky.ts'
import { spendingSlope, spentOn, type PortfolioProblem, type Solution, type Spending } from '#numerics/portfolio/problem.ts' // prettier-ignore

const MOST_ITERATIONS = 150
/** Of the mean product of slack and multiplier, and of what conditions miss; relative to the forecasts. */
const TOLERANCE = 1e-11
/** What is still a solution where rounding lets no step improve on it, and how long is tried. */
const ACCEPTABLE = 1e-7
const MOST_WORSE = 8
const TO_BOUNDARY = 0.995
/** Keeps a block invertible where nothing curves it. */
const LEAST_CURVATURE = 1e-13

/** A name's inequalities as coefficients of (w, u, s): u ± w ≥ 0, s ± (w − w₀) ≥ 0, its bounds. */
// prettier-ignore
const SIDES = [[-1, 1, 0], [1, 1, 0], [-1, 0, 1], [1, 0, 1], [1, 0, 0], [-1, 0, 0]] as const
const OF_NAME = SIDES.length

/** Which of (w, u, s) a row sums. */
const PART = { net: 0, gross: 1, turnover: 2 } as const

/** Everything that moves: variables, slacks and multipliers; inequalities of names first, then two a row. */
interface Iterate {
  readonly x: Float64Array
  readonly slack: Float64Array
  readonly price: Float64Array
  /** Multipliers of rows that are equations. */
  readonly free: Float64Array
}

interface Layout {
  readonly problem: PortfolioProblem
  /** Rows and factors. */
  readonly width: number
  readonly m: number
  /** 1 where an inequality is there. */
  readonly isThere: Uint8Array
  readonly constant: Float64Array
  readonly isFixed: Uint8Array
  readonly isEquation: Uint8Array
  readonly part: Uint8Array
  /** n × width. */
  readonly rates: Float64Array
  readonly spending: readonly SpendingRow[]
}

/** A row that counts spending: what it charges of a unit of s more, at the iterate. */
interface SpendingRow {
  readonly row: number
  readonly spends: Spending
  readonly slopes: Float64Array
}

/** Solves a problem that has a solution; `max-iterations` else. */
export function interiorPoint(problem: PortfolioProblem): Solution {
  const layout = layoutOf(problem)
  const scale = problem.forecast.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-3)
  // Products of slack and multiplier go no lower: stationarity needs what rounding leaves of them.
  const floor = 0.1 * TOLERANCE * scale
  let at = firstIterate(layout)
  let best = { at, merit: Infinity, iterations: 0 }
  for (let iterations = 0; iterations < MOST_ITERATIONS; iterations++) {
    linearize(layout, at)
    const residual = residualsOf(layout, at)
    const mean = gapOf(layout, at)
    const merit = Math.max(residual.worst / Math.max(1, scale), mean / scale)
    if (!(merit < Infinity)) break
    if (merit < best.merit) best = { at, merit, iterations }
    const patience = best.merit <= ACCEPTABLE ? MOST_WORSE : 5 * MOST_WORSE
    if (merit <= TOLERANCE || iterations > best.iterations + patience) break
    const system = systemOf(layout, at)
    const none = new Float64Array(at.slack.length)
    const predictor = stepOf(layout, at, residual, system, 0, none)
    const left = gapOf(layout, moved(at, predictor, boundaryShare(layout, at, predictor)))
    const correction = none.map((_, c) => predictor.slack[c]! * predictor.price[c]!)
    const target = Math.max((left / mean) ** 3 * mean, floor)
    const step = stepOf(layout, at, residual, system, target, correction)
    at = moved(at, step, Math.min(1, TO_BOUNDARY * boundaryShare(layout, at, step)))
  }
  const status = best.merit <= ACCEPTABLE ? 'optimal' : 'max-iterations'
  return solutionOf(layout, best.at, status, best.iterations)
}

function layoutOf(problem: PortfolioProblem): Layout {
  const { n, rows, factors, lower, upper, start } = problem
  const [m, width] = [rows.length, rows.length + factors]
  const isThere = new Uint8Array(OF_NAME * n + 2 * m)
  const constant = new Float64Array(isThere.length)
  const rates = new Float64Array(n * width)
  for (let i = 0; i < n; i++) {
    rows.forEach((row, j) => (rates[i * width + j] = row.rates[i]!))
    for (let j = 0; j < factors; j++) rates[i * width + m + j] = problem.loadings[i * factors + j]!
    const hasSize = problem.holdingCost[i]! > 0 || isCounted('gross', i)
    const hasTrade = problem.tradingCost[i]! > 0 || problem.impact[i]! > 0 || isCounted('turnover', i) // prettier-ignore
    const isFixed = lower[i] === upper[i]
    const here = [hasSize, hasSize, hasTrade, hasTrade, !isFixed && lower[i]! > -Infinity, !isFixed && upper[i]! < Infinity] // prettier-ignore
    const terms = [0, 0, start[i]!, -start[i]!, -lower[i]!, upper[i]!]
    here.forEach((is, side) => {
      isThere[OF_NAME * i + side] = is ? 1 : 0
      constant[OF_NAME * i + side] = is ? terms[side]! : 0
    })
  }
  rows.forEach((row, j) => {
    const [high, low] = [OF_NAME * n + 2 * j, OF_NAME * n + 2 * j + 1]
    if (row.lower === row.upper) return
    isThere[high] = row.upper < Infinity ? 1 : 0
    isThere[low] = row.lower > -Infinity ? 1 : 0
    constant[high] = row.upper
    constant[low] = -row.lower
  })
  const isFixed = Uint8Array.from(lower, (bound, i) => (bound === upper[i] ? 1 : 0))
  const isEquation = Uint8Array.from(rows, (row) => (row.lower === row.upper ? 1 : 0))
  const part = Uint8Array.from({ length: width }, (_, j) => (j < m ? PART[rows[j]!.measure] : 0))
  const spending = rows.flatMap(({ spends }, row) => (spends === undefined ? [] : [{ row, spends, slopes: new Float64Array(n) }])) // prettier-ignore
  return { problem, width, m, isThere, constant, isFixed, isEquation, part, rates, spending }

  function isCounted(measure: 'gross' | 'turnover', i: number): boolean {
    return rows.some((row) => (row.measure === measure && row.rates[i]! > 0) || (measure === 'turnover' && isSpent(row.spends, i))) // prettier-ignore
  }
}

const isSpent = (spends: Spending | undefined, i: number): boolean =>
  spends !== undefined && (spends.trading[i]! > 0 || spends.impact[i]! > 0)

/** Brings the slopes of what rows count of trades to the iterate. */
function linearize({ spending }: Layout, { x }: Iterate): void {
  for (const { spends, slopes } of spending)
    for (let i = 0; i < slopes.length; i++)
      slopes[i] = spendingSlope(spends, i, Math.max(0, x[3 * i + 2]!))
}

function firstIterate(layout: Layout): Iterate {
  const { problem, m, isThere, isFixed } = layout
  const { n, lower, upper, start } = problem
  const x = new Float64Array(3 * n)
  for (let i = 0; i < n; i++) {
    const [low, high] = [Math.max(lower[i]!, -1), Math.min(upper[i]!, 1)]
    const room = isFixed[i] === 1 ? 0 : 0.1 * Math.max(0, high - low)
    const w = Math.min(Math.max(start[i]!, low + room), Math.max(high - room, low + room))
    x[3 * i] = isFixed[i] === 1 ? lower[i]! : w
    x[3 * i + 1] = Math.abs(x[3 * i]!) + 1 / n
    x[3 * i + 2] = Math.abs(x[3 * i]! - start[i]!) + 1 / n
  }
  const slack = new Float64Array(isThere.length)
  const price = Float64Array.from(isThere, (is) => 0.05 * is)
  const at = { x, slack, price, free: new Float64Array(m) }
  const values = inequalityValues(layout, at, rowValues(layout, x))
  const least = (c: number) => (c < OF_NAME * n ? 0.1 / n : 0.1)
  for (let c = 0; c < slack.length; c++) slack[c] = Math.max(least(c), values[c]!)
  return at
}

/** Each inequality's left side, which should be its slack; `sums` are the rows' values. */
function inequalityValues(layout: Layout, { x }: Iterate, sums: Float64Array): Float64Array {
  const { problem, isThere, constant, m } = layout
  const { n } = problem
  const values = new Float64Array(isThere.length)
  for (let i = 0; i < n; i++)
    SIDES.forEach(([w, u, s], side) => {
      const c = OF_NAME * i + side
      if (isThere[c] === 1)
        values[c] = w * x[3 * i]! + u * x[3 * i + 1]! + s * x[3 * i + 2]! + constant[c]!
    })
  for (let j = 0; j < m; j++) {
    const c = OF_NAME * n + 2 * j
    values[c] = isThere[c] === 1 ? constant[c]! - sums[j]! : 0
    values[c + 1] = isThere[c + 1] === 1 ? constant[c + 1]! + sums[j]! : 0
  }
  return values
}

/** What the rows and factors come to: Eᵀx, and what trades of these sizes spend. */
function rowValues(layout: Layout, x: Float64Array): Float64Array {
  const sums = rateSums(layout, x)
  for (const { row, spends, slopes } of layout.spending)
    for (let i = 0; i < slopes.length; i++)
      sums[row]! += spentOn(spends, i, Math.max(0, x[3 * i + 2]!))
  return sums
}

/** Eᵀx, E with the slopes of what trades spend. */
function rowSums(layout: Layout, x: Float64Array): Float64Array {
  const sums = rateSums(layout, x)
  for (const { row, slopes } of layout.spending)
    for (let i = 0; i < slopes.length; i++) sums[row]! += slopes[i]! * x[3 * i + 2]!
  return sums
}

function rateSums({ problem, width, part, rates }: Layout, x: Float64Array): Float64Array {
  const sums = new Float64Array(width)
  for (let i = 0; i < problem.n; i++)
    for (let j = 0; j < width; j++) sums[j]! += rates[i * width + j]! * x[3 * i + part[j]!]!
  return sums
}

/** target += E·scale. */
function addRows(
  { problem, width, part, rates, spending }: Layout,
  scale: Float64Array,
  target: Float64Array,
): void {
  // prettier-ignore
  for (let i = 0; i < problem.n; i++)
    for (let j = 0; j < width; j++) target[3 * i + part[j]!]! += rates[i * width + j]! * scale[j]!
  for (const { row, slopes } of spending)
    for (let i = 0; i < slopes.length; i++) target[3 * i + 2]! += slopes[i]! * scale[row]!
}

/** Adds scale·(coefficients) of the inequalities to a target over (w, u, s). */
function addSides(layout: Layout, scale: Float64Array, target: Float64Array): void {
  const { problem, isThere, m, width } = layout
  const { n } = problem
  for (let i = 0; i < n; i++)
    SIDES.forEach((sides, side) => {
      const c = OF_NAME * i + side
      if (isThere[c] === 0) return
      for (let a = 0; a < 3; a++) target[3 * i + a]! += sides[a]! * scale[c]!
    })
  const ofRows = new Float64Array(width)
  for (let j = 0; j < m; j++) {
    const c = OF_NAME * n + 2 * j
    ofRows[j] = (isThere[c + 1] === 1 ? scale[c + 1]! : 0) - (isThere[c] === 1 ? scale[c]! : 0)
  }
  addRows(layout, ofRows, target)
}

interface Residuals {
  /** What stationarity, the inequalities and the equations miss. */
  readonly dual: Float64Array
  readonly primal: Float64Array
  readonly equation: Float64Array
  readonly worst: number
}

function residualsOf(layout: Layout, at: Iterate): Residuals {
  const { problem, m, width, isThere, isEquation, isFixed } = layout
  const { n, rows } = problem
  const dual = new Float64Array(3 * n)
  for (let i = 0; i < n; i++) {
    dual[3 * i] = problem.curvature[i]! * at.x[3 * i]! - problem.forecast[i]!
    if (isThere[OF_NAME * i] === 1) dual[3 * i + 1] = problem.holdingCost[i]!
    if (isThere[OF_NAME * i + 2] === 1)
      dual[3 * i + 2] = problem.tradingCost[i]! + 1.5 * problem.impact[i]! * Math.sqrt(Math.max(0, at.x[3 * i + 2]!)) // prettier-ignore
  }
  const sums = rowValues(layout, at.x)
  const charged = Float64Array.from({ length: width }, (_, j) => (j < m ? (isEquation[j] === 1 ? at.free[j]! : 0) : sums[j]!)) // prettier-ignore
  addRows(layout, charged, dual)
  addSides(layout, at.price.map((price) => -price), dual) // prettier-ignore
  for (let i = 0; i < n; i++) {
    if (isFixed[i] === 1) dual[3 * i] = 0
    if (isThere[OF_NAME * i] === 0) dual[3 * i + 1] = 0
    if (isThere[OF_NAME * i + 2] === 0) dual[3 * i + 2] = 0
  }
  const primal = inequalityValues(layout, at, sums)
  for (let c = 0; c < primal.length; c++) primal[c] = isThere[c] === 1 ? primal[c]! - at.slack[c]! : 0 // prettier-ignore
  const equation = Float64Array.from(rows, (row, j) => (isEquation[j] === 1 ? sums[j]! - row.upper : 0)) // prettier-ignore
  const worst = [dual, primal, equation].reduce((most, part) => part.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0) // prettier-ignore
  return { dual, primal, equation, worst }
}

/** The mean of slack × multiplier. */
function gapOf({ isThere }: Layout, { slack, price }: Iterate): number {
  let [sum, count] = [0, 0]
  for (let c = 0; c < slack.length; c++) {
    if (isThere[c] === 0) continue
    sum += slack[c]! * price[c]!
    count++
  }
  return count === 0 ? 0 : sum / count
}

interface System {
  /** Inverses of the blocks, 9 a name. */
  readonly inverse: Float64Array
  /** Cholesky factor of W⁻¹ + EᵀB⁻¹E. */
  readonly factor: Float64Array
}

function systemOf(layout: Layout, at: Iterate): System {
  const { problem, width, m, isThere, isEquation, part, rates, spending } = layout
  const { n } = problem
  const inverse = new Float64Array(9 * n)
  const dense = new Float64Array(width * width)
  for (let i = 0; i < n; i++) {
    invertBlock(layout, at, i, inverse)
    for (let a = 0; a < width; a++) {
      const rate = rates[i * width + a]!
      if (rate === 0) continue
      for (let b = 0; b <= a; b++)
        dense[a * width + b]! += rate * inverse[9 * i + 3 * part[a]! + part[b]!]! * rates[i * width + b]! // prettier-ignore
    }
  }
  for (const row of spending) addSpending(layout, row, inverse, dense)
  for (let j = 0; j < width; j++) {
    const c = OF_NAME * n + 2 * j
    const ratio = (side: number) => (isThere[side] === 1 ? at.price[side]! / at.slack[side]! : 0)
    const weight = j >= m ? 1 : isEquation[j] === 1 ? Infinity : ratio(c) + ratio(c + 1)
    // A row without a bound has no weight: its part of the step is nil.
    dense[j * width + j]! += weight === 0 ? 1e100 : 1 / weight + (weight === Infinity ? 1e-14 : 0)
  }
  factorize(dense, width)
  return { inverse, factor: dense }
}

/** Adds what a row's slopes over s add to EᵀB⁻¹E: against every rate, and against the slopes of rows up to its own. */
function addSpending(
  { problem, width, part, rates, spending }: Layout,
  { row, slopes }: SpendingRow,
  inverse: Float64Array,
  dense: Float64Array,
): void {
  // prettier-ignore
  const add = (other: number, value: number) => (dense[Math.max(row, other) * width + Math.min(row, other)]! += value) // prettier-ignore
  for (let i = 0; i < problem.n; i++) {
    const slope = slopes[i]!
    if (slope === 0) continue
    for (let b = 0; b < width; b++)
      add(b, (b === row ? 2 : 1) * slope * inverse[9 * i + 6 + part[b]!]! * rates[i * width + b]!)
    for (const other of spending)
      if (other.row <= row) add(other.row, slope * inverse[9 * i + 8]! * other.slopes[i]!)
  }
}

/**
 * B⁻¹ of one name. With weights a and b of its two sides a size has the block [[a + b, b − a], [b − a, a + b + c]]
 * over w and itself, and leaves ((a + b)c + 4ab) / (a + b + c) to w: no difference of large numbers is taken.
 */
function invertBlock(
  { problem, isThere, isFixed, spending }: Layout,
  at: Iterate,
  i: number,
  out: Float64Array,
): void {
  // prettier-ignore
  const weight = (side: number) => {
    const c = OF_NAME * i + side
    return isThere[c] === 1 ? at.price[c]! / at.slack[c]! : 0
  }
  let b = problem.impact[i]!
  for (const { row, spends } of spending) b += spends.impact[i]! * at.price[OF_NAME * problem.n + 2 * row]! // prettier-ignore
  const bend = b > 0 ? (0.75 * b) / Math.sqrt(Math.max(1e-30, at.x[3 * i + 2]!)) : 0
  const size = sizeBlock(weight(0), weight(1), LEAST_CURVATURE)
  const trade = sizeBlock(weight(2), weight(3), bend + LEAST_CURVATURE)
  const curvature = problem.curvature[i]! + LEAST_CURVATURE + (isFixed[i] === 1 ? 1e30 : 0)
  const top = 1 / (curvature + weight(4) + weight(5) + size.left + trade.left)
  const [ru, rs] = [size.ratio, trade.ratio]
  out.set([top, -top * ru, -top * rs, -top * ru, size.inverse + top * ru * ru, top * ru * rs, -top * rs, top * ru * rs, trade.inverse + top * rs * rs], 9 * i) // prettier-ignore
}

function sizeBlock(
  a: number,
  b: number,
  curvature: number,
): { readonly left: number; readonly ratio: number; readonly inverse: number } {
  // prettier-ignore
  const diagonal = a + b + curvature
  if (a + b === 0) return { left: 0, ratio: 0, inverse: 1 }
  const left = ((a + b) * curvature + 4 * a * b) / diagonal
  return { left, ratio: (b - a) / diagonal, inverse: 1 / diagonal }
}

function stepOf(
  layout: Layout,
  at: Iterate,
  residual: Residuals,
  { inverse, factor }: System,
  target: number,
  correction: Float64Array,
): Iterate {
  const { problem, m, width, isThere, isEquation } = layout
  const pushes = at.slack.map(
    (slack, c) =>
    isThere[c] === 1 ? (target - slack * at.price[c]! - correction[c]! - at.price[c]! * residual.primal[c]!) / slack : 0, // prettier-ignore
  )
  const x = residual.dual.map((value) => -value)
  addSides(layout, pushes, x)
  applyInverse(inverse, x)
  const nu = rowSums(layout, x)
  for (let j = 0; j < m; j++) nu[j]! += residual.equation[j]!
  solveLower(factor, nu, width)
  solveUpper(factor, nu, width)
  const back = new Float64Array(x.length)
  addRows(layout, nu, back)
  applyInverse(inverse, back)
  for (let i = 0; i < x.length; i++) x[i]! -= back[i]!
  const change = { ...at, x }
  const slack = inequalityValues({ ...layout, constant: new Float64Array(isThere.length) }, change, rowSums(layout, x)) // prettier-ignore
  const price = new Float64Array(slack.length)
  for (let c = 0; c < slack.length; c++) {
    if (isThere[c] === 0) continue
    slack[c]! += residual.primal[c]!
    price[c] = (target - at.slack[c]! * at.price[c]! - correction[c]! - at.price[c]! * slack[c]!) / at.slack[c]! // prettier-ignore
  }
  const free = Float64Array.from(problem.rows, (_, j) => (isEquation[j] === 1 ? nu[j]! : 0))
  return { x, slack, price, free }
}

/** x ← B⁻¹x, name by name. */
function applyInverse(inverse: Float64Array, x: Float64Array): void {
  for (let i = 0; i < x.length; i += 3) {
    const [a, b, s, at] = [x[i]!, x[i + 1]!, x[i + 2]!, 3 * i]
    for (let k = 0; k < 3; k++)
      x[i + k] = inverse[at + 3 * k]! * a + inverse[at + 3 * k + 1]! * b + inverse[at + 3 * k + 2]! * s // prettier-ignore
  }
}

/** How much of a step keeps slacks and multipliers positive, 1 at most. */
function boundaryShare({ isThere }: Layout, at: Iterate, step: Iterate): number {
  let share = 1
  for (let c = 0; c < isThere.length; c++) {
    if (isThere[c] === 0) continue
    if (step.slack[c]! < 0) share = Math.min(share, -at.slack[c]! / step.slack[c]!)
    if (step.price[c]! < 0) share = Math.min(share, -at.price[c]! / step.price[c]!)
  }
  return share
}

function moved(at: Iterate, step: Iterate, share: number): Iterate {
  const along = (from: Float64Array, by: Float64Array) => from.map((value, i) => value + share * by[i]!) // prettier-ignore
  return {
    x: along(at.x, step.x),
    slack: along(at.slack, step.slack),
    price: along(at.price, step.price),
    free: along(at.free, step.free),
  }
}

function solutionOf(
  layout: Layout,
  at: Iterate,
  status: Solution['status'],
  iterations: number,
): Solution {
  // prettier-ignore
  const { problem, m, isEquation } = layout
  const { n, lower, upper } = problem
  const weights = Float64Array.from({ length: n }, (_, i) => Math.min(Math.max(at.x[3 * i]!, lower[i]!), upper[i]!)) // prettier-ignore
  const multipliers = Float64Array.from({ length: m }, (_, j) => {
    const c = OF_NAME * n + 2 * j
    return isEquation[j] === 1 ? at.free[j]! : at.price[c]! - at.price[c + 1]!
  })
  const factors = rateSums(layout, at.x).slice(m)
  return { status, weights, multipliers, factors, iterations, method: 'interior-point' }
}
