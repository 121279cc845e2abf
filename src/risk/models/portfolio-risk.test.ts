/** The factor form against the matrix it stands for, written out. */
import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import {
  correlationsOf,
  covarianceTimes,
  factorExposures,
  marginalRisk,
  portfolioVariance,
  riskOf,
  subModel,
  variancesOf,
} from '#risk/models/portfolio-risk.ts'
import type { RiskModel } from '#risk/models/risk-model.ts'

const draws = randomStream(randomKey(4, 'portfolio-risk'))
const many = (length: number) => Float64Array.from({ length }, () => draws.normal())

/** Σ = AAᵀ of random A; n names on k factors. */
function anyModel(n: number, k: number): RiskModel {
  const root = many(k * k)
  const factorCovariance = Float64Array.from({ length: k * k }, (_, at) => {
    const [i, j] = [Math.floor(at / k), at % k]
    return Array.from({ length: k }, (__, t) => root[i * k + t]! * root[j * k + t]!).reduce((a, b) => a + b, 0) // prettier-ignore
  })
  return {
    kind: 'statistical',
    instruments: Array.from({ length: n }, (_, i) => `N${i}` as InstrumentId),
    factors: Array.from({ length: k }, (_, j) => `f${j}`),
    exposures: many(n * k),
    factorCovariance,
    specificVariance: many(n).map(Math.abs),
    proxied: [{ instrument: 'N1' as InstrumentId, by: 'its sector' }],
    notes: [],
  }
}

/** F Σ Fᵀ + diag d, entry by entry. */
function written(model: RiskModel): number[][] {
  const k = model.factors.length
  return model.instruments.map((_, i) =>
    model.instruments.map((__, j) => {
      let sum = i === j ? model.specificVariance[i]! : 0
      for (let a = 0; a < k; a++)
        for (let b = 0; b < k; b++)
          sum += model.exposures[i * k + a]! * model.factorCovariance[a * k + b]! * model.exposures[j * k + b]! // prettier-ignore
      return sum
    }),
  )
}

const close = (found: ArrayLike<number>, expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length)
  expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 10))
}

test.each([
  [1, 1],
  [7, 3],
  [3, 7],
  [4, 0],
])('%i names on %i factors are the matrix written out', (n, k) => {
  const model = anyModel(n, k)
  const matrix = written(model)
  const w = many(n)
  const product = matrix.map((row) => row.reduce((sum, value, j) => sum + value * w[j]!, 0))
  const variance = product.reduce((sum, value, i) => sum + value * w[i]!, 0)
  close(covarianceTimes(model, w), product)
  const out = new Float64Array(n)
  expect(covarianceTimes(model, w, out)).toBe(out)
  expect(portfolioVariance(model, w)).toBeCloseTo(variance, 10)
  expect(riskOf(model, w)).toBeCloseTo(Math.sqrt(variance), 10)
  close(marginalRisk(model, w), product.map((value) => value / Math.sqrt(variance))) // prettier-ignore
  close(variancesOf(model), matrix.map((row, i) => row[i]!)) // prettier-ignore
  close(correlationsOf(model), matrix.flatMap((row, i) => row.map((value, j) => value / Math.sqrt(row[i]! * matrix[j]![j]!)))) // prettier-ignore
})

test('what the names add to risk is the risk', () => {
  const model = anyModel(9, 4)
  const w = many(9)
  const added = marginalRisk(model, w).reduce((sum, slope, i) => sum + slope * w[i]!, 0)
  expect(added).toBeCloseTo(riskOf(model, w), 10)
})

test('cash alone has no risk and no slope', () => {
  const model = anyModel(3, 2)
  expect(riskOf(model, new Float64Array(3))).toBe(0)
  expect([...marginalRisk(model, new Float64Array(3))]).toEqual([0, 0, 0])
})

test('a name without variance correlates with none', () => {
  const model = { ...anyModel(2, 1), exposures: Float64Array.of(0, 1), specificVariance: Float64Array.of(0, 1) } // prettier-ignore
  expect([...correlationsOf(model)]).toEqual([1, 0, 0, 1])
})

test('a part of a model is the rows and columns of its names, in the order asked for', () => {
  const model = anyModel(6, 3)
  const part = subModel(model, [4, 1])
  expect(part.instruments).toEqual(['N4', 'N1'])
  expect(part.proxied).toHaveLength(1)
  expect(subModel(model, [4]).proxied).toEqual([])
  const [all, some] = [written(model), written(part)]
  close(some.flat(), [all[4]![4]!, all[4]![1]!, all[1]![4]!, all[1]![1]!])
  close(factorExposures(part, Float64Array.of(1, 0)), [...model.exposures.subarray(12, 15)])
  expect(() => subModel(model, [6])).toThrow('positions within it')
})
