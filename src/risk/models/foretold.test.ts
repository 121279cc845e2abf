/** Risk models on real history: what each foretold, against what came. */
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { estimateRiskModel } from '#risk/models/estimate.ts'
import { riskOf, variancesOf } from '#risk/models/portfolio-risk.ts'
import { RISK_MODELS, type RiskModelKind } from '#risk/models/risk-model.ts'
import { readBars } from '#feeds/files/bars/bars-file.ts'
import type { InstrumentId } from '#model/ids.ts'
import { LARGE_CAP_BARS, largeCapHistory } from '#test/support/equity-history.ts'
import { foretold } from '#test/support/risk-forecasts.ts'

const FUTURES = '../shared/data/bars/futures_cont_daily_2000_2021.parquet'
const settingsOf = (kind: RiskModelKind, windowDays: number) => ({ kind, factors: 3, windowDays, halfLifeDays: 40 }) // prettier-ignore

// Twenty stocks on a quarter of history: few enough days for luck to show in a sample covariance.
test.skipIf(!existsSync(LARGE_CAP_BARS))(
  `random portfolios are as risky as foretold, minimum variance riskier, by a sample most (${LARGE_CAP_BARS})`,
  async () => {
    const { names, bars } = await largeCapHistory('2009-01-01', '2018-12-31')
    expect(names.length).toBe(20)
    expect(new Set(names.map(({ sector }) => sector)).size).toBeGreaterThan(5)
    const found = Object.fromEntries(RISK_MODELS.map((kind) => [kind, foretold({ names, bars, first: 64, every: 63 }, settingsOf(kind, 63))])) // prettier-ignore
    for (const kind of RISK_MODELS) {
      const { longBias, spreadBias, minimumBias, minimumVolatility } = found[kind]!
      for (const bias of [longBias, spreadBias]) {
        expect(bias).toBeGreaterThan(0.75)
        expect(bias).toBeLessThan(1.35)
      }
      expect(minimumBias).toBeGreaterThan(1)
      expect(minimumBias).toBeLessThan(3)
      expect(minimumVolatility).toBeGreaterThan(0.04)
      expect(minimumVolatility).toBeLessThan(0.16)
    }
    // With a third as many names as days a sample foretells two thirds of the risk by theory alone.
    expect(found['sample']!.minimumBias).toBeGreaterThan(1.5)
    for (const kind of ['ledoit-wolf', 'statistical'] as const) {
      expect(found[kind]!.minimumBias).toBeLessThan(0.93 * found['sample']!.minimumBias)
      expect(found[kind]!.minimumVolatility).toBeLessThan(0.96 * found['sample']!.minimumVolatility)
    }
  },
)

test.skipIf(!existsSync(FUTURES))(
  `a future that closed at −37.63 is estimated from the days that it had a price (${FUTURES})`,
  async () => {
    const read = await readBars(FUTURES, { first: '2019-01-01', last: '2020-06-30' })
    const bars = new Map([...read].map(([root, of]) => [root as InstrumentId, of.bars]))
    const names = ['CL', 'ES', 'GC'].map((root) => ({ instrument: root as InstrumentId, sector: 'Futures', driver: root as InstrumentId })) // prettier-ignore
    for (const kind of RISK_MODELS) {
      const model = estimateRiskModel(names, bars, undefined, settingsOf(kind, 252))
      if (!model.ok) throw new Error(model.error)
      expect(model.value.notes.join()).toMatch(/passed over, and the next bar carries the whole move: CL [12]/) // prettier-ignore
      const [crude, index] = variancesOf(model.value)
      expect(crude).toBeGreaterThan(3 * index!)
      expect(riskOf(model.value, Float64Array.of(0, 1, 0)) * Math.sqrt(252)).toBeGreaterThan(0.15)
    }
  },
)
