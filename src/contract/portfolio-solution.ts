/** The solution of a portfolio problem as other programs read it: `solve --json`. */
import { dictionary } from '#model/codec.ts'
import type { BoundLimit, Conflict } from '#numerics/portfolio/conflict.ts'
import { optimalityOf } from '#numerics/portfolio/optimality.ts'
import { objectiveAt, type PortfolioProblem, type Solution } from '#numerics/portfolio/problem.ts'
import { documentSchema, tableSchema, type Schema } from '#contract/json-schema.ts'
import type { NormalForm } from '#contract/portfolio-normal-form.ts'
import {
  absentable,
  listField,
  measureField,
  objectField,
  textField,
  wholeField,
  wordField,
  type Shape,
} from '#contract/shape.ts'

export interface PortfolioSolution {
  readonly status: 'optimal' | 'infeasible' | 'max-iterations'
  /** Minimised; absent when infeasible, as are weights, iterations, residuals and prices. */
  readonly objective: number | undefined
  readonly weights: readonly number[] | undefined
  readonly iterations: number | undefined
  readonly method: Solution['method'] | undefined
  /** Set-up and solve. */
  readonly milliseconds: number
  readonly warmMilliseconds: number | undefined
  readonly residuals: { readonly primal: number; readonly dual: number; readonly complementarity: number } | undefined // prettier-ignore
  /** What a unit more of each limit is worth, ≥ 0. */
  readonly shadowPrices: Readonly<Record<string, number>> | undefined
  readonly conflict: { readonly limits: readonly string[]; readonly cheapestRelaxation: Readonly<Record<string, number>> } | undefined // prettier-ignore
}

/** How long it took, ms; the median of repeated solves where there were any. */
export type SolveTimes = Pick<PortfolioSolution, 'milliseconds' | 'warmMilliseconds'>

const NOTHING = { objective: undefined, weights: undefined, iterations: undefined, method: undefined, residuals: undefined, shadowPrices: undefined } // prettier-ignore

/** The document of a problem whose limits cannot hold together. */
export function infeasibleDocument(
  { limits, cheapestRelaxation }: Conflict,
  times: SolveTimes,
): PortfolioSolution {
  // prettier-ignore
  const conflict = { limits, cheapestRelaxation: Object.fromEntries(cheapestRelaxation) }
  return { status: 'infeasible', ...NOTHING, ...times, conflict }
}

/** The document of weights that were found. */
export function solutionDocument(
  { problem, bounds }: NormalForm,
  assets: readonly string[],
  { status, weights, multipliers, iterations, method }: Solution,
  times: SolveTimes,
): PortfolioSolution {
  const { primal, dual, complementarity, boundPrices } = optimalityOf(problem, weights, multipliers)
  const ofRows = problem.rows.map(({ name }, j) => [name, Math.abs(multipliers[j]!)] as const)
  const left = boundPrices.slice()
  const ofBounds = bounds.flatMap((bound) => pricesTaken(problem, assets, bound, left))
  return {
    status,
    objective: objectiveAt(problem, weights),
    weights: [...weights],
    iterations,
    method,
    ...times,
    residuals: { primal: Math.max(0, primal), dual, complementarity },
    shadowPrices: Object.fromEntries([...ofRows, ...ofBounds]),
    conflict: undefined,
  }
}

/** Bounds this near to each other are the same. */
const MEETING = 1e-11

/** `position:A0001`: the price of a name's bound goes to the first limit that sets it there, and is taken. */
function pricesTaken(
  { lower, upper }: PortfolioProblem,
  assets: readonly string[],
  bound: BoundLimit,
  left: Float64Array,
): readonly (readonly [string, number])[] {
  const isSingle = bound.name.includes(':')
  return [...bound.names].map((i, at) => {
    const price = left[i]!
    const room = price > 0 ? bound.upper[at]! - upper[i]! : lower[i]! - bound.lower[at]!
    const isTight = room <= MEETING
    if (isTight) left[i] = 0
    return [isSingle ? bound.name : `${bound.name}:${assets[i]}`, isTight ? Math.abs(price) : 0]
  })
}

const numbersByName = (description: string): Shape<Readonly<Record<string, number>>> => ({
  codec: dictionary(measureField('').codec),
  schema: tableSchema(measureField('').schema, description),
})

const SOLUTION: Shape<PortfolioSolution> = objectField({
  status: wordField('how it ended', 'optimal', 'infeasible', 'max-iterations'),
  objective: absentable(measureField('minimised')),
  weights: absentable(listField(measureField('after the trade'), 'in the order of the assets')),
  iterations: absentable(wholeField('of the method')),
  method: absentable(wordField('that found it', 'dual-newton', 'interior-point')),
  milliseconds: measureField('set-up and solve, in a fresh process'),
  warmMilliseconds: absentable(measureField('median of repeated solves, with --repeat')),
  residuals: absentable(
    objectField({
      primal: measureField('largest excess over a limit'),
      dual: measureField('largest slope that no multiplier explains'),
      complementarity: measureField('largest product of a multiplier and its slack'),
    }),
  ),
  shadowPrices: absentable(numbersByName('what a unit more of a limit is worth, ≥ 0')),
  conflict: absentable(
    objectField({
      limits: listField(textField('a limit'), 'cannot hold together; any one fewer can'),
      cheapestRelaxation: numbersByName('by how much limits would have to give, least in sum'),
    }),
  ),
})

export const PORTFOLIO_SOLUTION = SOLUTION.codec

export const PORTFOLIO_SOLUTION_SCHEMA: Schema = documentSchema(
  'Ballast portfolio solution',
  'Optimal weights, what each limit costs, or why there are none: solve --json.',
  SOLUTION.schema,
)
