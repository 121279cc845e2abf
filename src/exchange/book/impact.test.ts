import { expect, test } from 'vitest'
import {
  IMPACT,
  NO_FOOTPRINT,
  afterTrade,
  permanentShift,
  recovered,
} from '#exchange/book/impact.ts'

const LIQUIDITY = { spread: 0.0002, touchSize: 500, dailyVolume: 6_561_000, dailyVolatility: 0.0157 } // prettier-ignore

test('half of what was taken is back after a half-life, three quarters after two', () => {
  const taken = afterTrade(NO_FOOTPRINT, 800, LIQUIDITY, 0)
  expect(taken).toMatchObject({ fromAsks: 800, fromBids: 0 })
  expect(recovered(taken, IMPACT.halfLifeMs).fromAsks).toBeCloseTo(400, 9)
  expect(recovered(taken, 2 * IMPACT.halfLifeMs).fromAsks).toBeCloseTo(200, 9)
})

test('buys and sales leave their holes on opposite sides, and opposite shifts', () => {
  const both = afterTrade(afterTrade(NO_FOOTPRINT, 800, LIQUIDITY, 0), -300, LIQUIDITY, 0)
  expect(both).toMatchObject({ fromAsks: 800, fromBids: 300 })
  expect(both.shift).toBeCloseTo(permanentShift(500, LIQUIDITY), 15)
})

// Almgren et al. (2005), table 3, IBM: 10 % of the day's volume, σ 1.57 %, Θ/V = 1728/6.561 = 263: I = 20 bp.
test('the permanent shift is near the published example', () => {
  const bps = permanentShift(656_100, LIQUIDITY) * 10_000
  expect(bps).toBeGreaterThan(17)
  expect(bps).toBeLessThan(21)
})

test('a shift stays through the day', () => {
  const taken = afterTrade(NO_FOOTPRINT, 800, LIQUIDITY, 0)
  expect(recovered(taken, 3_600_000).shift).toBe(taken.shift)
})
