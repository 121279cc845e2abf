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
import { estimateRiskModel } from '#risk/models/estimate.ts'
import { forecastInputs } from '#test/support/forecast-inputs.ts'
import { planInputs, type NameCase } from '#test/support/plan-inputs.ts'
import { milliseconds, percentile } from './figures.ts'

const SIZES = [500, 100, 1_000] as const
const WARM_RUNS = 7
const SECTORS = 11

/** Prints a line for each size. */
export function run(): void {
  console.log('planning: from gathered inputs to the finished plan')
  for (const size of SIZES) console.log(measured(size))
  console.log(byForecasts())
}

const [FORECAST_NAMES, THREE_YEARS] = [500, 757]

/** Forecasts of all names, three years of days, a statistical risk model of fifteen factors. */
function byForecasts(): string {
  const names = bookNames(FORECAST_NAMES).map((name, i) => ({ ...name, forecast: 0.02 * Math.sin(i * 1.7) })) // prettier-ignore
  const risk = { kind: 'statistical', factors: 15, windowDays: 756, halfLifeDays: 63 } as const
  const inputs = forecastInputs(CASH, names, { sessions: THREE_YEARS, settings: { risk, participation: 0.05 }, inputs: { limits: LIMITS } }) // prettier-ignore
  const [first = Number.NaN, ...warm] = Array.from({ length: 1 + WARM_RUNS }, () => timed(inputs))
  const { phases, construction } = planFrom(inputs)
  const lines = phases.A.length + phases.B.length
  if (construction?.policy !== 'forecast' || lines === 0)
    throw new Error(`forecasts did not decide: ${lines} lines by ${construction?.policy}`)
  const riskNames = inputs.instruments.map(({ id }) => ({ instrument: id, sector: '', driver: id }))
  const modelled = Array.from({ length: WARM_RUNS }, () => clocked(() => estimateRiskModel(riskNames, inputs.bars, undefined, risk))) // prettier-ignore
  return `by forecasts, ${THREE_YEARS} days, ${risk.factors} factors\n  ${String(FORECAST_NAMES).padStart(5)} names   ${lines} lines   ${milliseconds(percentile(warm, 0.5))}, of which the risk model ${milliseconds(percentile(modelled, 0.5))}   first ${milliseconds(first)}` // prettier-ignore
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

const timed = (inputs: PlanInputs): number => clocked(() => planFrom(inputs))

function clocked(work: () => unknown): number {
  const begun = performance.now()
  work()
  return performance.now() - begun
}

/** A long-only book, every name off its target by some of its weight. */
const bookOf = (size: number): PlanInputs => planInputs(CASH, bookNames(size), { limits: LIMITS })

const VALUE = 10_000_000
const CASH = 0.05 * VALUE

function bookNames(size: number): NameCase[] {
  return Array.from({ length: size }, (_, i): NameCase => {
    const price = 20 + (i % 180)
    const held = Math.floor(((0.6 + (i % 5) * 0.15) * VALUE) / size / price)
    return { symbol: symbolOf(i), price, held, sector: `Sector ${i % SECTORS}`, target: 0.9 / size }
  })
}

/** `AAA`, `AAB`, … */
function symbolOf(index: number): string {
  return letter(Math.floor(index / 676)) + letter(Math.floor(index / 26)) + letter(index)
}

const letter = (digit: number): string => String.fromCodePoint(65 + (digit % 26))
