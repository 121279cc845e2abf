import { expect, test } from 'vitest'
import { money, price, quantity } from '#model/fixed.ts'
import type { ClientOrderId, InstrumentId, PermId } from '#model/ids.ts'
import { snapshotHash, type BookOfSnapshot } from '#model/snapshot-hash.ts'

const position = (symbol: string, conId: number, shares: string) => ({
  instrument: `${symbol}.STK.USD` as InstrumentId,
  conId,
  quantity: quantity(shares),
  averageCost: price('10'),
  currency: 'USD',
})

const order = {
  clientOrderId: 'abcdef01-r1-A1-1' as ClientOrderId,
  clientId: 1,
  permId: '77' as PermId,
  instrument: 'XOM.STK.USD' as InstrumentId,
  quantity: quantity('100'),
  leaves: quantity('60'),
  orderType: 'LMT',
  limitPrice: price('10'),
  timeInForce: 'DAY',
  status: 'working',
} as const

const book: BookOfSnapshot = {
  positions: [position('AAA', 1, '100'), position('BBB', 2, '-5')],
  cash: [
    { currency: 'EUR', amount: money('3', 'EUR') },
    { currency: 'USD', amount: money('1000.50', 'USD') },
  ],
  openOrders: [order],
}

test('the same book has the same name, in whatever order it was listed and at whatever price', () => {
  const shuffled = {
    ...book,
    positions: book.positions.toReversed().map((row) => ({ ...row, averageCost: price('99') })),
    cash: book.cash.toReversed(),
  }
  expect(snapshotHash(shuffled)).toBe(snapshotHash(book))
  expect(snapshotHash(book)).toMatch(/^[0-9a-f]{64}$/)
})

test.each<[string, Partial<BookOfSnapshot>]>([
  ['a share more', { positions: [position('AAA', 1, '101'), position('BBB', 2, '-5')] }],
  ['another contract of the same name', { positions: [position('AAA', 3, '100'), position('BBB', 2, '-5')] }], // prettier-ignore
  ['a position less', { positions: [position('AAA', 1, '100')] }],
  ['a cent more', { cash: [{ currency: 'USD', amount: money('1000.51', 'USD') }] }],
  ['an order less', { openOrders: [] }],
  ['an order that filled on', { openOrders: [{ ...order, leaves: quantity('50') }] }],
])('%s is another book', (_, change) => {
  expect(snapshotHash({ ...book, ...change })).not.toBe(snapshotHash(book))
})
