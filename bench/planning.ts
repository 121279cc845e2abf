/**
 * How long a plan of 500 names takes: our own work, from gathered inputs (snapshot, quotes, a year
 * of bars) to the finished plan with its risk before, after and at worst. What the broker takes to
 * answer is not ours and not in it, so pacing plays no part.
 *
 * A fresh process pays for compilation once; a running engine, whose planning thread is kept warm,
 * does not. Both are printed, and how the time grows with the number of names.
 */
import { planFrom } from '#construction/plan.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import { LIMITS } from '#risk/limits.ts'
import { planInputs, type NameCase } from '#test/support/plan-inputs.ts'
import { milliseconds, percentile } from './figures.ts'

const SIZES = [500, 100, 1_000] as const
const WARM_RUNS = 7
const SECTORS = 11

/** Prints a line for each size. */
export function run(): void {
  console.log('planning: from gathered inputs to the finished plan')
  for (const size of SIZES) console.log(measured(size))
}

function measured(size: number): string {
  const inputs = bookOf(size)
  const [first = Number.NaN, ...warm] = Array.from({ length: 1 + WARM_RUNS }, () => timed(inputs))
  const { phases, verdict } = planFrom(inputs)
  const lines = phases.A.length + phases.B.length
  if (lines === 0) throw new Error(`the plan of ${size} names has no lines: ${verdict}`)
  const cold = size === SIZES[0] ? `   in a fresh process ${milliseconds(first)}` : ''
  return `  ${String(size).padStart(5)} names   ${lines} lines   ${milliseconds(percentile(warm, 0.5))}${cold}`
}

function timed(inputs: PlanInputs): number {
  const begun = performance.now()
  planFrom(inputs)
  return performance.now() - begun
}

/** A long-only book, every name off its target by some of its weight. */
function bookOf(size: number): PlanInputs {
  const value = 10_000_000
  const names = Array.from({ length: size }, (_, i): NameCase => {
    const price = 20 + (i % 180)
    const held = Math.floor(((0.6 + (i % 5) * 0.15) * value) / size / price)
    return { symbol: symbolOf(i), price, held, sector: `Sector ${i % SECTORS}`, target: 0.9 / size }
  })
  return planInputs(0.05 * value, names, { limits: LIMITS })
}

/** `AAA`, `AAB`, … */
function symbolOf(index: number): string {
  return letter(Math.floor(index / 676)) + letter(Math.floor(index / 26)) + letter(index)
}

const letter = (digit: number): string => String.fromCodePoint(65 + (digit % 26))
