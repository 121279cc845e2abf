import { describe, expect, test } from 'vitest'
import { money, quantity, price } from '#model/fixed.ts'
import type { BrokerSnapshot } from '#model/account.ts'
import type { AccountId, ClientOrderId, ExecId, InstrumentId, PermId, RunId } from '#model/ids.ts'
import { instantOf, isoInstantOf } from '#model/time.ts'
import {
  addSubmitted,
  emptyLedger,
  endSubmit,
  loseContact,
  untoldOf,
} from '#execution/order-ledger.ts'
import { applyReport } from '#execution/ledger-reports.ts'
import {
  applySnapshot,
  isProvenNotSent,
  isSameBrokerDay,
  isTwiceAbsent,
} from '#execution/ledger-snapshot.ts'
import { table } from '#test/support/table.ts'

const ID = '0a1b2c3d-r1-A1-1' as ClientOrderId
const AAPL = 'AAPL.STK.USD' as InstrumentId
const START = 1_517_842_800_000
const RULES = { sessionSince: START, doubtIntervalMs: 10_000 }

const zero = money('0', 'USD')
const empty = (begunAt: number): BrokerSnapshot => ({
  account: 'DU1' as AccountId,
  baseCurrency: 'USD',
  begunAt,
  takenAt: begunAt + 50,
  positions: [],
  cash: [{ currency: 'USD', amount: zero }],
  margin: {
    netLiquidation: zero,
    equityWithLoan: zero,
    grossPositionValue: zero,
    initialMargin: zero,
    maintenanceMargin: zero,
    availableFunds: zero,
    excessLiquidity: zero,
    buyingPower: zero,
  },
  openOrders: [],
  completedOrders: [],
  executions: [],
  commissions: [],
})

const openAt = (begunAt: number, leaves: string): BrokerSnapshot => ({
  ...empty(begunAt),
  openOrders: [
    {
      clientOrderId: ID,
      clientId: 1,
      permId: '9' as PermId,
      instrument: AAPL,
      quantity: quantity('100'),
      leaves: quantity(leaves),
      orderType: 'LMT',
      limitPrice: undefined,
      timeInForce: 'DAY',
      status: 'working',
    },
  ],
})

function sent() {
  const ledger = emptyLedger()
  const request = {
    id: ID,
    instrument: AAPL,
    side: 'BUY',
    quantity: quantity('100'),
    orderType: 'MKT',
    timeInForce: 'DAY',
  } as const
  addSubmitted(
    ledger,
    { request, runId: 'r1' as RunId, line: 'A1', attempt: 1, adds: true, arrivalMid: 10 },
    START,
  )
  const record = ledger.orders.get(ID)
  if (record === undefined) throw new Error('it was added')
  return { ledger, record }
}

describe('silence about an order in doubt', () => {
  test.each(
    table(`
      snapshots begun at, seconds after the doubt | proven | why
      1 11                                        | yes    | two, ten seconds apart
      1 10.999                                    | no     | too near each other
      1                                           | no     | one is none
      -1 11                                       | no     | the first began before the doubt
      1 5 11                                      | yes    | one between them does no harm
    `),
  )('$why: proven $proven', (row) => {
    const { ledger, record } = sent()
    loseContact(ledger, 'down', START + 60_000)
    for (const seconds of row['snapshots begun at, seconds after the doubt'].split(' '))
      applySnapshot(ledger, empty(START + 60_000 + Number(seconds) * 1000), RULES, START + 99_000)
    expect(isProvenNotSent(record) ? 'yes' : 'no').toBe(row.proven)
  })

  test('does not count from before the session', () => {
    const { ledger, record } = sent()
    loseContact(ledger, 'down', START)
    const rules = { ...RULES, sessionSince: START + 30_000 }
    for (const after of [1, 12]) applySnapshot(ledger, empty(START + after * 1000), rules, START)
    expect(isTwiceAbsent(record)).toBe(false)
  })

  test('begins anew when contact is lost again', () => {
    const { ledger, record } = sent()
    loseContact(ledger, 'down', START)
    applySnapshot(ledger, empty(START + 1_000), RULES, START + 1_050)
    loseContact(ledger, 'down', START + 2_000)
    applySnapshot(ledger, empty(START + 12_000), RULES, START + 12_050)
    expect(isTwiceAbsent(record)).toBe(false)
  })

  test('proves nothing of an order that the broker has once shown', () => {
    const { ledger, record } = sent()
    applySnapshot(ledger, openAt(START + 1_000, '100'), RULES, START + 1_050)
    for (const after of [10, 30])
      applySnapshot(ledger, empty(START + after * 1000), RULES, START + after * 1000)
    expect(record.state).toBe('InDoubt')
    expect(isTwiceAbsent(record)).toBe(true)
    expect(isProvenNotSent(record)).toBe(false)
  })
})

describe('silence about an order that was just sent', () => {
  test.each([
    [1_500, 'Submitted'],
    [3_500, 'InDoubt'],
  ] as const)('%d ms after the write leaves it %s', (after, state) => {
    const { ledger, record } = sent()
    endSubmit(record, 'submitted', '', START + 1_000)
    applySnapshot(ledger, empty(START + after), RULES, START + after + 50)
    expect(record.state).toBe(state)
  })

  test('that is still in our own queue means nothing', () => {
    const { ledger, record } = sent()
    applySnapshot(ledger, empty(START + 60_000), RULES, START + 60_050)
    expect(record.state).toBe('Submitted')
  })
})

test('an order in doubt that is found open works again', () => {
  const { ledger, record } = sent()
  loseContact(ledger, 'down', START)
  applySnapshot(ledger, openAt(START + 1_000, '70'), RULES, START + 1_050)
  expect(record).toMatchObject({ state: 'Working', absences: [] })
  expect(untoldOf(record)).toBe(quantity('30'))
})

test('leaves equal to the total say nothing about fills', () => {
  const { ledger, record } = sent()
  applySnapshot(ledger, openAt(START + 1_000, '100'), RULES, START + 1_050)
  expect(record.incarnations[0]?.cumulative).toBeUndefined()
})

test('executions are read first: a fill and its end in one snapshot', () => {
  const { ledger, record } = sent()
  const snapshot: BrokerSnapshot = {
    ...empty(START + 1_000),
    completedOrders: [
      {
        clientOrderId: ID,
        permId: '9' as PermId,
        instrument: AAPL,
        quantity: quantity('100'),
        cumulative: quantity('100'),
        status: 'filled',
        reason: '',
      },
    ],
    executions: [
      {
        execId: 'a.1.01' as ExecId,
        clientOrderId: undefined, // as IBKR may: only the permId ties it to the order
        permId: '9' as PermId,
        account: 'DU1' as AccountId,
        instrument: AAPL,
        quantity: quantity('100'),
        price: price('10'),
        venue: 'NASDAQ',
        at: START,
        liquidity: 'removed',
      },
    ],
  }
  const changes = applySnapshot(ledger, snapshot, RULES, START + 1_050)
  expect(changes).toHaveLength(1)
  expect(record).toMatchObject({ state: 'Filled', executed: quantity('100') })
  expect(ledger.foreign.size).toBe(0)
  expect(applySnapshot(ledger, snapshot, RULES, START + 2_000)).toEqual([])
})

test('a status that comes after the snapshot does not undo it', () => {
  const { ledger, record } = sent()
  const done: BrokerSnapshot = {
    ...empty(START + 1_000),
    completedOrders: [{ clientOrderId: ID, permId: undefined, instrument: AAPL, quantity: quantity('100'), cumulative: undefined, status: 'canceled', reason: '202' }], // prettier-ignore
  }
  applySnapshot(ledger, done, RULES, START + 1_050)
  applyReport(ledger, { type: 'OrderStatus', status: { clientOrderId: ID, permId: undefined, instrument: AAPL, status: 'working', cumulative: undefined, leaves: undefined, reason: '' } }, START + 1_100) // prettier-ignore
  expect(record.state).toBe('Canceled')
})

test.each(
  table(`
    from                     | to                       | same | why
    2018-02-05T15:00:00.000Z | 2018-02-05T20:59:00.000Z | yes  | one session
    2018-02-05T15:00:00.000Z | 2018-02-06T04:30:00.000Z | no   | past a summer midnight: the careful answer
    2018-02-05T15:00:00.000Z | 2018-02-06T05:30:00.000Z | no   | past midnight either way
    2018-02-06T05:30:00.000Z | 2018-02-06T23:00:00.000Z | yes  | the same New York day
    2018-02-05T23:00:00.000Z | 2018-02-06T03:00:00.000Z | yes  | UTC turns, New York does not
  `),
)('$from to $to is one broker day: $same ($why)', ({ from, to, same }) => {
  const [a, b] = [instantOf(from), instantOf(to)]
  if (a === undefined || b === undefined) throw new Error(`${from}, ${to} are instants`)
  expect(isSameBrokerDay(a, b), isoInstantOf(a)).toBe(same === 'yes')
})
