import { expect, test } from 'vitest'
import { price } from '#model/fixed.ts'
import type { AssetClass } from '#model/instrument.ts'
import { furthestFromMid } from '#risk/price-collar.ts'
import { table } from '#test/support/table.ts'

test.each(
  table(`
  assetClass | mid    | increment | bps | furthest | why
  STK        | 100    | 0.01      | 300 | 3        | a share of the price
  STK        | 0.05   | 0.01      | 300 | 0.01     | at least an increment
  OPT        | 0.05   | 0.01      | 300 | 0.25     | no obvious error yet
  OPT        | 2      | 0.05      | 300 | 0.4      | a wider one from two dollars on
  OPT        | 150    | 0.1       | 300 | 4.5      | the share, where it is more
  FUT        | 5000   | 0.25      | 1   | 0.5      | a share of the price
  CASH       | 1.2    | 0.00005   | 10  | 0.0012   | a share of the price
`),
)(
  '$assetClass at $mid may be $furthest off: $why',
  ({ assetClass, mid, increment, bps, furthest }) => {
    const increments = [{ from: price('0'), increment: price(increment) }]
    const of = { assetClass: assetClass as AssetClass, priceIncrements: increments }
    expect(furthestFromMid(of, Number(mid), Number(bps))).toBeCloseTo(Number(furthest), 12)
  },
)
