/** `ballast solve` as a person and a program run it: what it prints, what it refuses, how it ends. */
import { mkdtempSync, writeFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCli } from '#cli/cli.ts'
import { recordedContext } from '#test/support/cli-context.ts'

const folder = mkdtempSync(join(tmpdir(), 'ballast-solve-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const SOUND = {
  assets: ['AAPL', 'XOM'],
  alpha: [0.1, 0.05],
  w0: [0, 0],
  idiosyncraticVariance: [0.04, 0.04],
  sector: ['Technology', 'Energy'],
  spreadCost: [0.001, 0.001],
  factors: { exposures: [[1], [1]], covariance: [[0.02]] },
  riskAversion: 5,
  limits: { gross: 0.2, position: 0.15 },
}

async function solve(problem: object | string, ...options: readonly string[]) {
  writeFileSync(join(folder, 'problem.json'), typeof problem === 'string' ? problem : JSON.stringify(problem)) // prettier-ignore
  const context = recordedContext(folder)
  const code = await runCli(['solve', 'problem.json', ...options], context)
  return { code, printed: context.printed.join('\n'), noted: context.noted.join('\n') }
}

test('a program gets weights, prices and times', async () => {
  const { code, printed } = await solve(SOUND, '--json', '--repeat', '3')
  const { warmMilliseconds, milliseconds, ...rest } = JSON.parse(printed) as Record<string, number>
  expect(code).toBe(0)
  expect([typeof warmMilliseconds, typeof milliseconds]).toEqual(['number', 'number'])
  // 2γ(d + σ²)·w = α − c with both at their best: 0.4w₁ + 0.2(w₁ + w₂) = 0.099, where XOM would be worth less.
  expect(rest).toMatchObject({ status: 'optimal', residuals: { primal: 0 } })
  expect((rest['weights'] as unknown as number[])[0]).toBeCloseTo(0.15, 12)
  expect(rest['shadowPrices']).toMatchObject({ gross: 0, 'position:XOM': 0 })
})

test('a person gets a short table', async () => {
  const { code, printed } = await solve(SOUND)
  expect(code).toBe(0)
  expect(printed).toMatch(/^optimal: objective -0\.\d+, \d+ iterations?, [\d.]+ ms/)
  expect(printed).toContain('position:AAPL')
})

test('limits that cannot hold together end with 3, by name and with what would help', async () => {
  const held = { ...SOUND, lower: [0.12, 0.12] }
  const { code, printed } = await solve(held, '--json')
  expect(code).toBe(3)
  expect(JSON.parse(printed)).toMatchObject({ status: 'infeasible', conflict: { limits: ['gross', 'lower:AAPL', 'lower:XOM'] } }) // prettier-ignore
  expect((JSON.parse(printed) as { conflict: { cheapestRelaxation: { gross: number } } }).conflict.cheapestRelaxation.gross).toBeCloseTo(0.04, 9) // prettier-ignore
  expect((await solve(held)).printed).toContain('gross by 0.0400')
})

test.each([
  ['NaN', JSON.stringify(SOUND).replace('0.05]', 'NaN]'), 'alpha[1] (XOM): was "NaN", expected a finite number'], // prettier-ignore
  ['a name too few', { ...SOUND, w0: [0] }, 'w0: has 1 entries, expected 2, one an asset'],
  ['a field not there', { ...SOUND, spreadCost: undefined }, 'spreadCost: missing'],
  ['a field unknown', { ...SOUND, longonly: true }, 'longonly: unknown field'],
  ['a negative variance', { ...SOUND, idiosyncraticVariance: [0.04, -1] }, 'idiosyncraticVariance[1] (XOM): was -1, expected a finite number ≥ 0'], // prettier-ignore
  ['an indefinite covariance', { ...SOUND, factors: { exposures: [[1, 1], [1, 1]], covariance: [[1, 2], [2, 1]] } }, 'factors.covariance: has a negative eigenvalue'], // prettier-ignore
  ['bounds that cross', { ...SOUND, lower: [0, 1], upper: [1, 0.5] }, 'lower[1] (XOM): was 1, expected at most upper[1], which is 0.5'], // prettier-ignore
  ['a short row', { ...SOUND, factors: { exposures: [[1], []], covariance: [[1]] } }, 'factors.exposures[1] (XOM): expected 1 numbers'], // prettier-ignore
  ['no beta to limit', { ...SOUND, limits: { beta: 0 } }, 'beta: missing, expected because limits.beta is there'], // prettier-ignore
  ['a symbol twice', { ...SOUND, assets: ['XOM', 'XOM'] }, 'assets[1] (XOM): twice'],
  ['a stranger in a cluster', { ...SOUND, clusters: [{ name: 'c', members: ['IBM'], gross: 1 }] }, 'clusters[0].members (IBM): not among assets'], // prettier-ignore
  ['no JSON', '{', 'is no JSON'],
])('%s is an error that names it', async (_what, problem, message) => {
  const { code, noted } = await solve(problem)
  expect(code).toBe(1)
  expect(noted).toContain(`problem.json: ${message}`)
})

test('the worked example of the documents: what it says holds it back does', async () => {
  const context = recordedContext(process.cwd())
  const code = await runCli(['solve', 'docs/concepts/example/portfolio.json'], context)
  expect(code).toBe(0)
  for (const limit of ['cash', 'sector:defensive', 'sector:cyclical']) expect(context.printed.join('\n')).toMatch(new RegExp(`^${limit} +\\d`, 'm')) // prettier-ignore
})

test('what has no optimum is an error', async () => {
  const { code } = await solve({ ...SOUND, idiosyncraticVariance: [0, 0], factors: { exposures: [[], []], covariance: [] }, limits: {} }) // prettier-ignore
  expect(code).toBe(1)
})
