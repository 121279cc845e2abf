import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { impactBps } from '#costs/impact.ts'
import { costInMoney, totalCost, tradeCost, type ProposedTrade } from '#costs/trade-cost.ts'

const trade: ProposedTrade = {
  assetClass: 'STK',
  dailyVolatility: 0.02,
  dailyValue: 1e8,
  notional: 1e6,
  halfSpread: 1e-4,
  commission: 50,
}

test('the documented examples: 1 % of the day’s volume at 2 % a day', () => {
  expect(impactBps(trade, 1e6)).toBeCloseTo(20, 12)
  const cost = tradeCost(trade)
  expect(cost.spreadBps).toBeCloseTo(1, 12)
  expect(cost.totalBps).toBeCloseTo(21.5, 12)
  expect(costInMoney(cost)).toBeCloseTo(2150, 9)
})

test('four times the size is twice the impact per dollar', () => {
  expect(impactBps(trade, 4e6)).toBeCloseTo(2 * impactBps(trade, 1e6), 12)
})

test('a name of unknown volume is taken to trade no more than the order itself', () => {
  expect(impactBps({ ...trade, dailyValue: undefined }, 1e3)).toBeCloseTo(200, 12)
  expect(impactBps({ ...trade, dailyValue: 0 }, 1e3)).toBeCloseTo(200, 12)
})

test('currencies are deep even where their volume is not known', () => {
  const pair = {
    ...trade,
    assetClass: 'CASH' as const,
    dailyVolatility: 0.006,
    dailyValue: undefined,
  }
  expect(impactBps(pair, 1e6)).toBeCloseTo(0.6, 12)
})

test('no trade costs nothing', () => {
  expect(totalCost([])).toEqual({ notional: 0, spreadBps: 0, impactBps: 0, commission: 0, totalBps: 0 }) // prettier-ignore
  expect(tradeCost({ ...trade, notional: 0, commission: 0 }).totalBps).toBeCloseTo(1, 12)
})

const trades = fc.array(
  fc.record({
    assetClass: fc.constant('STK' as const),
    dailyVolatility: fc.double({ min: 0, max: 0.1, noNaN: true }),
    dailyValue: fc.double({ min: 1e5, max: 1e10, noNaN: true }),
    notional: fc.double({ min: 100, max: 1e6, noNaN: true }),
    halfSpread: fc.double({ min: 0, max: 0.01, noNaN: true }),
    commission: fc.double({ min: 0, max: 100, noNaN: true }),
  }),
  { minLength: 1, maxLength: 8 },
)

test('the money of a total is the sum of the money of its trades', () => {
  fc.assert(
    fc.property(trades, (proposed) => {
      const costs = proposed.map(tradeCost)
      const sum = costs.reduce((total, cost) => total + costInMoney(cost), 0)
      expect(costInMoney(totalCost(costs)) / sum).toBeCloseTo(1, 9)
    }),
  )
})
