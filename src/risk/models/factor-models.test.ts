/** Models with factors against worlds whose factors are known, and against their definitions. */
import { describe, expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { covariance, mean } from '#numerics/moments.ts'
import { residuals, slope } from '#numerics/regression.ts'
import { symmetricEigen } from '#numerics/symmetric-eigen.ts'
import { estimateRiskModel } from '#risk/models/estimate.ts'
import { correlationsOf, variancesOf } from '#risk/models/portfolio-risk.ts'
import type { RiskModel, RiskModelSettings } from '#risk/models/risk-model.ts'
import { betaOf, returnWorld, WORLD_DEVIATIONS, type ReturnWorld } from '#test/support/return-worlds.ts' // prettier-ignore

const MARKET = 'MKT' as InstrumentId

function modelOf({ names, bars }: ReturnWorld, settings: Partial<RiskModelSettings>): RiskModel {
  const found = estimateRiskModel(names, bars, MARKET, { kind: 'statistical', factors: 15, windowDays: 756, halfLifeDays: 1e6, ...settings }) // prettier-ignore
  if (!found.ok) throw new Error(found.error)
  return found.value
}

/** Mean correlation of pairs of one sector and of pairs of two, by model and by truth. */
function pairs(model: RiskModel, sectors: number) {
  const n = model.instruments.length
  const found = correlationsOf(model)
  const sums = { within: 0, across: 0, trueWithin: 0, trueAcross: 0, most: 0 }
  const { market, sector, own } = WORLD_DEVIATIONS
  const truth = (i: number, j: number) => betaOf(i, n) * betaOf(j, n) * market * market + (i % sectors === j % sectors ? sector * sector : 0) // prettier-ignore
  const deviation = (i: number) => Math.sqrt(truth(i, i) + own * own)
  const counts = { within: 0, across: 0 }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const expected = truth(i, j) / (deviation(i) * deviation(j))
      const which = i % sectors === j % sectors ? 'within' : 'across'
      counts[which] += 1
      sums[which] += found[i * n + j]!
      sums[which === 'within' ? 'trueWithin' : 'trueAcross'] += expected
      sums.most = Math.max(sums.most, Math.abs(found[i * n + j]! - expected))
    }
  return { within: sums.within / counts.within, across: sums.across / counts.across, trueWithin: sums.trueWithin / counts.within, trueAcross: sums.trueAcross / counts.across, most: sums.most } // prettier-ignore
}

describe('statistical', () => {
  const world = returnWorld({ names: 60, days: 700, sectors: 4 })
  const model = modelOf(world, {})

  test('finds the factors that there are, and says that the others are luck', () => {
    // Four sectors beside the market.
    expect(model.factors).toEqual(['market', 'pc1', 'pc2', 'pc3', 'pc4'])
    expect(model.notes).toEqual(['4 of 15 statistical factors are more than luck by the Marchenko–Pastur edge']) // prettier-ignore
    expect(modelOf(world, { factors: 2 }).factors).toEqual(['market', 'pc1', 'pc2'])
    expect(modelOf(world, { factors: 0 }).factors).toEqual(['market'])
  })

  test('knows betas, and which names go together', () => {
    const k = model.factors.length
    const market = world.bars.get(MARKET)!.map(({ close }) => close)
    const returns = market.slice(1).map((close, t) => close / market[t]! - 1)
    world.names.forEach(({ instrument }, i) => expect(model.exposures[i * k]).toBeCloseTo(slope(world.returns.get(instrument)!, returns), 9)) // prettier-ignore
    const { within, across, trueWithin, trueAcross, most } = pairs(model, 4)
    expect(Math.abs(within - trueWithin)).toBeLessThan(0.03)
    expect(Math.abs(across - trueAcross)).toBeLessThan(0.03)
    expect(most).toBeLessThan(0.15)
  })

  test('leaves each name its own variance, about its beta', () => {
    variancesOf(model).forEach((variance, i) => {
      const own = world.returns.get(world.names[i]!.instrument)!
      expect(variance / covariance(own, own)).toBeCloseTo(1, 2)
    })
  })

  test('is the same from the days’ side of a wide panel as from the names’', () => {
    const wide = returnWorld({ names: 300, days: 120, sectors: 3 })
    const found = modelOf(wide, { factors: 3 })
    // By definition: the correlation matrix of residuals, all of its eigenvectors.
    const bars = wide.bars.get(MARKET)!
    const market = bars.slice(1).map(({ close }, t) => close / bars[t]!.close - 1)
    const z = wide.names.map(({ instrument }) => {
      const left = residuals(wide.returns.get(instrument)!, market)
      const scale = Math.sqrt(mean(left.map((x) => x * x)))
      return left.map((x) => x / scale)
    })
    const correlations = Float64Array.from({ length: 300 * 300 }, (_, at) => mean(z[Math.floor(at / 300)]!.map((x, t) => x * z[at % 300]![t]!))) // prettier-ignore
    const { vectors } = symmetricEigen(correlations, 300)
    const k = found.factors.length
    expect(k).toBe(4)
    for (let j = 1; j < k; j++) {
      const column = z.map((_, i) => {
        const left = residuals(wide.returns.get(wide.names[i]!.instrument)!, market)
        return (
          found.exposures[i * k + j]! / Math.sqrt(left.reduce((sum, x) => sum + x * x, 0) / 118)
        )
      })
      const product = column.reduce((sum, x, i) => sum + x * vectors[(j - 1) * 300 + i]!, 0)
      expect(Math.abs(product)).toBeCloseTo(1, 8)
    }
  })
})

describe('sector-style', () => {
  const world = returnWorld({ names: 60, days: 700, sectors: 4 })
  const model = modelOf(world, { kind: 'sector-style' })

  test('names its factors, and 1 is membership', () => {
    expect(model.factors).toEqual(['market', 'sector:S0', 'sector:S1', 'sector:S2', 'sector:S3', 'style:momentum', 'style:volatility', 'style:dollar-volume']) // prettier-ignore
    const k = model.factors.length
    expect([...model.exposures.subarray(6 * k + 1, 6 * k + 5)]).toEqual([0, 0, 1, 0])
    const momentum = Array.from({ length: 60 }, (_, i) => model.exposures[i * k + 5]!)
    expect(mean(momentum)).toBeCloseTo(0, 10)
    expect(covariance(momentum, momentum)).toBeCloseTo(60 / 59, 10)
  })

  test('knows which names go together, and each name’s variance', () => {
    const { within, across, trueWithin, trueAcross, most } = pairs(model, 4)
    expect(Math.abs(within - trueWithin)).toBeLessThan(0.03)
    expect(Math.abs(across - trueAcross)).toBeLessThan(0.03)
    expect(most).toBeLessThan(0.15)
    variancesOf(model).forEach((variance, i) => {
      const own = world.returns.get(world.names[i]!.instrument)!
      expect(Math.abs(variance / covariance(own, own) - 1)).toBeLessThan(0.12)
    })
  })

  test('the sectors’ variance is the true one, without the noise of the slopes', () => {
    const small = modelOf(returnWorld({ names: 24, days: 756, sectors: 6 }), { kind: 'sector-style' }) // prettier-ignore
    const k = small.factors.length
    const found = [1, 2, 3, 4, 5, 6].map((j) => small.factorCovariance[j * k + j]!)
    // With four names a sector the slopes alone would show 0.007² + 0.015² / 4, more than twice as much.
    expect(Math.sqrt(mean(found)) / WORLD_DEVIATIONS.sector).toBeGreaterThan(0.9)
    expect(Math.sqrt(mean(found)) / WORLD_DEVIATIONS.sector).toBeLessThan(1.15)
  })

  test('winners have momentum, big names size, nervous names volatility', () => {
    const { names, bars } = returnWorld({ names: 40, days: 500 })
    const drifting = names.map((name, i) => ({ ...name, marketValue: 1e9 * (i + 1) }))
    names.forEach(({ driver }, i) => bars.set(driver, bars.get(driver)!.map((bar, t) => ({ ...bar, close: bar.close * Math.exp(t * i * 1e-4 + (i % 2) * 0.02 * Math.cos(t * t)) })))) // prettier-ignore
    const found = modelOf({ names: drifting, bars, returns: new Map() }, { kind: 'sector-style' })
    const k = found.factors.length
    expect(found.factors.slice(-3)).toEqual(['style:momentum', 'style:volatility', 'style:size'])
    const score = (i: number, back: number) => found.exposures[i * k + k - back]!
    expect(score(38, 3)).toBeGreaterThan(score(2, 3) + 1)
    expect(score(39, 2)).toBeGreaterThan(score(38, 2) + 0.5)
    expect(score(39, 1)).toBeGreaterThan(score(20, 1))
    expect(score(20, 1)).toBeGreaterThan(score(0, 1))
  })

  test('a sector of two names has no factor, and a small book no styles: both are said', () => {
    const small = modelOf(returnWorld({ names: 8, days: 200, sectors: 4 }), { kind: 'sector-style' }) // prettier-ignore
    expect(small.factors).toEqual(['market'])
    expect(small.notes).toEqual(['4 sectors have fewer than 3 names with a history and no factor of their own', 'too few names for style factors']) // prettier-ignore
  })

  test('recent days count more the shorter the half-life', () => {
    const { names, bars, returns } = returnWorld({ names: 24, days: 400 })
    const calmed = new Map([...bars].map(([id, of]) => {
      let close = 100
      return [id, of.map((bar, t) => { close *= t === 0 ? 1 : 1 + (bar.close / of[t - 1]!.close - 1) * (t > 300 ? 0.25 : 1); return { ...bar, close } })] // prettier-ignore
    })) // prettier-ignore
    const [fast, slow] = [20, 1e6].map((halfLifeDays) => variancesOf(modelOf({ names, bars: calmed, returns }, { kind: 'sector-style', halfLifeDays }))[3]!) // prettier-ignore
    expect(fast! * 4).toBeLessThan(slow!)
  })
})
