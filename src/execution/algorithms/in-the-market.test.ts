/** Algorithms in the simulated market: filled in time, on schedule, cheaper than at once; halts, gaps, bad quotes. */
import { describe, expect, test } from 'vitest'
import { toNumber } from '#model/border.ts'
import { quantity } from '#model/fixed.ts'
import { MINUTE_MS } from '#model/time.ts'
import { ALGORITHMS, type AlgorithmName } from '#execution/algorithms/algorithm.ts'
import type { ParentOrder } from '#execution/algorithms/parent-order.ts'
import { remainingAt } from '#execution/algorithms/decaying-alpha.ts'
import { tradedShare } from '#execution/algorithms/volume-curve.ts'
import { clock, midNow, parentFor, worked, workedAtMarket, world, type DeskFill, type DeskHooks, type Outcome } from '#test/support/algorithm-desk.ts' // prettier-ignore

const inMarket = (
  algorithm: AlgorithmName,
  seed: number,
  share: number,
  minutes: number,
  changes: Partial<ParentOrder> = {},
  hooks: DeskHooks = {},
): Outcome & { readonly parent: ParentOrder } => {
  const place = world(seed)
  const parent = parentFor(place, share, minutes, changes)
  return { ...worked(algorithm, place, parent, hooks), parent }
}

const unitsUntil = (fills: readonly DeskFill[], at: number): number =>
  fills.filter((fill) => fill.at <= at).reduce((sum, fill) => sum + fill.units, 0)

describe.each(ALGORITHMS)('%s', (algorithm) => {
  test.each([1, 4])('fills whole by its deadline, bought and sold, seed %i', (seed) => {
    for (const side of ['BUY', 'SHORT'] as const) {
      const { filled, parent, fills, state, mostCommitted } = inMarket(algorithm, seed, 0.002, 20, { side }) // prettier-ignore
      expect(filled).toBe(parent.quantity)
      expect(state.done).toBe('filled')
      expect(Math.max(...fills.map(({ at }) => at))).toBeLessThanOrEqual(parent.deadlineAt)
      expect(mostCommitted).toBe(parent.quantity)
      expect(state.messages).toBeLessThanOrEqual(state.pace.mostMessages)
    }
  })

  test('costs less than the same order at market', () => {
    let [cost, plain] = [0, 0]
    // Bought and sold, so that where the price went takes no side.
    for (const seed of [1, 4])
      for (const side of ['BUY', 'SHORT'] as const) {
        cost += inMarket(algorithm, seed, 0.002, 20, { side }).costBps / 4
        const other = world(seed)
        plain += workedAtMarket(other, parentFor(other, 0.002, 20, { side })) / 4
      }
    expect(cost).toBeLessThan(plain / 2)
  })

  test('never trades beyond its limit, and leaves what the limit does not let it have', () => {
    const place = world(3)
    const limit = midNow(place.exchange, place.stock.id) * 0.9995
    const limitPrice = quantity(limit.toFixed(2)) as unknown as NonNullable<ParentOrder['limitPrice']> // prettier-ignore
    const parent = parentFor(place, 0.001, 10, { limitPrice })
    const { fills, filled, state } = worked(algorithm, place, parent)
    for (const { price } of fills) expect(price).toBeLessThanOrEqual(toNumber(limitPrice) + 1e-9)
    expect(state.done).toBe(filled === parent.quantity ? 'filled' : 'deadline')
  })

  test('takes back what rests in a halt, places nothing in it, and goes on after it', () => {
    const [from, to] = [clock(600) + 5_000, clock(605)]
    let isHalted = false
    const { actions, filled, parent } = inMarket(algorithm, 4, 0.002, 20, {}, {
      tick: (exchange) => {
        const [instrument] = exchange.instruments
        if (instrument === undefined || exchange.now < from || isHalted) return
        exchange.controls.halt(instrument.id, to)
        isHalted = true
      },
    }) // prettier-ignore
    const during = actions.filter(({ at, action }) => action.type === 'place' && at > from + 1_000 && at < to) // prettier-ignore
    expect(isHalted).toBe(true)
    expect(during).toEqual([])
    expect(filled).toBe(parent.quantity)
  })

  test('survives a gap in which nothing reaches it, without a fill too many', () => {
    const gap = { from: clock(604), to: clock(610) }
    const { actions, filled, parent, mostCommitted } = inMarket(algorithm, 1, 0.002, 20, {}, { gap }) // prettier-ignore
    const blind = actions.filter(({ at, action }) => action.type === 'place' && at > gap.from + 10_000 && at < gap.to) // prettier-ignore
    expect(blind).toEqual([])
    expect(mostCommitted <= parent.quantity).toBe(true)
    expect(filled).toBe(parent.quantity)
  })

  test('does not cross a spread that is wide', () => {
    const [from, to] = [clock(602), clock(606)]
    const { fills } = inMarket(algorithm, 1, 0.002, 20, {}, {
      tick: (exchange) => {
        const [instrument] = exchange.instruments
        if (instrument !== undefined && exchange.now >= from && exchange.now < from + 2_000)
          exchange.controls.disturb(instrument.id, { kind: 'wide', factor: 12 }, to)
      },
    }) // prettier-ignore
    expect(fills.filter(({ at, added }) => !added && at > from + 3_000 && at < to)).toEqual([])
  })

  test('does the same again', () => {
    const [one, two] = [inMarket(algorithm, 4, 0.001, 8), inMarket(algorithm, 4, 0.001, 8)]
    expect(one.actions.length).toBeGreaterThan(0)
    expect(two.actions).toEqual(one.actions)
  })
})

/** The farthest that fills were from a schedule, as a share of the order, before the closing stretch. */
function farthest({ fills, state, parent }: Outcome & { readonly parent: ParentOrder }, due: (at: number) => number): number {
  let most = 0
  for (let at = state.pace.startAt; at < state.pace.closingAt; at += 10_000)
    most = Math.max(most, Math.abs(unitsUntil(fills, at) / toNumber(parent.quantity) - due(at)))
  return most
} // prettier-ignore

describe('schedules are kept within two slices', () => {
  test.each([1, 4])('twap, seed %i', (seed) => {
    const outcome = inMarket('twap', seed, 0.005, 60)
    const { startAt, closingAt } = outcome.state.pace
    expect(farthest(outcome, (at) => (at - startAt) / (closingAt - startAt))).toBeLessThan(2 / 30)
  })

  test.each([1, 4])('vwap, seed %i', (seed) => {
    const outcome = inMarket('vwap', seed, 0.005, 60)
    const { startAt, closingAt } = outcome.state.pace
    const { usual, session } = outcome.parent
    const share = (at: number): number => tradedShare(usual.volumeCurve, session, at)
    const due = (at: number): number => (share(at) - share(startAt)) / (share(closingAt) - share(startAt)) // prettier-ignore
    expect(farthest(outcome, due)).toBeLessThan(2 / 30)
  })

  test('implementation shortfall goes faster for a reason that fades, and keeps to its trajectory', () => {
    const alpha = { totalBps: 60, halfLifeMs: 10 * MINUTE_MS }
    const [hurried, calm] = [inMarket('implementation-shortfall', 1, 0.004, 60, { alpha }), inMarket('implementation-shortfall', 1, 0.004, 60)] // prettier-ignore
    const after = hurried.parent.arrivalAt + 15 * MINUTE_MS
    expect(unitsUntil(hurried.fills, after)).toBeGreaterThan(1.5 * unitsUntil(calm.fills, after))
    const { trajectory, pace } = hurried.state
    if (trajectory === undefined) throw new Error('it has a trajectory')
    const day = hurried.parent.session.closesAt - hurried.parent.session.opensAt
    const due = (at: number): number => 1 - remainingAt(trajectory, (at - pace.startAt) / day) / trajectory.units // prettier-ignore
    expect(farthest(hurried, due)).toBeLessThan(0.15)
  })
})

test.each([1, 4])('participation is near its rate of what others trade, seed %i', (seed) => {
  const place = world(seed)
  const parent = parentFor(place, 0.05, 25, { atDeadline: 'leave', participationRate: 0.1 })
  const { fills, state } = worked('participation', place, parent)
  const own = unitsUntil(fills, parent.deadlineAt)
  const others = place.exchange
    .ticks(place.stock.id, parent.arrivalAt, state.pace.endAt)
    .reduce((sum, tick) => sum + (tick.type === 'trade' && !tick.unreported ? toNumber(tick.size) : 0), -own) // prettier-ignore
  expect(state.done).toBe('deadline')
  expect(own / others).toBeGreaterThan(0.09)
  expect(own / others).toBeLessThan(0.12)
})

test('an iceberg shows no more than a quarter of what others show, in sizes that vary', () => {
  const shown: number[] = []
  const { actions, fills } = inMarket('iceberg', 2, 0.004, 15)
  for (const { action } of actions)
    if (action.type === 'place' && action.timeInForce === 'DAY')
      shown.push(toNumber(action.displaySize ?? action.quantity))
  const place = world(2)
  const levels = place.exchange.depth(place.stock.id, 10)?.bids ?? []
  // Sizes at the touch vary by half either way.
  const most = Math.max(100, 0.25 * 2 * place.liquidity.touchSize)
  expect(levels.length).toBeGreaterThan(0)
  expect(Math.max(...shown)).toBeLessThanOrEqual(most)
  expect(new Set(shown).size).toBeGreaterThan(1)
  expect(fills.length).toBeGreaterThan(3)
})

test('the first and last minutes are left alone unless they are asked for', () => {
  const opening = world(1, clock(571))
  const early = parentFor(opening, 0.001, 20)
  const [first] = worked('twap', opening, early).actions.filter(({ action }) => action.type === 'place') // prettier-ignore
  expect(first?.at).toBeGreaterThanOrEqual(clock(575))
  const asked = world(1, clock(571))
  const session = { ...early.session, mayTradeFirstMinutes: true }
  const [sooner] = worked('twap', asked, { ...early, session }).actions.filter(({ action }) => action.type === 'place') // prettier-ignore
  expect(sooner?.at).toBeLessThan(clock(573))
  const closing = world(1, clock(930))
  const { fills, filled } = worked('twap', closing, parentFor(closing, 0.001, 30))
  expect(Math.max(...fills.map(({ at }) => at))).toBeLessThanOrEqual(clock(955))
  expect(filled > 0n).toBe(true)
})

test('refused once, it tries again; what is left at a deadline that leaves is left', () => {
  let refused = 0
  const { filled, parent } = inMarket('twap', 1, 0.001, 8, {}, { refuses: () => refused++ < 2 })
  expect(refused).toBeGreaterThan(2)
  expect(filled).toBe(parent.quantity)
  const patient = inMarket('passive-then-cross', 1, 0.02, 6, { atDeadline: 'leave', urgency: 0 })
  expect(patient.state.done).toBe('deadline')
  expect(patient.filled < patient.parent.quantity).toBe(true)
})
