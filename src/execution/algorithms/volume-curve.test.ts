/** The volume curve: read between its points, and made from days of bars. */
import { expect, test } from 'vitest'
import { tradedShare, volumeCurveOf } from '#execution/algorithms/volume-curve.ts'
import { table } from '#test/support/table.ts'

const HOURS = { opensAt: 1_000, closesAt: 2_000 }

test.each(
  table(`
    curve     | at   | share | why
    0 0.6 1   | 1250 |   0.3 | straight between points
    0 0.6 1   | 1500 |   0.6 | at a point
    0 0.6 1   |  900 |     0 | before the open
    0 0.6 1   | 2500 |     1 | after the close
              | 1250 |  0.25 | no curve: even
  `),
)('$why: $share', ({ curve, at, share }) => {
  const points = curve === '' ? [] : curve.split(' ').map(Number)
  expect(tradedShare(points, HOURS, Number(at))).toBeCloseTo(Number(share), 12)
})

const day = (first: number, second: number) => ({ hours: HOURS, bars: [{ at: 1_100, volume: first }, { at: 1_600, volume: second }] }) // prettier-ignore

test('each day counts alike, however much it traded', () => {
  expect(volumeCurveOf([day(30, 10), day(1_000, 3_000)], 2)).toEqual([0, 0.5, 1])
})

test('bars outside the session and days without trades do not count', () => {
  const bars = [{ at: 500, volume: 99 }, { at: 1_100, volume: 1 }, { at: 1_900, volume: 3 }] // prettier-ignore
  expect(volumeCurveOf([{ hours: HOURS, bars }, { hours: HOURS, bars: [] }], 2)).toEqual([0, 0.25, 1]) // prettier-ignore
  expect(volumeCurveOf([{ hours: HOURS, bars: [] }], 4)).toEqual([])
})
