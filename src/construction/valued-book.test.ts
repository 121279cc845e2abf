import { expect, test } from 'vitest'
import { moneyFrom, toNumber } from '#model/border.ts'
import { format, money, price, quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { Quote } from '#marketdata/quote.ts'
import { planFrom } from '#construction/plan.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import { valueBook } from '#construction/valued-book.ts'
import { LIMITS } from '#risk/limits.ts'
import { AS_OF, idOf, planInputs } from '#test/support/plan-inputs.ts'

const common = {
  exchange: 'SMART',
  currency: 'USD',
  priceIncrements: [{ from: price('0'), increment: price('0.01') }],
  lot: quantity('1'),
  sector: 'Technology',
}
const future: Instrument = {
  ...common,
  assetClass: 'FUT',
  id: 'ESH8.FUT.USD' as InstrumentId,
  conId: 901,
  symbol: 'ES',
  localSymbol: 'ESH8',
  multiplier: 50n,
  expiry: '2018-03-16',
  sector: 'Index',
}
const call: Instrument = {
  ...common,
  assetClass: 'OPT',
  id: 'AAA.OPT.20180316.C.100.USD' as InstrumentId,
  conId: 902,
  symbol: 'AAA',
  multiplier: 100n,
  underlying: idOf('AAA'),
  expiry: '2018-03-16',
  strike: price('100'),
  right: 'C',
}
const pair: Instrument = {
  ...common,
  assetClass: 'CASH',
  id: 'EUR.CASH.USD' as InstrumentId,
  conId: 903,
  symbol: 'EUR',
  multiplier: 1n,
  sector: 'Currency',
}

const quoteOf = (instrument: InstrumentId, mid: number): Quote => ({
  instrument,
  bid: mid * 0.9999,
  ask: mid * 1.0001,
  bidSize: 10,
  askSize: 10,
  last: mid,
  close: mid,
  volume: 1e6,
  at: AS_OF - 100,
  kind: 'live',
  halted: false,
})

/** One million in dollars, 100,000 euro, 1,000 shares of AAA, and the rest as asked. */
function account(
  held: readonly (readonly [Instrument, string, number])[],
  changes: Partial<PlanInputs> = {},
): PlanInputs {
  const base = planInputs(1_000_000, [{ symbol: 'AAA', held: 1_000 }])
  const premium = held.reduce(
    (total, [of, size, at]) => total + (of.assetClass === 'OPT' ? Number(size) * at * 100 : 0),
    0,
  )
  return {
    ...base,
    fx: new Map([['USD', 1], ['EUR', 1.2]]), // prettier-ignore
    snapshot: {
      ...base.snapshot,
      cash: [
        { currency: 'EUR', amount: money('100000', 'EUR') },
        { currency: 'USD', amount: money('1000000', 'USD') },
      ],
      margin: {
        ...base.snapshot.margin,
        netLiquidation: moneyFrom(1_220_000 + premium, 'USD'),
        excessLiquidity: moneyFrom(1_000_000, 'USD'),
      },
      positions: [
        ...base.snapshot.positions,
        ...held.map(([of, size, at]) => ({
          instrument: of.id,
          conId: of.conId,
          quantity: quantity(size),
          averageCost: price(String(at)),
          currency: 'USD',
        })),
      ],
    },
    instruments: [...base.instruments, ...held.map(([of]) => of)],
    quotes: new Map([...base.quotes, ...held.map(([of, , at]) => [of.id, quoteOf(of.id, at)] as const)]), // prettier-ignore
    ...changes,
  }
}

const of = (inputs: PlanInputs, id: InstrumentId) =>
  valueBook(inputs).names.find((name) => name.id === id)!

test('cash of all currencies and holdings at their mids make the net asset value', () => {
  const book = valueBook(account([]))
  expect(book.cash).toBeCloseTo(1_120_000, 6)
  expect(book.nav).toBeCloseTo(1_220_000, 6)
})

test('a future weighs its notional and is worth nothing by itself', () => {
  const inputs = account([[future, '2', 2700]])
  expect(valueBook(inputs).nav).toBeCloseTo(1_220_000, 6)
  expect(of(inputs, future.id).weight).toBeCloseTo((2 * 50 * 2700) / 1_220_000, 9)
})

test('an option is worth its premium and weighs its delta', () => {
  const inputs = account([[call, '10', 4]])
  expect(valueBook(inputs).nav).toBeCloseTo(1_224_000, 6)
  const { weight } = of(inputs, call.id)
  // About half of 10 × 100 shares at 100.
  expect(weight * 1_224_000).toBeGreaterThan(45_000)
  expect(weight * 1_224_000).toBeLessThan(60_000)
})

test('a currency pair is already in the cash', () => {
  const inputs = account([[pair, '100000', 1.2]])
  expect(valueBook(inputs).nav).toBeCloseTo(1_220_000, 6)
  expect(of(inputs, pair.id).weight).toBeCloseTo(120_000 / 1_220_000, 9)
})

test('all classes are planned for: closed where they have no target', () => {
  const plan = planFrom(
    account([
      [future, '-2', 2700],
      [call, '10', 4],
    ]),
  )
  expect(plan.phases.A.map((line) => `${line.side} ${format(line.quantity)} ${line.instrument}`).toSorted()).toEqual([
    'COVER 2 ESH8.FUT.USD',
    'SELL 10 AAA.OPT.20180316.C.100.USD',
    'SELL 1000 AAA.STK.USD',
  ]) // prettier-ignore
  const margins = Object.fromEntries(plan.phases.A.map((line) => [line.assetClass, toNumber(line.marginFreed)])) // prettier-ignore
  // Reg T half of the stock, the exchange's margin of two E-minis, nothing of a paid option.
  expect(margins).toEqual({ STK: 50_000, FUT: 23_760, OPT: 0 })
  expect(plan.risk.after.grossLeverage).toBe(0)
})

test('an option whose exposure cannot be told is left alone, and the others are traded', () => {
  const alone: Instrument = { ...call, underlying: idOf('ZZZ') }
  const inputs = account([], {
    targets: [
      { instrument: idOf('AAA'), weight: 0.05 },
      { instrument: alone.id, weight: 0.05 },
    ],
  })
  const plan = planFrom({
    ...inputs,
    instruments: [...inputs.instruments, alone],
    quotes: new Map([...inputs.quotes, [alone.id, quoteOf(alone.id, 4)]]),
  })
  expect(plan.phases.A.map(({ instrument }) => instrument)).toEqual([idOf('AAA')])
  expect(plan.skipped).toEqual([
    { instrument: alone.id, reason: 'its exposure is unknown: no price of ZZZ.STK.USD that fits its own' }, // prettier-ignore
  ])
})

// The broker's rule: equity with loan leaves options out, so that a premium received counts as cash.
test.each([
  { held: '10', target: 0, freed: 4_000, what: 'a sold call brings its premium' },
  { held: '-10', target: 0, freed: 20_000, what: 'a covered one gives its margin back less what it costs' }, // prettier-ignore
  { held: '0', target: -0.04, freed: -18_000, what: 'a written one takes margin beyond its premium' }, // prettier-ignore
])('$what', ({ held, target, freed }) => {
  const inputs = account(held === '0' ? [] : [[call, held, 4]], {
    targets: [
      { instrument: idOf('AAA'), weight: 100_000 / 1_220_000, lower: -1, upper: 1 },
      { instrument: call.id, weight: target },
    ],
  })
  const plan = planFrom({
    ...inputs,
    instruments: [...new Set([...inputs.instruments, call])],
    quotes: new Map([...inputs.quotes, [call.id, quoteOf(call.id, 4)]]),
  })
  const [line] = [...plan.phases.A, ...plan.phases.B]
  const { nav, cost } = plan
  const traded = toNumber(line!.quantity) * 400
  const paid = (cost.totalBps / 10_000) * traded
  const liquidity = plan.risk.before.marginCushion * toNumber(nav) + freed - paid
  expect(format(line!.quantity)).toBe(held === '0' ? '9' : '10')
  expect(plan.risk.after.marginCushion).toBeCloseTo(liquidity / (toNumber(nav) - paid), 4)
})

test('a target for a future is met in contracts, without cash', () => {
  const inputs = account([[future, '1', 2700]], {
    targets: [
      { instrument: future.id, weight: 0.5 },
      { instrument: idOf('AAA'), weight: 100_000 / 1_220_000 },
    ],
  })
  const plan = planFrom(inputs)
  // 0.5 × 1,220,000 / (2,700 × 50) = 4.5 contracts, one is held.
  expect(plan.phases.B.map((line) => `${line.side} ${format(line.quantity)}`)).toEqual(['BUY 3'])
})

test('the price falls back from the mid to the last, the close, the last bar', () => {
  const inputs = planInputs(1_000_000, [{ symbol: 'AAA', held: 10, price: 50 }])
  const quote = inputs.quotes.get(idOf('AAA'))!
  const priced = (change: Partial<Quote> | undefined) =>
    of({ ...inputs, quotes: new Map(change === undefined ? [] : [[idOf('AAA'), { ...quote, ...change }]]) }, idOf('AAA')).price // prettier-ignore
  expect(priced({ bid: 51, ask: 53 })).toBe(52)
  expect(priced({ bid: undefined, last: 54 })).toBe(54)
  expect(priced({ bid: undefined, last: undefined, close: 55 })).toBe(55)
  expect(priced(undefined)).toBe(50)
})

test('a holding that the broker no longer describes is carried at cost', () => {
  const inputs = planInputs(1_000_000, [{ symbol: 'GONE', held: 100, unknown: true }])
  expect(valueBook(inputs).nav).toBeCloseTo(1_010_000, 6)
  expect(planFrom(inputs).checks.find(({ name }) => name === 'valuation')?.detail).toContain(
    'GONE.STK.USD at cost',
  )
})

test('a currency without a rate leaves the account without a value, and the plan blocked', () => {
  const inputs = account([], { fx: new Map([['USD', 1]]) })
  expect(valueBook(inputs).nav).toBeNaN()
  const { verdict, checks } = planFrom(inputs)
  expect(verdict).toBe('blocked')
  expect(checks.find(({ name }) => name === 'valuation')).toMatchObject({ status: 'fail', detail: expect.stringContaining('100000.00 EUR held, and no rate to USD') as string }) // prettier-ignore
})

test('what futures gained since they were settled is worth what the broker says, where the cash has it not', () => {
  const inputs = account([[future, '2', 2700]])
  const futuresProfit = [{ currency: 'EUR', amount: money('1000', 'EUR') }]
  const book = valueBook({ ...inputs, snapshot: { ...inputs.snapshot, futuresProfit } })
  expect(book.nav).toBeCloseTo(1_220_000 + 1_200, 6)
  expect(book.cash).toBeCloseTo(1_120_000, 6)
})

/** Nothing is listed as held of the pair: the 100,000 euro are. */
function euroAccount(targets: PlanInputs['targets']): PlanInputs {
  const inputs = account([], { targets })
  return {
    ...inputs,
    instruments: [...inputs.instruments, pair],
    quotes: new Map([...inputs.quotes, [pair.id, quoteOf(pair.id, 1.2)]]),
  }
}

test.each([
  { target: 0.2, line: 'BUY 103333' },
  { target: 0.05, line: 'SELL 49167' },
  { target: 0, line: 'SELL 100000' },
])('a balance in euro is what is held of the pair: a target of $target', ({ target, line }) => {
  const keep = { instrument: idOf('AAA'), weight: 100_000 / 1_220_000 }
  const plan = planFrom(euroAccount([keep, { instrument: pair.id, weight: target }]))
  const [only, ...rest] = [...plan.phases.A, ...plan.phases.B]
  expect(`${only!.side} ${format(only!.quantity)}`).toBe(line)
  expect(rest).toEqual([])
})

test('a pair of two foreign currencies is left alone, with what to do instead', () => {
  const cross: Instrument = { ...pair, id: 'EUR.CASH.GBP' as InstrumentId, currency: 'GBP' }
  const inputs = euroAccount([{ instrument: cross.id, weight: 0.1 }])
  const plan = planFrom({
    ...inputs,
    fx: new Map([...inputs.fx, ['GBP', 1.3]]),
    instruments: [...inputs.instruments, cross],
    quotes: new Map([...inputs.quotes, [cross.id, quoteOf(cross.id, 0.9)]]),
  })
  expect(plan.skipped.find(({ instrument }) => instrument === cross.id)?.reason).toBe(
    "neither of its currencies is the account's: give EUR.CASH.USD and GBP.CASH.USD targets of their own",
  )
})

test('a stock and its option share one limit, and a future has none of a name', () => {
  const inputs = account([], {
    limits: LIMITS,
    targets: [
      { instrument: idOf('AAA'), weight: 0.04 },
      { instrument: call.id, weight: 0.04 },
      { instrument: future.id, weight: 0.5 },
    ],
  })
  const plan = planFrom({
    ...inputs,
    instruments: [...inputs.instruments, call, future],
    quotes: new Map([...inputs.quotes, [call.id, quoteOf(call.id, 4)], [future.id, quoteOf(future.id, 2700)]]), // prettier-ignore
  })
  const after = new Map(plan.weights.map((row) => [row.instrument, row.after]))
  const issuer = after.get(idOf('AAA'))! + after.get(call.id)!
  expect(issuer).toBeLessThanOrEqual(0.04)
  expect(plan.risk.after.largestPosition).toBeCloseTo(issuer, 12)
  expect(plan.binding.map(({ constraint }) => constraint)).toContain('position:AAA.STK.USD')
  expect(after.get(future.id)).toBeGreaterThan(0.2)
})

test.each([
  { what: 'an option that has ended', name: 'AAA.OPT.20180202.C.100.USD', reason: 'it expired on 2018-02-02: take it off the targets' }, // prettier-ignore
  { what: 'one that ends today', name: 'AAA.OPT.20180205.C.100.USD', reason: 'the broker does not know it: no contract details' }, // prettier-ignore
  { what: 'a contract month that is none', name: 'ESX8.FUT.USD', reason: 'the broker does not know it: no contract details' }, // prettier-ignore
])('$what is skipped, and says so', ({ name, reason }) => {
  const unheard = { instrument: name as InstrumentId, weight: 0.05 }
  const keep = { instrument: idOf('AAA'), weight: 100_000 / 1_220_000 }
  const plan = planFrom(account([], { targets: [keep, unheard] }))
  expect(plan.skipped.find(({ instrument }) => instrument === name)?.reason).toBe(reason)
})

test('an option on an index says what it is on', () => {
  const onIndex: Instrument = { ...call, underlying: 'C416904.IND.USD' as InstrumentId }
  const inputs = account([], { targets: [{ instrument: onIndex.id, weight: 0.05 }] })
  const plan = planFrom({
    ...inputs,
    instruments: [...inputs.instruments, onIndex],
    quotes: new Map([...inputs.quotes, [onIndex.id, quoteOf(onIndex.id, 4)]]),
  })
  expect(plan.skipped.find(({ instrument }) => instrument === onIndex.id)?.reason).toBe(
    'it is on C416904.IND.USD, of which no prices are read: expected an option on a stock or a fund',
  )
})

test('a short pair beside foreign stock is its hedge, and makes no room in net', () => {
  const sap: Instrument = { ...common, assetClass: 'STK', id: 'SAP.STK.EUR' as InstrumentId, conId: 904, symbol: 'SAP', currency: 'EUR', multiplier: 1n, primaryExchange: 'IBIS', shortable: true, borrowRate: 0 } // prettier-ignore
  const keep = { instrument: idOf('AAA'), weight: 100_000 / 1_220_000 }
  const inputs = euroAccount([
    keep,
    { instrument: sap.id, weight: 0.1 },
    { instrument: pair.id, weight: -0.05 },
  ])
  const plan = planFrom({
    ...inputs,
    instruments: [...inputs.instruments, sap],
    quotes: new Map([...inputs.quotes, [sap.id, quoteOf(sap.id, 100)]]),
  })
  const after = new Map(plan.weights.map((row) => [row.instrument, row.after]))
  expect(after.get(pair.id)).toBeCloseTo(-0.05, 4)
  expect(plan.risk.after.netLeverage).toBeCloseTo(after.get(idOf('AAA'))! + after.get(sap.id)!, 12)
  expect(plan.risk.after.grossLeverage).toBeCloseTo(plan.risk.after.netLeverage + 0.05, 4)
  // 1,016 shares at 100 euro: the weight is in dollars at 1.2.
  expect(after.get(sap.id)! * 1_220_000).toBeCloseTo(1_016 * 120, 6)
})
