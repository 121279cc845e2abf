import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sessionOn } from '#marketdata/calendar.ts'
import { randomKey } from '#numerics/random.ts'
import { regularKnots } from '#exchange/market/day-knots.ts'
import { intradayPath } from '#exchange/market/intraday-path.ts'
import {
  lastPrintBefore,
  printsIn,
  tradedUntil,
  type PathPrint,
  type PrintRun,
} from '#exchange/market/prints.ts'

const session = sessionOn('2018-02-05', 'us-equity') ?? { date: '', opensAt: 0, closesAt: 0 }
const { opensAt, closesAt } = session

function day(volume: number, seed = 1, [open, high, low, close] = [100, 103, 98, 101]): PrintRun {
  const bar = { date: session.date, at: opensAt, open, high, low, close, volume }
  const key = randomKey(seed, 'day')
  const knots = regularKnots(bar, intradayPath(bar, key), key, true)
  return { knots, opensAt, closesAt, printUnits: 150 }
}

const unitsOf = (prints: readonly PathPrint[]) => prints.reduce((sum, { units }) => sum + units, 0)

describe('a day of prints', () => {
  test.each([4, 5, 37, 2_341, 100_000, 3_000_000])('of %i units sums to its volume and trades open, high, low and close', (volume) => {
    const prints = printsIn(day(volume), opensAt, closesAt)
    expect(unitsOf(prints)).toBe(volume)
    const prices = prints.map(({ price }) => price)
    expect([prices[0], Math.max(...prices), Math.min(...prices), prices.at(-1)]).toEqual([100, 103, 98, 101]) // prettier-ignore
    expect(prints.map(({ at }) => at)).toEqual(prints.map(({ at }) => at).toSorted((a, b) => a - b))
  }) // prettier-ignore

  test('its auctions are the first and the last print, larger than any between', () => {
    const prints = printsIn(day(10_000_000), opensAt, closesAt)
    expect(prints[0]).toMatchObject({ at: opensAt, auction: 'opening', units: 150_000 })
    expect(prints.at(-1)).toMatchObject({ at: closesAt - 1, auction: 'closing', units: 750_000 })
    const between = prints.slice(1, -1).map(({ units }) => units)
    expect(Math.max(...between)).toBeLessThan(5_000)
    expect(prints.slice(1, -1).every(({ auction }) => auction === undefined)).toBe(true)
  })
})

const anyStretch = fc.record({
  volume: fc.integer({ min: 0, max: 4_000_000 }),
  seed: fc.integer({ min: 1, max: 9 }),
  from: fc.integer({ min: -5_000, max: closesAt - opensAt + 5_000 }),
  length: fc.integer({ min: 0, max: 120_000 }),
})

test('between any two instants prints sum to the tape, and asking in pieces gives the same prints', () => {
  fc.assert(
    fc.property(anyStretch, ({ volume, seed, from, length }) => {
      const run = day(volume, seed)
      const [begin, end] = [opensAt + from, opensAt + from + length]
      const prints = printsIn(run, begin, end)
      expect(unitsOf(prints)).toBe(tradedUntil(run, end - 1) - tradedUntil(run, begin - 1))
      const middle = begin + Math.floor(length / 3)
      expect([...printsIn(run, begin, middle), ...printsIn(run, middle, end)]).toEqual(prints)
      expect(printsIn(run, begin, end, 3)).toEqual(prints.slice(0, 3))
      expect(lastPrintBefore(run, end, begin)).toEqual(prints.at(-1))
    }),
    { numRuns: 150 },
  )
})
