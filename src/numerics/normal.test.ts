import { expect, test } from 'vitest'
import { normalCdf, normalPdf } from '#numerics/normal.ts'
import { table } from '#test/support/table.ts'

// Abramowitz & Stegun, table 26.1.
test.each(
  table(`
    x    | cdf
    0    | 0.5
    1    | 0.841344746068543
    -1   | 0.158655253931457
    1.96 | 0.975002104851780
    2.5  | 0.993790334674224
    3    | 0.998650101968370
    -4   | 0.0000316712418331
    5    | 0.999999713348428
    -50  | 0
    50   | 1
  `),
)('Φ($x) = $cdf', ({ x, cdf }) => {
  expect(normalCdf(Number(x))).toBeCloseTo(Number(cdf), 14)
})

test('the two formulas meet where they change over', () => {
  expect(normalCdf(-3 + 1e-9)).toBeCloseTo(normalCdf(-3) + 1e-9 * normalPdf(3), 15)
})

test('not a number stays not a number', () => {
  expect(normalCdf(Number.NaN)).toBeNaN()
})
