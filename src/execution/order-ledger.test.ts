import { array, assert, constantFrom, integer, property, shuffledSubarray } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { money, quantity, price } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, ExecId, InstrumentId, PermId, RunId } from '#model/ids.ts'
import type { OrderRequest } from '#model/order.ts'
import type { BrokerReport, OrderStatus } from '#model/report.ts'
import { DAY_MS } from '#model/time.ts'
import {
  addDenied,
  addSubmitted,
  askCancel,
  emptyLedger,
  endCancel,
  endSubmit,
  filledAtLeast,
  leavesOf,
  loseContact,
  prune,
  untoldOf,
  type LedgerChange,
  type OrderLedger,
  type OrderRecord,
} from '#execution/order-ledger.ts'
import { applyReport } from '#execution/ledger-reports.ts'

const AAPL = 'AAPL.STK.USD' as InstrumentId
const ID = '0a1b2c3d-r1-A1-1' as ClientOrderId
const request: OrderRequest = {
  id: ID,
  instrument: AAPL,
  side: 'BUY',
  quantity: quantity('100'),
  orderType: 'MKT',
  timeInForce: 'DAY',
}
const intent = { request, runId: 'r1' as RunId, line: 'A1', attempt: 1, adds: true, arrivalMid: 10 }

function submitted(): { ledger: OrderLedger; record: OrderRecord } {
  const ledger = emptyLedger()
  addSubmitted(ledger, intent, 1)
  const record = ledger.orders.get(ID)
  if (record === undefined) throw new Error('it was added')
  return { ledger, record }
}

const status = (
  word: OrderStatus['status'],
  cumulative?: string,
  permId: string | undefined = '9',
): BrokerReport => ({
  type: 'OrderStatus',
  status: {
    clientOrderId: ID,
    permId: permId as PermId | undefined,
    instrument: AAPL,
    status: word,
    cumulative: cumulative === undefined ? undefined : quantity(cumulative),
    leaves: undefined,
    reason: '',
  },
})

const executed = (execId: string, size: string, of: 'ours' | 'nobody' = 'ours'): BrokerReport => ({
  type: 'Execution',
  execution: {
    execId: execId as ExecId,
    clientOrderId: of === 'ours' ? ID : undefined,
    permId: '9' as PermId,
    account: 'DU1' as AccountId,
    instrument: AAPL,
    quantity: quantity(size),
    price: price('10'),
    venue: 'NASDAQ',
    at: 1,
    liquidity: 'removed',
  },
})

const fee = (execId: string, amount: string): BrokerReport => ({
  type: 'Commission',
  commission: {
    execId: execId as ExecId,
    amount: money(amount, 'USD'),
    currency: 'USD',
    realizedPnl: undefined,
  },
})

/** One order's whole story: two fills, one corrected, one busted and printed again, fees, statuses. */
const STORY: readonly BrokerReport[] = [
  status('working'),
  status('working', '60'),
  executed('a.1.01', '60'),
  executed('a.1.02', '50'),
  executed('a.2.01', '30'),
  executed('a.2.02', '0'),
  executed('a.3.01', '50'),
  fee('a.1.01', '1'),
  fee('a.1.02', '0.9'),
  fee('a.3.01', '1'),
  status('filled', '100'),
]

/** What changes of the ledger do to the holding and to cash: the book's view. */
function netOf(changes: readonly LedgerChange[]): { shares: bigint; fees: bigint } {
  let [shares, fees] = [0n, 0n]
  for (const change of changes)
    if (change.type === 'execution')
      shares += change.after.quantity - (change.before?.quantity ?? 0n) // prettier-ignore
    else fees += change.after.amount - (change.before?.amount ?? 0n)
  return { shares, fees }
}

test('reports in any order, any of them several times, come to the same', () => {
  const anyOrder = shuffledSubarray([...STORY], { minLength: STORY.length })
  assert(
    property(anyOrder, array(integer({ min: 0, max: STORY.length - 1 })), (story, again) => {
      const { ledger, record } = submitted()
      const reports = [...story, ...again.map((i) => story[i] ?? status('working'))]
      const changes = reports.flatMap((report) => applyReport(ledger, report, 5))
      expect(record.executed).toBe(quantity('100'))
      expect(record.state).toBe('Filled')
      expect(untoldOf(record)).toBe(0n)
      expect(netOf(changes)).toEqual({ shares: quantity('100'), fees: money('1.9', 'USD') })
    }),
  )
})

test('a report applied twice changes nothing the second time', () => {
  assert(
    property(shuffledSubarray([...STORY]), constantFrom(...STORY), (before, report) => {
      const { ledger } = submitted()
      for (const earlier of before) applyReport(ledger, earlier, 5)
      applyReport(ledger, report, 6)
      const once = structuredClone(ledger)
      expect(applyReport(ledger, report, 7)).toEqual([])
      expect(ledger).toEqual(once)
    }),
  )
})

describe('fills', () => {
  test('that the broker counts and nobody tells are untold, and leave less to fill', () => {
    const { ledger, record } = submitted()
    applyReport(ledger, status('working', '40'), 2)
    expect(untoldOf(record)).toBe(quantity('40'))
    expect(leavesOf(record)).toBe(quantity('60'))
    expect(filledAtLeast(record)).toBe(quantity('40'))
  })

  test('after a correction the broker’s older, higher count is not believed', () => {
    const { ledger, record } = submitted()
    for (const report of [
      executed('a.1.01', '60'),
      status('canceled', '60'),
      executed('a.1.02', '50'),
    ])
      // prettier-ignore
      applyReport(ledger, report, 2)
    expect(filledAtLeast(record)).toBe(quantity('50'))
    expect(untoldOf(record)).toBe(0n)
  })

  test('of nobody become ours once a status tells whose permId it is', () => {
    const { ledger, record } = submitted()
    expect(applyReport(ledger, executed('a.1.01', '60', 'nobody'), 2)).toEqual([])
    expect(ledger.foreign.size).toBe(1)
    const changes = applyReport(ledger, status('working'), 3)
    expect(changes).toHaveLength(1)
    expect(ledger.foreign.size).toBe(0)
    expect(record.executed).toBe(quantity('60'))
  })

  test('more than was asked for is counted, not hidden', () => {
    const { ledger, record } = submitted()
    applyReport(ledger, executed('a.1.01', '101'), 2)
    expect(record.executed).toBe(quantity('101'))
    expect(leavesOf(record)).toBe(0n)
  })
})

describe('one order with two lives at the broker', () => {
  test('is not over while one of them is open', () => {
    const { ledger, record } = submitted()
    applyReport(ledger, status('working', undefined, '9'), 2)
    applyReport(ledger, status('working', undefined, '10'), 3)
    applyReport(ledger, status('canceled', undefined, '9'), 4)
    expect(record.state).toBe('Working')
    applyReport(ledger, status('canceled', undefined, '10'), 5)
    expect(record.state).toBe('Canceled')
  })

  test('a permId that comes late is the first life’s', () => {
    const { ledger, record } = submitted()
    const nameless: BrokerReport = { type: 'OrderStatus', status: { clientOrderId: ID, permId: undefined, instrument: AAPL, status: 'pending', cumulative: undefined, leaves: undefined, reason: '' } } // prettier-ignore
    applyReport(ledger, nameless, 2)
    applyReport(ledger, status('working', undefined, '9'), 3)
    applyReport(ledger, status('canceled', undefined, '9'), 4)
    expect(record.incarnations).toHaveLength(1)
    expect(record.state).toBe('Canceled')
  })
})

describe('the broker’s no', () => {
  test.each([
    ['a refusal', { type: 'OrderRefusal', refusal: { clientOrderId: ID, refused: 'order', code: 201, reason: 'margin' } }, '201: margin'], // prettier-ignore
    ['a status', { type: 'OrderStatus', status: { clientOrderId: ID, permId: undefined, instrument: AAPL, status: 'rejected', cumulative: undefined, leaves: undefined, reason: 'Inactive' } }, 'Inactive'], // prettier-ignore
  ] as const)('to an order comes as %s; its reason is kept', (_, report, reason) => {
    const { ledger, record } = submitted()
    applyReport(ledger, report, 2)
    expect(record).toMatchObject({ state: 'Rejected', reason })
  })

  test('to a cancel leaves the order working', () => {
    const { ledger, record } = submitted()
    applyReport(ledger, status('working'), 2)
    askCancel(record, 'late', 3)
    expect(record.state).toBe('PendingCancel')
    applyReport(ledger, { type: 'OrderRefusal', refusal: { clientOrderId: ID, refused: 'cancel', code: 10148, reason: 'filled' } }, 4) // prettier-ignore
    expect(record.state).toBe('Working')
  })

  const cancelRefused = { type: 'OrderRefusal', refusal: { clientOrderId: ID, refused: 'cancel', code: 10147, reason: 'not found' } } as const // prettier-ignore

  test('to the cancel of an order that still waits in our queue: its withheld write ends it', () => {
    const { ledger, record } = submitted()
    askCancel(record, 'interrupted', 2)
    applyReport(ledger, cancelRefused, 3)
    expect(record.state).toBe('PendingCancel')
    endCancel(record, 'not-sent', 'nothing to cancel', 4)
    expect(record.state).toBe('PendingCancel')
    endSubmit(record, 'not-sent', 'withheld', 5)
    expect(record.state).toBe('NotSent')
  })

  test('to the cancel of an order that was written and never heard of: it is in doubt', () => {
    const { ledger, record } = submitted()
    endSubmit(record, 'submitted', '', 2)
    askCancel(record, 'interrupted', 3)
    applyReport(ledger, cancelRefused, 4)
    expect(record.state).toBe('InDoubt')
  })

  test('that was none: a rejected order that trades is a late fill', () => {
    const { ledger, record } = submitted()
    applyReport(ledger, status('rejected'), 2)
    applyReport(ledger, executed('a.1.01', '100'), 3)
    expect(record).toMatchObject({ state: 'Filled', lateFill: true })
  })

  test('a warning is not one', () => {
    const { ledger, record } = submitted()
    applyReport(ledger, { type: 'OrderWarning', clientOrderId: ID, code: 10349, reason: 'TIF' }, 2)
    expect(record.state).toBe('Submitted')
  })
})

describe('contact', () => {
  test('lost: what waited for an answer is in doubt, what worked works', () => {
    const waiting = submitted()
    loseContact(waiting.ledger, 'down', 2)
    expect(waiting.record).toMatchObject({ state: 'InDoubt', doubtSince: 2 })
    const working = submitted()
    applyReport(working.ledger, status('working'), 2)
    loseContact(working.ledger, 'down', 3)
    expect(working.record.state).toBe('Working')
    askCancel(working.record, 'late', 4)
    loseContact(working.ledger, 'down', 5)
    expect(working.record.state).toBe('InDoubt')
  })

  test.each([
    ['submitted', 'Submitted'],
    ['not-sent', 'NotSent'],
    ['uncertain', 'InDoubt'],
  ] as const)('a write that ended %s leaves the order %s', (outcome, state) => {
    const { record } = submitted()
    endSubmit(record, outcome, 'test', 2)
    expect(record.state).toBe(state)
  })

  test('a write of which the broker has already shown the order is not in doubt', () => {
    const { ledger, record } = submitted()
    applyReport(ledger, status('working'), 2)
    endSubmit(record, 'uncertain', 'reset', 3)
    expect(record.state).toBe('Working')
  })

  test.each([
    ['submitted', 'PendingCancel'],
    ['not-sent', 'Working'],
    ['uncertain', 'InDoubt'],
  ] as const)('a cancel that ended %s leaves the order %s', (outcome, state) => {
    const { ledger, record } = submitted()
    applyReport(ledger, status('working'), 2)
    askCancel(record, 'late', 3)
    endCancel(record, outcome, 'test', 4)
    expect(record.state).toBe(state)
  })
})

test('an id is used once, denied or not', () => {
  const { ledger } = submitted()
  expect(() => addSubmitted(ledger, intent, 2)).toThrow('used once')
  const denied = emptyLedger()
  addDenied(denied, intent, 'collar', 1)
  expect(denied.orders.get(ID)?.state).toBe('Denied')
  expect(() => addSubmitted(denied, intent, 2)).toThrow('used once')
})

test('what is long over is forgotten with its fills; what is open never is', () => {
  const { ledger } = submitted()
  applyReport(ledger, executed('a.1.01', '40'), 2)
  prune(ledger, 8 * DAY_MS)
  expect(ledger.orders.size).toBe(1)
  applyReport(ledger, executed('a.2.01', '60'), 3)
  prune(ledger, 6 * DAY_MS)
  expect(ledger.orders.size).toBe(1)
  prune(ledger, 8 * DAY_MS)
  expect([ledger.orders.size, ledger.executions.size, ledger.permIds.size]).toEqual([0, 0, 0])
})

// What may still fill and what has filled never come to more than was asked for, while counts are honest.
test('filled and leaves add up to the order', () => {
  assert(
    property(shuffledSubarray([...STORY]), (story) => {
      const { ledger, record } = submitted()
      for (const report of story) applyReport(ledger, report, 2)
      const total: bigint = filledAtLeast(record) + leavesOf(record)
      if (leavesOf(record) > 0n) expect(total).toBe(request.quantity)
    }),
  )
})
