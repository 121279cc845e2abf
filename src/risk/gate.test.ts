import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { toNumber } from '#model/border.ts'
import { money, price, quantity } from '#model/fixed.ts'
import type { ClientOrderId, InstrumentId } from '#model/ids.ts'
import type { Future, Option, Stock } from '#model/instrument.ts'
import { isReducing, signedQuantity, type OrderRequest, type Side } from '#model/order.ts'
import { gate, type GateContext } from '#risk/gate.ts'
import { LIMITS } from '#risk/limits.ts'
import type { OpenName } from '#risk/worst-position.ts'
import { table } from '#test/support/table.ts'

const XOM = 'XOM.STK.USD' as InstrumentId
const CVX = 'CVX.STK.USD' as InstrumentId

const xom: Stock = {
  assetClass: 'STK',
  id: XOM,
  conId: 13_977,
  symbol: 'XOM',
  exchange: 'SMART',
  primaryExchange: 'NYSE',
  currency: 'USD',
  multiplier: 1n,
  priceIncrements: [{ from: price('0'), increment: price('0.01') }],
  lot: quantity('1'),
  sector: 'Energy',
  shortable: true,
  borrowRate: 0,
}

/** A name of its own: who it is of is told apart where a test is about that. */
let opened = 0
const open = (held: string, buys = '0', sells = '0', unitExposure = 100): OpenName => ({
  sector: 'Energy',
  assetClass: 'STK',
  issuer: `N${(opened += 1)}.STK.USD` as InstrumentId,
  held: quantity(held),
  workingBuys: quantity(buys),
  workingSells: quantity(sells),
  unitExposure,
})

/** One million; XOM at 100; nothing held but what a test puts there. */
const calm: GateContext = {
  settings: { collarBps: 100, maximumOrderNotional: 100_000, maximumOrdersPerRun: 10 },
  limits: LIMITS,
  latches: [],
  instrument: xom,
  mid: 100,
  fx: 1,
  book: { nav: 1_000_000, names: new Map() },
  unitExposure: 100,
  buyingPower: money('500000', 'USD'),
  availableFunds: money('250000', 'USD'),
  unitMargin: 50,
  usedIds: new Set(),
  ordersSent: 0,
}

const order = (side: Side, size: string, changes: Partial<OrderRequest> = {}): OrderRequest => ({
  id: 'abcdef01-r1-A1-1' as ClientOrderId,
  instrument: XOM,
  side,
  quantity: quantity(size),
  orderType: 'LMT',
  limitPrice: price('100'),
  timeInForce: 'DAY',
  ...changes,
})

const holding = (
  name: OpenName,
  others: readonly [InstrumentId, OpenName][] = [],
): GateContext => ({
  ...calm,
  book: { nav: 1_000_000, names: new Map([[XOM, name], ...others]) },
})

function answer(context: GateContext, asked: OrderRequest): string {
  const given = gate(context, asked)
  return 'reason' in given ? given.reason : 'approved'
}

test('an order inside every rule is approved, as it was asked', () => {
  const asked = order('BUY', '100')
  expect(gate(calm, asked)).toBe(asked)
})

// Holdings, and what is working in them, against what may be sold, covered, bought and shorted.
test.each(
  table(`
    held | buys | sells | side  | size | answer
    100  | 0    | 0     | SELL  | 100  | approved
    100  | 0    | 0     | SELL  | 101  | position: SELL 101 would cross zero, at most 100
    100  | 0    | 60    | SELL  | 41   | position: SELL 41 would cross zero, at most 40
    100  | 50   | 0     | SELL  | 101  | position: SELL 101 would cross zero, at most 100
    0    | 0    | 0     | SELL  | 1    | position: SELL 1 would cross zero, at most 0
    -100 | 0    | 0     | COVER | 100  | approved
    -100 | 0    | 0     | COVER | 101  | position: COVER 101 would cross zero, at most 100
    -100 | 70   | 0     | COVER | 31   | position: COVER 31 would cross zero, at most 30
    100  | 0    | 0     | COVER | 1    | position: COVER 1 would cross zero, at most 0
    -1   | 0    | 0     | BUY   | 10   | position: -1 is held, BUY expects it closed first
    1    | 0    | 0     | SHORT | 10   | position: 1 is held, SHORT expects it closed first
    0    | 0    | 0     | SHORT | 10   | approved
    500  | 0    | 0     | BUY   | 1    | largestPosition: would be 0.0501
    400  | 100  | 0     | BUY   | 1    | largestPosition: would be 0.0501
    400  | 0    | 100   | BUY   | 100  | approved
    -500 | 0    | 0     | SHORT | 1    | largestPosition: would be 0.0501
    900  | 0    | 0     | SELL  | 1    | approved
  `),
)(
  'held $held, working +$buys −$sells: $side $size → $answer',
  ({ held, buys, sells, side, size, answer: expected }) => {
    const context = holding(open(held, buys, sells))
    expect(answer(context, order(side as Side, size))).toContain(expected)
  },
)

test.each(
  table(`
    what                              | answer
    used id                           | duplicate: abcdef01-r1-A1-1 was already submitted
    eleventh order                    | orders of this run: 10 were sent, at most 10
    no size                           | quantity: was 0, expected more than 0
    odd lot                           | quantity: was 0.5, expected a multiple of the lot 1
    limit without price               | limit price: LMT came without one
    market with price                 | limit price: MKT came with one
    off increment                     | limit price: was 100.005, expected a multiple of 0.01
    good till date without            | time in force: GTD came without a date
    other instrument                  | instrument: CVX.STK.USD was asked about
    halted                            | latch: Halted account by anna: lunch
    no quote                          | quote: there is no fresh two-sided quote
    no exchange rate                  | exchange rate: was NaN
    no value                          | net asset value: was 0
    limit above collar                | price collar: limit 101.01 is 101.0 bps from the mid 100, at most 100 bps
    limit below collar                | price collar: limit 98.99 is 101.0 bps from the mid 100, at most 100 bps
    too large                         | notional: was 100100.00, at most 100000
    not borrowable                    | borrow: the universe says
    little buying power               | buying power: the order takes 10000.00, 9999.00 is left
    unknown exposure                  | largestPosition: would be NaN
    market order                      | approved
  `),
)('$what → $answer', ({ what, answer: expected }) => {
  const halted = { kind: 'Halted', scope: 'account', owner: 'anna', reason: 'lunch', since: 0 } as const // prettier-ignore
  const { limitPrice: _, ...market } = order('BUY', '100', { orderType: 'MKT' })
  const cases: Readonly<Record<string, [GateContext, OrderRequest]>> = {
    'used id': [{ ...calm, usedIds: new Set([order('BUY', '1').id]) }, order('BUY', '100')],
    'eleventh order': [{ ...calm, ordersSent: 10 }, order('BUY', '100')],
    'no size': [calm, order('BUY', '0')],
    'odd lot': [calm, order('BUY', '0.5')],
    'limit without price': [calm, { ...market, orderType: 'LMT' }],
    'market with price': [calm, order('BUY', '100', { orderType: 'MKT' })],
    'off increment': [calm, order('BUY', '100', { limitPrice: price('100.005') })],
    'good till date without': [calm, order('BUY', '100', { timeInForce: 'GTD' })],
    'other instrument': [calm, order('BUY', '100', { instrument: CVX })],
    halted: [{ ...calm, latches: [halted] }, order('BUY', '100')],
    'no quote': [{ ...calm, mid: undefined }, order('BUY', '100')],
    'no exchange rate': [{ ...calm, fx: Number.NaN }, order('BUY', '100')],
    'no value': [{ ...calm, book: { ...calm.book, nav: 0 } }, order('BUY', '100')],
    'limit above collar': [calm, order('BUY', '100', { limitPrice: price('101.01') })],
    'limit below collar': [calm, order('BUY', '100', { limitPrice: price('98.99') })],
    'too large': [calm, order('BUY', '1001')],
    'not borrowable': [
      { ...calm, instrument: { ...xom, shortable: false } },
      order('SHORT', '100'),
    ],
    'little buying power': [{ ...calm, buyingPower: money('9999', 'USD') }, order('BUY', '100')],
    'unknown exposure': [{ ...calm, unitExposure: Number.NaN }, order('BUY', '100')],
    'market order': [calm, market],
  }
  const [context, asked] = cases[what]!
  expect(answer(context, asked)).toContain(expected)
})

test('a sector counts its other names, and what is working in them', () => {
  const others: [InstrumentId, OpenName][] = ['CVX', 'COP', 'SLB', 'EOG'].map((symbol) => [
    `${symbol}.STK.USD` as InstrumentId,
    open('400', '85'),
  ])
  // 4 × 0.0485 = 0.194 with all that works filled.
  expect(answer(holding(open('0'), others), order('BUY', '60'))).toBe('approved')
  expect(answer(holding(open('0'), others), order('BUY', '61'))).toContain('largestSector: would be 0.2001') // prettier-ignore
})

test('gross and net count the whole book, each at its own worst corner', () => {
  const book = (held: string, count: number): [InstrumentId, OpenName][] =>
    Array.from({ length: count }, (_, i) => [
      `N${i}.STK.USD` as InstrumentId,
      { ...open(held), sector: `S${i}` },
    ])
  expect(answer(holding(open('0'), book('490', 20)), order('BUY', '200'))).toBe('approved')
  expect(answer(holding(open('0'), book('490', 20)), order('BUY', '201'))).toContain('netLeverage: would be 1.0001') // prettier-ignore
  const hedged = [...book('500', 20), ...book('-495', 20).map(([name, row]) => [`S${name}`, row] as [InstrumentId, OpenName])] // prettier-ignore
  expect(answer(holding(open('0'), hedged), order('SHORT', '101'))).toContain('grossLeverage: would be 2.0001') // prettier-ignore
})

test('reduce-only lets reductions through and stops additions', () => {
  const latch = { kind: 'ReduceOnly', scope: 'sector:Energy', owner: 'risk', reason: 'loss', since: 0 } as const // prettier-ignore
  const context = { ...holding(open('100')), latches: [latch] }
  expect(answer(context, order('SELL', '100'))).toBe('approved')
  expect(answer(context, order('BUY', '100'))).toContain('latch: ReduceOnly sector:Energy')
})

test('a breached limit, and no buying power, never stop a reduction', () => {
  const context = { ...holding(open('3000')), buyingPower: money('-5000', 'USD') }
  expect(answer(context, order('SELL', '900'))).toBe('approved')
})

const books = fc.record({
  held: fc.integer({ min: -900, max: 900 }),
  buys: fc.integer({ min: 0, max: 200 }),
  sells: fc.integer({ min: 0, max: 200 }),
  side: fc.constantFrom<Side>('COVER', 'SELL', 'BUY', 'SHORT'),
  size: fc.integer({ min: 1, max: 1000 }),
})

test('whatever fills, an approved order never takes the name across zero nor an addition over its limit', () => {
  fc.assert(
    fc.property(books, ({ held, buys, sells, side, size }) => {
      const context = holding(open(String(held), String(buys), String(sells)))
      const asked = order(side, String(size))
      fc.pre(answer(context, asked) === 'approved')
      const change = toNumber(signedQuantity(asked))
      if (isReducing(side)) {
        const pending = change < 0 ? -sells : buys
        expect(Math.sign(held + pending + change) * Math.sign(held)).toBeGreaterThanOrEqual(0)
        return
      }
      // Every corner of what may fill.
      for (const filled of [0, buys, -sells, buys - sells])
        expect(Math.abs(held + filled + change) * 100).toBeLessThanOrEqual(50_000 + 1e-6)
    }),
    { numRuns: 500 },
  )
})

const ES = 'ESH6.FUT.USD' as InstrumentId
const future: Future = {
  ...xom,
  assetClass: 'FUT',
  id: ES,
  symbol: 'ES',
  localSymbol: 'ESH6',
  exchange: 'CME',
  multiplier: 50n,
  priceIncrements: [{ from: price('0'), increment: price('0.25') }],
  expiry: '2026-03-20',
}
const call: Option = {
  ...xom,
  assetClass: 'OPT',
  id: 'XOM.OPT.20260320.C.100.USD' as InstrumentId,
  multiplier: 100n,
  underlying: XOM,
  expiry: '2026-03-20',
  strike: price('100'),
  right: 'C',
}

/** An E-mini at 4,000 is 200,000 of exposure and takes 20,000 of margin; a call at 0.05 stands for 5,000. */
const classes: Readonly<Record<string, Partial<GateContext>>> = {
  FUT: { instrument: future, mid: 4_000, unitExposure: 200_000, unitMargin: 20_000 },
  OPT: { instrument: call, mid: 0.05, unitExposure: 5_000, unitMargin: 5 },
}
const wide = { collarBps: 100, maximumOrderNotional: 1e7, maximumOrdersPerRun: 10 }

test.each(
  table(`
    class | side  | size | limit   | stock | funds  | answer
    FUT   | BUY   | 1    | 4000    | 0     | 250000 | approved
    FUT   | BUY   | 5    | 4000    | 0     | 250000 | approved
    FUT   | BUY   | 6    | 4000    | 0     | 250000 | netLeverage: would be 1.2000
    FUT   | SHORT | 5    | 4000    | 400   | 250000 | approved
    FUT   | BUY   | 2    | 4000    | 0     | 39999  | available funds: the order takes 40000.00 of initial margin, 39999.00 is left
    FUT   | BUY   | 1    | 4000.1  | 0     | 250000 | limit price: was 4000.1, expected a multiple of 0.25
    OPT   | BUY   | 2    | 0.06    | 400   | 250000 | approved
    OPT   | BUY   | 3    | 0.06    | 400   | 250000 | largestPosition: would be 0.0550
    OPT   | SHORT | 30   | 0.04    | 900   | 250000 | largestPosition: would be 0.0900
    OPT   | BUY   | 1    | 0.3     | 0     | 250000 | approved
    OPT   | BUY   | 1    | 0.31    | 0     | 250000 | price collar: limit 0.31 is 52000.0 bps from the mid 0.05
  `),
)('$class $side $size at $limit beside $stock shares → $answer', (row) => {
  const stock: OpenName = { ...open(row.stock), issuer: XOM }
  const context = { ...holding(stock), ...classes[row.class]!, settings: wide, availableFunds: money(row.funds, 'USD'), buyingPower: money('0', 'USD') } // prettier-ignore
  const asked = order(row.side as Side, row.size, { instrument: context.instrument.id, limitPrice: price(row.limit) }) // prettier-ignore
  expect(answer(context, asked)).toContain(row.answer)
})

test('a class stays inside its own leverage where the portfolio may have more', () => {
  const limits = LIMITS.map((limit) => ({ ...limit, breach: 100 }))
  const context = { ...holding(open('19990')), limits, settings: wide, unitMargin: 0 }
  expect(answer(context, order('BUY', '10'))).toBe('approved')
  expect(answer(context, order('BUY', '11'))).toContain('class STK: would be 2.0001')
})
