import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { LIMITS } from '#risk/limits.ts'
import { constraintsOf, type Constraint } from '#construction/constraints.ts'
import { fit, type FitProblem } from '#construction/fit.ts'
import { shrink } from '#construction/shrink.ts'
import { withinTurnover } from '#construction/turnover.ts'
import { valueBook } from '#construction/valued-book.ts'
import { planInputs } from '#test/support/plan-inputs.ts'

const SECTORS = ['Energy', 'Energy', 'Energy', 'Technology', 'Technology', 'unknown']
const SYMBOLS = SECTORS.map((_, i) => `N${i}`)
const book = valueBook(
  planInputs(
    1_000_000,
    SECTORS.map((sector, i) => ({ symbol: `N${i}`, sector, target: 0 })),
  ),
)
/** N0 and N3 move together; limits ten times the table's, so that six names can reach them. */
const clusters = new Map(
  SYMBOLS.map((symbol): [InstrumentId, InstrumentId] => [
    `${symbol}.STK.USD` as InstrumentId,
    `${symbol === 'N3' ? 'N0' : symbol}.STK.USD` as InstrumentId,
  ]),
)
const wide = LIMITS.map((limit) =>
  ['largestPosition', 'largestSector', 'correlatedWeight'].includes(limit.metric)
    ? { ...limit, warn: 8 * limit.warn, breach: 10 * limit.breach }
    : limit,
)
const constraints = constraintsOf(book.names, clusters, wide, 0.05)

const named = (label: string): Constraint => constraints.find((one) => one.label === label)!
const all = (value: number): Float64Array => new Float64Array(6).fill(value)

test('the constraints of a book, from the narrow to the wide', () => {
  expect(constraints.map(({ label }) => label)).toEqual([
    ...SYMBOLS.map((symbol) => `position:${symbol}.STK.USD`),
    'sector:Energy',
    'sector:Technology',
    'sector:unknown',
    'cluster:N0.STK.USD',
    'margin',
    'gross',
    'net',
    'net-short',
    'cash',
  ])
  expect(named('net').limit).toBe(0.9)
  expect(named('cash').limit).toBe(0.95)
})

test('shrinking scales the members of a broken sum alike, to its limit', () => {
  const within = shrink(Float64Array.of(0.8, 0.4, 0, 0, 0, 0), all(0), [named('sector:Energy')])
  expect([...within.weights]).toEqual([0.8, 0.4, 0, 0, 0, 0])
  expect(within.shrunkBy).toEqual([])
  const tight = { ...named('sector:Energy'), limit: 0.6 }
  const cut = shrink(Float64Array.of(0.8, 0.4, 0, 0, 0, 0), all(0), [tight])
  expect([...cut.weights].map((weight) => Number(weight.toFixed(9)))).toEqual([
    0.4, 0.2, 0, 0, 0, 0,
  ])
  expect(cut.shrunkBy).toEqual(['sector:Energy'])
})

test('who is at the floor stays there, the others give the rest', () => {
  const tight = { ...named('gross'), limit: 0.6 }
  const floors = Float64Array.of(0.4, 0, 0, 0, 0, 0)
  const { weights } = shrink(Float64Array.of(0.4, -0.4, 0.4, 0, 0, 0), floors, [tight])
  expect([...weights].map((weight) => Number(weight.toFixed(9)))).toEqual([0.4, -0.1, 0.1, 0, 0, 0])
})

test('only longs can lower the net weight', () => {
  const { weights } = shrink(Float64Array.of(0.6, 0.6, -0.1, 0, 0, 0), all(0), [named('net')])
  expect(weights[2]).toBe(-0.1)
  expect(weights[0]).toBeCloseTo(0.5, 9)
})

test('turnover pays for cures first, then reductions, then additions', () => {
  const held = Float64Array.of(0.5, 0.3, 0, -0.2)
  const to = Float64Array.of(0.2, 0.1, 0.3, 0.1)
  const cure = Float64Array.of(0.4, 0.3, 0, -0.2)
  // Cures 0.1; other reductions 0.2 + 0.2 + 0.2; additions 0.3 + 0.1.
  const at = (left: number) => [...withinTurnover(held, to, cure, left).weights].map((w) => Number(w.toFixed(9))) // prettier-ignore
  expect(at(2)).toEqual([...to])
  expect(at(0.05)).toEqual([0.45, 0.3, 0, -0.2])
  expect(at(0.4)).toEqual([0.3, 0.2, 0, -0.1])
  expect(at(0.9)).toEqual([0.2, 0.1, 0.15, 0.05])
  expect(at(0)).toEqual([...held])
})

const weight = fc.integer({ min: -80, max: 80 }).map((w) => w / 100)
const weights = fc.array(weight, { minLength: 6, maxLength: 6 }).map((w) => Float64Array.from(w))
const flags = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 })
const problems = fc
  .record({
    held: weights,
    desired: weights,
    fixed: flags,
    reduceOnly: flags,
    turnoverLeft: fc.constantFrom(0, 0.1, 0.5, 1, Number.POSITIVE_INFINITY),
  })
  .map((some): FitProblem => ({
    ...some,
    feasible: shrink(some.desired, all(0), constraints).weights,
    addsOnly: false,
    constraints,
  }))

const turnover = (a: Float64Array, b: Float64Array) =>
  a.reduce((total, value, i) => total + Math.abs(value - b[i]!), 0)

test('nothing ends worse than max(limit, where it started)', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const { weights: w } = fit(problem)
      for (const constraint of constraints) {
        const bound = Math.max(constraint.limit, constraint.measure(problem.held))
        expect(constraint.measure(w), constraint.label).toBeLessThanOrEqual(bound + 1e-6)
      }
    }),
    { numRuns: 500 },
  )
})

test('fixed names stay, others only reduce where they must, and no name overshoots its wish', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const { held, desired, fixed, reduceOnly } = problem
      const { weights: w } = fit(problem)
      for (const [i, value] of w.entries()) {
        if (fixed[i] === true) expect(value).toBe(held[i])
        if (reduceOnly[i] === true) {
          expect(Math.abs(value)).toBeLessThanOrEqual(Math.abs(held[i]!) + 1e-12)
          expect(value * held[i]!).toBeGreaterThanOrEqual(0)
        }
        const most = Math.max(Math.abs(held[i]!), Math.abs(desired[i]!))
        expect(Math.abs(value)).toBeLessThanOrEqual(most + 1e-12)
      }
    }),
    { numRuns: 500 },
  )
})

test('no more is traded than the day has left', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const { weights: w } = fit(problem)
      expect(turnover(w, problem.held)).toBeLessThanOrEqual(problem.turnoverLeft + 1e-9)
    }),
    { numRuns: 500 },
  )
})

test('a wish inside every limit is granted whole', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const free = {
        ...problem,
        desired: problem.feasible,
        fixed: problem.fixed.map(() => false),
        reduceOnly: problem.reduceOnly.map(() => false),
        turnoverLeft: Number.POSITIVE_INFINITY,
      }
      const { weights: w, shrunkBy } = fit(free)
      expect(shrunkBy).toEqual([])
      expect([...w]).toEqual([...problem.feasible])
    }),
  )
})

test('a cash-only run sells nothing to make room', () => {
  const problem: FitProblem = {
    held: Float64Array.of(0.7, 0.5, 0, 0, 0, 0),
    desired: Float64Array.of(0.7, 0.5, 0.4, 0.1, 0, 0),
    feasible: Float64Array.of(0.5, 0.5, 0.3, 0.1, 0, 0),
    fixed: SYMBOLS.map(() => false),
    reduceOnly: SYMBOLS.map(() => false),
    addsOnly: true,
    constraints,
    turnoverLeft: Number.POSITIVE_INFINITY,
  }
  const { weights: w } = fit(problem)
  expect([...w]).toEqual([0.7, 0.5, 0, 0, 0, 0])
})
