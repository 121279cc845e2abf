import { describe, expect, test } from 'vitest'
import { format, money, price, quantity } from '#model/fixed.ts'
import { REG_T_ACCOUNT } from '#exchange/clearing/clearing-settings.ts'
import { accountDesk } from '#exchange/clearing/account-desk.ts'
import { blotter } from '#exchange/orders/blotter.ts'
import { settlement } from '#exchange/clearing/settlement.ts'
import { liveOrder } from '#exchange/orders/venue-order.ts'
import { table } from '#test/support/table.ts'
import { option, order, stock } from '#test/support/venue.ts'

test('a commission once charged is never given back, though a fill takes the average to a cheaper tier', () => {
  const record = blotter()
  const desk = accountDesk({
    cash: new Map([['USD', money('1000', 'USD')]]),
    positions: [],
    baseCurrency: 'USD',
    source: { mark: () => price('0.1') },
  })
  const live = liveOrder(1, option, { ...order('BUY', '101'), instrument: option.id }, 1)
  record.add(live)
  const settling = settlement(desk, record, 1, 0)
  settling.execute(live, quantity('100'), price('0.1'), 'removed', 1)
  settling.execute(live, quantity('1'), price('0.05'), 'removed', 2)
  // 100 × 0.65 first; 101 at an average below 0.10 would be 101 × 0.50.
  expect(record.executions().map(({ commission }) => commission)).toEqual([money('65', 'USD'), 0n])
  expect(live.commission).toBe(money('65', 'USD'))
})

const tieredDesk = () =>
  accountDesk({
    cash: new Map([['USD', money('100000000', 'USD')]]),
    positions: [],
    baseCurrency: 'USD',
    source: { mark: () => price('50') },
    settings: { ...REG_T_ACCOUNT, commissions: { pricing: 'tiered', passThrough: false } },
  })

/** The commission of an order for 400,000 shares that fills in these parts. */
function charged(fills: readonly string[]): string {
  const record = blotter()
  const desk = tieredDesk()
  const live = liveOrder(1, stock('AAPL'), order('BUY', '400000'), 1)
  record.add(live)
  const settling = settlement(desk, record, 1, 0)
  for (const units of fills) settling.execute(live, quantity(units), price('50'), 'removed', 1)
  return format(live.commission)
}

test('an order of many fills is charged by the same tiers as one of a single fill', () => {
  // 300,000 × 0.0035 and 100,000 × 0.002.
  expect(charged(['400000'])).toBe('1250')
  expect(charged(['200000', '150000', '50000'])).toBe('1250')
})

const trade = (units: string) => ({
  instrument: stock('AAPL'),
  quantity: quantity(units),
  price: price('50'),
  commission: money('0', 'USD'),
  commissionCurrency: 'USD',
  key: '0000e0d5.00000001.01',
})

test.each(
  table(`
  became                 | next 1000
  left as they are       | 2
  taken back             | 3.5
  corrected to 299,500   | 2.75
  corrected and then not | 2
`),
)('tiers go by what the month has traded: 400,000 $became', (row) => {
  const desk = tieredDesk()
  const [bought, less] = [trade('400000'), trade('299500')]
  desk.book(bought, 1)
  const what = row.became
  if (what === 'taken back') desk.rebook(bought, undefined, 2)
  if (what.startsWith('corrected')) desk.rebook(bought, less, 2)
  if (what === 'corrected and then not') desk.rebook(less, bought, 3)
  const next = {
    instrument: stock('AAPL'),
    terms: order('BUY', '1000'),
    quantity: quantity('1000'),
  }
  expect(format(desk.commissionOf(next, 4))).toBe(row['next 1000'])
})

describe('an order prints', () => {
  const primary = { ...stock('AAPL'), primaryExchange: 'NYSE' }
  const european = { ...primary, primaryExchange: 'IBIS', currency: 'EUR' }
  const elsewhere = { ...stock('AAPL'), exchange: 'LSE' }
  test.each([
    [
      'in the closing auction on its primary exchange',
      primary,
      { orderType: 'MOC' as const },
      'NYSE',
    ],
    ['in the opening auction there too', primary, { timeInForce: 'OPG' as const }, 'NYSE'],
    ['where it was sent by name', primary, { route: 'IEX' }, 'IEX'],
    ['at home, where that is not in the United States', european, {}, 'IBIS'],
    ['on its own exchange, where nobody routes', elsewhere, {}, 'LSE'],
  ])('%s', (_what, of, terms, venue) => {
    const record = blotter()
    const desk = accountDesk({
      cash: new Map([['USD', money('100000', 'USD')]]),
      positions: [],
      baseCurrency: 'USD',
      settings: { ...REG_T_ACCOUNT, rates: new Map([['EUR', price('1.1')]]) },
      source: { mark: () => price('50') },
    })
    const live = liveOrder(1, of, { ...order('BUY', '40'), ...terms }, 1)
    record.add(live)
    const settling = settlement(desk, record, 1, 0)
    for (let i = 0; i < 4; i++) settling.execute(live, quantity('10'), price('50'), 'removed', 1)
    expect(record.executions().map((one) => one.venue)).toEqual([venue, venue, venue, venue])
  })
})
