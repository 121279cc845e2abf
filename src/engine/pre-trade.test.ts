import { expect, test } from 'vitest'
import { money, price, quantity } from '#model/fixed.ts'
import type { InstrumentId, PlanId, RunId } from '#model/ids.ts'
import type { Option } from '#model/instrument.ts'
import type { PlanLine } from '#model/plan.ts'
import { gateContextOf } from '#engine/pre-trade.ts'
import { initialState, type EngineState, type Run } from '#engine/state.ts'
import { id, line, MORNING, planOf, quoteOf, SETTINGS, stock } from '#test/support/engine-world.ts'

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
