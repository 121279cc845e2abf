/** What every solution and every conflict must satisfy, whoever made the problem. */
import { expect } from 'vitest'
import { conflictOf } from '#numerics/portfolio/conflict.ts'
import type { PortfolioProblem } from '#numerics/portfolio/problem.ts'
import { solvePortfolio } from '#numerics/portfolio/solve.ts'
import { readPortfolioDocument, type PortfolioDocument } from '#contract/portfolio-document.ts'
import { normalFormOf, type NormalForm } from '#contract/portfolio-normal-form.ts'
import { solutionDocument } from '#contract/portfolio-solution.ts'
import { checked, type Checked } from '#test/support/portfolio-checker.ts'

/** The normal form of a document that must be readable. */
export function formOf(document: PortfolioDocument): NormalForm {
  const read = readPortfolioDocument(document)
  const form = read.ok ? normalFormOf(read.value) : read
  if (!form.ok) throw new Error(form.error)
  return form.value
}

/** Solves, and holds limits and optimality conditions against the document. */
export function expectSolved(document: PortfolioDocument, seed: number): Checked {
  const form = formOf(document)
  const solution = solvePortfolio(form.problem, form.warmStart)
  if (solution === 'infeasible') throw new Error(`seed ${seed}: said to be infeasible`)
  const times = { milliseconds: 0, warmMilliseconds: undefined }
  const told = solutionDocument(form, document.assets, solution, times)
  const found = checked(document, told)
  expect(solution.status, `seed ${seed}`).toBe('optimal')
  expect(found.violation, `seed ${seed}: violation`).toBeLessThanOrEqual(1e-9)
  expect(found.stationarity, `seed ${seed}: stationarity`).toBeLessThanOrEqual(1e-7)
  expect(found.slackness, `seed ${seed}: slackness`).toBeLessThanOrEqual(1e-7)
  expect(found.leastPrice, `seed ${seed}: sign of a price`).toBe(0)
  expect(told.objective, `seed ${seed}: objective`).toBeCloseTo(found.objective, 10)
  return found
}

/** The conflicting set alone is infeasible; without any one of it there are weights that satisfy the rest. */
export function expectMinimalConflict(document: PortfolioDocument, seed: number): void {
  const { problem, bounds } = formOf(document)
  expect(solvePortfolio(problem), `seed ${seed}`).toBe('infeasible')
  const conflict = conflictOf(problem, bounds)
  if (conflict === undefined) throw new Error(`seed ${seed}: no conflict was named`)
  const { limits, cheapestRelaxation } = conflict
  const only = (names: readonly string[]) => solvePortfolio(among({ problem, bounds }, new Set(names))) // prettier-ignore
  expect(only(limits), `seed ${seed}: ${limits.join(', ')}`).toBe('infeasible')
  for (const name of limits) {
    const rest = limits.filter((other) => other !== name)
    expect(only(rest), `seed ${seed}: without ${name}`).toMatchObject({ status: 'optimal' })
  }
  expect(cheapestRelaxation.size, `seed ${seed}: relaxation`).toBeGreaterThan(0)
}

function among(
  { problem, bounds }: Pick<NormalForm, 'problem' | 'bounds'>,
  names: ReadonlySet<string>,
): PortfolioProblem {
  // prettier-ignore
  const [lower, upper] = [-100, 100].map((bound) => new Float64Array(problem.n).fill(bound)) as [Float64Array, Float64Array] // prettier-ignore
  for (const bound of bounds.filter(({ name }) => names.has(name)))
    for (const [at, i] of bound.names.entries()) {
      lower[i] = Math.max(lower[i]!, bound.lower[at]!)
      upper[i] = Math.min(upper[i]!, bound.upper[at]!)
    }
  return { ...problem, lower, upper, rows: problem.rows.filter(({ name }) => names.has(name)) }
}
