import { expect, test } from 'vitest'
import { informationCoefficient } from '#alpha/information-coefficient.ts'
import type { InstrumentId } from '#model/ids.ts'

const rows = (values: readonly number[]) =>
  values.map((expectedReturn, i) => ({ instrument: `N${i}.STK.USD` as InstrumentId, expectedReturn })) // prettier-ignore
const outcomes = (values: readonly number[]) =>
  new Map(values.map((value, i) => [`N${i}.STK.USD` as InstrumentId, value]))

test.each<[string, readonly number[], readonly number[], number, number]>([
  ['foresight', [1, 2, 3], [10, 20, 30], 1, 1],
  ['its opposite', [1, 2, 3], [3, 2, 1], -1, -1],
  // Ranks agree, sizes less so: 44 / √(5 · 590).
  ['foresight of the order alone', [1, 2, 3, 4], [1, 2, 3, 30], 44 / Math.sqrt(5 * 590), 1],
  // Ranks 1.5 1.5 3 4 against 1 2 3 4: 4.5 / √(4.5 · 5).
  ['ties', [1, 1, 2, 3], [1, 2, 3, 4], 3.5 / Math.sqrt(2.75 * 5), Math.sqrt(0.9)],
  // Spearman's 1 − 6Σd² / n(n²−1) with d = 1, 1, 1, 1, 0: 1 − 24/120.
  ['some of it', [1, 2, 3, 4, 5], [2, 1, 4, 3, 5], 0.8, 0.8],
])('%s', (_, forecast, realised, pearson, rank) => {
  const found = informationCoefficient(rows(forecast), outcomes(realised))
  expect(found.pearson).toBeCloseTo(pearson, 4)
  expect(found.rank).toBeCloseTo(rank, 12)
  expect(found.names).toBe(forecast.length)
})

test('names without a forecast, without an outcome, or with one that is no number, do not count', () => {
  const found = informationCoefficient(rows([1, 2, 3, Number.NaN, 9]), outcomes([1, 2, 3, 4]))
  expect(found).toEqual({ pearson: 1, rank: 1, names: 3 })
})

test('two names, or a forecast that does not vary, say nothing', () => {
  expect(informationCoefficient(rows([1, 2]), outcomes([1, 2])).pearson).toBeNaN()
  expect(informationCoefficient(rows([1, 1, 1]), outcomes([1, 2, 3])).rank).toBeNaN()
})
