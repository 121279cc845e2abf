import { assert, constantFrom, dictionary, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BrokerSnapshot, OpenOrder } from '#model/account.ts'
import { money, quantity, type Currency, type Money, type Quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, InstrumentId, PermId } from '#model/ids.ts'
import {
  reconcile,
  type Break,
  type Movement,
  type OurOrder,
  type OurSide,
} from '#reconciliation/reconcile.ts'
import { table } from '#test/support/table.ts'

const ACCOUNT = 'DU1' as AccountId
const AAPL = 'AAPL.STK.USD' as InstrumentId
const NOW = 1_000_000_000
const ID = '0a1b2c3d-r1-A1-1' as ClientOrderId

const shares = (text: string): Map<InstrumentId, Quantity> => {
  const held = quantity(text)
  return new Map(held === 0n ? [] : [[AAPL, held]])
}

/** At 10 dollars a share. */
const movement = (text: string): Movement => ({
  instrument: AAPL,
  quantity: quantity(text),
  cash: (-10n * quantity(text)) as Money<Currency>,
  currency: 'USD',
})

const working = (leaves: string, change: Partial<OurOrder> = {}): OurOrder => ({
  id: ID,
  instrument: AAPL,
  open: true,
  mayFill: movement(leaves),
  trouble: undefined,
  ...change,
})

const side = (change: Partial<OurSide> = {}): OurSide => ({
  book: { account: ACCOUNT, positions: new Map(), cash: new Map([['USD', money('1000', 'USD')]]) },
  orders: [],
  recentFills: [],
  foreign: [],
  pendingCommission: new Map(),
  inPlay: new Set(),
  isOurRef: (ref) => ref.startsWith('0a1b2c3d-'),
  ...change,
})

function snapshotOf(
  positions: ReadonlyMap<InstrumentId, Quantity>,
  cash = '1000',
  openOrders: readonly OpenOrder[] = [],
): BrokerSnapshot {
  const nav = money('100000', 'USD')
  return {
    account: ACCOUNT,
    baseCurrency: 'USD',
    begunAt: NOW,
    takenAt: NOW,
    positions: [...positions].map(([instrument, held]) => ({
      instrument,
      conId: 1,
      quantity: held,
      averageCost: 0n as never,
      currency: 'USD',
    })),
    cash: [{ currency: 'USD', amount: money(cash, 'USD') }],
    margin: {
      netLiquidation: nav,
      equityWithLoan: nav,
      grossPositionValue: nav,
      initialMargin: nav,
      maintenanceMargin: nav,
      availableFunds: nav,
      excessLiquidity: nav,
      buyingPower: nav,
    },
    openOrders,
    completedOrders: [],
    executions: [],
    commissions: [],
  }
}

const NONE_KNOWN: ReadonlyMap<string, Break> = new Map()
const known = (breaks: readonly Break[]) => new Map(breaks.map((found) => [found.id, found]))

// Shares. `leaves`: what our order may still fill; `fills`: ours, heard just now; `stranger`: not ours.
test.each(
  table(`
    situation                            | ours | theirs | leaves | fills | stranger | verdict   | cause
    agreement                            |  100 |    100 |      0 |     0 |        0 | matched   |
    the report of our fill is late       |    0 |    100 |    100 |     0 |        0 | wait      | fill-in-flight
    late, and the fill is partial        |    0 |     60 |    100 |     0 |        0 | wait      | fill-in-flight
    our sell filled first                |  100 |      0 |   -100 |     0 |        0 | wait      | fill-in-flight
    the broker's position lags our fill  |  100 |      0 |      0 |   100 |        0 | wait      | fill-in-flight
    it lags, and more may have filled    |   60 |    100 |     40 |    60 |        0 | wait      | fill-in-flight
    it lags a sale                       |    0 |    100 |      0 |  -100 |        0 | wait      | fill-in-flight
    more than we ever asked for          |    0 |    101 |    100 |     0 |        0 | halt      | unexplained
    the wrong side to be our order       |  100 |      0 |    100 |     0 |        0 | halt      | unexplained
    a stranger bought                    |  100 |    107 |      0 |     0 |        7 | tolerable | external-trade
    a stranger sold while we lag         |  100 |     43 |      0 |    50 |       -7 | tolerable | external-trade
    a stranger, and something else       |  100 |    108 |      0 |     0 |        7 | halt      | unexplained
    a 2:1 split, or a transfer           |  100 |    200 |      0 |     0 |        0 | halt      | unexplained
    a short nobody opened                |    0 |     -5 |      0 |     0 |        0 | halt      | unexplained
  `),
)('$situation: $verdict', ({ ours, theirs, leaves, fills, stranger, verdict, cause }) => {
  const ourSide = side({
    book: { ...side().book, positions: shares(ours) },
    orders: leaves === '0' ? [] : [working(leaves)],
    recentFills: fills === '0' ? [] : [movement(fills)],
    foreign: stranger === '0' ? [] : [movement(stranger)],
  })
  const outcome = reconcile(ourSide, snapshotOf(shares(theirs)), NONE_KNOWN, NOW)
  expect(outcome.verdict).toBe(verdict)
  expect(outcome.breaks.map((found) => found.cause).join()).toBe(cause)
})

// Net asset value 100,000: a base point is 10. Our book says 1,000.
test.each(
  table(`
    situation                       | theirs | pending | leaves | stranger | severity | cause
    agreement                       |   1000 |       0 |      0 |        0 |          |
    rounding                        | 999.50 |       0 |      0 |        0 |          |
    a fee that is not reported yet  |    994 |       6 |      0 |        0 |          |
    more than such a fee            |    993 |       6 |      0 |        0 | minor    | cash-difference
    interest                        |   1009 |       0 |      0 |        0 | minor    | cash-difference
    a base point                    |   1010 |       0 |      0 |        0 | minor    | cash-difference
    beyond a base point             |1010.01 |       0 |      0 |        0 | severe   | cash-difference
    a withdrawal                    |    500 |       0 |      0 |        0 | severe   | cash-difference
    our buy has filled              |    500 |       0 |     50 |        0 | info     | fill-in-flight
    more than it can have cost      |    498 |       0 |     50 |        0 | severe   | cash-difference
    a stranger bought for 500       |    499 |       0 |      0 |       50 | minor    | external-trade
  `),
)(
  'cash: $situation: $severity $cause',
  ({ theirs, pending, leaves, stranger, severity, cause }) => {
    const ourSide = side({
      orders: leaves === '0' ? [] : [working(leaves)],
      foreign: stranger === '0' ? [] : [movement(stranger)],
      pendingCommission: new Map([['USD', money(pending, 'USD')]]),
    })
    const { breaks } = reconcile(ourSide, snapshotOf(new Map(), theirs), NONE_KNOWN, NOW)
    const [found] = breaks.filter(({ kind }) => kind === 'cash')
    expect(found?.severity ?? '').toBe(severity)
    expect(found?.cause ?? '').toBe(cause)
  },
)

const differences = (ours: OurSide, order: OpenOrder): string[] =>
  reconcile(ours, snapshotOf(new Map(), '1000', [order]), NONE_KNOWN, NOW).breaks.map(
    ({ id, cause, severity }) => `${id} ${cause} ${severity}`,
  )

describe('orders', () => {
  const open = (change: Partial<OpenOrder> = {}): OpenOrder => ({
    clientOrderId: ID,
    clientId: 7,
    permId: '9' as PermId,
    instrument: AAPL,
    quantity: quantity('10'),
    leaves: quantity('10'),
    orderType: 'LMT',
    limitPrice: undefined,
    timeInForce: 'DAY',
    status: 'working',
    ...change,
  })
  test('ours, open on both sides: no break', () => {
    expect(differences(side({ orders: [working('10')] }), open())).toEqual([])
  })

  test('ours, closed in our record and open there: severe', () => {
    const closed = working('0', { open: false })
    expect(differences(side({ orders: [closed] }), open())).toEqual([
      `order:${ID} unknown-order severe`,
    ])
  })

  test('with our name and not in our record: severe', () => {
    expect(differences(side(), open())).toEqual(['order:perm:9 unknown-order severe'])
  })

  test.each([
    ['elsewhere', new Set<InstrumentId>(), 'info'],
    ['in a name of the run', new Set([AAPL]), 'minor'],
  ] as const)('of a stranger, %s: noted', (_, inPlay, severity) => {
    const stranger = open({ clientOrderId: undefined, clientId: 0 })
    expect(differences(side({ inPlay }), stranger)).toEqual([
      `order:perm:9 unknown-order ${severity}`,
    ])
  })

  test('in trouble are breaks of their own', () => {
    const lost = { cause: 'lost-order', ours: 'InDoubt', theirs: 'none', detail: 'gone' } as const
    const ours = side({ orders: [working('0', { trouble: lost })] })
    const { breaks, verdict } = reconcile(ours, snapshotOf(new Map()), NONE_KNOWN, NOW)
    expect(breaks).toMatchObject([
      { id: `order:${ID}`, kind: 'order', ...lost, severity: 'severe' },
    ])
    expect(verdict).toBe('halt')
  })
})

test('a stranger in a name of the run is severe', () => {
  const ours = side({ foreign: [movement('7')], inPlay: new Set([AAPL]) })
  const { breaks } = reconcile(ours, snapshotOf(shares('7')), NONE_KNOWN, NOW)
  expect(breaks).toMatchObject([{ cause: 'external-trade', severity: 'severe' }])
})

test('a holding of a currency pair is cash, not a position', () => {
  const pair = new Map([['EUR.CASH.USD' as InstrumentId, quantity('1000')]])
  expect(reconcile(side(), snapshotOf(pair), NONE_KNOWN, NOW).verdict).toBe('matched')
})

describe('age', () => {
  const ours = side({ orders: [working('100')] })

  test('a difference found again is the same break, as old as it is', () => {
    const first = reconcile(side(), snapshotOf(shares('5')), NONE_KNOWN, NOW)
    const again = reconcile(side(), snapshotOf(shares('6')), known(first.breaks), NOW + 9_000)
    expect(again.breaks).toMatchObject([{ id: 'position:AAPL.STK.USD', theirs: '6', since: NOW }])
  })

  test('a flight during which nothing moves for three minutes is none', () => {
    const first = reconcile(ours, snapshotOf(shares('60')), NONE_KNOWN, NOW)
    expect(first.verdict).toBe('wait')
    const flying = reconcile(ours, snapshotOf(shares('60')), known(first.breaks), NOW + 179_000)
    expect(flying.verdict).toBe('wait')
    const stuck = reconcile(ours, snapshotOf(shares('60')), known(flying.breaks), NOW + 180_000)
    expect(stuck).toMatchObject({ verdict: 'halt', breaks: [{ cause: 'unexplained' }] })
    const still = reconcile(ours, snapshotOf(shares('60')), known(stuck.breaks), NOW + 190_000)
    expect(still).toEqual(stuck)
  })

  test('but one that goes on moving is', () => {
    const first = reconcile(ours, snapshotOf(shares('60')), NONE_KNOWN, NOW)
    const later = reconcile(ours, snapshotOf(shares('80')), known(first.breaks), NOW + 200_000)
    expect(later.verdict).toBe('wait')
  })
})

const anyHoldings = dictionary(
  constantFrom('AAPL', 'IBM', 'TLT', 'ES'),
  integer({ min: -5, max: 5 }),
).map(
  (raw) =>
    new Map(
      Object.entries(raw)
        .filter(([, n]) => n !== 0)
        .map(([name, n]) => [`${name}.STK.USD` as InstrumentId, quantity(String(n))]),
    ),
)

test('adopting the snapshot settles every difference of positions and cash', () => {
  assert(
    property(anyHoldings, anyHoldings, integer(), (ours, theirs, cash) => {
      const snapshot = snapshotOf(theirs, String(cash))
      const book = { account: ACCOUNT, positions: ours, cash: new Map<Currency, Money<Currency>>() }
      reconcile(side({ book }), snapshot, NONE_KNOWN, NOW)
      const adopted = { ...book, positions: theirs, cash: new Map([['USD', money(String(cash), 'USD')]]) } // prettier-ignore
      expect(reconcile(side({ book: adopted }), snapshot, NONE_KNOWN, NOW).verdict).toBe('matched')
    }),
  )
})

const reversed = <K, V>(map: ReadonlyMap<K, V>): Map<K, V> => new Map([...map].toReversed())

test('breaks are sorted, each once, and the same whatever order things are listed in', () => {
  assert(
    property(anyHoldings, anyHoldings, (ours, theirs) => {
      const book = { ...side().book, positions: ours }
      const one = reconcile(side({ book }), snapshotOf(theirs), NONE_KNOWN, NOW)
      const other = reconcile(
        side({ book: { ...book, positions: reversed(ours) } }),
        snapshotOf(reversed(theirs)),
        NONE_KNOWN,
        NOW,
      )
      expect(other).toEqual(one)
      const ids = one.breaks.map(({ id }) => id)
      expect(ids).toEqual([...new Set(ids)].toSorted())
    }),
  )
})

test('two accounts are never compared', () => {
  const book = { ...side().book, account: 'DU2' as AccountId }
  expect(() => reconcile(side({ book }), snapshotOf(new Map()), NONE_KNOWN, NOW)).toThrow('one account') // prettier-ignore
})
