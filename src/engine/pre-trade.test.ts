import { expect, test } from 'vitest'
import { money, price, quantity } from '#model/fixed.ts'
import type { InstrumentId, PlanId, RunId } from '#model/ids.ts'
import type { Forex, Option } from '#model/instrument.ts'
import type { PlanLine } from '#model/plan.ts'
import { gateContextOf, guardScaleOf } from '#engine/pre-trade.ts'
import { guardReason } from '#engine/staleness.ts'
import { initialState, type EngineState, type Run } from '#engine/state.ts'
import {
  id,
  line,
  MORNING,
  planOf,
  quoteOf,
  SETTINGS,
  stock,
  World,
} from '#test/support/engine-world.ts'

const PUT: Option = {
  ...stock('AAA'),
  id: 'AAA.OPT.20180316.P.100.USD' as InstrumentId,
  assetClass: 'OPT',
  multiplier: 100n,
  underlying: id('AAA'),
  expiry: '2018-03-16',
  strike: price('100'),
  right: 'P',
}

const RUN: Run = {
  runId: 'r1' as RunId,
  planId: 'plan-1' as PlanId,
  askers: [],
  startedAt: MORNING,
  nav: money('1000000', 'USD'),
  seq: 0,
  wave: undefined,
  deadlinePassed: false,
  completedPhases: [],
  scalePpm: undefined,
  mark: 0,
  quotesAsked: undefined,
  orders: new Map(),
  denied: new Map(),
  recheck: false,
  ending: undefined,
}

/** Ten puts are held where `held` says so, five are bought, and the plan says what they weigh. */
function contextFor(weights: { readonly before: number; readonly after: number }, held: boolean) {
  const buys: PlanLine = { ...line('B1', 'BUY', 'AAA', '5'), instrument: PUT.id, assetClass: 'OPT' }
  const plan = planOf([buys], { weights: [{ instrument: PUT.id, target: 0, ...weights }] })
  const positions = new Map(held ? [[PUT.id, quantity('10')]] : [])
  const basis = { positions, cash: new Map(), ownOrders: [] }
  const state: EngineState = { ...initialState(), settings: SETTINGS }
  state.instruments.set(PUT.id, PUT)
  state.quotes.set(PUT.id, quoteOf(PUT.id, MORNING, 4))
  state.plans.set(plan.planId, { plan, basis })
  return gateContextOf(state, RUN, plan, PUT, 4)
}

test('an option stands for what the plan found it to weigh, not for its premium', () => {
  // −0.05 of a million for ten puts: half the delta of 100 shares at 100.
  expect(contextFor({ before: -0.05, after: -0.075 }, true).unitExposure).toBeCloseTo(-5_000, 6)
})

test('one that is not held yet goes by what the plan wants of it', () => {
  expect(contextFor({ before: 0, after: -0.025 }, false).unitExposure).toBeCloseTo(-5_000, 6)
})

test('one that the plan does not weigh stands for all its shares at the strike', () => {
  expect(Math.abs(contextFor({ before: 0, after: 0 }, false).unitExposure)).toBe(10_000)
})

test('what an option stands for is what its guard price may move by a share of', () => {
  const buys: PlanLine = { ...line('B1', 'BUY', 'AAA', '5'), instrument: PUT.id, assetClass: 'OPT', guardPrice: price('4') } // prettier-ignore
  const plan = planOf([buys], { weights: [{ instrument: PUT.id, target: 0, before: 0, after: -0.025 }] }) // prettier-ignore
  const state: EngineState = { ...initialState(), settings: SETTINGS }
  state.instruments.set(PUT.id, PUT)
  state.plans.set(plan.planId, { plan, basis: { positions: new Map(), cash: new Map(), ownOrders: [] } }) // prettier-ignore
  // −0.025 of a million for five contracts of a hundred: 50 a share.
  expect(guardScaleOf(state, plan, buys)).toBeCloseTo(50, 9)
  expect(guardScaleOf(state, plan, line('B2', 'BUY', 'AAA', '5'))).toBe(100)
  const moved = (mid: number) =>
    guardReason([buys], new Map([[PUT.id, quoteOf(PUT.id, MORNING, mid)]]), 100, () => 50)
  expect(moved(4.49)).toBeUndefined()
  expect(moved(4.51)).toContain('at most 100 are allowed')
})

test('a balance is what is held of a pair, and a bought option takes its premium of the available funds', () => {
  const pair: Forex = { ...stock('EUR'), assetClass: 'CASH', id: 'EUR.CASH.USD' as InstrumentId }
  const world = new World()
  world.start()
  const { state } = world
  state.instruments.set(pair.id, pair).set(PUT.id, PUT)
  state.quotes.set(pair.id, quoteOf(pair.id, MORNING, 1.2))
  state.book?.cash.set('EUR', money('30000', 'EUR'))
  const buys: PlanLine = { ...line('B1', 'BUY', 'AAA', '5'), instrument: PUT.id, assetClass: 'OPT', marginFreed: money('0', 'USD') } // prettier-ignore
  const plan = planOf([buys])
  const context = gateContextOf(state, RUN, plan, pair, 1.2)
  expect(context.book.names.get(pair.id)).toMatchObject({ held: quantity('30000'), unitExposure: 1.2, assetClass: 'CASH', foreign: { currency: 'EUR', share: 1 } }) // prettier-ignore
  expect(gateContextOf(state, RUN, plan, PUT, 4).unitMargin).toBe(400)
  expect(gateContextOf(state, RUN, plan, stock('AAA'), 100).unitMargin).toBe(50)
})
