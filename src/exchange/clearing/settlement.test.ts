import { expect, test } from 'vitest'
import { money, price, quantity } from '#model/fixed.ts'
import { accountDesk } from '#exchange/clearing/account-desk.ts'
import { blotter } from '#exchange/orders/blotter.ts'
import { settlement } from '#exchange/clearing/settlement.ts'
import { liveOrder } from '#exchange/orders/venue-order.ts'
import { option, order } from '#test/support/venue.ts'

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
