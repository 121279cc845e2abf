import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { createPacer, NO_PACING, TWS_PACING, type Lane, type Pacer } from '#tws/pacing.ts'
import { manualPacingClock } from '#test/support/manual-pacing-clock.ts'

const LANES: readonly Lane[] = ['cancel', 'order', 'query']

function recording(pacer: Pacer, nowMs: () => number) {
  const went: { readonly lane: Lane; readonly name: string; readonly at: number }[] = []
  const dropped: string[] = []
  const enqueue = (lane: Lane, name = ''): void =>
    pacer.enqueue(lane, {
      go: () => went.push({ lane, name, at: nowMs() }),
      drop: () => dropped.push(name),
    })
  return { went, dropped, enqueue }
}

test('in no second go more messages than the burst and the rate, and all go in the end', () => {
  const arrivals = fc.array(
    fc.record({ lane: fc.constantFrom(...LANES), afterMs: fc.nat(60) }),
    { minLength: 1, maxLength: 250 }, // prettier-ignore
  )
  fc.assert(
    fc.property(arrivals, (messages) => {
      const clock = manualPacingClock()
      const { went, enqueue } = recording(createPacer(TWS_PACING, clock), () => clock.nowMs())
      for (const { lane, afterMs } of messages) {
        clock.advance(afterMs)
        enqueue(lane)
      }
      clock.advance(60_000)
      expect(went).toHaveLength(messages.length)
      const most = TWS_PACING.burst + TWS_PACING.perSecond
      for (const { at } of went)
        expect(went.filter((other) => other.at >= at && other.at < at + 1000).length).toBeLessThanOrEqual(most) // prettier-ignore
    }),
    { numRuns: 50 },
  )
})

test('each lane keeps its own order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...LANES), { maxLength: 100 }), (lanes) => {
      const clock = manualPacingClock()
      const { went, enqueue } = recording(createPacer(TWS_PACING, clock), () => clock.nowMs())
      for (const [i, lane] of lanes.entries()) enqueue(lane, String(i))
      clock.advance(60_000)
      for (const lane of LANES) {
        const numbers = went.filter((one) => one.lane === lane).map(({ name }) => Number(name))
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
      }
    }),
    { numRuns: 50 },
  )
})

test('a cancel goes at once, however many orders wait', () => {
  const clock = manualPacingClock()
  const { went, enqueue } = recording(createPacer(TWS_PACING, clock), () => clock.nowMs())
  for (let i = 0; i < 500; i++) enqueue('order')
  clock.advance(200)
  const before = went.length
  for (let i = 0; i < TWS_PACING.reservedForCancels; i++) enqueue('cancel')
  expect(went.slice(before).map(({ lane }) => lane)).toEqual(['cancel', 'cancel', 'cancel'])
})

test('of what waits, cancels go before orders and orders before queries', () => {
  const clock = manualPacingClock()
  const { went, enqueue } = recording(createPacer(TWS_PACING, clock), () => clock.nowMs())
  for (let i = 0; i < TWS_PACING.burst; i++) enqueue('cancel') // the bucket is empty
  for (const lane of ['query', 'order', 'cancel'] as const) enqueue(lane)
  clock.advance(1_000)
  expect(went.slice(TWS_PACING.burst).map(({ lane }) => lane)).toEqual(['cancel', 'order', 'query'])
})

test('with pacing off everything goes at once', () => {
  const clock = manualPacingClock()
  const { went, enqueue } = recording(createPacer(NO_PACING, clock), () => clock.nowMs())
  for (let i = 0; i < 1_000; i++) enqueue('order')
  expect(went).toHaveLength(1_000)
})

test('closing drops what waits and what comes later, and sends nothing more', () => {
  const clock = manualPacingClock()
  const pacer = createPacer(TWS_PACING, clock)
  const { went, dropped, enqueue } = recording(pacer, () => clock.nowMs())
  for (let i = 0; i < 10; i++) enqueue('order', `early ${i}`)
  const sent = went.length
  expect(pacer.waiting()).toBe(10 - sent)
  pacer.close()
  enqueue('cancel', 'late')
  clock.advance(10_000)
  expect(went).toHaveLength(sent)
  expect(dropped).toHaveLength(10 - sent + 1)
  expect(dropped.at(-1)).toBe('late')
})
