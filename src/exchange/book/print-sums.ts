/**
 * How many prints there were in a stretch of time that set prices, how many units they had and what they cost: what
 * a bar's average price and number of trades are made from.
 *
 * Sums until each knot are kept, as far as anybody asked, so that the bars of a day cost each of its prints once. They
 * hold while our trading moves no price and no band bounds one; whoever knows better adds up the prints.
 */
import type { EpochMs } from '#model/time.ts'
import type { Line } from '#exchange/book/lines.ts'
import { leastUnits } from '#exchange/book/shown-prints.ts'
import type { PathKnots } from '#exchange/market-model.ts'
import { knotInstant, knotUntil, printsIn, type PathPrint, type PrintRun } from '#exchange/market/prints.ts' // prettier-ignore

export interface PrintSums {
  readonly count: number
  readonly units: number
  /** Price times units, in quote currency. */
  readonly value: number
}

export const NO_PRINTS: PrintSums = { count: 0, units: 0, value: 0 }

/** Of the prints in [from, to), at the prices that are shown while nothing moves them. */
export function sumsIn(run: PrintRun, from: EpochMs, to: EpochMs, line: Line): PrintSums {
  return less(sumsUntil(run, to - 1, line), sumsUntil(run, from - 1, line))
}

function sumsUntil(run: PrintRun, at: EpochMs, line: Line): PrintSums {
  if (at < run.opensAt) return NO_PRINTS
  const last = run.knots.shares.length - 1
  const knot = at >= run.closesAt - 1 ? last : knotUntil(run, at)
  const whole = keptUntil(run, knot, line)
  if (knot === last) return whole
  return plus(whole, added(printsIn(run, knotInstant(run, knot) + 1, at + 1), line))
}

/** By knot. */
interface Kept {
  filled: number
  readonly sums: PrintSums[]
}

const kept = new WeakMap<PathKnots, Kept>()

function keptUntil(run: PrintRun, knot: number, line: Line): PrintSums {
  const { knots } = run
  const known = kept.get(knots) ?? { filled: 0, sums: [added(printsUpTo(run, 0), line)] }
  kept.set(knots, known)
  for (; known.filled < knot; known.filled++) {
    const next = printsUpTo(run, known.filled + 1)
    known.sums.push(plus(known.sums.at(-1) ?? NO_PRINTS, added(next, line)))
  }
  return known.sums[knot] ?? NO_PRINTS
}

/** The prints after a knot's predecessor, up to it. */
function printsUpTo(run: PrintRun, knot: number): readonly PathPrint[] {
  const { opensAt, closesAt, knots } = run
  const from = knot === 0 ? opensAt : Math.min(knotInstant(run, knot - 1), closesAt - 1) + 1
  const to = knot === knots.shares.length - 1 ? closesAt : Math.min(knotInstant(run, knot), closesAt - 1) + 1 // prettier-ignore
  return printsIn(run, from, to)
}

function added(prints: readonly PathPrint[], { of, grid }: Line): PrintSums {
  const least = leastUnits(of)
  let [count, units, value] = [0, 0, 0]
  for (const print of prints) {
    if (print.units < least && print.auction === undefined) continue
    count++
    units += print.units
    value += (grid.snap(print.price) / NANOS) * print.units
  }
  return { count, units, value }
}

const NANOS = 1e9

export const plus = (a: PrintSums, b: PrintSums): PrintSums => ({
  count: a.count + b.count,
  units: a.units + b.units,
  value: a.value + b.value,
})

const less = (a: PrintSums, b: PrintSums): PrintSums => ({
  count: a.count - b.count,
  units: a.units - b.units,
  value: a.value - b.value,
})
