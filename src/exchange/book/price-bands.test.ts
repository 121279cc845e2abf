import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MINUTE_MS, SECOND_MS } from '#model/time.ts'
import { bandedSession, bandsAbout, bandsAt, LIMIT_UP_DOWN } from '#exchange/book/price-bands.ts'
import { circuitBreakerHalts } from '#exchange/book/circuit-breakers.ts'
import { table } from '#test/support/table.ts'

const OPEN = 1_000_000
const CLOSE = OPEN + 390 * MINUTE_MS
const minute = (of: number) => OPEN + of * MINUTE_MS

function wholeSession(tier: 1 | 2, priceAt: (at: number) => number) {
  const session = bandedSession(OPEN, CLOSE, tier, priceAt)
  session.follow(CLOSE)
  return session
}

/** 100 until a minute, then another price, and back after so many seconds. */
const stepped =
  (from: number, to: number, seconds = Infinity) =>
  (at: number) =>
    at >= minute(from) && at < minute(from) + seconds * SECOND_MS ? to : 100

// Plan to Address Extraordinary Market Volatility, appendix A.
test.each(
  table(`
    reference | tier | late | low   | high
    100       | 1    | no   | 95    | 105
    100       | 1    | yes  | 90    | 110
    100       | 2    | no   | 90    | 110
    100       | 2    | yes  | 90    | 110
    2         | 1    | no   | 1.6   | 2.4
    2         | 2    | yes  | 1.2   | 2.8
    0.5       | 2    | no   | 0.35  | 0.65
    0.16      | 2    | no   | 0.04  | 0.28
    3         | 1    | no   | 2.4   | 3.6
  `),
)('about $reference in tier $tier, late: $late', ({ reference, tier, late, low, high }) => {
  const found = bandsAbout(Number(reference), tier === '1' ? 1 : 2, late === 'yes')
  expect(found).toEqual({ low: Number(low), high: Number(high) })
})

describe('a session', () => {
  test('at rest has its bands about the open, doubled for the last 25 minutes', () => {
    const { bands, pauses } = wholeSession(1, () => 100)
    expect(pauses).toEqual([])
    expect(bands).toEqual([
      { at: OPEN, low: 95, high: 105 },
      { at: minute(365), low: 90, high: 110 },
    ])
  })

  test('that stands at a band for 15 s is paused for five minutes, and begins anew from there', () => {
    const session = wholeSession(1, stepped(60, 94))
    expect(session.pauses).toEqual([{ since: minute(60) + 15_000, until: minute(65) + 15_000 }])
    expect(bandsAt(session, minute(66))).toMatchObject({ low: 89.3, high: 98.7 })
  })

  test('that comes back within 15 s goes on', () => {
    expect(wholeSession(1, stepped(60, 94, 14)).pauses).toEqual([])
    expect(wholeSession(2, stepped(60, 94)).pauses).toEqual([])
  })

  test('whose price drifts drags its bands along and is never paused', () => {
    const { bands, pauses } = wholeSession(1, drifting)
    expect(pauses).toEqual([])
    expect(bands.length).toBeGreaterThan(15)
  })

  test('that is paused in the last ten minutes waits for the closing auction', () => {
    const [pause] = wholeSession(1, stepped(384, 85)).pauses
    expect(pause?.until).toBe(CLOSE)
  })

  test('whatever the path does, pauses follow each other and each lasts its time', () => {
    const anyPath = fc.array(fc.double({ min: 80, max: 120, noNaN: true }), { minLength: 39, maxLength: 39 }) // prettier-ignore
    fc.assert(
      fc.property(anyPath, (levels) => {
        const priceAt = (at: number) => levels[Math.floor((at - OPEN) / (10 * MINUTE_MS))] ?? 100
        const { pauses, bands } = wholeSession(1, priceAt)
        for (const [i, { since, until }] of pauses.entries()) {
          expect(until === CLOSE || until - since === LIMIT_UP_DOWN.pauseMs).toBe(true)
          expect(since).toBeGreaterThanOrEqual(pauses[i - 1]?.until ?? OPEN)
        }
        expect(bands.every(({ low, high }) => low < high)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})

test('a session is the same however it is followed, and however often we move its price', () => {
  // A moment, and what it does: move the price, or only look.
  const moment = fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40_000 }), fc.constant(20_000)),
    by: fc.constantFrom(0, 0, 0.02, -0.02, 0.06, -0.06),
  })
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1, maxLength: 40 }), (moments) => {
      const shifts: { readonly at: number; readonly by: number }[] = []
      const priceAt = (at: number) =>
        shifts.reduce((price, shift) => (shift.at <= at ? price * (1 + shift.by) : price), 100)
      const followed = bandedSession(OPEN, CLOSE, 1, priceAt)
      let now = OPEN
      for (const { afterMs, by } of moments) {
        now += afterMs
        followed.follow(now)
        const { length } = followed.pauses
        const quietUntil = followed.nextPauseFrom()
        if (by !== 0) {
          shifts.push({ at: now, by })
          followed.moved(now)
        } else {
          followed.follow(quietUntil - 1)
          expect(followed.pauses).toHaveLength(length)
          followed.moved(now)
        }
      }
      const whole = wholeSession(1, priceAt)
      followed.follow(CLOSE)
      expect({ bands: followed.bands, pauses: followed.pauses }).toEqual({ bands: whole.bands, pauses: whole.pauses }) // prettier-ignore
    }),
    { numRuns: 30 },
  )
})

// NYSE Rule 7.12.
test.each(
  table(`
    falls at minute     | halts
    7 % at 30           | 30-45
    7 % at 30, 13 % at 60 | 30-45 60-75
    13 % at 30          | 30-45
    6.9 % at 30         |
    7 % at 356          |
    20 % at 356         | 356-390
    7 % at 30, 20 % at 31 | 30-45 45-390
  `),
)('an index that falls $"falls at minute" halts $halts', (row) => {
  const falls = row['falls at minute'].split(',').map((one) => {
    const [by = '0', , , from = '0'] = one.trim().split(' ')
    return { by: Number(by) / 100, from: minute(Number(from)) }
  })
  const levelAt = (at: number) => 1_000 * (1 - (falls.findLast(({ from }) => from <= at)?.by ?? 0))
  const found = circuitBreakerHalts(OPEN, CLOSE, 1_000, levelAt)
  const inMinutes = (at: number) => (at - OPEN) / MINUTE_MS
  expect(found.map(({ since, until }) => `${inMinutes(since)}-${inMinutes(until)}`).join(' ')).toBe(row.halts) // prettier-ignore
})

/** Thirty per cent up over the day, evenly. */
const drifting = (at: number): number => 100 * (1 + (0.3 * (at - OPEN)) / (CLOSE - OPEN))
