import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { priceFrom, snapPrice, toNumber } from '#model/border.ts'
import { price, quantity } from '#model/fixed.ts'
import { isBuying, type Side } from '#model/order.ts'
import type { PlanLine } from '#model/plan.ts'
import { predictedParts } from '#execution/cost-analysis/predicted-parts.ts'
import { line, stock } from '#test/support/engine-world.ts'

const AAA = stock('AAA')
const noRate = () => undefined

/** 100 shares at a mid of 100, decided with a touch and a collar: commission is 1, the least. */
function decided(
  side: Side,
  halfSpread: number,
  collarBps: number,
  impactBps: number,
  mid = 100,
): PlanLine {
  const sign = isBuying(side) ? 1 : -1
  const limitPrice = snapPrice((mid + sign * halfSpread) * (1 + (sign * collarBps) / 10_000), AAA.priceIncrements, sign > 0 ? 'down' : 'up') // prettier-ignore
  const estimatedCostBps = (halfSpread / mid) * 10_000 + impactBps + (1 / (100 * mid)) * 10_000
  return { ...line('A1', side, 'AAA', '100'), guardPrice: priceFrom(mid), limitPrice, estimatedCostBps } // prettier-ignore
}

test('by hand: a half spread of 3 cents on 100 behind a limit 20 bps beyond the ask', () => {
  const parts = predictedParts(decided('BUY', 0.03, 20, 2.5), AAA, 20, noRate)
  expect(parts?.spreadBps).toBeCloseTo(3, 9)
  expect(parts?.impactBps).toBeCloseTo(2.5, 9)
  expect(parts?.commissionBps).toBeCloseTo(1, 9)
})

test('whatever the touch was, it is found again, or it is said to be one of two; the parts sum to the prediction', () => {
  const whole = fc.record({
    side: fc.constantFrom<Side>('BUY', 'SELL', 'COVER', 'SHORT'),
    bidCents: fc.integer({ min: 500, max: 90_000 }),
    spreadCents: fc.integer({ min: 0, max: 60 }),
    collarBps: fc.integer({ min: 0, max: 200 }),
    impactBps: fc.double({ min: 0, max: 50, noNaN: true }),
  })
  const told: number[] = []
  fc.assert(
    fc.property(whole, ({ side, bidCents, spreadCents, collarBps, impactBps }) => {
      const [half, mid] = [spreadCents / 200, (bidCents + spreadCents / 2) / 100]
      const of = { ...decided(side, half, collarBps, impactBps, mid), quantity: quantity('10000') }
      const commissionBps = (50 / (10_000 * mid)) * 10_000
      const estimatedCostBps = (half / mid) * 10_000 + impactBps + commissionBps
      const parts = predictedParts({ ...of, estimatedCostBps }, AAA, collarBps, noRate)
      told.push(parts === undefined ? 0 : 1)
      if (parts === undefined) return
      expect(parts.spreadBps).toBeCloseTo((half / mid) * 10_000, 6)
      expect(parts.commissionBps).toBeCloseTo(commissionBps, 6)
      expect(parts.impactBps).toBeCloseTo(impactBps, 6)
    }),
    { numRuns: 500 },
  )
  expect(told.filter((one) => one === 0).length / told.length).toBeLessThan(0.1)
})

test('where a part cannot be found, none is told', () => {
  const whole = decided('BUY', 0.03, 20, 2.5)
  const { limitPrice: _limit, ...atMarket } = whole
  expect(predictedParts(atMarket, AAA, 20, noRate)).toBeUndefined()
  expect(predictedParts(whole, AAA, Number.NaN, noRate)).toBeUndefined()
  // A limit under the mid was made by another rule than this collar.
  expect(predictedParts({ ...whole, limitPrice: price('98') }, AAA, 20, noRate)).toBeUndefined()
  // Spread and commission come to more than the sum: they were not its parts.
  expect(predictedParts({ ...whole, estimatedCostBps: 1 }, AAA, 20, noRate)).toBeUndefined()
})

test('a commission in another currency counts at its rate, and without one nothing is told', () => {
  const of = { ...decided('BUY', 0.03, 20, 2.5), estimatedCostBps: 3 + 2.5 + 0.8 }
  const foreign = { ...AAA, currency: 'EUR' }
  expect(predictedParts(of, foreign, 20, noRate)).toBeUndefined()
  const parts = predictedParts(of, foreign, 20, (currency) =>
    currency === 'USD' ? 0.8 : undefined,
  )
  expect(parts?.commissionBps).toBeCloseTo((1 * 0.8 * 10_000) / toNumber(price('10000')), 9)
  expect(parts?.impactBps).toBeCloseTo(2.5, 9)
})
