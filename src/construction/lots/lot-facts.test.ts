import { expect, test } from 'vitest'
import { moneyFrom, priceFrom, quantityFrom, toNumber } from '#model/border.ts'
import { commissionScheduleOf, orderCommission } from '#schedules/commissions.ts'
import { excessFee } from '#construction/lots/lot-cost.ts'
import { lotFactsOf, quantitiesOf } from '#construction/lots/lot-facts.ts'
import { valueBook } from '#construction/valued-book.ts'
import { planInputs } from '#test/support/plan-inputs.ts'

const inputs = planInputs(50_000, [
  { symbol: 'AAA', held: 100.5, price: 250 },
  { symbol: 'BBB', price: 40, target: 0.1 },
  { symbol: 'CCC', held: 10, quote: 'stale' },
])
const book = valueBook(inputs)
const lots = lotFactsOf(book, inputs.fx)

test('a share is a lot: its weight, what is held of it, and what it costs', () => {
  const [share] = lots
  expect(share?.weight).toBeCloseTo(250 / book.nav, 12)
  expect(share?.held).toBe(100.5)
  expect(share!.held * share!.weight).toBeCloseTo(book.names[0]!.weight, 14)
  expect([share?.value, share?.cash]).toEqual([share?.weight, share?.weight])
  expect(share?.minimumFee).toBeCloseTo(1 / book.nav, 15)
})

test('a name that cannot be traded says why', () => {
  expect(lots.map(({ untradable }) => untradable)).toEqual([undefined, undefined, expect.stringContaining('old')]) // prettier-ignore
})

test.each([3, 40, 200, 250, 1000])(
  'the rate and the excess over it are the commission of %i shares',
  (shares) => {
    // prettier-ignore
    const schedule = commissionScheduleOf({ assetClass: 'STK', symbol: 'BBB' })
    const lot = lots[1]!
    const fees = (lot.feeRate * shares * lot.weight + excessFee(lot, shares)) * book.nav
    const charged = orderCommission(schedule, quantityFrom(shares), moneyFrom(40 * shares, 'USD'), priceFrom(40)) // prettier-ignore
    expect(fees).toBeCloseTo(toNumber(charged), 10)
  },
)

test('a change through zero pays the least commission twice', () => {
  const lot = { ...lots[1]!, held: 5 }
  expect(excessFee(lot, -10)).toBeCloseTo(2 * excessFee(lot, -5), 15)
  expect(excessFee(lot, -5)).toBeGreaterThan(0)
})

test('whole lots are quantities again', () => {
  expect(quantitiesOf(book, Float64Array.of(-3, 7, 0)).map(toNumber)).toEqual([-3, 7, 0])
})
