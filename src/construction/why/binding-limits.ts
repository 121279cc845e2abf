/**
 * The limits that cost something at an optimum: on which side they press, where they hold the book, and what a unit, and
 * what the usual step, of each is worth.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { BindingLimit } from '#model/plan-why.ts'
import { rowValue } from '#numerics/portfolio/problem.ts'
import type { NameBound, OptimisationCase, Optimum, WeightLimit } from '#construction/optimisation/optimisation-case.ts' // prettier-ignore
import { TRACKING_LABEL } from '#construction/optimisation/tracking-error.ts'
import { defaultStep } from '#construction/why/limit-words.ts'
import { optimalityAt, termsOf, type Multiplier } from '#construction/why/name-terms.ts'

/** Where a limit stands in its case. */
export type LimitPlace =
  | { readonly kind: 'row'; readonly row: WeightLimit }
  | { readonly kind: 'bound'; readonly bound: NameBound }
  | { readonly kind: 'tracking' }

/** Every limit that costs something, the dearest first. */
export function bindingLimits(of: OptimisationCase, optimum: Optimum): BindingLimit[] {
  return multipliersOf(of, optimum)
    .map((multiplier) => bindingLimit(of, optimum, multiplier))
    .toSorted((a, b) => b.worthBps - a.worthBps || byCodeUnit(a.label, b.label))
}

/**
 * The limits with their prices, signed by the side they press from. Both ends of a name that may not move are where it
 * is; its bound presses against whatever else pulls at it.
 */
export function multipliersOf(
  of: OptimisationCase,
  { weights, shadowPrices }: Pick<Optimum, 'weights' | 'shadowPrices'>,
): readonly Multiplier[] {
  const found = [...shadowPrices].flatMap(([label, price]) => {
    const place = placeOf(of, label)
    return place === undefined ? [] : [{ label, price, place }]
  })
  const sums = found.filter(({ place }) => place.kind !== 'bound').map((limit) => ({ ...limit, price: limit.price * sideOf(of, weights, limit.place) })) // prettier-ignore
  const without = optimalityAt(of, weights, sums)
  const bounds = found.flatMap((limit) => {
    if (limit.place.kind !== 'bound') return []
    const { left } = termsOf(without, limit.place.bound.index)
    return [{ ...limit, price: left < 0 ? -limit.price : limit.price }]
  })
  return [...sums, ...bounds]
}

/** 1 where a sum is at its upper end, −1 at its lower one. */
function sideOf(of: OptimisationCase, w: Float64Array, place: LimitPlace): 1 | -1 {
  const { value, lower, upper } = rangeOf(of, w, place)
  return Math.abs(upper - value) <= Math.abs(value - lower) ? 1 : -1
}

/** Where a label stands; undefined where the case has no such limit. */
export function placeOf(of: OptimisationCase, label: string): LimitPlace | undefined {
  const row = of.limits.find(({ name }) => name === label)
  if (row !== undefined) return { kind: 'row', row }
  const bound = of.bounds.find((candidate) => candidate.label === label)
  if (bound !== undefined) return { kind: 'bound', bound }
  return label === TRACKING_LABEL && of.tracking !== undefined ? { kind: 'tracking' } : undefined
}

function bindingLimit(
  of: OptimisationCase,
  { weights }: Pick<Optimum, 'weights'>,
  { label, price, place }: Multiplier,
): BindingLimit {
  const { value, lower, upper } = rangeOf(of, weights, place)
  const shadowPrice = Math.abs(price)
  const step = defaultStep(label)
  const worthBps = ((shadowPrice * step) / of.horizonDays) * 10_000
  const [side, limit] = price > 0 ? (['above', upper] as const) : (['below', lower] as const)
  return { label, side, value, limit, shadowPrice, step, worthBps }
}

interface Range {
  readonly value: number
  readonly lower: number
  readonly upper: number
}

function rangeOf(of: OptimisationCase, w: Float64Array, place: LimitPlace): Range {
  if (place.kind === 'row') return { value: rowValue(of, place.row, w), lower: place.row.lower, upper: place.row.upper } // prettier-ignore
  if (place.kind === 'bound') return { value: w[place.bound.index]!, lower: place.bound.lower, upper: place.bound.upper } // prettier-ignore
  const most = of.tracking?.most ?? Infinity
  return { value: most, lower: -Infinity, upper: most }
}
