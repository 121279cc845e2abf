/**
 * Rows that count what trading spends, in proportion to what is traded: b|z|^{3/2} ≤ b√most·|z| for |z| ≤ most. They count
 * at least what is spent, so that weights inside them are inside the true rows; for when no method comes to an end with
 * the impact in rows.
 */
import { tightestOf } from '#construction/optimisation/normal-form.ts'
import type { OptimisationCase, WeightLimit } from '#construction/optimisation/optimisation-case.ts'

/** In net asset values, where neither bounds nor turnover say less. */
const LARGEST_TRADE = 10

export function spendingInLine(of: OptimisationCase): OptimisationCase {
  const { lower, upper } = tightestOf(of.bounds, of.names.length)
  const mostOf = (start: number, i: number): number => {
    const turnover = of.limits.filter(({ measure, rates }) => measure === 'turnover' && rates[i]! > 0) // prettier-ignore
    const allowed = turnover.map((row) => row.upper / row.rates[i]!)
    return Math.min(Math.max(upper[i]! - start, start - lower[i]!), LARGEST_TRADE, ...allowed)
  }
  const roots = of.start.map((start, i) => Math.sqrt(Math.max(0, mostOf(start, i))))
  const limits = of.limits.map((limit): WeightLimit => {
    if (limit.spends === undefined) return limit
    const { trading, impact } = limit.spends
    const inLine = trading.map((cost, i) => cost + impact[i]! * roots[i]!)
    return { ...limit, spends: { trading: inLine, impact: new Float64Array(inLine.length) } }
  })
  return { ...of, limits }
}
