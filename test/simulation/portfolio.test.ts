/** Portfolio problems by seed: every feasible one solved to tolerance, every infeasible one explained. */
import { expect, test } from 'vitest'
import { feasibleDocument, infeasibleProblem } from '#test/support/portfolio-problems.ts'
import { expectMinimalConflict, expectSolved } from '#test/support/portfolio-expectations.ts'
import { seedsFrom } from './seeds.ts'

const seeds = seedsFrom(1, 10_000)

test('feasible problems of up to 300 names are solved', { timeout: 600_000 }, () => {
  for (const seed of seeds) expectSolved(feasibleDocument(seed, seed % 10 === 0 ? 300 : 60), seed)
  expect(seeds.length).toBeGreaterThan(0)
})

test('one in ten is infeasible, and says why', { timeout: 600_000 }, () => {
  const tenth = seeds.slice(0, Math.ceil(seeds.length / 10))
  for (const seed of tenth) expectMinimalConflict(infeasibleProblem(seed, 40), seed)
  expect(tenth.length).toBeGreaterThan(0)
})
