import { describe, expect, test } from 'vitest'
import { price, quantity } from '#model/fixed.ts'
import { REG_T_ACCOUNT } from '#exchange/clearing/clearing-settings.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { AAPL, at, days, order, orderIn, stock, venue } from '#test/support/venue.ts'

/** A flat market in which the broker has nothing to look at before the close. */
function calm(): Exchange {
  const exchange = venue({
    bars: new Map([[AAPL, days(160)]]),
    instruments: [stock('AAPL')],
    clearing: { ...REG_T_ACCOUNT, liquidation: undefined },
  })
  exchange.advance(at('10:31'))
  return exchange
}

/** When halts of the name are looked at again. */
const SESSION_ENDS = at('16:00')

const far = { limitPrice: price('100'), timeInForce: 'GTD' as const }

describe('what an order waited for and waits for no more', () => {
  test('is due no more when its end was moved', () => {
    const exchange = calm()
    const { permId } = orderIn(
      exchange.place(order('BUY', '10', { ...far, goodTill: at('11:00') })),
    )
    expect(exchange.nextEventAt()).toBe(at('11:00'))
    exchange.replace(permId, { ...far, quantity: quantity('10'), goodTill: at('12:00') })
    expect(exchange.nextEventAt()).toBe(at('12:00'))
    exchange.replace(permId, {
      limitPrice: price('100'),
      quantity: quantity('10'),
      timeInForce: 'GTC',
    })
    expect(exchange.nextEventAt()).toBe(SESSION_ENDS)
  })

  test('is due no more when it was canceled', () => {
    const exchange = calm()
    const { permId } = orderIn(
      exchange.place(order('BUY', '10', { ...far, goodTill: at('11:00') })),
    )
    exchange.cancel(permId)
    expect(exchange.nextEventAt()).toBe(SESSION_ENDS)
  })

  test('ends an order at the time it was moved to, and not before', () => {
    const exchange = calm()
    const { permId } = orderIn(
      exchange.place(order('BUY', '10', { ...far, goodTill: at('11:00') })),
    )
    for (const minutes of ['05', '59', '30'])
      exchange.replace(permId, { ...far, quantity: quantity('10'), goodTill: at(`11:${minutes}`) })
    exchange.advance(at('11:29'))
    expect(exchange.openOrders()).toHaveLength(1)
    exchange.advance(at('11:30'))
    expect(exchange.openOrders()).toEqual([])
  })
})
