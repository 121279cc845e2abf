/**
 * Algorithms against a broker that does anything a broker may do: fills that cross cancels, cancels that are refused or
 * ignored, reports late, doubled and out of order, refusals, halts, one-sided and wild quotes, silence.
 */
import { assert, constantFrom, integer, property, record, type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toNumber } from '#model/border.ts'
import { minus, plus, price, quantity, type Quantity } from '#model/fixed.ts'
import { isBuying, type Side } from '#model/order.ts'
import { MINUTE_MS } from '#model/time.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Quote } from '#marketdata/quote.ts'
import { randomKey, randomStream, type RandomStream } from '#numerics/random.ts'
import { RULES } from '#execution/algorithms/algorithm-rules.ts'
import { ALGORITHMS, type AlgorithmAction, type AlgorithmEvent, type AlgorithmState, type ChildReport } from '#execution/algorithms/algorithm.ts' // prettier-ignore
import { decide } from '#execution/algorithms/decide.ts'
import type { ParentOrder } from '#execution/algorithms/parent-order.ts'
import { startAlgorithm, stepAlgorithm } from '#execution/algorithms/run-algorithm.ts'
import { ALGORITHM_STATE } from '#execution/algorithms/state-codec.ts'

const START = 1_000_000_000

const parentOf = (changes: Partial<ParentOrder> = {}): ParentOrder => ({
  side: 'BUY',
  quantity: quantity('2350'),
  terms: { lot: quantity('1'), roundLot: quantity('100'), priceIncrements: [{ from: price('0'), increment: price('0.01') }], multiplier: 1 },
  arrivalAt: START,
  arrivalMid: 50,
  deadlineAt: START + 10 * MINUTE_MS,
  atDeadline: 'cross',
  session: { opensAt: START - 60 * MINUTE_MS, closesAt: START + 300 * MINUTE_MS, mayTradeFirstMinutes: false, mayTradeLastMinutes: false },
  urgency: 0.5,
  usual: { dailyVolume: 1e6, dailyVolatility: 0.02, spread: 4e-4, volumeCurve: [] },
  impact: { temporary: 1e-5, permanent: 1e-7 },
  riskAversion: 1e-6,
  participationRate: 0.1,
  quoteMs: 10_000,
  seed: 3,
  ...changes,
}) // prettier-ignore

const started = (algorithm: (typeof ALGORITHMS)[number], parent: ParentOrder): AlgorithmState => {
  const state = startAlgorithm(algorithm, parent)
  if (!state.ok) throw new Error(state.error)
  return state.value
}

const quote = (at: number, bid: number | undefined, ask: number | undefined, more: Partial<Quote> = {}): Quote => ({
  instrument: 'X.STK.USD' as InstrumentId,
  bid,
  ask,
  bidSize: 400,
  askSize: 400,
  last: 50,
  close: 50,
  volume: (at - START) / 20,
  at,
  kind: 'live',
  halted: false,
  ...more,
}) // prettier-ignore

type Placed = Extract<AlgorithmAction, { type: 'place' }>

/** A child as the broker knows it; its fills are told some time after they happened. */
interface AtBroker {
  readonly order: Placed
  filled: Quantity
  told: Quantity
  canceledAt: number | undefined
  over: boolean
}

const NONE = quantity('0')
const part = (of: Quantity, share: number): Quantity => quantity(String(Math.ceil(toNumber(of) * share))) // prettier-ignore

/** A broker by chance. Every fill is told no later than `verifyMs` after the report that closed its child. */
function wildBroker(draw: RandomStream) {
  const children: AtBroker[] = []
  const wire: { at: number; report: ChildReport }[] = []
  const send = (at: number, report: ChildReport): void => {
    wire.push({ at, report })
    if (draw.uniform() < 0.1) wire.push({ at: at + draw.below(2_000), report })
  }
  const fill = (child: AtBroker, share: number, by: number): void => {
    child.filled = plus(child.filled, part(minus(child.order.quantity, child.filled), share))
    send(by, { kind: 'executed', child: child.order.child, executed: child.filled })
    if (child.filled >= child.order.quantity) child.over = true
  }
  const close = (child: AtBroker, at: number, cause: 'canceled' | 'refused'): void => {
    child.over = true
    // Fills that cross the cancel: some the broker's count has, some not even that.
    const counted = child.filled
    if (draw.uniform() < 0.4) fill(child, draw.uniform(), at + draw.below(RULES.verifyMs - 1))
    const cumulative = draw.uniform() < 0.5 ? child.filled : counted
    wire.push({ at, report: { kind: 'closed', child: child.order.child, cause, cumulative } })
  }
  return {
    children,
    perform(action: AlgorithmAction, now: number): void {
      if (action.type === 'place') {
        const child = { order: action, filled: NONE, told: NONE, canceledAt: undefined, over: false } // prettier-ignore
        children.push(child)
        if (draw.uniform() < 0.05) return close(child, now + draw.below(300), 'refused')
        if (draw.uniform() < 0.8) send(now + draw.below(300), { kind: 'accepted', child: action.child }) // prettier-ignore
        if (action.timeInForce === 'DAY' || draw.uniform() < 0.1) return
        fill(child, draw.uniform(), now + draw.below(200))
        if (!child.over) close(child, now + 200 + draw.below(300), 'canceled')
      } else if (action.type === 'cancel') {
        const child = children.find(({ order }) => order.child === action.child)
        if (child === undefined || child.over || draw.uniform() < 0.1) return
        if (draw.uniform() < 0.15) return send(now + draw.below(400), { kind: 'cancel-rejected', child: action.child }) // prettier-ignore
        if (draw.uniform() < 0.3) fill(child, draw.uniform(), now + draw.below(200))
        if (!child.over) close(child, now + 200 + draw.below(400), 'canceled')
      }
    },
    trade(now: number): void {
      for (const child of children)
        if (!child.over && draw.uniform() < 0.05) fill(child, draw.uniform(), now + draw.below(300))
    },
    due(now: number): readonly ChildReport[] {
      const ready = wire.filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at)
      for (const told of ready) wire.splice(wire.indexOf(told), 1)
      return ready.map(({ report }) => report)
    },
    /** Filled, or still to be filled: what must never exceed the parent. */
    committed: (): Quantity =>
      children.reduce<Quantity>((sum, { order, filled, over }) => plus(sum, over ? filled : order.quantity), NONE), // prettier-ignore
  }
}

interface Life {
  readonly state: AlgorithmState
  readonly actions: readonly AlgorithmAction[]
  readonly most: Quantity
  readonly filled: Quantity
  readonly stillOpen: number
}

const STEP_MS = 200

/** A whole life, by chance; `carried` is what becomes of the state between any two events. */
function live(algorithm: (typeof ALGORITHMS)[number], parent: ParentOrder, seed: number, carried = (state: AlgorithmState) => state): Life {
  const draw = randomStream(randomKey(seed, 'world'))
  const broker = wildBroker(draw)
  let state = started(algorithm, parent)
  const actions: AlgorithmAction[] = []
  let [mid, most, silentUntil] = [50, NONE, 0]
  const step = (event: AlgorithmEvent): void => {
    state = carried(state)
    for (const action of stepAlgorithm(state, event)) {
      actions.push(action)
      broker.perform(action, event.at)
      const committed = broker.committed()
      if (committed > most) most = committed
    }
  }
  for (let now = START; now < parent.deadlineAt + MINUTE_MS && state.done === undefined; now += STEP_MS) {
    broker.trade(now)
    for (const report of broker.due(now)) step({ type: 'child', at: now, report })
    if (draw.uniform() < 0.003) silentUntil = now + draw.below(40_000)
    mid = Math.max(5, mid + (draw.below(7) - 3) * 0.01)
    if (now >= silentUntil && draw.uniform() < 0.5) step(wildQuote(draw, now, mid))
    if (draw.uniform() < 0.3) step({ type: 'trade', at: now, size: draw.below(500) })
    if (state.done === undefined && state.timerAt !== undefined && state.timerAt <= now) step({ type: 'timer', at: now })
  }
  const filled = broker.children.reduce<Quantity>((sum, child) => plus(sum, child.filled), NONE)
  return { state, actions, most, filled, stillOpen: broker.children.filter(({ over }) => !over).length }
} // prettier-ignore

function wildQuote(draw: RandomStream, at: number, mid: number): AlgorithmEvent {
  const kind = draw.uniform()
  const half = kind < 0.05 ? 0.4 : 0.01
  const [bid, ask] = [Math.round((mid - half) * 100) / 100, Math.round((mid + half) * 100) / 100]
  if (kind > 0.98) return { type: 'quote', at, quote: quote(at, bid, undefined) }
  if (kind > 0.96) return { type: 'quote', at, quote: quote(at, bid, ask, { halted: true }) }
  if (kind > 0.94) return { type: 'quote', at, quote: quote(at, ask + 0.05, bid) }
  return { type: 'quote', at, quote: quote(at, bid, ask, { bidSize: 1 + draw.below(900), askSize: 1 + draw.below(900) }) } // prettier-ignore
}

const anyParent = record({
  side: constantFrom<Side[]>('BUY', 'SELL', 'SHORT', 'COVER'),
  units: integer({ min: 1, max: 20_000 }),
  lot: constantFrom(1, 10, 100),
  atDeadline: constantFrom('cross' as const, 'leave' as const),
  urgency: integer({ min: 0, max: 10 }),
  limit: constantFrom(undefined, '49.97', '50', '50.03'),
  seed: integer({ min: 1, max: 1e9 }),
})
type AnyParent = typeof anyParent extends Arbitrary<infer T> ? T : never

const parentFrom = ({ side, units, lot, atDeadline, urgency, limit }: AnyParent): ParentOrder =>
  parentOf({
    side,
    quantity: quantity(String(units)),
    terms: { ...parentOf().terms, lot: quantity(String(lot)) },
    atDeadline,
    urgency: urgency / 10,
    deadlineAt: START + 4 * MINUTE_MS,
    alpha: { totalBps: 10, halfLifeMs: 10 * MINUTE_MS },
    ...(limit === undefined ? {} : { limitPrice: price(limit) }),
  })

const throughJson = (state: AlgorithmState): AlgorithmState => {
  const text = JSON.stringify(ALGORITHM_STATE.encode(state))
  const read = ALGORITHM_STATE.decode(JSON.parse(text), 'state')
  if (!read.ok) throw new Error(read.error)
  return read.value
}

describe.each(ALGORITHMS)('%s, whatever the broker does,', (algorithm) => {
  test('never has more working and filled than its parent, nor more messages than its bound', () => {
    assert(
      property(anyParent, (drawn) => {
        const parent = parentFrom(drawn)
        const { state, most, filled, actions } = live(algorithm, parent, drawn.seed)
        expect(most <= parent.quantity).toBe(true)
        expect(filled <= parent.quantity).toBe(true)
        const messages = actions.filter(({ type }) => type === 'place' || type === 'cancel').length
        expect(messages).toBe(state.messages)
        expect(messages).toBeLessThanOrEqual(state.pace.mostMessages)
      }),
      { numRuns: 20 },
    )
  })

  test('places only whole lots, on the increment, within the limit, shown no more than they are', () => {
    assert(
      property(anyParent, (drawn) => {
        const parent = parentFrom(drawn)
        for (const action of live(algorithm, parent, drawn.seed).actions) {
          if (action.type !== 'place') continue
          const { quantity: size, limitPrice, displaySize = size } = action
          expect(size > 0n && size % parent.terms.lot === 0n).toBe(true)
          expect(limitPrice % price('0.01')).toBe(0n)
          expect(displaySize > 0n && displaySize <= size && displaySize % parent.terms.lot === 0n).toBe(true) // prettier-ignore
          if (parent.limitPrice === undefined) continue
          expect(isBuying(parent.side) ? limitPrice <= parent.limitPrice : limitPrice >= parent.limitPrice).toBe(true) // prettier-ignore
        }
      }),
      { numRuns: 10 },
    )
  })

  test('is done only when nothing of it may trade, and says truly what is left', () => {
    assert(
      property(anyParent, (drawn) => {
        const parent = parentFrom(drawn)
        const { state, actions, filled, stillOpen } = live(algorithm, parent, drawn.seed)
        const last = actions.at(-1)
        if (last?.type !== 'done') return expect(state.done).toBeUndefined()
        expect(stillOpen).toBe(0)
        expect(plus(filled, last.unfilled)).toBe(parent.quantity)
      }),
      { numRuns: 10 },
    )
  })

  test('goes on from its JSON in mid-order as if nothing had happened', () => {
    const parent = parentOf({ deadlineAt: START + 3 * MINUTE_MS })
    const [whole, again] = [live(algorithm, parent, 11), live(algorithm, parent, 11)]
    const read = live(algorithm, parent, 11, throughJson)
    expect(whole.actions.length).toBeGreaterThan(5)
    expect(again.actions).toEqual(whole.actions)
    expect(read.actions).toEqual(whole.actions)
  })

  test('has nothing to add when it is asked again at once', () => {
    const state = started(algorithm, parentOf())
    for (let at = START; at < START + 10 * MINUTE_MS; at += 700) {
      stepAlgorithm(state, { type: 'quote', at, quote: quote(at, 49.99, 50.01) })
      expect(decide(state)).toEqual([])
    }
  })

  test.each([
    ['halted', (at: number) => quote(at, 49.99, 50.01, { halted: true })],
    ['one-sided', (at: number) => quote(at, 49.99, undefined)],
    ['crossed', (at: number) => quote(at, 50.05, 49.99)],
    ['delayed', (at: number) => quote(at, 49.99, 50.01, { kind: 'delayed' })],
    ['wide', (at: number) => quote(at, 49.5, 50.5)],
  ])('places nothing while the quote is %s', (_what, of) => {
    const state = started(algorithm, parentOf())
    const placed: AlgorithmAction[] = []
    for (let at = START; at < state.pace.closingAt; at += 1_000)
      placed.push(...stepAlgorithm(state, { type: 'quote', at, quote: of(at) }))
    expect(placed.filter(({ type }) => type === 'place')).toEqual([])
  })
})

test('what rests is taken back when quotes stop coming', () => {
  const state = started('passive-then-cross', parentOf({ urgency: 0 }))
  const [first] = stepAlgorithm(state, { type: 'quote', at: START, quote: quote(START, 49.99, 50.01) }) // prettier-ignore
  expect(first).toMatchObject({ type: 'place', timeInForce: 'DAY', limitPrice: price('49.99') })
  const at = START + parentOf().quoteMs + 1
  expect(stepAlgorithm(state, { type: 'timer', at })[0]).toMatchObject({ type: 'cancel', child: 1 })
})

test('the odd rest of a lot is left, and said', () => {
  const terms = { ...parentOf().terms, lot: quantity('100') }
  const state = started('passive-then-cross', parentOf({ terms, quantity: quantity('230'), urgency: 1 })) // prettier-ignore
  const [child] = stepAlgorithm(state, { type: 'quote', at: START, quote: quote(START, 49.99, 50.01) }) // prettier-ignore
  expect(child).toMatchObject({ type: 'place', quantity: quantity('200'), timeInForce: 'IOC' })
  const report = { kind: 'executed', child: 1, executed: quantity('200') } as const
  const actions = stepAlgorithm(state, { type: 'child', at: START + 100, report })
  expect(actions).toMatchObject([{ type: 'done', reason: 'filled', unfilled: quantity('30'), why: expect.stringContaining('30 not traded, less than a lot') }]) // prettier-ignore
})

test('a fill long after its child was thought over takes back what would be too much', () => {
  const state = started('passive-then-cross', parentOf({ urgency: 0, quantity: quantity('400') }))
  const tell = (at: number, report: ChildReport) => stepAlgorithm(state, { type: 'child', at, report }) // prettier-ignore
  const show = (at: number, bid: number) => stepAlgorithm(state, { type: 'quote', at, quote: quote(at, bid, bid + 0.02) }) // prettier-ignore
  show(START, 49.99)
  expect(show(START + 5_000, 50.02)[0]).toMatchObject({ type: 'cancel', child: 1 })
  tell(START + 5_100, { kind: 'closed', child: 1, cause: 'canceled', cumulative: NONE })
  expect(show(START + 6_000, 50.02)[0]).toMatchObject({ type: 'place', child: 2, quantity: quantity('400') }) // prettier-ignore
  const late = tell(START + 9_000, { kind: 'executed', child: 1, executed: quantity('100') })
  expect(late[0]).toMatchObject({ type: 'cancel', child: 2 })
})

test('a busted fill is not traded again', () => {
  const state = started('passive-then-cross', parentOf({ urgency: 1, quantity: quantity('200') }))
  stepAlgorithm(state, { type: 'quote', at: START, quote: quote(START, 49.99, 50.01, { askSize: 100 }) }) // prettier-ignore
  const tell = (at: number, executed: string) => stepAlgorithm(state, { type: 'child', at, report: { kind: 'executed', child: 1, executed: quantity(executed) } }) // prettier-ignore
  tell(START + 100, '100')
  tell(START + 200, '0')
  const next = stepAlgorithm(state, { type: 'quote', at: START + 9_000, quote: quote(START + 9_000, 49.99, 50.01) }) // prettier-ignore
  expect(next[0]).toMatchObject({ type: 'place', quantity: quantity('100') })
})

/** A broker that trades what takes at once and nothing that rests; it answers a cancel the n-th time it is asked. */
function alone(algorithm: (typeof ALGORITHMS)[number], parent: ParentOrder, stepMs: number, cancelsHeard: number, bidAt: (at: number) => number) {
  const state = started(algorithm, parent)
  const filledAt: { at: number; units: number }[] = []
  const asked = new Map<number, number>()
  for (let at = START; at < parent.deadlineAt + MINUTE_MS && state.done === undefined; at += stepMs) {
    const bid = bidAt(at)
    const queue = [...stepAlgorithm(state, { type: 'quote', at, quote: quote(at, bid, bid + 0.02) })]
    for (let action = queue.shift(); action !== undefined; action = queue.shift()) {
      const report = answerOf(action, asked, cancelsHeard)
      if (report === undefined) continue
      if (report.kind === 'executed') filledAt.push({ at, units: toNumber(report.executed) })
      queue.push(...stepAlgorithm(state, { type: 'child', at, report }))
    }
  }
  return { state, filledAt }
} // prettier-ignore

function answerOf(action: AlgorithmAction, asked: Map<number, number>, cancelsHeard: number): ChildReport | undefined {
  if (action.type === 'place' && action.timeInForce === 'IOC') return { kind: 'executed', child: action.child, executed: action.quantity }
  if (action.type !== 'cancel') return undefined
  const times = (asked.get(action.child) ?? 0) + 1
  asked.set(action.child, times)
  return times < cancelsHeard ? undefined : { kind: 'closed', child: action.child, cause: 'canceled', cumulative: NONE }
} // prettier-ignore

test.each(['twap', 'vwap', 'implementation-shortfall'] as const)(
  '%s crosses to keep its schedule where nothing that rests fills',
  (algorithm) => {
    const parent = parentOf({ quantity: quantity('30000'), deadlineAt: START + 20 * MINUTE_MS, riskAversion: 0 }) // prettier-ignore
    const { state, filledAt } = alone(algorithm, parent, 500, 1, () => 49.99)
    const { startAt, closingAt, sliceMs } = state.pace
    const slice = sliceMs / (closingAt - startAt)
    for (let at = startAt; at < closingAt; at += 1_000) {
      const done = filledAt.filter((fill) => fill.at <= at).reduce((sum, { units }) => sum + units, 0) / 30_000 // prettier-ignore
      expect(Math.abs(done - (at - startAt) / (closingAt - startAt))).toBeLessThan(1.25 * slice)
    }
    expect(state.done).toBe('filled')
  },
)

test('a broker that hears only the third cancel uses up the messages of the open, not those of the close', () => {
  const parent = parentOf({ quantity: quantity('30000'), deadlineAt: START + 280 * MINUTE_MS })
  // Each minute the price goes on, so that what rests is out of place; at the end it stands still.
  const rising = (at: number): number => 50 + 0.01 * Math.floor((at - START) / MINUTE_MS)
  const { state } = alone('twap', parent, 2_000, 3, rising)
  expect(state.messages).toBeLessThanOrEqual(state.pace.mostMessages)
  expect(state.messages).toBeGreaterThan(state.pace.mostMessages / 2)
  expect(state.done).toBe('filled')
})

test('refused again and again, it gives up', () => {
  const state = started('twap', parentOf())
  const all: AlgorithmAction[] = []
  for (let at = START; at < START + 5 * MINUTE_MS && state.done === undefined; at += 1_000) {
    const actions = stepAlgorithm(state, { type: 'quote', at, quote: quote(at, 49.99, 50.01) })
    all.push(...actions)
    for (const action of actions)
      if (action.type === 'place') stepAlgorithm(state, { type: 'child', at, report: { kind: 'closed', child: action.child, cause: 'refused', cumulative: NONE } }) // prettier-ignore
  }
  expect(all.filter(({ type }) => type === 'place').length).toBe(RULES.mostRefusals)
  expect(all.at(-1)).toMatchObject({ type: 'done', reason: 'refused' })
})

test.each([
  ['no quantity', { quantity: NONE }, 'quantity'],
  ['an urgency that is none', { urgency: 1.5 }, 'urgency'],
  ['a curve that falls', { usual: { ...parentOf().usual, volumeCurve: [0, 0.7, 0.6, 1] } }, 'volumeCurve'], // prettier-ignore
  ['a deadline in the first minutes', { session: { ...parentOf().session, opensAt: START - MINUTE_MS }, deadlineAt: START + MINUTE_MS }, 'deadlineAt'], // prettier-ignore
])('a parent with %s is refused in words', (_what, changes, field) => {
  const answer = startAlgorithm('twap', parentOf(changes))
  expect(answer.ok ? '' : answer.error).toContain(field)
})
