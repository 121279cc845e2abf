/** Questions about orders, to the simulated gateway. */
import { OrderAction, OrderType, TimeInForce } from '@stoqey/ib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunningGateway } from '#gateway/options.ts'
import { serve } from '#gateway/server.ts'
import { contractOf } from '#tws/contract.ts'
import { openOrders, whatIf } from '#tws/order-queries.ts'
import { NO_PACING } from '#tws/pacing.ts'
import { openSession, type TwsSession } from '#tws/session.ts'
import { ACCOUNT, smallVenue, type SmallVenue } from '#test/support/small-venue.ts'

let venue: SmallVenue
let gateway: RunningGateway
let session: TwsSession

beforeEach(async () => {
  venue = smallVenue()
  gateway = await serve(venue.exchange, { host: '127.0.0.1', port: 0, clock: 'stepped' })
  session = await openSession({ host: '127.0.0.1', port: gateway.port, clientId: 3, connectTimeoutMs: 2_000, pacing: NO_PACING }) // prettier-ignore
})

afterEach(async () => {
  session.close()
  await gateway.close()
})

const buy = { action: OrderAction.BUY, totalQuantity: 100, orderType: OrderType.MKT, tif: TimeInForce.DAY, account: ACCOUNT, orderRef: 'what-if' } // prettier-ignore

test('a what-if tells margin and commission, and places nothing', async () => {
  const state = await whatIf(session, session.nextOrderId, contractOf(venue.fresh), buy, 2_000)
  expect(state.initMarginChange).toBeGreaterThan(0)
  expect(state.initMarginAfter).toBeCloseTo((state.initMarginBefore ?? 0) + (state.initMarginChange ?? 0), 2) // prettier-ignore
  expect(state.commission).toBeGreaterThan(0)
  expect(await openOrders(session, 'all', 2_000)).toEqual([])
  expect(venue.exchange.completedOrders()).toEqual([])
})

test('our open orders are not all open orders', async () => {
  const other = await openSession({ host: '127.0.0.1', port: gateway.port, clientId: 4, connectTimeoutMs: 2_000, pacing: NO_PACING }) // prettier-ignore
  const order = { ...buy, orderType: OrderType.LMT, lmtPrice: 10, transmit: true, orderRef: 'theirs' } // prettier-ignore
  await other.send('order', (api) => void api.placeOrder(other.nextOrderId, contractOf(venue.fresh), order)) // prettier-ignore
  expect(await openOrders(other, 'own', 2_000)).toHaveLength(1)
  expect(await openOrders(session, 'own', 2_000)).toEqual([])
  const [seen] = await openOrders(session, 'all', 2_000)
  expect(seen?.open.order).toMatchObject({ orderRef: 'theirs', clientId: 4 })
  expect(seen?.status).toMatchObject({ remaining: 100 })
  other.close()
})
