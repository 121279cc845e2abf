/** Which algorithm an order gets, as a trader would read it, and what it is expected to cost. */
import { expect, test } from 'vitest'
import { MINUTE_MS } from '#model/time.ts'
import { chooseAlgorithm, type MarketNow, type OrderToWork } from '#execution/algorithms/choose-algorithm.ts' // prettier-ignore
import { table } from '#test/support/table.ts'

const SESSION_MS = 390 * MINUTE_MS
const market: MarketNow = {
  assetClass: 'STK',
  mid: 50,
  spread: 4e-4,
  usual: { dailyVolume: 5e6, dailyVolatility: 0.02, spread: 4e-4, volumeCurve: [0, 0.3, 0.7, 1] },
}
const order: OrderToWork = {
  units: 25_000,
  timeMs: 120 * MINUTE_MS,
  sessionMs: SESSION_MS,
  riskAversion: 1e-7,
  confidence: 1,
}

test.each(
  table(`
    size  | spread | half-life | believed | curve | algorithm                | why
    0.02  |      4 |           |        1 | yes   | passive-then-cross       | a few touches
    0.02  |      4 |         5 |        1 | yes   | passive-then-cross       | so small that haste costs more than it saves
    0.3   |      4 |        20 |      0.8 | yes   | implementation-shortfall | its reason fades
    3     |      4 |        20 |      0.8 | yes   | implementation-shortfall | its reason fades, whatever the size
    0.3   |      4 |        20 |      0.3 | yes   | twap                     | a reason that is not believed hurries nobody
    0.3   |      4 |       300 |      0.8 | yes   | twap                     | a reason that lasts hurries nobody
    0.3   |     15 |           |        1 | yes   | iceberg                  | dear to cross
    1     |     15 |           |        1 | yes   | vwap                     | too large to wait for
    1     |      4 |           |        1 | yes   | vwap                     | a fair part of the volume
    1     |      4 |           |        1 | no    | twap                     | its volume curve is not known
    5     |      4 |           |        1 | yes   | participation            | a large part of the day
  `),
)('$size % of a day, $why: $algorithm', (row) => {
  const alpha = { totalBps: 20, halfLifeMs: Number(row['half-life']) * MINUTE_MS }
  const choice = chooseAlgorithm(
    { ...order, units: (Number(row.size) / 100) * 5e6, confidence: Number(row.believed), ...(row['half-life'] === '' ? {} : { alpha }) }, // prettier-ignore
    { ...market, spread: Number(row.spread) / 10_000, usual: { ...market.usual, volumeCurve: row.curve === 'yes' ? market.usual.volumeCurve : [] } }, // prettier-ignore
  )
  expect(choice.algorithm).toBe(row.algorithm)
  expect(choice.why).toContain('% of a day')
})

test('a person may take another, and is told what the table would have taken', () => {
  const choice = chooseAlgorithm(order, market, 'iceberg')
  expect(choice.algorithm).toBe('iceberg')
  expect(choice.why).toContain('iceberg was asked for instead of twap')
})

test('the parts of a cost by hand: 0.5 % of a day evenly over 120 of 390 minutes', () => {
  const { cost, atMarketBps } = chooseAlgorithm(order, market, 'twap')
  const pace = 0.005 / (120 / 390)
  const temporary = 0.142 * 0.02 * pace ** 0.6
  const permanent = 0.314 * 0.02 * 0.005 * 200 ** 0.25
  expect(cost.spreadBps).toBeCloseTo(0, 12) // half of it rests
  expect(cost.impactBps).toBeCloseTo((temporary + permanent / 2) * 1e4, 9)
  expect(cost.delayBps).toBe(0)
  // σ √(T / 3), in forty steps.
  expect(cost.riskBps / (200 * Math.sqrt(120 / 390 / 3))).toBeCloseTo(1, 1)
  expect(atMarketBps).toBeCloseTo(2 + 200 * Math.sqrt(0.005), 9)
})

test('what an alpha loses while an order waits is a cost, and the trajectory loses less of it than even trading', () => {
  const hurried = { ...order, alpha: { totalBps: 60, halfLifeMs: 15 * MINUTE_MS } }
  const [even, best] = [chooseAlgorithm(hurried, market, 'twap'), chooseAlgorithm(hurried, market)]
  expect(best.algorithm).toBe('implementation-shortfall')
  // 60 (1 − mean of 2^(−t / 15) over 120 minutes), by hand.
  expect(even.cost.delayBps).toBeCloseTo(60 * (1 - (15 / (120 * Math.LN2)) * (1 - 2 ** -8)), 1)
  expect(best.cost.delayBps).toBeLessThan(0.6 * even.cost.delayBps)
  expect(best.cost.impactBps).toBeGreaterThan(even.cost.impactBps)
  expect(best.cost.totalBps).toBeLessThan(even.cost.totalBps)
})
