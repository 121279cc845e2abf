import { expect, test } from 'vitest'
import { format, money, price, quantity } from '#model/fixed.ts'
import type { Option } from '#model/instrument.ts'
import { DAY_MS } from '#model/time.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { stressedMargin } from '#exchange/clearing/portfolio-margin.ts'
import { id, option, stock } from '#test/support/venue.ts'
import { table } from '#test/support/table.ts'

const IBM = stock('IBM')
const series = (name: string): Option => ({
  ...(option as Option),
  id: id(`IBM.${name}`),
  symbol: 'IBM',
  underlying: IBM.id,
  right: name.startsWith('C') ? 'C' : 'P',
  strike: price(name.slice(1)),
  expiry: '2007-04-20',
})
const MARKS: Readonly<Record<string, string>> = { 'IBM.STK.USD': '97.73', 'IBM.C100': '1.68', 'IBM.P100': '3.18', 'IBM.P95': '1.02', 'IBM.C105': '0.4', 'IBM.C95': '4.53' } // prettier-ignore
const valuation = { mark: (of: string) => (MARKS[of] === undefined ? undefined : price(MARKS[of])), rate: () => price('1') } // prettier-ignore
// Put and call at 100 differ by what a strike in 54 days at 5.25 % is discounted.
const asOf = newYorkInstant('2007-04-20', 960) - 54 * DAY_MS

/** `100 C100,10000 STK` */
const positions = (text: string) =>
  text.split(',').map((part) => {
    const [held = '', name = ''] = part.split(' ')
    const instrument = name === 'STK' ? IBM : series(name)
    return { instrument, quantity: quantity(held), cost: money('0', 'USD') }
  })

// Cboe, "Margin Requirement Examples for Sample Options-based Positions", the portfolio margin column.
test.each(
  table(`
  strategy       | positions                       | published
  short call     | -100 C100                       | 115429
  short put      | -100 P100                       | 137527
  covered call   | 10000 STK,-100 C100             | 129804
  protective put | 10000 STK,100 P95               | 37538
  synthetic long | 100 C100,-100 P100              | 154313
  collar         | 10000 STK,100 P95,-100 C105     | 33522
  long vertical  | 100 C95,-100 C105               | 40881
  long straddle  | 100 P100,100 C100               | 7500
`),
)('$strategy: $published', ({ positions: text, published }) => {
  const { initial, maintenance } = stressedMargin(positions(text), valuation, { asOf, rate: 0.0525, indexOf: () => undefined }) // prettier-ignore
  expect(Math.abs(Number(format(maintenance)) / Number(published) - 1)).toBeLessThan(0.005)
  expect(Number(format(initial))).toBeCloseTo(Number(format(maintenance)) * 1.1, 4)
})

test('nothing that can be lost needs the least charge of a contract', () => {
  const needed = stressedMargin(positions('2 C95'), { ...valuation, mark: () => price('0.01') }, { asOf, rate: 0.0525, indexOf: () => undefined }) // prettier-ignore
  expect(format(needed.maintenance)).toBe('75')
})
