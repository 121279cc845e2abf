import { expect, test } from 'vitest'
import { bandOf, destinationOf } from '#construction/no-trade-band.ts'
import type { BandSettings, PolicySettings } from '#construction/plan-inputs.ts'
import { table } from '#test/support/table.ts'

const own = (text: string): number | undefined => (text === '' ? undefined : Number(text))

test.each(
  table(`
    kind     | absolute | relative | weight | lower | upper | band           | note
    absolute | 0.01     | 0.25     | 0.04   |       |       | 0.03 to 0.05   |
    relative | 0.01     | 0.25     | 0.04   |       |       | 0.03 to 0.05   |
    relative | 0.01     | 0.25     | -0.08  |       |       | -0.1 to -0.06  | a short is as wide
    hybrid   | 0.05     | 0.25     | 0.1    |       |       | 0.075 to 0.125 | 25 % of the target is tighter
    hybrid   | 0.05     | 0.25     | 0.4    |       |       | 0.35 to 0.45   | 5 points are tighter
    absolute | 0.03     | 0        | 0.02   |       |       | 0 to 0.05      | a short is no substitute for a long
    absolute | 0.03     | 0        | -0.02  |       |       | -0.05 to 0     | nor the other way round
    absolute | 0.03     | 0        | 0      |       |       | 0 to 0         | what is to go, goes
    absolute | 0.01     | 0        | 0.04   | 0.02  | 0.05  | 0.02 to 0.05   | the row's own ends
    absolute | 0.01     | 0        | 0.04   | 0.02  |       | 0.02 to 0.05   | or one of them
    absolute | 0.01     | 0        | 0.03   | 0.035 | 0.05  | 0.03 to 0.05   | scaled below its own lower end
  `),
)('$kind around $weight: $band ($note)', (row) => {
  const settings: BandSettings = {
    kind: row.kind as BandSettings['kind'],
    absolute: Number(row.absolute),
    relative: Number(row.relative),
  }
  const [lower, upper] = [own(row.lower), own(row.upper)]
  const band = bandOf(settings, Number(row.weight), {
    ...(lower === undefined ? {} : { lower }),
    ...(upper === undefined ? {} : { upper }),
  })
  const [expectedLower, expectedUpper] = row.band.split(' to ').map(Number)
  expect(band.lower).toBeCloseTo(expectedLower ?? NaN, 12)
  expect(band.upper).toBeCloseTo(expectedUpper ?? NaN, 12)
})

test.each(
  table(`
    held  | destination | goes to
    0.03  | target      | 0.03
    0.05  | target      | 0.05
    0.039 | band-edge   | 0.039
    0.06  | target      | 0.04
    0.02  | target      | 0.04
    0.06  | band-edge   | 0.05
    -0.01 | band-edge   | 0.03
  `),
)('from $held to the $destination: $goes to', ({ held, destination, 'goes to': to }) => {
  const band = { lower: 0.03, upper: 0.05 }
  const reached = destinationOf(
    Number(held),
    0.04,
    band,
    destination as PolicySettings['destination'],
  )
  expect(reached).toBe(Number(to))
})
