import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { combineForecasts } from '#alpha/combine.ts'
import type { CombinationSettings, Forecast } from '#alpha/forecast.ts'
import type { InstrumentId } from '#model/ids.ts'
import { instantOf } from '#model/time.ts'
import { table } from '#test/support/table.ts'

const AAPL = 'AAPL.STK.USD' as InstrumentId
const MSFT = 'MSFT.STK.USD' as InstrumentId

/** A Monday before New York opens. */
const NOW = at('2018-02-05T13:00:00Z')

const SETTINGS: CombinationSettings = {
  horizonDays: 21,
  sourceWeights: new Map(),
  mostHalfLives: 3,
}

function at(text: string): number {
  const instant = instantOf(text)
  if (instant === undefined) throw new Error(`${text} is no instant`)
  return instant
}

const forecast = (changes: Partial<Forecast> = {}): Forecast => ({
  instrument: AAPL,
  expectedReturn: 0.021,
  horizonDays: 21,
  confidence: 0.5,
  halfLifeDays: Number.POSITIVE_INFINITY,
  asOf: NOW,
  source: 'analyst',
  ...changes,
})

function only(forecasts: readonly Forecast[], settings: Partial<CombinationSettings> = {}) {
  const { combined, refused } = combineForecasts(forecasts, NOW, { ...SETTINGS, ...settings })
  expect(refused).toEqual([])
  expect(combined).toHaveLength(1)
  return combined[0]!
}

const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0)

describe('one source', () => {
  // r̂ = c·r, ρ = |r|·√(c(1−c)).
  test.each(
    table(`
      r     | c   | rHat   | rho
      0.02  | 1   | 0.02   | 0
      0.02  | 0.5 | 0.01   | 0.01
      -0.02 | 0.5 | -0.01  | 0.01
      0.02  | 0.8 | 0.016  | 0.008
      0.02  | 0.1 | 0.002  | 0.006
      0.02  | 0   | 0      | 0
      0     | 0.9 | 0      | 0
    `),
  )('$r at confidence $c', ({ r, c, rHat, rho }) => {
    const found = only([forecast({ expectedReturn: Number(r), confidence: Number(c) })])
    expect(found.expectedReturn).toBeCloseTo(Number(rHat), 14)
    expect(found.uncertainty).toBeCloseTo(Number(rho), 14)
    expect(found.parts[0]!.share).toBeCloseTo(1, 14)
  })

  test('falls due by halves', () => {
    // Half-life 1 over two days: 2/3 on the first, 1/3 on the second, nothing after.
    const found = only([forecast({ expectedReturn: 0.06, confidence: 0.5, horizonDays: 2, halfLifeDays: 1 })], { horizonDays: 3 }) // prettier-ignore
    expect(found.daily[0]).toBeCloseTo(0.02, 14)
    expect(found.daily[1]).toBeCloseTo(0.01, 14)
    expect(found.daily[2]).toBe(0)
    expect(found.expectedReturn).toBeCloseTo(0.03, 14)
  })

  test('of which the planning horizon takes its part', () => {
    expect(only([forecast({ horizonDays: 63, expectedReturn: 0.063, confidence: 1 })]).expectedReturn).toBeCloseTo(0.021, 14) // prettier-ignore
    expect(only([forecast({ horizonDays: 5, expectedReturn: 0.01, confidence: 1 })]).expectedReturn).toBeCloseTo(0.01, 14) // prettier-ignore
  })

  test('as slow a decay as float64 can tell, and one that it cannot, spread it evenly', () => {
    for (const halfLifeDays of [1e12, 1e18, Number.POSITIVE_INFINITY]) {
      const { daily } = only([forecast({ halfLifeDays, confidence: 1 })])
      for (const value of daily) expect(value).toBeCloseTo(0.001, 12)
    }
  })

  test('trusted twice as much has twice the odds', () => {
    // Odds of ½ are 1; doubled 2, so the confidence is 2/3.
    const found = only([forecast()], { sourceWeights: new Map([['analyst', 2]]) })
    expect(found.expectedReturn).toBeCloseTo((0.021 * 2) / 3, 14)
  })
})

describe('age counts closed sessions', () => {
  test.each(
    table(`
      made                 | age | what
      2018-02-05T13:00:00Z | 0   | now
      2018-02-02T21:00:00Z | 0   | at Friday's close
      2018-02-02T20:59:00Z | 1   | a minute before it
      2018-02-02T00:00:00Z | 1   | Friday, no more said
      2018-02-01T00:00:00Z | 2   | Thursday
      2018-01-12T22:00:00Z | 14  | over a weekend with Martin Luther King's day
    `),
  )('$what: $age', ({ made, age }) => {
    const found = only([forecast({ asOf: at(made), confidence: 1 })])
    expect(found.parts[0]).toMatchObject({ ageDays: Number(age) })
    expect(found.parts[0]!.decay).toBeCloseTo(1 - Number(age) / 21, 14)
    expect(found.expectedReturn).toBeCloseTo(0.021 * (1 - Number(age) / 21), 14)
  })

  test('what is left after half of the horizon, with decay', () => {
    // Half-life 1 over four days: 8/15, 4/15, 2/15, 1/15; two days old, 3/15 are left.
    const found = only([forecast({ asOf: at('2018-02-01T00:00:00Z'), horizonDays: 4, halfLifeDays: 1, expectedReturn: 0.15, confidence: 1 })]) // prettier-ignore
    expect(found.daily[0]).toBeCloseTo(0.02, 14)
    expect(found.daily[1]).toBeCloseTo(0.01, 14)
    expect(found.parts[0]!.decay).toBeCloseTo(0.2, 14)
  })
})

describe('several sources', () => {
  test('two equal, independent ones: 2c / (1 + c)', () => {
    const found = only([forecast({ source: 'a' }), forecast({ source: 'b' })])
    expect(found.expectedReturn).toBeCloseTo(0.014, 14)
    // (1 − ⅔)·½·r², no dispersion.
    expect(found.uncertainty).toBeCloseTo(0.021 * Math.sqrt(1 / 6), 14)
    expect(found.parts.map(({ share }) => share)).toEqual([0.5, 0.5])
  })

  test('two that repeat each other, at half the trust each: as one', () => {
    const sourceWeights = new Map([['a', 0.5], ['b', 0.5]]) // prettier-ignore
    const two = only([forecast({ source: 'a' }), forecast({ source: 'b' })], { sourceWeights })
    const one = only([forecast()])
    expect(two.expectedReturn).toBeCloseTo(one.expectedReturn, 14)
    expect(two.uncertainty).toBeCloseTo(one.uncertainty, 14)
  })

  test('opposite ones cancel, and are the less certain for it', () => {
    const found = only([forecast({ source: 'a' }), forecast({ source: 'b', expectedReturn: -0.021 })]) // prettier-ignore
    expect(found.expectedReturn).toBeCloseTo(0, 14)
    // (1 − ⅔)·½·r² + (⅔)²·r².
    expect(found.uncertainty).toBeCloseTo(0.021 * Math.sqrt(1 / 6 + 4 / 9), 14)
  })

  test('shares follow the odds', () => {
    // Odds 3 and 1: shares ¾ and ¼, confidence 4/5.
    const found = only([
      forecast({ source: 'sure', confidence: 0.75, expectedReturn: 0.04 }),
      forecast({ source: 'unsure', confidence: 0.5, expectedReturn: -0.02 }),
    ])
    expect(found.parts.map(({ source, share }) => [source, Number(share.toFixed(12))])).toEqual([['sure', 0.75], ['unsure', 0.25]]) // prettier-ignore
    expect(found.expectedReturn).toBeCloseTo(0.8 * (0.75 * 0.04 - 0.25 * 0.02), 14)
    expect(found.parts.map(({ contribution }) => contribution)[0]).toBeCloseTo(0.024, 14)
    expect(found.parts.map(({ contribution }) => contribution)[1]).toBeCloseTo(-0.004, 14)
  })

  test('one that knows nothing takes nothing away', () => {
    const alone = only([forecast()])
    const beside = only([forecast(), forecast({ source: 'coin', confidence: 0, expectedReturn: -0.5 })]) // prettier-ignore
    expect(beside.expectedReturn).toBeCloseTo(alone.expectedReturn, 14)
    expect(beside.uncertainty).toBeCloseTo(alone.uncertainty, 14)
  })

  test('full confidence leaves the others out', () => {
    const found = only([forecast({ source: 'sure', confidence: 1 }), forecast({ source: 'b', expectedReturn: -0.1, confidence: 0.99 })]) // prettier-ignore
    expect(found.expectedReturn).toBeCloseTo(0.021, 14)
    expect(found.uncertainty).toBe(0)
  })

  test('one whose horizon ends does not water down the days after it', () => {
    const long = forecast({ source: 'long' })
    const found = only([long, forecast({ source: 'short', horizonDays: 1, expectedReturn: 0.001 })])
    // The first day they agree at confidence ⅔, later the long one is alone at ½.
    expect(found.daily[0]).toBeCloseTo(0.001 * (2 / 3), 14)
    expect(found.daily[1]).toBeCloseTo(0.0005, 14)
    expect(total(found.parts.map(({ share }) => share))).toBeCloseTo(1, 14)
  })

  test('one that fades counts less beside a fresh one', () => {
    const made = at('2018-01-22T00:00:00Z') // ten sessions ago
    const old = forecast({ source: 'old', asOf: made, horizonDays: 200, halfLifeDays: 5 })
    const { parts } = only([forecast({ source: 'fresh' }), old], { horizonDays: 1 })
    expect(parts.map(({ source, share }) => [source, Number(share.toFixed(12))])).toEqual([['fresh', 0.8], ['old', 0.2]]) // prettier-ignore
  })
})

describe('refused', () => {
  test.each(
    table(`
      field          | value                | reason
      expectedReturn | NaN                  | expectedReturn was NaN, expected a fraction such as 0.02
      expectedReturn | Infinity             | expectedReturn was Infinity, expected a fraction such as 0.02
      horizonDays    | 0                    | horizonDays was 0, expected trading days above 0, at most 2520
      horizonDays    | 1e9                  | horizonDays was 1000000000, expected trading days above 0, at most 2520
      confidence     | 60                   | confidence was 60, expected a chance from 0 to 1
      confidence     | NaN                  | confidence was NaN, expected a chance from 0 to 1
      halfLifeDays   | 0                    | halfLifeDays was 0, expected trading days above 0
      asOf           | NaN                  | asOf was NaN, expected whole milliseconds since 1970
      asOf           | 2018-02-05T13:00:01Z | made at 2018-02-05T13:00:01.000Z, after the planning date 2018-02-05T13:00:00.000Z
      asOf           | 2018-01-02T00:00:00Z | 23 trading days old, its horizon is 21: nothing is left of it
      asOf           | 2018-01-04T23:00:00Z | 20 trading days old, more than 3 of its half-lives of 6
      source         | gone                 | the source gone has weight 0
    `),
  )('$field $value', ({ field, value, reason }) => {
    const changed = field === 'source' ? value : value.includes('Z') ? at(value) : Number(value)
    const halfLife = reason.includes('half-lives of 6') ? { halfLifeDays: 6 } : {}
    const bad = forecast({ instrument: MSFT, ...halfLife, [field]: changed })
    const settings = { ...SETTINGS, sourceWeights: new Map([['gone', 0]]) }
    const { combined, refused } = combineForecasts([bad, forecast()], NOW, settings)
    expect(refused).toEqual([{ instrument: MSFT, source: bad.source, reason }])
    expect(combined.map(({ instrument }) => instrument)).toEqual([AAPL])
  })

  test('all but the latest of a source on a name', () => {
    const rows = [
      forecast({ asOf: at('2018-02-01T00:00:00Z'), expectedReturn: -0.9 }),
      forecast({ asOf: at('2018-02-02T21:00:00Z'), confidence: 1 }),
      forecast({ asOf: at('2018-01-31T00:00:00Z'), expectedReturn: 0.9 }),
    ]
    const { combined, refused } = combineForecasts(rows, NOW, SETTINGS)
    expect(combined[0]?.expectedReturn).toBeCloseTo(0.021, 14)
    expect(refused.map(({ reason }) => reason)).toEqual([
      'replaced by a newer one of the same source (2018-01-31, then 2018-02-02)',
      'replaced by a newer one of the same source (2018-02-01, then 2018-02-02)',
    ])
  })

  test('the earlier of two rows of one instant', () => {
    const { combined, refused } = combineForecasts([forecast({ confidence: 0 }), forecast({ confidence: 1 })], NOW, SETTINGS) // prettier-ignore
    expect(combined[0]?.expectedReturn).toBeCloseTo(0.021, 14)
    expect(refused.map(({ reason }) => reason)).toEqual(['another row of the same source and time comes after it (2018-02-05T13:00:00.000Z)']) // prettier-ignore
  })

  test('what was made ages ago, without counting its days for ever', () => {
    const { refused } = combineForecasts([forecast({ asOf: -8e15 })], NOW, SETTINGS)
    expect(refused[0]?.reason).toMatch(/^2520 trading days old, its horizon is 21/)
  })
})

const size = (row: Forecast) =>
  Math.abs(combineForecasts([row], NOW, SETTINGS).combined[0]?.expectedReturn ?? 0)

describe('whatever is forecast', () => {
  const CALENDAR_DAY = 86_400_000
  const anyForecast = fc.record({
    instrument: fc.constantFrom(AAPL, MSFT),
    expectedReturn: fc.integer({ min: -3_000, max: 3_000 }).map((bps) => bps / 10_000),
    horizonDays: fc.integer({ min: 1, max: 126 }),
    confidence: fc.integer({ min: 0, max: 1_000 }).map((mille) => mille / 1_000),
    halfLifeDays: fc.double({ min: 1, max: 300, noNaN: true }),
    asOf: fc.integer({ min: 0, max: 40 }).map((days) => NOW - days * CALENDAR_DAY),
    source: fc.constantFrom('a', 'b', 'c'),
  })
  const several = fc.array(anyForecast, { maxLength: 8 })

  test('shares sum to 1, parts and days to r̂, and each row is used or refused', () => {
    fc.assert(
      fc.property(several, (forecasts) => {
        const { combined, refused } = combineForecasts(forecasts, NOW, SETTINGS)
        for (const { parts, daily, expectedReturn, uncertainty } of combined) {
          expect(total(parts.map(({ share }) => share))).toBeCloseTo(1, 12)
          expect(total(parts.map(({ contribution }) => contribution))).toBeCloseTo(expectedReturn, 12) // prettier-ignore
          expect(total(daily)).toBeCloseTo(expectedReturn, 12)
          expect(daily).toHaveLength(21)
          expect(uncertainty).toBeGreaterThanOrEqual(0)
          const largest = Math.max(...parts.map(({ forecast: { expectedReturn: r } }) => Math.abs(r))) // prettier-ignore
          expect(Math.abs(expectedReturn)).toBeLessThanOrEqual(largest * parts.length + 1e-12)
        }
        const used = total(combined.map(({ parts }) => parts.length))
        expect(used + refused.length).toBe(forecasts.length)
      }),
    )
  })

  test('the order of the rows does not matter', () => {
    const distinct = fc.uniqueArray(anyForecast, { maxLength: 8, selector: ({ instrument, source }) => `${instrument} ${source}` }) // prettier-ignore
    fc.assert(
      fc.property(distinct, (forecasts) => {
        expect(combineForecasts(forecasts.toReversed(), NOW, SETTINGS)).toEqual(
          combineForecasts(forecasts, NOW, SETTINGS),
        )
      }),
    )
  })

  test('twice the returns are twice r̂ and ρ', () => {
    fc.assert(
      fc.property(several, (forecasts) => {
        const once = combineForecasts(forecasts, NOW, SETTINGS).combined
        const doubled = forecasts.map((row) => ({ ...row, expectedReturn: 2 * row.expectedReturn }))
        const twice = combineForecasts(doubled, NOW, SETTINGS).combined
        expect(twice.map(({ expectedReturn, uncertainty }) => [expectedReturn, uncertainty])).toEqual(once.map(({ expectedReturn, uncertainty }) => [2 * expectedReturn, 2 * uncertainty])) // prettier-ignore
      }),
    )
  })

  test('the older a forecast, the less is left of it', () => {
    fc.assert(
      fc.property(anyForecast, fc.integer({ min: 1, max: 40 }), (fresh, days) => {
        const old = { ...fresh, asOf: fresh.asOf - days * CALENDAR_DAY }
        expect(size(old)).toBeLessThanOrEqual(size(fresh) + 1e-15)
      }),
    )
  })
})
