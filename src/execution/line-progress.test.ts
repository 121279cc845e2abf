import { assert, constantFrom, property, tuple, array as arrayOf, integer } from 'fast-check'
import { expect, test } from 'vitest'
import { format, quantity } from '#model/fixed.ts'
import type { ClientOrderId, InstrumentId, RunId } from '#model/ids.ts'
import type { OrderRecord } from '#execution/order-ledger.ts'
import { isOpen, TRANSITIONS, type OrderState } from '#execution/order-state.ts'
import { lineProgress, type LineProgress, type LineRules } from '#execution/line-progress.ts'
import { table } from '#test/support/table.ts'

const NOW = 1_000_000
const rules = (change: Partial<LineRules> = {}): LineRules => ({
  maximumAttempts: 2,
  now: NOW,
  closing: false,
  isGivenUp: () => false,
  ...change,
})

function order(state: OrderState, executed: string, counted = executed): OrderRecord {
  return {
    request: {
      id: 'x' as ClientOrderId,
      instrument: 'AAPL.STK.USD' as InstrumentId,
      side: 'BUY',
      quantity: quantity('100'),
      orderType: 'MKT',
      timeInForce: 'DAY',
    },
    runId: 'r1' as RunId,
    line: 'B1',
    attempt: 1,
    adds: true,
    arrivalMid: 10,
    submittedAt: 0,
    state,
    reason: '',
    sentAt: 0,
    acknowledged: true,
    incarnations: [{ permId: undefined, cumulative: quantity(counted), closed: !isOpen(state) }],
    executed: quantity(executed),
    corrected: quantity('0'),
    firstFillAt: undefined,
    changedAt: 0,
    commandAt: 0,
    cancels: 0,
    doubtSince: undefined,
    absences: [],
    lateFill: false,
    told: undefined,
  }
}

const ordersFrom = (text: string): OrderRecord[] =>
  text === ''
    ? []
    : text.split(' ').map((one) => {
        const [state = '', executed = '0', counted = executed] = one.split(':')
        return order(state as OrderState, executed, counted)
      })

const inWords = (progress: LineProgress): string =>
  progress.kind === 'ready' ? `ready ${format(progress.quantity)}` : progress.kind

// Orders as state:executed:counted; the target is 100, at most two orders go out.
test.each(
  table(`
    orders                       | progress   | why
                                 | ready 100  | nothing was sent yet
    Submitted                    | waiting    | it may be there
    Working:40                   | waiting    | the rest may fill
    InDoubt                      | waiting    | nobody knows: it counts whole
    PendingCancel:40             | waiting    | the cancel may lose
    Filled:100                   | done       |
    Filled:60:100                | waiting    | the broker counts fills that nobody told
    Canceled:40:60               | waiting    | the same of a canceled order
    Canceled:100                 | done       | the fill won
    Canceled:40                  | unfinished | somebody had a reason
    Rejected                     | unfinished | it would be rejected again
    Denied                       | unfinished |
    Filled:60                    | unfinished | busted: a person looks first
    Expired:40                   | ready 60   | renewed by a new order for what remains
    Expired:40 Expired:10        | unfinished | two went out, that is all
    NotSent                      | ready 100  | proven: it does not count
    NotSent NotSent Expired:30   | ready 70   |
    NotSent NotSent NotSent NotSent NotSent | unfinished | a link that keeps failing
    Expired:40 Working:60        | waiting    |
    Expired:40 Filled:60         | done       |
  `),
)('$orders: $progress ($why)', ({ orders, progress }) => {
  expect(inWords(lineProgress(quantity('100'), ordersFrom(orders), rules()))).toBe(progress)
})

test('when time is up nothing new is sent', () => {
  expect(inWords(lineProgress(quantity('100'), [], rules({ closing: true })))).toBe('unfinished')
  expect(inWords(lineProgress(quantity('100'), ordersFrom('Expired:40'), rules({ closing: true })))).toBe('unfinished') // prettier-ignore
})

test('a line that was scaled to nothing is told as such', () => {
  expect(lineProgress(quantity('0'), [], rules())).toEqual({ kind: 'unfinished', reason: 'no buying power is left for it' }) // prettier-ignore
})

test('what is given up is not waited for', () => {
  const given = rules({ isGivenUp: ({ state }) => state === 'InDoubt' })
  expect(inWords(lineProgress(quantity('100'), ordersFrom('InDoubt'), given))).toBe('unfinished')
})

test('an order that could not be sent is tried again later and later', () => {
  const failed = (times: number) =>
    Array.from({ length: times }, () => ({ ...order('NotSent', '0'), changedAt: NOW }))
  expect([1, 2, 3].map((times) => lineProgress(quantity('100'), failed(times), rules()))).toEqual([
    { kind: 'waiting', until: NOW + 500 },
    { kind: 'waiting', until: NOW + 1_000 },
    { kind: 'waiting', until: NOW + 2_000 },
  ])
})

test('never is more offered than neither traded nor may trade', () => {
  const states = Object.keys(TRANSITIONS) as OrderState[]
  const anyOrders = arrayOf(tuple(constantFrom(...states), integer({ min: 0, max: 100 })), {
    maxLength: 5,
  })
  assert(
    property(anyOrders, (drawn) => {
      const orders = drawn.map(([state, executed]) => order(state, String(executed)))
      const progress = lineProgress(quantity('100'), orders, rules({ maximumAttempts: 9 }))
      if (progress.kind !== 'ready') return
      const filled = orders.reduce((sum, { executed }) => sum + executed, 0n)
      expect(orders.some(({ state }) => isOpen(state))).toBe(false)
      expect(progress.quantity + filled).toBe(quantity('100'))
    }),
  )
})
