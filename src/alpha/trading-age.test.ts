import { expect, test } from 'vitest'
import { tradingAges } from '#alpha/trading-age.ts'
import { instantOf } from '#model/time.ts'
import { table } from '#test/support/table.ts'

const at = (text: string) => instantOf(text) ?? Number.NaN

test.each(
  table(`
    made                 | asOf                 | age | why
    2018-02-02T20:59:59Z | 2018-02-02T21:00:00Z | 1   | the session closes at this instant
    2018-02-02T20:59:59Z | 2018-02-02T20:59:59Z | 0   | it has not closed
    2018-02-02T21:00:00Z | 2018-02-05T20:59:59Z | 0   | from close to close
    2018-02-02T21:00:00Z | 2018-02-05T21:00:00Z | 1   | from close to close
    2018-02-02T12:00:00Z | 2018-02-04T12:00:00Z | 1   | Sunday knows Friday's close
    2017-11-24T12:00:00Z | 2017-11-24T18:00:00Z | 1   | the day after Thanksgiving is short
    2012-10-26T21:00:00Z | 2012-10-31T21:00:00Z | 1   | hurricane Sandy
    2017-07-03T00:00:00Z | 2017-07-05T00:00:00Z | 1   | Independence Day
    2018-02-06T00:00:00Z | 2018-02-05T00:00:00Z | 0   | yet to come
    2008-01-01T00:00:00Z | 2018-02-05T00:00:00Z | 250 | counted no further
  `),
)('$made at $asOf: $age, for $why', ({ made, asOf, age }) => {
  expect(tradingAges(at(asOf), 250)(at(made))).toBe(Number(age))
})

test('ages do not depend on what was asked before', () => {
  const ageOf = tradingAges(at('2018-02-05T22:00:00Z'), 250)
  const asked = ['2018-02-05T12:00:00Z', '2017-12-01T00:00:00Z', '2018-02-01T00:00:00Z', '2017-12-01T00:00:00Z'].map(at) // prettier-ignore
  expect(asked.map(ageOf)).toEqual(asked.map((made) => tradingAges(at('2018-02-05T22:00:00Z'), 250)(made))) // prettier-ignore
  expect(asked.map(ageOf)).toEqual([1, 44, 3, 44])
})
