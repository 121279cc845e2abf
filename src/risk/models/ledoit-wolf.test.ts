/** Ledoit & Wolf's shrinkage against appendix B of the paper, written out pair by pair. */
import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { estimateRiskModel } from '#risk/models/estimate.ts'
import { covarianceTimes } from '#risk/models/portfolio-risk.ts'
import { returnWorld } from '#test/support/return-worlds.ts'

function over(count: number, of: (index: number) => number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += of(i)
  return sum
}

/** δ̂*, r̄ and the shrunk matrix, with sums over i, j and t as they stand in the paper. */
function byDefinition(rows: readonly Float64Array[]) {
  const [n, T] = [rows.length, rows[0]!.length]
  const y = rows.map((row) => { const mean = over(T, (t) => row[t]!) / T; return row.map((value) => value - mean) }) // prettier-ignore
  const s = (i: number, j: number) => over(T, (t) => y[i]![t]! * y[j]![t]!) / T
  const S = rows.map((_, i) => rows.map((__, j) => s(i, j)))
  const r = (i: number, j: number) => S[i]![j]! / Math.sqrt(S[i]![i]! * S[j]![j]!)
  const mean = (2 / ((n - 1) * n)) * over(n - 1, (i) => over(n - i - 1, (k) => r(i, i + 1 + k)))
  const f = (i: number, j: number) => i === j ? S[i]![i]! : mean * Math.sqrt(S[i]![i]! * S[j]![j]!) // prettier-ignore
  const pi = (i: number, j: number) => over(T, (t) => (y[i]![t]! * y[j]![t]! - S[i]![j]!) ** 2) / T
  const theta = (k: number, i: number, j: number) => over(T, (t) => (y[k]![t]! ** 2 - S[k]![k]!) * (y[i]![t]! * y[j]![t]! - S[i]![j]!)) / T // prettier-ignore
  const rho = over(n, (i) => pi(i, i)) + over(n, (i) => over(n, (j) => i === j ? 0 : (mean / 2) * (Math.sqrt(S[j]![j]! / S[i]![i]!) * theta(i, i, j) + Math.sqrt(S[i]![i]! / S[j]![j]!) * theta(j, i, j)))) // prettier-ignore
  const gamma = over(n, (i) => over(n, (j) => (f(i, j) - S[i]![j]!) ** 2))
  const kappa = (over(n, (i) => over(n, (j) => pi(i, j))) - rho) / gamma
  const delta = Math.max(0, Math.min(kappa / T, 1))
  const unbiased = T / (T - 1)
  return { delta, mean, shrunk: S.map((row, i) => row.map((value, j) => unbiased * (delta * f(i, j) + (1 - delta) * value))) } // prettier-ignore
}

test.each([
  [5, 80, 1],
  [12, 60, 2],
  [30, 61, 3],
  [70, 60, 4],
  [2, 200, 5],
])('%i names over %i days shrink by the paper’s intensity', (count, days, seed) => {
  const { names, bars, returns } = returnWorld({ names: count, days, seed, sectors: 2 })
  const found = estimateRiskModel(names, bars, 'MKT' as InstrumentId, { kind: 'ledoit-wolf', factors: 0, windowDays: 300, halfLifeDays: 1 }) // prettier-ignore
  if (!found.ok) throw new Error(found.error)
  const { delta, mean, shrunk } = byDefinition([...returns.values()])
  expect(delta).toBeGreaterThan(0)
  expect(found.value.notes).toEqual([`Ledoit–Wolf shrinkage ${delta.toFixed(3)} towards a correlation of ${mean.toFixed(3)}`]) // prettier-ignore
  for (let i = 0; i < count; i++) {
    const unit = new Float64Array(count)
    unit[i] = 1
    const column = covarianceTimes(found.value, unit)
    shrunk[i]!.forEach((value, j) => expect(column[j]! / value - 1).toBeCloseTo(0, 7))
  }
})

test('more days shrink less', () => {
  const [few, many] = [60, 600].map((days) => byDefinition([...returnWorld({ names: 12, days }).returns.values()]).delta) // prettier-ignore
  expect(few! / many!).toBeGreaterThan(2)
})

test('names that do not go together are shrunk to none of it, never to less', () => {
  const { names, bars } = returnWorld({ names: 2, days: 200 })
  const against = bars.get(names[0]!.driver)!.map((bar) => ({ ...bar, close: 1e4 / bar.close }))
  bars.set(names[1]!.driver, against)
  const found = estimateRiskModel(names, bars, undefined, { kind: 'ledoit-wolf', factors: 0, windowDays: 300, halfLifeDays: 1 }) // prettier-ignore
  expect(found.ok && found.value.notes.join()).toMatch(/towards a correlation of 0\.000$/)
  expect(found.ok && found.value.specificVariance.every((d) => d >= 0)).toBe(true)
})
