/**
 * Which limits cannot hold together, in the fewest: a set that is infeasible, and feasible when any one of it is left
 * out. Begins with what the Farkas certificate leans on and leaves out one limit after another (the deletion filter).
 *
 * J. Chinneck & E. Dravnieks, "Locating Minimal Infeasible Constraint Sets in Linear Programs" (1991).
 */
import { infeasibilityOf, type Infeasibility } from '#numerics/portfolio/feasibility.ts'
import type { PortfolioProblem } from '#numerics/portfolio/problem.ts'

/** Bounds that cross by less than this meet. */
const ROUNDING = 1e-12

/** A limit on single weights, by the name that people know it by. */
export interface BoundLimit {
  readonly name: string
  /** The names that it bounds, and between what. */
  readonly names: Int32Array
  readonly lower: Float64Array
  readonly upper: Float64Array
}

export interface Conflict {
  /** Names of rows and bound limits; minimal. */
  readonly limits: readonly string[]
  /** Rows that would have to give, and by how much, cheapest in sum. */
  readonly cheapestRelaxation: ReadonlyMap<string, number>
}

/**
 * @param bounds - what `problem.lower` and `problem.upper` come from
 * @returns undefined where the limits can hold together
 */
export function conflictOf(
  problem: PortfolioProblem,
  bounds: readonly BoundLimit[],
): Conflict | undefined {
  // prettier-ignore
  const crossed = crossedBounds(problem, bounds)
  if (crossed !== undefined) return crossed
  const whole = infeasibilityOf(problem)
  if (whole === undefined) return undefined
  const gives = problem.rows.map((row, j) => [row.name, whole.relaxation[j]!] as const)
  const cheapestRelaxation = new Map(gives.filter(([, size]) => size > 0))
  const names = [...problem.rows.map((row) => row.name), ...bounds.map((bound) => bound.name)]
  const suspects = suspectsOf(problem, bounds, whole)
  let kept = isInfeasible(problem, bounds, suspects) ? suspects : new Set(names)
  // A set that rounding did not prove infeasible among many may be proven so among few: until no more goes.
  for (let before = Infinity; kept.size < before;) {
    before = kept.size
    kept = filtered(problem, bounds, kept)
  }
  return { limits: names.filter((name) => kept.has(name)), cheapestRelaxation }
}

/** Leaves out each limit without which the others still cannot hold. */
function filtered(
  problem: PortfolioProblem,
  bounds: readonly BoundLimit[],
  among: ReadonlySet<string>,
): ReadonlySet<string> {
  // prettier-ignore
  let kept = among
  for (const name of among) {
    const fewer = new Set([...kept].filter((other) => other !== name))
    if (isInfeasible(problem, bounds, fewer)) kept = fewer
  }
  return kept
}

/** Two limits that leave one name no weight at all; the wider reaching of them gives. */
function crossedBounds(
  { n, lower, upper }: PortfolioProblem,
  bounds: readonly BoundLimit[],
): Conflict | undefined {
  // prettier-ignore
  for (let i = 0; i < n; i++) {
    if (lower[i]! <= upper[i]! + ROUNDING) continue
    const below = bounds.find((bound) => boundAt(bound, bound.lower, i) === lower[i])!
    const above = bounds.find((bound) => boundAt(bound, bound.upper, i) === upper[i])!
    const gives = below.names.length > above.names.length ? below : above
    const limits = bounds.filter((bound) => bound === below || bound === above).map(({ name }) => name) // prettier-ignore
    return { limits, cheapestRelaxation: new Map([[gives.name, lower[i]! - upper[i]!]]) }
  }
  return undefined
}

const boundAt = ({ names }: BoundLimit, values: Float64Array, i: number): number | undefined =>
  values[names.length === 1 ? names.indexOf(i) : i]

/** What the certificate has a multiplier for, or leans on at a bound. */
function suspectsOf(
  { rows, lower, upper }: PortfolioProblem,
  bounds: readonly BoundLimit[],
  { multipliers, leansOn }: Infeasibility,
): ReadonlySet<string> {
  const ofRows = rows.filter((_, j) => Math.abs(multipliers[j]!) > 1e-12)
  const ofBounds = bounds.filter((bound) =>
    bound.names.some(
      (i, at) =>
        (leansOn[i] === 1 && bound.upper[at] === upper[i]) ||
        (leansOn[i] === -1 && bound.lower[at] === lower[i]),
    ),
  )
  return new Set([...ofRows, ...ofBounds].map(({ name }) => name))
}

function isInfeasible(
  problem: PortfolioProblem,
  bounds: readonly BoundLimit[],
  among: ReadonlySet<string>,
): boolean {
  const lower = new Float64Array(problem.n).fill(-Infinity)
  const upper = new Float64Array(problem.n).fill(Infinity)
  for (const bound of bounds) {
    if (!among.has(bound.name)) continue
    bound.names.forEach((i, at) => {
      lower[i] = Math.max(lower[i]!, bound.lower[at]!)
      upper[i] = Math.min(upper[i]!, bound.upper[at]!)
    })
  }
  for (let i = 0; i < problem.n; i++) if (lower[i]! > upper[i]! + ROUNDING) return true
  const rows = problem.rows.filter((row) => among.has(row.name))
  return infeasibilityOf({ n: problem.n, start: problem.start, lower, upper, rows }) !== undefined
}
