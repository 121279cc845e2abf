import { expect, test } from 'vitest'
import { stripVTControlCharacters } from 'node:util'
import { money, price, quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, ExecId, InstrumentId, PermId, PlanId, RunId } from '#model/ids.ts' // prettier-ignore
import { METRIC_NAMES, type Metrics } from '#model/metrics.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import { instantOf } from '#model/time.ts'
import type { RunEvent, RunNews } from '#engine/run-event.ts'
import { renderOrders, renderPositions } from '#cli/render/account.ts'
import { inkFor, PLAIN } from '#cli/render/ink.ts'
import { planDifferences, renderPlanDifference } from '#cli/render/plan-difference.ts'
import { renderPlan } from '#cli/render/plan.ts'
import { createRunProgress } from '#cli/render/run.ts'
import { renderStatus } from '#cli/render/status.ts'
import { alignedTable, left, right } from '#cli/render/table.ts'

const AT = instantOf('2018-02-05T15:00:00Z') ?? Number.NaN
const INK = inkFor({ isTTY: true }, {})
const ACCOUNT = 'DU1234567' as AccountId

const METRICS = Object.fromEntries(METRIC_NAMES.map((name) => [name, 0.1])) as unknown as Metrics

const line = (of: Partial<PlanLine>): PlanLine => ({
  id: 'A1',
  instrument: 'AAPL.STK.USD' as InstrumentId,
  conId: 265598,
  symbol: 'AAPL',
  assetClass: 'STK',
  side: 'SELL',
  quantity: quantity('1250'),
  orderType: 'LMT',
  limitPrice: price('156.41'),
  timeInForce: 'DAY',
  algo: 'marketable-limit',
  guardPrice: price('156.49'),
  expectedAlphaBps: 0,
  estimatedCostBps: 1.64,
  marginFreed: money('100', 'USD'),
  wave: 1,
  reason: { rule: 'band', text: '', weightBefore: 0.051, weightTarget: 0.032, weightAfter: 0.0319 },
  ...of,
})

const plan = (of: Partial<Plan>): Plan => ({
  planId: 'ab12'.repeat(16) as PlanId,
  asOf: AT,
  expires: AT + 900_000,
  account: ACCOUNT,
  nav: money('1234567.891', 'USD'),
  currency: 'USD',
  snapshot: '',
  config: '',
  verdict: 'changes',
  checks: [{ name: 'reconciled', status: 'pass', detail: 'book and broker agree' }],
  phases: { A: [line({})], B: [] },
  weights: [
    { instrument: 'AAPL.STK.USD' as InstrumentId, before: 0.051, target: 0.032, after: 0.0319 },
  ],
  risk: { before: METRICS, after: METRICS, worst: { ...METRICS, var99: Number.NaN } },
  binding: [],
  cost: { spreadBps: 0.9, impactBps: 0.4, commission: money('12.4', 'USD'), totalBps: 1.6 },
  skipped: [{ instrument: 'ZVZZT.STK.USD' as InstrumentId, reason: 'halted' }],
  ...of,
})

test('a table is aligned, without a frame or spaces at line ends', () => {
  const rows = [
    ['AAPL', '1,250'],
    ['F', '7'],
  ]
  expect(alignedTable([left('name'), right('quantity')], rows, PLAIN).split('\n')).toEqual([
    'name  quantity',
    'AAPL     1,250',
    'F            7',
  ])
})

test.each([
  ['a terminal', { isTTY: true }, {}, true],
  ['a pipe', {}, {}, false],
  ['NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR', { isTTY: true }, { NO_COLOR: '' }, true],
  ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }, false],
])('colour on %s: %o %o', (_, stream, environment, coloured) => {
  expect(inkFor(stream, environment).bad('x') !== 'x').toBe(coloured)
})

test('colour changes no word of a plan', () => {
  expect(stripVTControlCharacters(renderPlan(plan({}), INK))).toBe(renderPlan(plan({}), PLAIN))
})

test('a plan shows each line with its weights and why, what is left out, and how to apply it', () => {
  const text = renderPlan(plan({}), PLAIN)
  expect(text).toContain('Plan ab12ab12ab12 for DU1234567: 1,234,567.89 USD net asset value')
  expect(text).toMatch(/^A1 +1 +SELL +1,250 +AAPL\.STK\.USD +156\.41 +5\.10 % +3\.20 % +3\.19 % +1\.6 bps +band$/m) // prettier-ignore
  expect(text).toMatch(/^ZVZZT\.STK\.USD +halted$/m)
  expect(text).toMatch(/^one-day VaR 99 % +10\.00 % +10\.00 % +–$/m)
  expect(text).toContain('Phase B: add\n  nothing')
  expect(text).toContain('Plan: 1 to reduce, 0 to add, 1 not traded; expected cost 1.6 bps')
  expect(text).toMatch(/Apply it: ballast apply ab12ab12ab12$/)
})

test('a blocked plan names what failed and offers no apply', () => {
  const checks = [{ name: 'quotes', status: 'fail', detail: 'AAPL is stale' }] as const
  const text = renderPlan(plan({ verdict: 'blocked', checks }), PLAIN)
  expect(text).toMatch(/Blocked: nothing of this may be applied\.\n {2}quotes: AAPL is stale$/)
  expect(text).not.toContain('ballast apply')
})

test('a plan without changes says so', () => {
  const text = renderPlan(plan({ verdict: 'no-change', phases: { A: [], B: [] } }), PLAIN)
  expect(text).toMatch(/Nothing to do: every weight is within its band\.$/)
})

test('two plans differ by trade, a flip taken as one, or by target', () => {
  const flip = [line({}), line({ id: 'B1', side: 'SHORT', quantity: quantity('50') })]
  const one = plan({})
  const other = plan({ phases: { A: flip, B: [] }, planId: 'cd34'.repeat(16) as PlanId })
  expect(planDifferences(one, one)).toEqual([])
  expect(planDifferences(one, other)).toEqual([
    {
      instrument: 'AAPL.STK.USD',
      before: quantity('-1250'),
      after: quantity('-1300'),
      targetBefore: 0.032,
      targetAfter: 0.032,
    },
  ])
  expect(renderPlanDifference(one, other, PLAIN)).toMatch(/AAPL\.STK\.USD +-1,250 +-1,300/)
  expect(renderPlanDifference(one, one, PLAIN)).toContain('both trade the same')
})

const ORDER = '0badcafe-r1-A1-1' as ClientOrderId
const AAPL = 'AAPL.STK.USD' as InstrumentId

function run(...news: readonly RunNews[]) {
  const progress = createRunProgress(PLAIN)
  const lines = news.flatMap((told, i) => {
    const event: RunEvent = { seq: i + 1, at: AT, runId: 'r1' as RunId, ...told }
    return progress.heard(event)
  })
  return { lines, status: progress.status() }
}

const started: RunNews = { type: 'PhaseStarted', phase: 'A', wave: 1, orders: 1 }
const sent: RunNews = { type: 'OrderSubmitted', clientOrderId: ORDER, line: 'A1', instrument: AAPL, side: 'SELL', quantity: quantity('100'), orderType: 'LMT', limitPrice: price('156.41') } // prettier-ignore
const fill = (cumulative: string): RunNews => ({ type: 'Fill', clientOrderId: ORDER, execId: 'x.1' as ExecId, instrument: AAPL, side: 'SELL', quantity: quantity('50'), price: price('156.42'), cumulative: quantity(cumulative) }) // prettier-ignore

test('an order is shown when it is sent and when it is filled whole', () => {
  const { lines, status } = run(started, sent, fill('50'), fill('100'))
  expect(lines).toEqual([
    'Phase A, reduce: wave 1, 1 order',
    '  sent      A1   SELL  100 AAPL.STK.USD limit 156.41',
    '  filled    A1   SELL  100 AAPL.STK.USD at 156.42',
  ])
  expect(status).toBe('phase A, wave 1: 1 of 1 done')
})

test('a rejected order counts as done, one in doubt does not', () => {
  const rejected: RunNews = { type: 'OrderRejected', clientOrderId: ORDER, reason: '201: no' }
  const doubted: RunNews = { type: 'OrderInDoubt', clientOrderId: ORDER, reason: 'link lost' }
  expect(run(started, sent, rejected)).toMatchObject({
    lines: expect.arrayContaining(['  rejected  A1   SELL  100 AAPL.STK.USD: 201: no']),
    status: 'phase A, wave 1: 1 of 1 done',
  })
  expect(run(started, sent, doubted).status).toBe('phase A, wave 1: 0 of 1 done')
})

test('the summary of a run ends it', () => {
  const { lines, status } = run(started, sent, {
    type: 'RunCompleted',
    summary: {
      orders: 1,
      filled: 0,
      rejected: 1,
      fillRate: 0,
      slippageBps: Number.NaN,
      costBps: 0,
      latencyMs: { p50: Number.NaN, p99: Number.NaN },
      turnover: 0.0123,
      breaks: 2,
      verdict: 'canceled',
      unfinished: ['A1: interrupted'],
    },
  })
  expect(status).toBe('')
  const text = lines.join('\n')
  expect(text).toContain('Run canceled')
  expect(text).toMatch(/^ {2}breaks +2 open$/m)
  expect(text).toMatch(/^ {2}turnover +1\.23 %$/m)
  expect(text).toMatch(/ {2}not done {2}A1: interrupted$/)
})

test('positions with their cash', () => {
  const text = renderPositions(
    {
      account: ACCOUNT,
      asOf: AT,
      currency: 'USD',
      nav: money('1000000', 'USD'),
      excessLiquidity: money('1', 'USD'),
      buyingPower: money('2', 'USD'),
      cash: [{ currency: 'USD', amount: money('-12.345', 'USD') }],
      positions: [{ instrument: AAPL, conId: 1, quantity: quantity('-1200'), averageCost: price('156.4999'), currency: 'USD' }], // prettier-ignore
    },
    PLAIN,
  )
  expect(text).toMatch(/^AAPL\.STK\.USD +-1,200 +156\.50 {2}USD$/m)
  expect(text).toContain('1 position; cash -12.35 USD')
})

test('orders of ours and of others', () => {
  const text = renderOrders(
    {
      account: ACCOUNT,
      asOf: AT,
      open: [{ clientOrderId: undefined, clientId: 0, permId: '77' as PermId, instrument: AAPL, quantity: quantity('5'), leaves: quantity('5'), orderType: 'TRAIL', limitPrice: undefined, timeInForce: 'GTC', status: 'held' }], // prettier-ignore
      completed: [],
    },
    PLAIN,
  )
  expect(text).toMatch(/^not ours \(77\) +AAPL\.STK\.USD +5 +5 {2}TRAIL +GTC +held +0$/m)
  expect(text).toContain('none completed today')
})

test('a status with a latch says how to release it', () => {
  const text = renderStatus(
    {
      account: ACCOUNT,
      mode: 'paper',
      running: false,
      asOf: AT,
      link: 'down',
      latches: [{ kind: 'Halted', scope: 'account', owner: 'ada', reason: 'drill', since: AT }],
      breaks: [],
      run: undefined,
      openOrders: 0,
      journal: { journalId: '0badcafe', rows: 1, hash: 'f'.repeat(64) },
    },
    PLAIN,
  )
  expect(text).toMatch(/^Halted +account +ada +2018-02-05T15:00:00\.000Z +drill$/m)
  expect(text).toContain('ballast resume --reason')
  expect(text).toContain('No breaks')
})
