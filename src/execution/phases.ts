/**
 * The order in which a plan is worked: phase A's waves, one after the other, then phase B's. A
 * wave is a set of lines whose orders may all be open together; the plan says which.
 */
import { fractionOf, roundTo, type Quantity } from '#model/fixed.ts'
import type { Plan, PlanLine } from '#model/plan.ts'

export type Phase = keyof Plan['phases']

export interface Wave {
  readonly phase: Phase
  /** As in the plan's lines: 1, 2, … */
  readonly number: number
}

/** Every wave of a plan, in the order they go. */
export function wavesOf({ phases }: Pick<Plan, 'phases'>): Wave[] {
  return (['A', 'B'] as const).flatMap((phase) =>
    [...new Set(phases[phase].map(({ wave }) => wave))]
      .toSorted((a, b) => a - b)
      .map((number) => ({ phase, number })),
  )
}

/** The lines of one wave, in the plan's order. */
export const linesOf = ({ phases }: Pick<Plan, 'phases'>, { phase, number }: Wave): PlanLine[] =>
  phases[phase].filter(({ wave }) => wave === number)

export const allLinesOf = ({ phases }: Pick<Plan, 'phases'>): PlanLine[] => [
  ...phases.A,
  ...phases.B,
]

const WHOLE_PPM = 1_000_000

/**
 * How much of a line is worked: all of a reduction; of an addition, what its phase was scaled to,
 * in whole lots.
 *
 * @param scalePpm - parts per million; undefined while it has not been decided, and then all
 * @returns ≥ 0
 */
export function targetOf(
  { quantity }: Pick<PlanLine, 'quantity'>,
  phase: Phase,
  scalePpm: number | undefined,
  lot: Quantity,
): Quantity {
  if (phase === 'A' || scalePpm === undefined || scalePpm >= WHOLE_PPM) return quantity
  return roundTo(fractionOf(quantity, BigInt(scalePpm), BigInt(WHOLE_PPM)), lot, 'down')
}
