import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nanosFrom, quantityFor, snapPrice, toNumber } from '#model/border.ts'
import { format, money, price, quantity, type Quantity } from '#model/fixed.ts'
import { table } from '#test/support/table.ts'

const anyQuantity = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map((raw) => raw as Quantity)

test('an exact number becomes the float that its decimal text reads as', () => {
  expect(toNumber(quantity('2.225175876'))).toBe(2.225175876)
  fc.assert(
    fc.property(anyQuantity, (value) => {
      expect(toNumber(value)).toBe(Number(format(value)))
    }),
    { numRuns: 500 },
  )
})

test('a float of at most nine decimals comes back as it went', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (raw) => {
      expect(nanosFrom(toNumber(raw as Quantity))).toBe(raw)
    }),
    { numRuns: 500 },
  )
})

test.each(
  table(`
    value    | nanos
    0.5e-9   | 1
    -0.5e-9  | -1
    2.5e-9   | 3
    -2.5e-9  | -3
    -0.4e-9  | 0
    -1.5     | -1500000000
  `),
)('$value is $nanos nanos: a half goes away from zero on either side', ({ value, nanos }) => {
  expect(nanosFrom(Number(value))).toBe(BigInt(nanos))
})

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s is no number to convert', (value) => {
  expect(() => nanosFrom(value)).toThrow('is a finite number')
})

test.each(
  table(`
    value  | policy  | snapped | note
    2.994  | up      | 3       | steps of a cent below 3.00
    3.003  | down    | 3       | of five from there
    3.003  | up      | 3.05    |
    -3.003 | down    | -3.05   | the step of a negative price goes by its size
  `),
)('$value snaps $policy to $snapped', ({ value, policy, snapped }) => {
  const increments = [
    { from: price('0'), increment: price('0.01') },
    { from: price('3'), increment: price('0.05') },
  ]
  expect(snapPrice(Number(value), increments, policy as 'up')).toBe(price(snapped))
})

test.each(
  table(`
    weight | multiplier | fx  | policy       | held | note
    0.02   | 1          | 1   | toward-zero  | 200  |
    0.0199 | 1          | 1   | half-even    | 199  |
    0.02   | 100        | 1   | toward-zero  | 2    | contracts of a hundred
    0.02   | 1          | 1.6 | toward-zero  | 125  | a unit costs 160 in the base currency
    -0.021 | 100        | 1   | toward-zero  | -2   | never beyond the weight
    -0.021 | 100        | 1   | down         | -3   |
  `),
)('$weight of a million at 100 × $multiplier × $fx is $held', (row) => {
  const of = { multiplier: BigInt(row.multiplier), lot: quantity('1') }
  const nav = money('1000000', 'USD')
  const held = quantityFor(Number(row.weight), price('100'), of, Number(row.fx), nav, row.policy as 'down') // prettier-ignore
  expect(held).toBe(quantity(row.held))
})
