/**
 * Holds the figures that are no sum of weights (value at risk, shortfall, beta, margin) to their
 * limits: additions are cut by a common share until the book is no worse than max(warn, today).
 *
 * Historical value at risk is not convex in the weights, so shares are tried from the whole down
 * in steps rather than searched for. Reductions are left alone: what they do to these figures
 * they do by taking risk off, and where they take a hedge off, the after figures say so.
 */
import type { Metrics } from '#model/metrics.ts'
import type { Limit, Metric } from '#risk/limits.ts'

const HELD = [
  'var95',
  'var99',
  'expectedShortfall',
  'beta',
  'marginCushion',
] as const satisfies readonly Metric[]
const STEPS = 32

export interface Budgeted {
  readonly weights: Float64Array
  readonly shrunkBy: readonly Metric[]
}

/**
 * @param held - weights now, [n]
 * @param to - weights wanted, [n]
 * @param measure - the figures of a book with these weights; unmeasurable ones (NaN) are left to
 *   the limits check
 */
export function withinRiskBudget(
  held: Float64Array,
  to: Float64Array,
  limits: readonly Limit[],
  measure: (weights: Float64Array) => Pick<Metrics, (typeof HELD)[number]>,
): Budgeted {
  const rows = HELD.flatMap((metric) =>
    limits.flatMap((limit) => (limit.metric === metric ? [{ ...limit, metric }] : [])),
  )
  const today = measure(held)
  const over = (weights: Float64Array): Metric[] => {
    const figures = measure(weights)
    return rows.filter((limit) => isWorse(limit, figures[limit.metric], today[limit.metric])).map(({ metric }) => metric) // prettier-ignore
  }
  const broken = over(to)
  if (broken.length === 0) return { weights: to, shrunkBy: [] }
  for (let step = STEPS - 1; step >= 0; step--) {
    const weights = withAdditions(held, to, step / STEPS)
    if (step === 0 || over(weights).length === 0) return { weights, shrunkBy: broken }
  }
  return { weights: to, shrunkBy: [] }
}

/** Beyond both the warning level and where the book stands. */
function isWorse({ warn, direction }: Limit, figure: number, today: number): boolean {
  if (direction === 'min') return figure < Math.min(warn, today)
  return direction === 'max'
    ? figure > Math.max(warn, today)
    : Math.abs(figure) > Math.max(warn, Math.abs(today))
}

/** The reductions of a move whole, its additions by a share. */
function withAdditions(held: Float64Array, to: Float64Array, share: number): Float64Array {
  return to.map((weight, i) => {
    const from = held[i]!
    const kept = from * weight > 0 ? Math.min(Math.abs(from), Math.abs(weight)) : 0
    return Math.sign(weight) * (kept + share * (Math.abs(weight) - kept))
  })
}
