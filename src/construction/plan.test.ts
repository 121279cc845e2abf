import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { moneyFrom, toNumber } from '#model/border.ts'
import { hashOf } from '#model/canonical-json.ts'
import { format, money, price, quantity } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import { isBuying, isReducing, signedQuantity } from '#model/order.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import { PLAN } from '#model/plan-codec.ts'
import { isInside, LIMITS } from '#risk/limits.ts'
import { costInMoney } from '#costs/trade-cost.ts'
import type { Latch } from '#risk/latch.ts'
import { documentIdOf } from '#construction/plan-id.ts'
import { planFrom } from '#construction/plan.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import {
  idOf,
  LOOSE,
  navOf,
  PLAIN_POLICY,
  planInputs,
  type NameCase,
} from '#test/support/plan-inputs.ts'
import { table } from '#test/support/table.ts'

const lines = ({ phases }: Plan): readonly PlanLine[] => [...phases.A, ...phases.B]
const spoken = (plan: Plan): string[] =>
  lines(plan).map((line) => `${line.side} ${format(line.quantity)} ${line.symbol}`)
const check = (plan: Plan, name: string) => plan.checks.find((one) => one.name === name)
const skip = (plan: Plan, symbol: string) =>
  plan.skipped.find(({ instrument }) => instrument === idOf(symbol))?.reason ?? ''
/** A target list of many small names, well inside every limit. */
const crowd = (count: number, of: (i: number) => Partial<NameCase>): NameCase[] =>
  Array.from({ length: count }, (_, i) => ({ symbol: `N${i}`, sector: `S${i % 20}`, ...of(i) }))

// One name at 100, one million in all; the policy as a table.
test.each(
  table(`
    held  | target | band     | destination | rounding       | line        | note
    0     | 0.02   | 0        | target      | toward-zero    | BUY 200     |
    150   | 0.02   | 0        | target      | toward-zero    | BUY 50      |
    250   | 0.02   | 0        | target      | toward-zero    | SELL 50     |
    250   | 0.02   | 0.005    | target      | toward-zero    |             | at the end of its band
    251   | 0.02   | 0.005    | target      | toward-zero    | SELL 51     | all the way to the target
    260   | 0.02   | 0.005    | band-edge   | toward-zero    | SELL 10     | to the edge only
    100   | 0.02   | 0.005    | band-edge   | toward-zero    | BUY 50      |
    200   | -0.01  | 0        | target      | toward-zero    | SELL 200, SHORT 100 | a flip is two lines
    -200  | 0.01   | 0        | target      | toward-zero    | COVER 200, BUY 100  |
    -200  | -0.01  | 0        | target      | toward-zero    | COVER 100   |
    -200  | -0.03  | 0        | target      | toward-zero    | SHORT 100   |
    200   | none   | 0        | target      | toward-zero    | SELL 200    | untargeted
    -200  | none   | 0        | target      | toward-zero    | COVER 200   |
    10.5  | none   | 0        | target      | toward-zero    | SELL 10     | half a share is no order
    0     | 0.02015 | 0       | target      | toward-zero    | BUY 201     |
    0     | 0.02015 | 0       | target      | away-from-zero | BUY 202     |
    0     | 0.02025 | 0       | target      | half-even      | BUY 202     |
  `),
)(
  'held $held, target $target ± $band, $destination, $rounding: $line',
  ({ held, target, band, destination, rounding, line }) => {
    const cash = 1_000_000 - 100 * Number(held)
    const plan = planFrom(
      planInputs(
        cash,
        [{ symbol: 'AAA', held, ...(target === 'none' ? {} : { target: Number(target) }) }],
        {
          policy: {
            ...PLAIN_POLICY,
            band: { kind: 'absolute', absolute: Number(band), relative: 0 },
            destination: destination as 'target',
            rounding: rounding as 'toward-zero',
          },
        },
      ),
    )
    expect(spoken(plan).join(', ')).toBe(line.replaceAll(/(\d)(?=,|$)/g, '$1 AAA'))
    expect(plan.verdict).toBe(line === '' ? 'no-change' : 'changes')
    if (line === '') expect(skip(plan, 'AAA')).toContain('within its band 1.50 % to 2.50 %')
  },
)

test.each(
  table(`
    problem   | held | reason
    none      | 100  | no quote
    stale     | 100  | the quote is 60000 ms old, at most 10000 ms is fresh
    halted    | 100  | trading is halted
    one-sided | 100  | the quote has one side only
    crossed   | 100  | the quote is crossed
    delayed   | 100  | the quote is delayed, not live
    unknown   | 0    | the broker does not know it: No security definition
    unknown   | 100  | the broker does not know it: No security definition
  `),
)(
  'a name with $problem ($held held) gets no line, and the others do',
  ({ problem, held, reason }) => {
    const bad: NameCase =
      problem === 'unknown'
        ? { symbol: 'BAD', unknown: true, held, target: 0.03 }
        : { symbol: 'BAD', held, target: 0.03, quote: problem as 'none' }
    const plan = planFrom(
      planInputs(1_000_000, [
        bad,
        { symbol: 'AAA', target: 0.02 },
        { symbol: 'BBB', target: 0.02 },
      ]),
    )
    expect(
      lines(plan)
        .map(({ symbol }) => symbol)
        .toSorted(),
    ).toEqual(['AAA', 'BBB'])
    expect(skip(plan, 'BAD')).toContain(reason)
    const weight = plan.weights.find(({ instrument }) => instrument === idOf('BAD'))
    expect(weight?.target).toBe(0.03)
    expect(weight?.after).toBe(weight?.before)
    expect(weight?.before).toBeCloseTo(Number(held) / 10_100, 3)
  },
)

test('a name in which an order works is left alone', () => {
  const inputs = planInputs(1_000_000, [{ symbol: 'AAA', held: 10, target: 0.02 }])
  const working = {
    clientOrderId: undefined,
    clientId: 0,
    permId: undefined,
    instrument: idOf('AAA'),
    quantity: quantity('5'),
    leaves: quantity('5'),
    orderType: 'LMT',
    limitPrice: price('90'),
    timeInForce: 'DAY',
    status: 'working',
  } as const
  const plan = planFrom({ ...inputs, snapshot: { ...inputs.snapshot, openOrders: [working] } })
  expect(lines(plan)).toEqual([])
  expect(skip(plan, 'AAA')).toContain('an order is working in it')
  expect(check(plan, 'working orders')?.status).toBe('warn')
})

test.each(
  table(`
    what             | check        | detail
    broken books     | reconciled   | 2 severe breaks
    stale feed       | quotes       | 0 of 2 names have a fresh two-sided quote
    unpriced holding | valuation    | BBB.STK.USD held but without any price
    far from broker  | valuation    | 1030000.00 at our prices, 2000000.00 by the broker
    nothing left     | valuation    | the net asset value is 0
    target twice     | targets      | AAA.STK.USD is there twice
    weight NaN       | targets      | AAA.STK.USD has weight NaN
    band beside      | targets      | AAA.STK.USD has band 0.03 to 0.04, expected its weight 0.02 inside
  `),
)('$what: blocked, with no line at all', ({ what, check: name, detail }) => {
  const names: NameCase[] = [
    { symbol: 'AAA', held: 100, target: 0.02 },
    { symbol: 'BBB', held: 200 },
  ]
  const inputs = planInputs(1_000_000, names)
  const { snapshot } = inputs
  const target = { instrument: idOf('AAA'), weight: 0.02 }
  const cases: Readonly<Record<string, PlanInputs>> = {
    'broken books': { ...inputs, reconciliation: { status: 'fail', detail: '2 severe breaks' } },
    'stale feed': planInputs(
      1_000_000,
      names.map((one) => ({ ...one, quote: 'stale' })),
    ),
    'unpriced holding': planInputs(1_000_000, [names[0]!, { ...names[1]!, quote: 'none', bars: 'none' }]), // prettier-ignore
    'far from broker': { ...inputs, snapshot: { ...snapshot, margin: { ...snapshot.margin, netLiquidation: money('2000000', 'USD') } } }, // prettier-ignore
    'nothing left': planInputs(-30_000, names),
    'target twice': { ...inputs, targets: [target, target] },
    'weight NaN': { ...inputs, targets: [{ ...target, weight: Number.NaN }] },
    'band beside': { ...inputs, targets: [{ ...target, lower: 0.03, upper: 0.04 }] },
  }
  const plan = planFrom(cases[what]!)
  expect(plan.verdict).toBe('blocked')
  expect(lines(plan)).toEqual([])
  expect(check(plan, name)?.status).toBe('fail')
  expect(check(plan, name)?.detail).toContain(detail)
  expect(PLAN.decode(PLAN.encode(plan), 'plan')).toEqual({ ok: true, value: plan })
})

const latch = (kind: Latch['kind'], scope: string): Latch => ({ kind, scope, owner: 'anna', reason: 'test', since: 0 }) // prettier-ignore

test.each(
  table(`
    kind       | scope              | lines                         | verdict
    ReduceOnly | account            | SELL 100 DOWN, SELL 100 FLIP  | changes
    Halted     | account            |                               | blocked
    Flattening | account            | SELL 100 DOWN, SELL 100 FLIP  | changes
    ReduceOnly | symbol:UP.STK.USD  | SELL 100 DOWN, SELL 100 FLIP, SHORT 100 FLIP | changes
    Halted     | symbol:FLIP.STK.USD | SELL 100 DOWN, BUY 100 UP    | changes
    ReduceOnly | sector:Energy      | SELL 100 DOWN, SELL 100 FLIP, BUY 100 UP | changes
  `),
)('$kind $scope leaves: $lines', ({ kind, scope, lines: expected, verdict }) => {
  const plan = planFrom(
    planInputs(
      970_000,
      [
        { symbol: 'DOWN', held: 200, target: 0.01 },
        { symbol: 'FLIP', held: 100, target: -0.01, sector: 'Energy' },
        { symbol: 'UP', target: 0.01 },
      ],
      { latches: [latch(kind as Latch['kind'], scope)] },
    ),
  )
  expect(spoken(plan).toSorted()).toEqual(expected.split(', ').filter((line) => line !== '').toSorted()) // prettier-ignore
  expect(plan.verdict).toBe(verdict)
})

test('targets beyond the limits are scaled to the warning levels, and the limit is named', () => {
  const plan = planFrom(
    planInputs(1_000_000, [{ symbol: 'AAA', target: 0.07 }], { limits: LIMITS }),
  )
  expect(plan.risk.after.largestPosition).toBe(0.04)
  expect(plan.binding).toEqual([
    { constraint: 'position:AAA.STK.USD', value: 0.04, limit: 0.04, shadowPrice: 0 },
  ])
  expect(plan.weights[0]).toMatchObject({ before: 0, target: 0.07, after: 0.04 })
  expect(plan.phases.B[0]?.reason.text).toContain('target 7.00 %, 4.00 % within the limits')
})

test('a sector beyond its limit is scaled alike for all its names', () => {
  const names = crowd(8, () => ({ sector: 'Energy', target: 0.03 }))
  const plan = planFrom(planInputs(1_000_000, names, { limits: LIMITS }))
  expect(plan.risk.after.largestSector).toBeCloseTo(0.16, 6)
  expect(new Set(plan.weights.map(({ after }) => after))).toEqual(new Set([0.02]))
  expect(plan.binding.map(({ constraint }) => constraint)).toEqual(['sector:Energy'])
})

test('whole lots keep the figures that are no sum of weights inside their limits, too', () => {
  // One name is its own market, so that its weight is the beta: 0.3 is 4.3 shares, 5 would be 0.35.
  const limits = LOOSE.map((row) => row.metric === 'beta' ? { ...row, warn: 0.3, breach: 0.5 } : row) // prettier-ignore
  const policy = { ...PLAIN_POLICY, rounding: 'away-from-zero' as const }
  const names: NameCase[] = [{ symbol: 'AAA', price: 7_000, target: 0.5 }]
  const plan = planFrom(planInputs(100_000, names, { limits, policy }))
  expect(spoken(plan)).toEqual(['BUY 4 AAA'])
  expect(plan.risk.after.beta).toBeCloseTo(0.28, 9)
  expect(plan.binding.map(({ constraint }) => constraint)).toEqual(['beta'])
})

test('planning again from where a plan ends changes nothing', () => {
  const names = crowd(40, () => ({ target: 0.03, price: 37 }))
  const unbound = LIMITS.map((row) => row.metric === 'turnoverToday' ? { ...row, warn: 5, breach: 6 } : row) // prettier-ignore
  const first = planFrom(planInputs(1_000_000, names, { limits: unbound }))
  expect(first.risk.after.netLeverage).toBeCloseTo(0.9, 2)
  const bought = new Map(first.phases.B.map((line) => [line.symbol, Number(format(line.quantity))]))
  const cash = 1_000_000 - 37 * [...bought.values()].reduce((total, shares) => total + shares, 0)
  const held = names.map((name) => ({ ...name, held: bought.get(name.symbol) ?? 0 }))
  const second = planFrom(planInputs(cash, held, { limits: unbound }))
  expect(spoken(second)).toEqual([])
  expect(second.verdict).toBe('no-change')
})

test('beyond today’s turnover reductions come first', () => {
  const sells = crowd(10, () => ({ held: 300, target: 0 }))
  const buys = crowd(10, (i) => ({ symbol: `B${i}`, target: 0.03 }))
  const plan = planFrom(planInputs(700_000, [...sells, ...buys], { limits: LIMITS }))
  expect(plan.phases.A).toHaveLength(10)
  expect(plan.risk.after.turnoverToday).toBeLessThanOrEqual(0.4)
  expect(plan.risk.after.turnoverToday).toBeGreaterThan(0.39)
  expect(plan.binding.map(({ constraint }) => constraint)).toContain('turnover')
  const none = planFrom(
    planInputs(700_000, [...sells, ...buys], {
      limits: LIMITS,
      day: {
        ...planInputs(1_000_000, []).day,
        tradedToday: money('390000', 'USD'),
      },
    }),
  )
  expect(none.phases.B).toEqual([])
  expect(none.risk.after.turnoverToday).toBeLessThanOrEqual(0.4)
})

test('a sale that a limit shortens to nothing sells nothing: rounding is no reason for a whole share', () => {
  const short = planInputs(100_000, [
    { symbol: 'AAA', held: -115, price: 412.7, quote: 'halted' },
    { symbol: 'BBB', held: 1, price: 7.31 },
  ], { limits: LIMITS }) // prettier-ignore
  const { risk, phases } = planFrom(short)
  expect(Math.abs(risk.before.netLeverage)).toBeGreaterThan(0.9)
  expect(phases).toEqual({ A: [], B: [] })
})

test('reductions that take all of today’s turnover are told so', () => {
  const names = Array.from({ length: 30 }, (_, i) => ({ symbol: `H${i}`, held: 300, target: 0 }))
  const wanted = Array.from({ length: 30 }, (_, i) => ({ symbol: `W${i}`, target: 0.03 }))
  const { checks, phases } = planFrom(planInputs(100_000, [...names, ...wanted], { limits: LOOSE.map((limit) => (limit.metric === 'turnoverToday' ? { ...limit, warn: 0.4, breach: 0.5 } : limit)) })) // prettier-ignore
  expect(phases.B).toEqual([])
  expect(checks).toContainEqual({ name: 'turnover', status: 'warn', detail: expect.stringMatching(/follows on later days/) as string }) // prettier-ignore
})

test('a breached limit holds back additions in its scope and lets reductions through', () => {
  const names: NameCase[] = [
    ...crowd(7, (i) => ({ sector: 'Energy', held: 300, target: i === 0 ? 0.035 : 0.01 })),
    { symbol: 'TECH', sector: 'Technology', target: 0.02 },
  ]
  const plan = planFrom(planInputs(790_000, names, { limits: LIMITS }))
  expect(plan.verdict).toBe('changes')
  expect(check(plan, 'limits')?.status).toBe('warn')
  expect(check(plan, 'limits')?.detail).toContain('largestSector is 0.2100, the limit is 0.2')
  expect(plan.phases.B.map(({ symbol }) => symbol)).toEqual(['TECH'])
  expect(plan.phases.A).toHaveLength(6)
  expect(skip(plan, 'N0')).toContain('largestSector is 0.2100')
})

test('when all that was wanted is held back, the plan is blocked', () => {
  const inputs = planInputs(1_000_000, [{ symbol: 'AAA', target: 0.02 }], { limits: LIMITS })
  const crash = { ...inputs.day, previousCloseNav: money('1200000', 'USD') }
  const plan = planFrom({ ...inputs, day: crash })
  expect(plan.verdict).toBe('blocked')
  expect(check(plan, 'limits')?.detail).toContain('lossToday is 0.1667, the limit is 0.1')
})

test('risk that cannot be measured holds additions back and lets reductions through', () => {
  const names: NameCase[] = [
    { symbol: 'OLD', held: 200, target: 0.01, bars: 'none' },
    { symbol: 'NEW', target: 0.02, bars: 'none' },
  ]
  const plan = planFrom(planInputs(980_000, names, { limits: LIMITS }))
  expect(spoken(plan)).toEqual(['SELL 100 OLD'])
  expect(check(plan, 'history')?.detail).toContain('no daily returns for NEW.STK.USD, OLD.STK.USD')
})

test('a stock that cannot be borrowed is sold to flat, no further', () => {
  const plan = planFrom(
    planInputs(980_000, [{ symbol: 'HTB', held: 200, target: -0.01, shortable: false }]),
  )
  expect(spoken(plan)).toEqual(['SELL 200 HTB'])
})

test('an order larger than the gate lets pass is told in the plan', () => {
  const inputs = planInputs(1_000_000, [{ symbol: 'AAA', target: 0.3 }, { symbol: 'BBB', target: 0.1 }]) // prettier-ignore
  const sizes = (most: number) => planFrom({ ...inputs, maximumOrderNotional: most }).checks.find(({ name }) => name === 'order sizes') // prettier-ignore
  expect(sizes(200_000)).toMatchObject({
    status: 'warn',
    detail: expect.stringMatching(
      /^larger than gate\.maximumOrderNotional 200000, .* AAA\.STK\.USD \(300000\); raise it/,
    ) as string,
  })
  expect(sizes(500_000)).toBeUndefined()
})

test('trades below the minimum ticket are not made', () => {
  const policy = { ...PLAIN_POLICY, minimumTicket: 1_500 }
  const names: NameCase[] = [
    { symbol: 'SMALL', held: 190, target: 0.02 },
    { symbol: 'LARGE', held: 180, target: 0.02 },
    { symbol: 'FLIP', held: 100, target: -0.001 },
  ]
  const plan = planFrom(planInputs(953_000, names, { policy }))
  expect(spoken(plan)).toEqual(['SELL 100 FLIP', 'BUY 20 LARGE'])
  expect(skip(plan, 'SMALL')).toContain('the trade is worth 1000.00, the minimum ticket is 1500')
})

test('idle cash is spread over what is below target, and nothing is sold', () => {
  const names: NameCase[] = [
    { symbol: 'UNDER', held: 1000, target: 0.3 },
    { symbol: 'NEW', target: 0.2 },
    { symbol: 'OVER', held: 6000, target: 0.3 },
    { symbol: 'LEFT', held: 1000 },
  ]
  const policy = { ...PLAIN_POLICY, cashBuffer: 0.02 }
  const plan = planFrom(planInputs(200_000, names, { request: { kind: 'cash-only' }, policy }))
  expect(plan.phases.A).toEqual([])
  // 18 % of idle cash for gaps of 20 % each: 9 % to each.
  expect(plan.phases.B.map(({ symbol }) => symbol).toSorted()).toEqual(['NEW', 'UNDER'])
  for (const { quantity: bought } of plan.phases.B) expect(toNumber(bought)).toBeGreaterThan(895)
  expect(cashAfter(planInputs(200_000, names), plan)).toBeGreaterThanOrEqual(20_000)
  expect(skip(plan, 'OVER')).toContain('not below its target')
})

test('without idle cash a cash-only plan changes nothing', () => {
  const plan = planFrom(
    planInputs(
      0,
      [
        { symbol: 'AAA', held: 100, target: 0.5 },
        { symbol: 'BBB', target: 0.5 },
      ],
      {
        request: { kind: 'cash-only' },
      },
    ),
  )
  expect(plan.verdict).toBe('no-change')
})

test('raising cash sells the most overweight first, down to its target', () => {
  const names: NameCase[] = [
    { symbol: 'MOST', held: 3000, target: 0.2 },
    { symbol: 'SOME', held: 2500, target: 0.2 },
    { symbol: 'FINE', held: 2000, target: 0.2 },
  ]
  const request = { kind: 'raise-cash', amount: '50000' } as const
  const plan = planFrom(planInputs(250_000, names, { request }))
  expect(plan.phases.B).toEqual([])
  expect(plan.phases.A.map(({ symbol }) => symbol)).toEqual(['MOST'])
  const freed = cashAfter(planInputs(250_000, names), plan) - 250_000
  expect(freed).toBeGreaterThanOrEqual(50_000)
  expect(freed).toBeLessThan(50_100)
  expect(plan.phases.A[0]?.reason.rule).toBe('raise-cash')
})

test('more cash than is overweight is sold from everything alike', () => {
  const names: NameCase[] = [
    { symbol: 'AAA', held: 4000, target: 0.4 },
    { symbol: 'BBB', held: 2000, target: 0.2 },
    { symbol: 'SHORT', held: -1000, target: -0.1 },
    { symbol: 'STUCK', held: 1000, target: 0.1, quote: 'halted' },
  ]
  const request = { kind: 'raise-cash', amount: '300000' } as const
  const plan = planFrom(planInputs(400_000, names, { request }))
  const sold = Object.fromEntries(
    plan.phases.A.map((line) => [line.symbol, toNumber(line.quantity)]),
  )
  expect(Object.keys(sold).toSorted()).toEqual(['AAA', 'BBB'])
  expect(sold['AAA']! / sold['BBB']!).toBeCloseTo(2, 1)
  const freed = cashAfter(planInputs(400_000, names), plan) - 400_000
  expect(freed).toBeGreaterThanOrEqual(300_000)
  expect(freed).toBeLessThan(300_100)
})

test.each(['900000', '0', '-5', 'a lot'])('raising %s is refused with what there is', (amount) => {
  const names: NameCase[] = [{ symbol: 'AAA', held: 4000, target: 0.4 }]
  const plan = planFrom(planInputs(600_000, names, { request: { kind: 'raise-cash', amount } }))
  expect(plan.verdict).toBe('blocked')
  expect(lines(plan)).toEqual([])
  expect(check(plan, 'raise cash')?.status).toBe('fail')
})

test('limit prices reach the collar beyond the touch and no further; market orders have none', () => {
  const names: NameCase[] = [
    { symbol: 'BUY', target: 0.02, price: 33.337 },
    { symbol: 'SELL', held: 200, target: 0.01, price: 77.771 },
  ]
  const plan = planFrom(planInputs(1_000_000, names))
  // Touch 33.3403 / 77.7632 and 10 bps beyond it: 33.3737 and 77.6855.
  expect(lines(plan).map(({ limitPrice }) => format(limitPrice ?? price('0')))).toEqual(['77.69', '33.37']) // prettier-ignore
  const market = planFrom(
    planInputs(1_000_000, names, { execution: { orderType: 'market', collarBps: 10 } }),
  )
  expect(lines(market).map(({ orderType, limitPrice }) => [orderType, limitPrice])).toEqual([
    ['MKT', undefined],
    ['MKT', undefined],
  ])
})

test('covers go before sales that free as much margin, and waves keep the net in bounds', () => {
  const names: NameCase[] = [
    { symbol: 'LONG', held: 3000, target: 0.1 },
    { symbol: 'SHORT', held: -1000, target: 0 },
  ]
  const plan = planFrom(planInputs(800_000, names))
  expect(spoken(plan)).toEqual(['COVER 1000 SHORT', 'SELL 2000 LONG'])
  expect(plan.phases.A.map(({ marginFreed }) => format(marginFreed))).toEqual(['50000', '100000'])
  expect(plan.phases.A.map(({ wave }) => wave)).toEqual([1, 1])
})

test('the id is the hash of the document without it', () => {
  const plan = planFrom(planInputs(1_000_000, [{ symbol: 'AAA', target: 0.02 }]))
  const { planId, ...rest } = PLAN.encode(plan) as Record<string, never>
  expect(planId).toBe(hashOf(rest))
  expect(documentIdOf(PLAN.encode(plan))).toBe(plan.planId)
  const edited = { ...(PLAN.encode(plan) as object), account: 'U7654321' }
  expect(documentIdOf(edited)).not.toBe(plan.planId)
})

test('another account, and another second, is another plan', () => {
  const inputs = planInputs(1_000_000, [{ symbol: 'AAA', target: 0.02 }])
  const other = { ...inputs, snapshot: { ...inputs.snapshot, account: 'DU7654321' as AccountId } }
  expect(planFrom(other).planId).not.toBe(planFrom(inputs).planId)
  expect(planFrom({ ...inputs, asOf: inputs.asOf + 1 }).planId).not.toBe(planFrom(inputs).planId)
})

/** Cash after every line fills at the mid and costs what was predicted. */
function cashAfter(inputs: PlanInputs, plan: Plan): number {
  const cash = toNumber(inputs.snapshot.cash[0]!.amount)
  return lines(plan).reduce((total, line) => {
    const value = toNumber(line.quantity) * toNumber(line.guardPrice)
    const cost = costInMoney({ totalBps: line.estimatedCostBps, notional: value, spreadBps: 0, impactBps: 0, commission: 0 }) // prettier-ignore
    return total + (isBuying(line.side) ? -value : value) - cost
  }, cash)
}

const names = fc
  .array(
    fc.record({
      held: fc.integer({ min: -400, max: 900 }),
      target: fc.option(
        fc.integer({ min: -30, max: 60 }).map((w) => w / 1000),
        { nil: undefined },
      ),
      price: fc.constantFrom(7.31, 20, 99.995, 412.7),
      sector: fc.constantFrom('Energy', 'Technology', 'Utilities', 'unknown'),
      quote: fc.constantFrom(undefined, undefined, undefined, undefined, 'halted' as const),
      shortable: fc.boolean(),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((rows): NameCase[] =>
    rows.map(({ target, quote, ...row }, i) => ({
      symbol: `N${i}`,
      ...row,
      ...(target === undefined ? {} : { target }),
      ...(quote === undefined ? {} : { quote }),
    })),
  )
const accounts = fc
  .record({
    names,
    cash: fc.integer({ min: 100_000, max: 1_500_000 }),
    cashBuffer: fc.constantFrom(0, 0.02),
    rounding: fc.constantFrom('toward-zero' as const, 'half-even' as const, 'away-from-zero' as const), // prettier-ignore
    untargeted: fc.constantFrom('sell' as const, 'keep' as const),
    minimumTicket: fc.constantFrom(0, 1_000),
    request: fc.constantFrom(
      { kind: 'targets' as const },
      { kind: 'cash-only' as const },
      { kind: 'raise-cash' as const, amount: '20000' },
    ),
  })
  .map(({ names: rows, cash, request, ...policy }) =>
    planInputs(cash, rows, {
      request,
      limits: LIMITS,
      policy: {
        ...PLAIN_POLICY,
        ...policy,
        band: { kind: 'hybrid', absolute: 0.005, relative: 0.2 },
      },
    }),
  )

test('the lines lead from before to after, and none crosses zero', () => {
  fc.assert(
    fc.property(accounts, (inputs) => {
      fc.pre(navOf(inputs) > 0) // an account in debt is blocked, and its weights have the wrong sign
      const plan = planFrom(inputs)
      for (const { instrument, before, after } of plan.weights) {
        const position = inputs.snapshot.positions.find((row) => row.instrument === instrument)
        let held = toNumber(position?.quantity ?? quantity('0'))
        for (const line of lines(plan).filter((one) => one.instrument === instrument)) {
          const next = held + toNumber(signedQuantity(line))
          expect(next * held).toBeGreaterThanOrEqual(0)
          expect(Math.abs(next) < Math.abs(held)).toBe(isReducing(line.side))
          expect(line.reason.weightBefore * held).toBeGreaterThanOrEqual(0)
          held = next
        }
        expect(Math.sign(after)).toBe(Math.sign(held))
        if (held === toNumber(position?.quantity ?? quantity('0'))) expect(after).toBe(before)
      }
    }),
    { numRuns: 100 },
  )
})

test('what was wrong gets no worse, and what was right stays right', () => {
  fc.assert(
    fc.property(accounts, (inputs) => {
      const { before, after } = planFrom(inputs).risk
      for (const metric of [
        'grossLeverage',
        'netLeverage',
        'largestPosition',
        'largestSector',
        'correlatedWeight',
      ] as const) {
        // prettier-ignore
        const limit = LIMITS.find((row) => row.metric === metric)!
        const bound = Math.max(limit.warn, Math.abs(before[metric]))
        // Selling to raise cash may leave the shorts alone, nothing else.
        if (inputs.request.kind === 'raise-cash' && metric === 'netLeverage') continue
        expect(isInside(after[metric], bound + 1e-6, limit.direction), metric).toBe(true)
      }
    }),
    { numRuns: 100 },
  )
})

test('cash keeps its buffer after rounding and costs, or is at least no lower than it was for buys', () => {
  fc.assert(
    fc.property(accounts, (inputs) => {
      const plan = planFrom(inputs)
      const bought = plan.phases.B.some(({ side }) => side === 'BUY')
      const buffer = inputs.policy.cashBuffer * navOf(inputs)
      if (bought) expect(cashAfter(inputs, plan)).toBeGreaterThanOrEqual(buffer - 0.02)
    }),
    { numRuns: 100 },
  )
})

test('the same inputs give the same plan, and its document gives it back', () => {
  fc.assert(
    fc.property(accounts, (inputs) => {
      const plan = planFrom(inputs)
      expect(planFrom(inputs).planId).toBe(plan.planId)
      expect(PLAN.decode(PLAN.encode(plan), 'plan')).toEqual({ ok: true, value: plan })
    }),
    { numRuns: 60 },
  )
})

test('every name has a line or a reason for having none', () => {
  fc.assert(
    fc.property(accounts, (inputs) => {
      const plan = planFrom(inputs)
      const traded = new Set(lines(plan).map(({ instrument }) => instrument))
      const skipped = new Set(plan.skipped.map(({ instrument }) => instrument))
      for (const { instrument } of plan.weights)
        expect([traded.has(instrument), skipped.has(instrument)]).toContain(true)
      for (const { reason } of plan.skipped) expect(reason).not.toBe('')
    }),
    { numRuns: 60 },
  )
})

test('a plan of 500 names is made within the time that an interactive command has', () => {
  const inputs = planInputs(
    5_000_000,
    crowd(500, (i) => ({
      held: (i * 37) % 300,
      target: ((i * 13) % 40) / 10_000,
      price: 20 + (i % 90),
    })),
    { limits: LIMITS },
  )
  const startedAt = performance.now()
  const plan = planFrom(inputs)
  expect(plan.verdict).toBe('changes')
  // 0.25 s alone on a machine of 2024; the bound leaves room for a busy one.
  expect(performance.now() - startedAt).toBeLessThan(2_000)
})

test('a base currency that is not the dollar values and trades at its rate', () => {
  const inputs = planInputs(1_000_000, [{ symbol: 'AAA', target: 0.02 }])
  const nav = moneyFrom(1_000_000, 'EUR')
  const plan = planFrom({
    ...inputs,
    fx: new Map([['EUR', 1], ['USD', 0.8]]), // prettier-ignore
    snapshot: {
      ...inputs.snapshot,
      baseCurrency: 'EUR',
      cash: [{ currency: 'EUR', amount: nav }],
    },
  })
  expect(spoken(plan)).toEqual(['BUY 250 AAA'])
  expect(plan.currency).toBe('EUR')
  expect(plan.risk.after.grossLeverage).toBeCloseTo(0.02, 9)
})
