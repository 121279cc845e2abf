/** What if a limit were another: the same case solved again with it moved, from where the optimum was found. */
import type { Counterfactual } from '#model/plan-why.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { OptimisationCase, Optimum } from '#construction/optimisation/optimisation-case.ts'
import { optimise } from '#construction/optimisation/optimise.ts'
import { multipliersOf, placeOf } from '#construction/why/binding-limits.ts'

/** A weight that differs by less does not. */
const SAME = 1e-6

/**
 * @param change - of room: > 0 gives the limit more on the side it presses from, < 0 takes some
 * @returns else why there is no answer: no such limit, or none of the case moved so
 */
export function counterfactual(
  of: OptimisationCase,
  optimum: Optimum,
  label: string,
  change: number,
): Result<Counterfactual> {
  const sides = multipliersOf(of, optimum)
  const isBelow = sides.some((limit) => limit.label === label && limit.price < 0)
  const moved = movedBy(of, label, change, isBelow)
  if (moved === undefined)
    return err(`no limit "${label}" in this plan, expected one such as ${[...optimum.shadowPrices.keys(), ...of.limits.map(({ name }) => name)][0] ?? 'gross'}`) // prettier-ignore
  const found = optimise(moved.of, optimum.warmStart)
  if (found.status === 'infeasible')
    return err(`with ${label} at ${moved.tried} no weights satisfy the limits: ${found.conflict.join(', ')} cannot hold together`) // prettier-ignore
  if (found.status === 'unsolved') return err(`with ${label} at ${moved.tried}: ${found.reason}`)
  const objectiveGain = found.objective - optimum.objective
  const differences = of.names
    .map((id, i) => [id, found.weights[i]! - optimum.weights[i]!] as const)
    .filter(([, weight]) => Math.abs(weight) > SAME)
    .toSorted((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
  return ok({
    label,
    limit: moved.limit,
    tried: moved.tried,
    objectiveGain,
    worthBps: (objectiveGain / of.horizonDays) * 10_000,
    differences,
  })
}

interface Moved {
  readonly of: OptimisationCase
  readonly limit: number
  readonly tried: number
}

function movedBy(
  of: OptimisationCase,
  label: string,
  change: number,
  isBelow: boolean,
): Moved | undefined {
  const place = placeOf(of, label)
  if (place === undefined) return undefined
  const within = <T extends { readonly lower: number; readonly upper: number }>(bounds: T) => {
    const limit = isBelow ? bounds.lower : bounds.upper
    const tried = limit + (isBelow ? -change : change)
    return {
      limit,
      tried,
      bounds: { ...bounds, ...(isBelow ? { lower: tried } : { upper: tried }) },
    }
  }
  if (place.kind === 'row') {
    const { bounds, ...levels } = within(place.row)
    return { ...levels, of: { ...of, limits: of.limits.map((row) => (row === place.row ? bounds : row)) } } // prettier-ignore
  }
  if (place.kind === 'bound') {
    const { bounds, ...levels } = within(place.bound)
    return { ...levels, of: { ...of, bounds: of.bounds.map((bound) => (bound === place.bound ? bounds : bound)) } } // prettier-ignore
  }
  const { tracking } = of
  if (tracking === undefined) return undefined
  const tried = tracking.most + change
  return { limit: tracking.most, tried, of: { ...of, tracking: { ...tracking, most: tried } } }
}
