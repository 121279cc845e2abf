import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  format,
  money,
  negate,
  price,
  quantity,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { Side } from '#model/order.ts'
import { shortfallOf, sumOfCosts, type BenchmarkedFill, type BenchmarkedLine } from '#execution/cost-analysis/shortfall.ts' // prettier-ignore
import { table } from '#test/support/table.ts'

const SHARE = { multiplier: 1n, currency: 'USD' }

const fill = (size: string, at: string, reference: string, half = '0.05', fee = '1'): BenchmarkedFill => ({
  quantity: quantity(size),
  price: price(at),
  reference: price(reference),
  halfSpread: half === '' ? undefined : price(half),
  fee: money(fee, 'USD'),
}) // prettier-ignore

const line = (change: Partial<BenchmarkedLine>): BenchmarkedLine => ({
  side: 'BUY',
  planned: quantity('100'),
  decision: price('50'),
  arrival: price('50.1'),
  fills: [],
  end: price('50.5'),
  instrument: SHARE,
  rate: 1,
  ...change,
})

/** Worked by hand: 100 to trade, decided at 50, 60 filled at 50.30 after 50.20, 40 left when it ends at 50.50. */
describe('by hand', () => {
  test.each(
    table(`
    side  | delay | timing | spread | impact | fees | opportunity | total | why
    BUY   | 6     | 6      | 3      | 3      | 1    | 20          | 39    | 60 × (0.10, 0.10, 0.05, 0.05), 40 × 0.50
    COVER | 6     | 6      | 3      | 3      | 1    | 20          | 39    | a cover buys
    SELL  | -6    | -6     | 3      | -9     | 1    | -20         | -37   | a rise pays a seller, who got 0.15 better than the bid
    SHORT | -6    | -6     | 3      | -9     | 1    | -20         | -37   | so does it a short
  `),
  )('$side: $why', ({ side, why: _why, ...expected }) => {
    const { parts, traded, planned } = shortfallOf(line({ side: side as Side, fills: [fill('60', '50.3', '50.2')] })) // prettier-ignore
    expect(Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, format(value)]))).toEqual(expected) // prettier-ignore
    expect([format(traded), format(planned)]).toEqual(['3018', '5000'])
  })

  test('several fills, each against its own mid and half spread', () => {
    const fills = [fill('60', '50.3', '50.2', '0.05', '1'), fill('40', '50.1', '50.15', '0.02', '0.5')] // prettier-ignore
    const { parts } = shortfallOf(line({ fills }))
    // timing 60 × 0.10 + 40 × 0.05, spread 3 + 0.80, impact (6 − 2) − 3.80
    expect(parts).toEqual(partsOf('10', '8', '3.8', '0.2', '1.5', '0', '23.5'))
  })

  test('no fills: the opportunity, and nothing else', () => {
    expect(shortfallOf(line({})).parts).toEqual(partsOf('0', '0', '0', '0', '0', '50', '50'))
    expect(shortfallOf(line({ end: undefined })).parts).toEqual(partsOf('0', '0', '0', '0', '0', '0', '0')) // prettier-ignore
  })

  test('more than was planned has no opportunity', () => {
    const { parts } = shortfallOf(line({ fills: [fill('120', '50.1', '50.1', '0', '0')] }))
    expect(parts).toEqual(partsOf('12', '0', '0', '0', '0', '0', '12'))
  })

  test('a spread that nobody knows is impact', () => {
    const { parts } = shortfallOf(line({ fills: [fill('100', '50.3', '50.2', '')] }))
    expect(parts).toEqual(partsOf('10', '10', '0', '10', '1', '0', '31'))
  })

  test('an option counts a hundred times, and another currency at its rate; fees are in the base already', () => {
    const option = line({ fills: [fill('2', '5.3', '5.2')], planned: quantity('2'), decision: price('5'), arrival: price('5.1'), end: undefined, instrument: { multiplier: 100n, currency: 'EUR' }, rate: 1.1 }) // prettier-ignore
    const { parts, traded } = shortfallOf(option)
    expect(parts).toEqual(partsOf('22', '22', '11', '11', '1', '0', '67'))
    expect(format(traded)).toBe('1166')
  })
})

const usd = (text = '') => money(text, 'USD')

function partsOf(...[delay, timing, spread, impact, fees, opportunity, total]: string[]) {
  return { delay: usd(delay), timing: usd(timing), spread: usd(spread), impact: usd(impact), fees: usd(fees), opportunity: usd(opportunity), total: usd(total) } // prettier-ignore
}

const nanos = (most: bigint) => fc.bigInt({ min: 1n, max: most })
const anyPrice = nanos(5_000_000_000_000n).map((raw) => raw as Price)
const anySize = nanos(100_000_000_000_000n).map((raw) => raw as Quantity)
const anyFill: fc.Arbitrary<BenchmarkedFill> = fc.record({
  quantity: anySize,
  price: anyPrice,
  reference: anyPrice,
  halfSpread: fc.option(anyPrice, { nil: undefined }),
  fee: fc.bigInt({ min: -1_000_000_000n, max: 50_000_000_000n }).map((raw) => raw as Money<'USD'>),
})
const anyLine: fc.Arbitrary<BenchmarkedLine> = fc.record({
  side: fc.constantFrom<Side>('BUY', 'COVER', 'SELL', 'SHORT'),
  planned: anySize,
  decision: anyPrice,
  arrival: anyPrice,
  fills: fc.array(anyFill, { maxLength: 6 }),
  end: fc.option(anyPrice, { nil: undefined }),
  instrument: fc.constantFrom(SHARE, { multiplier: 100n, currency: 'EUR' }),
  rate: fc.constantFrom(1, 1.0837, 0.00912),
})

describe('whatever was traded', () => {
  test('the parts sum to the whole, to the nano: what fills and fees came to, less the paper trade', () => {
    fc.assert(
      fc.property(anyLine, (of) => {
        const { parts, traded } = shortfallOf(of)
        const { total, ...six } = parts
        expect(Object.values(six).reduce<bigint>((sum, part) => sum + part, 0n)).toBe(total)
        const sign = of.side === 'BUY' || of.side === 'COVER' ? 1n : -1n
        const fees = of.fills.reduce((sum, { fee }) => sum + fee, 0n)
        const paper = shortfallOf({ ...of, fills: [{ ...zeroFill, quantity: sizeOf(of), price: of.decision }] }).traded // prettier-ignore
        const expected = sign * (traded - paper) + fees + parts.opportunity
        expect(total).toBe(of.fills.length === 0 ? parts.opportunity : expected)
      }),
    )
  })

  test('twice the size is twice the cost, but for fees; what a move costs a buyer it pays a seller', () => {
    fc.assert(
      fc.property(anyLine, (of) => {
        const { parts } = shortfallOf({ ...of, rate: 1 })
        const twice = shortfallOf({ ...of, rate: 1, planned: double(of.planned), fills: of.fills.map((one) => ({ ...one, quantity: double(one.quantity) })) }).parts // prettier-ignore
        // Each amount is rounded once: a nano a fill at most.
        const slack = 8n
        for (const part of ['delay', 'timing', 'spread', 'impact', 'opportunity'] as const) {
          const gap = twice[part] - 2n * parts[part]
          expect(gap <= slack && gap >= -slack).toBe(true)
        }
        expect(twice.fees).toBe(parts.fees)
        const other = shortfallOf({ ...of, rate: 1, side: of.side === 'BUY' || of.side === 'COVER' ? 'SELL' : 'BUY' }).parts // prettier-ignore
        expect([other.delay, other.timing, other.opportunity, other.spread]).toEqual([negate(parts.delay), negate(parts.timing), negate(parts.opportunity), parts.spread]) // prettier-ignore
      }),
    )
  })

  test('costs of many lines add up part by part', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 5 }), (many) => {
        const costs = many.map((of) => shortfallOf(of).parts)
        const { total, ...six } = sumOfCosts(costs)
        expect(Object.values(six).reduce<bigint>((sum, part) => sum + part, 0n)).toBe(total)
        expect(total).toBe(costs.reduce((sum, of) => sum + of.total, 0n))
      }),
    )
  })
})

const double = (size: Quantity) => (size * 2n) as Quantity

const zeroFill = { reference: price('1'), halfSpread: undefined, fee: money('0', 'USD') }
const sizeOf = ({ fills }: BenchmarkedLine): Quantity => fills.reduce((sum, { quantity: size }) => sum + size, 0n) as Quantity // prettier-ignore
