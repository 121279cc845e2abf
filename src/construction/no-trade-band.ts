/**
 * The no-trade band: a weight close enough to its target is left alone, for trading to the last
 * basis point costs more than it is worth.
 *
 * The tighter of an absolute and a relative width is the hybrid rule ("5/25": R. Swedroe's rule
 * of thumb, 5 points or 25 % of the target, whichever is less).
 */
import type { BandSettings, PolicySettings, Target } from '#construction/plan-inputs.ts'

/** Inside, ends included, nothing is traded. Fractions of net asset value, lower ≤ upper. */
export interface Band {
  readonly lower: number
  readonly upper: number
}

/** Half the width of a band around a target weight, ≥ 0. */
const HALF_WIDTH: Readonly<
  Record<BandSettings['kind'], (settings: BandSettings, weight: number) => number>
> = {
  absolute: ({ absolute }) => absolute,
  relative: ({ relative }, weight) => relative * Math.abs(weight),
  hybrid: ({ absolute, relative }, weight) => Math.min(absolute, relative * Math.abs(weight)),
}

/**
 * The band around a target. A row's own ends replace the policy's. The policy's band never
 * reaches over zero (a short is no substitute for a long), and is no width at all around zero:
 * what is to go, goes.
 *
 * @param weight - the target as it can be had within the limits; the row's may be further out
 */
export function bandOf(
  settings: BandSettings,
  weight: number,
  own: Pick<Target, 'lower' | 'upper'>,
): Band {
  const half = weight === 0 ? 0 : HALF_WIDTH[settings.kind](settings, weight)
  const lower = weight > 0 ? Math.max(0, weight - half) : weight - half
  const upper = weight < 0 ? Math.min(0, weight + half) : weight + half
  return {
    lower: Math.min(own.lower ?? lower, weight),
    upper: Math.max(own.upper ?? upper, weight),
  }
}

/**
 * Where a weight should go: nowhere inside the band, else to the target or the nearer edge.
 */
export function destinationOf(
  held: number,
  weight: number,
  band: Band,
  destination: PolicySettings['destination'],
): number {
  if (held >= band.lower && held <= band.upper) return held
  if (destination === 'target') return weight
  return held < band.lower ? band.lower : band.upper
}
