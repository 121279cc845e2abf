/**
 * Decides inside a limit on tracking error too. Where even the closest portfolio is too far, the rule is that of all
 * limits: a book that starts too far goes as near as it can today and is none the worse; else limits and facts force it
 * away, and those that do are named with the distance that would be needed.
 */
import type { PortfolioProblem, WarmStart } from '#numerics/portfolio/problem.ts'
import type { Reachable } from '#construction/optimisation/closest-first.ts'
import { NO_END } from '#construction/optimisation/conflict-of-limits.ts'
import { tightestOf, type NormalForm } from '#construction/optimisation/normal-form.ts'
import type {
  NameBound,
  Optimised,
  TrackingLimit,
} from '#construction/optimisation/optimisation-case.ts'
import { optimumOf } from '#construction/optimisation/optimum.ts'
import {
  closestDistance,
  solveTracking,
  TRACKING_LABEL,
  trackingErrorOf,
  type Tracked,
} from '#construction/optimisation/tracking-error.ts'

/** Room beyond the closest distance, as a share of it, so that there are weights to choose from. */
const HAIR = 1e-6

/** @param form - of what is reachable, without the limit on tracking error */
export function optimiseTracking(
  reach: Reachable,
  form: NormalForm,
  tracking: TrackingLimit,
  warm: WarmStart | undefined,
): Optimised {
  const { riskAversion } = reach.of
  const solve = (most: number) =>
    solveTracking(form.problem, { ...tracking, most }, riskAversion, warm)
  const first = solve(tracking.most)
  if (first.status === 'failed') return NO_END
  if (first.status === 'solved') return trackedOptimum(reach, form, first, tracking.most)
  const start = trackingErrorOf(form.problem, form.problem.start, tracking.weights, riskAversion)
  if (start <= tracking.most || first.closest > start)
    return conflictWith(reach.of.bounds, form.problem, tracking, riskAversion, first.closest)
  const least = first.closest * (1 + HAIR)
  const second = solve(least)
  if (second.status !== 'solved') return NO_END
  const optimum = trackedOptimum(reach, form, second, least)
  const reached = trackingErrorOf(
    form.problem,
    second.solution.weights,
    tracking.weights,
    riskAversion,
  )
  const missed = { label: TRACKING_LABEL, limit: tracking.most, start, reached }
  return { ...optimum, unmended: [...optimum.unmended, missed] }
}

function trackedOptimum(reach: Reachable, form: NormalForm, tracked: Tracked, most: number) {
  const { solution, problem, tilt, iterations, warmStart } = tracked
  const optimum = optimumOf(reach, form, { solution, problem, scale: 1 - tilt, warmStart, iterations }) // prettier-ignore
  if (tilt === 0) return optimum
  const worth = (2 * reach.of.riskAversion * tilt * most) / (1 - tilt)
  return { ...optimum, shadowPrices: new Map([...optimum.shadowPrices, [TRACKING_LABEL, worth]]) }
}

/**
 * The fewest rows and bounds that keep every portfolio too far: one after another is left out, and stays out where the
 * closest portfolio is too far without it as well (the deletion filter, as for limits alone).
 */
function conflictWith(
  bounds: readonly NameBound[],
  problem: PortfolioProblem,
  { weights, most }: TrackingLimit,
  riskAversion: number,
  closest: number,
): Optimised {
  const isTooFar = (rows: PortfolioProblem['rows'], among: readonly NameBound[]) => {
    const box = tightestOf(among, problem.n)
    const distance = closestDistance({ ...problem, ...box, rows }, weights, riskAversion)
    return distance !== undefined && distance > most
  }
  let rows = problem.rows
  for (const row of rows) {
    const fewer = rows.filter((other) => other !== row)
    if (isTooFar(fewer, bounds)) rows = fewer
  }
  let left = bounds
  for (const group of halvesOf(bounds)) {
    const fewer = left.filter((bound) => !group.has(bound))
    if (fewer.length < left.length && isTooFar(rows, fewer)) left = fewer
  }
  return {
    status: 'infeasible',
    conflict: [TRACKING_LABEL, ...rows.map(({ name }) => name), ...left.map(({ label }) => label)],
    cheapestRelaxation: new Map([[TRACKING_LABEL, closest - most]]),
  }
}

/** Bounds in groups from the half down to the single one, so that many that do not matter go at once. */
function halvesOf(bounds: readonly NameBound[]): readonly ReadonlySet<NameBound>[] {
  const groups: ReadonlySet<NameBound>[] = []
  for (let size = Math.ceil(bounds.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) // prettier-ignore
    for (let at = 0; at < bounds.length; at += size) groups.push(new Set(bounds.slice(at, at + size))) // prettier-ignore
  return groups
}
