import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass } from '#model/instrument.ts'
import { clusterWeights } from '#risk/correlation-clusters.ts'
import type { Exposure } from '#risk/exposures.ts'
import { largestPosition } from '#risk/issuer-weights.ts'
import { largestSector } from '#risk/sector.ts'
import { table } from '#test/support/table.ts'

/** `AAPL call:AAPL`: a name, its issuer after a colon where it has another, its sector after an @. */
function exposureOf(text: string): Exposure {
  const [, name = '', assetClass = '', issuer = name, sector = 'S', weight = ''] = /^(\w+) (\w+)(?: of (\w+))?(?: @(\w+))? (\S+)$/.exec(text.trim()) ?? [] // prettier-ignore
  const broker = assetClass === 'unknown' ? undefined : (assetClass as AssetClass)
  return { instrument: name as InstrumentId, issuer: issuer as InstrumentId, assetClass: broker, sector, weight: Number(weight) } // prettier-ignore
}
const bookOf = (text: string): readonly Exposure[] => text.split(';').map(exposureOf)

test.each(
  table(`
  what                                                | book                                                             | position | sector
  an option adds to its stock                         | A STK 0.03 ; AC OPT of A 0.02                                    | 0.05     | 0.05
  a put protects it                                   | A STK 0.05 ; AP OPT of A -0.03                                   | 0.02     | 0.02
  options alone are a position in what they are on    | A1 OPT of A 0.03 ; A2 OPT of A 0.02                              | 0.05     | 0.05
  two issuers are not set against each other          | A STK 0.03 ; B STK -0.03                                         | 0.03     | 0.06
  broad futures are in no name and no sector          | ES FUT 0.8 ; A STK 0.01                                          | 0.01     | 0.01
  nor are pairs                                       | EUR CASH -0.8 ; A STK 0.01                                       | 0.01     | 0.01
  what the broker does not describe is a name         | X unknown 0.2 ; A STK 0.01                                       | 0.2      | 0.21
  an option in a sector of its own counts there       | A STK 0.05 ; AP OPT of A @Vol -0.03                              | 0.02     | 0.05
`),
)('$what', ({ book, position, sector }) => {
  const exposures = bookOf(book)
  expect(largestPosition(exposures)).toBeCloseTo(Number(position), 12)
  expect(largestSector(exposures)).toBeCloseTo(Number(sector), 12)
})

test('clusters count issuers, and need no correlation of futures and pairs', () => {
  const book = bookOf('A STK 0.05;AP OPT of A -0.03;B STK -0.04;ES FUT 0.8')
  const one = 'A' as InstrumentId
  const clusters = new Map(['A', 'AP', 'B'].map((name) => [name as InstrumentId, one]))
  expect(clusterWeights(book, clusters)?.get(one)).toBeCloseTo(0.06, 12)
  expect(clusterWeights(bookOf('Z STK 0.01'), clusters)).toBeUndefined()
})

test('an exposure that is unknown leaves its limits unknown, and no others', () => {
  const book = bookOf('A STK 0.05;AP OPT of A NaN')
  expect(largestPosition(book)).toBeNaN()
  expect(largestPosition(bookOf('A STK 0.05;ES FUT NaN'))).toBe(0.05)
})
