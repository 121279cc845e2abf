/**
 * Holds the figures that are no sum of weights (value at risk, shortfall, beta, margin) to their
 * limits: additions are cut by a common share until the book is no worse than max(warn, today).
 *
 * Historical value at risk is not convex in the weights, so shares are tried from the whole down
 * in steps rather than searched for. Reductions are left alone: what they do to these figures
 * they do by taking risk off, and where they take a hedge off, the after figures say so. Where they
 * take off so much that no share will do, the one that is least beyond is taken, for additions may be
 * hedges themselves.
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
 * @param measure - the figures of the book that these weights lead to, whole lots considered;
 *   unmeasurable ones (NaN) are left to the limits check
 */
export function withinRiskBudget(
  held: Float64Array,
  to: Float64Array,
  limits: readonly Limit[],
  measure: (weights: Float64Array) => Figures,
): Budgeted {
  const today = measure(held)
  const beyond = (weights: Float64Array): Beyond[] => beyondBudget(limits, measure(weights), today)
  const broken = beyond(to)
  if (broken.length === 0) return { weights: to, shrunkBy: [] }
  let best = { weights: to, by: worstOf(broken) }
  for (let step = STEPS - 1; step >= 0 && best.by > 0; step--) {
    const weights = withAdditions(held, to, step / STEPS)
    const by = worstOf(beyond(weights))
    if (by < best.by) best = { weights, by }
  }
  return { weights: best.weights, shrunkBy: broken.map(({ metric }) => metric) }
}

/** The figures that are worse than both their warning level and today's; unmeasurable ones are left to the limits check. */
export function beyondBudget(limits: readonly Limit[], figures: Figures, today: Figures): Beyond[] {
  const rows = HELD.flatMap((metric) =>
    limits.flatMap((limit) => (limit.metric === metric ? [{ ...limit, metric }] : [])),
  )
  return rows.flatMap((limit) => {
    const by = excessOf(limit, figures[limit.metric], today[limit.metric])
    return by > 0 ? [{ metric: limit.metric, by }] : []
  })
}

type Figures = Pick<Metrics, (typeof HELD)[number]>

export interface Beyond {
  readonly metric: Metric
  /** As a fraction of the warning level, > 0. */
  readonly by: number
}

const worstOf = (beyond: readonly Beyond[]): number =>
  beyond.reduce((worst, { by }) => Math.max(worst, by), 0)

/** How far beyond both the warning level and where the book stands, as a fraction of the level; ≤ 0 or NaN is not. */
function excessOf({ warn, direction }: Limit, figure: number, today: number): number {
  const scale = warn > 0 ? warn : 1
  if (direction === 'min') return (Math.min(warn, today) - figure) / scale
  return direction === 'max'
    ? (figure - Math.max(warn, today)) / scale
    : (Math.abs(figure) - Math.max(warn, Math.abs(today))) / scale
}

/** The reductions of a move whole, its additions by a share. */
function withAdditions(held: Float64Array, to: Float64Array, share: number): Float64Array {
  return to.map((weight, i) => {
    const from = held[i]!
    const kept = from * weight > 0 ? Math.min(Math.abs(from), Math.abs(weight)) : 0
    return Math.sign(weight) * (kept + share * (Math.abs(weight) - kept))
  })
}
