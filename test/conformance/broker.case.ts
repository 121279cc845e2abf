/**
 * What every broker adapter must do. Each adapter's own test calls this with its world; a case that
 * an adapter cannot meet is skipped there by name and with a reason.
 */
import { describe, expect, test } from 'vitest'
import { plus, quantity, type Quantity } from '#model/fixed.ts'
import type { ClientOrderId, InstrumentId } from '#model/ids.ts'
import type { OrderRequest } from '#model/order.ts'
import type { BrokerReport, Commission, Execution, OrderStatus } from '#model/report.ts'
import { MINUTE_MS } from '#model/time.ts'
import { BrokerError } from '#brokers/broker.ts'
import {
  approved,
  freshId,
  listening,
  touch,
  type BrokerWorld,
} from '#test/conformance/broker-world.ts'

/** Why an adapter does not take a case, by the case's title. */
export type Skips = Readonly<Record<string, string>>

const yes = () => true

export function brokerConformance(
  name: string,
  open: () => Promise<BrokerWorld>,
  skips: Skips = {},
): void {
  /** One case in a world of its own; `connected` unless it says otherwise. */
  function brokerCase(
    title: string,
    act: (world: BrokerWorld, heard: BrokerReport[]) => Promise<void>,
    { connects = true } = {},
  ): void {
    const reason = skips[title]
    test.skipIf(reason !== undefined)(
      reason === undefined ? title : `${title} (${reason})`,
      async () => {
        // prettier-ignore
        const world = await open()
        try {
          const heard = listening(world.broker)
          if (connects) await world.broker.connect()
          await act(world, heard)
        } finally {
          await world.close()
        }
      },
    )
  }

  describe(`${name}, as a broker`, () => {
    brokerCase(
      'connecting tells account, kind and the clocks’ difference',
      async ({ broker, venue }) => {
        // prettier-ignore
        const session = await broker.connect()
        expect(session).toMatchObject({ account: venue.exchange.account, paper: true })
        expect(Math.abs(session.clockOffsetMs)).toBeLessThanOrEqual(1_000)
      },
    )

    brokerCase('a snapshot is the whole account', async ({ broker, venue }) => {
      const { exchange, short, long } = venue
      const snapshot = await broker.snapshot(5_000)
      expect(snapshot).toMatchObject({
        account: exchange.account,
        baseCurrency: 'USD',
        openOrders: [],
        completedOrders: [],
        executions: [],
        commissions: [],
      })
      expect(snapshot.takenAt).toBeGreaterThanOrEqual(snapshot.begunAt)
      const held = snapshot.positions.map(({ instrument, quantity: size }) => [instrument, size])
      const expected = [
        [short.id, quantity('-200')],
        [long.id, quantity('300')],
      ]
      expect(held).toEqual(expected.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)))
      expect(snapshot.cash).toEqual([{ currency: 'USD', amount: exchange.cash().get('USD') }])
      expect(snapshot.margin.netLiquidation).toBe(exchange.margin().netLiquidation)
      expect(snapshot.margin.buyingPower).toBe(exchange.margin().buyingPower)
    })

    brokerCase(
      'a market order to buy is accepted, fills whole, is charged, and is held',
      async (world, heard) => {
        // prettier-ignore
        const { broker, venue } = world
        const order = market(venue.fresh.id, 'BUY', '150')
        const cashBefore = (await broker.snapshot(5_000)).cash[0]?.amount
        await broker.submit(approved(order), yes)
        await passUntil(world, () => hasStatus(heard, order.id, 'filled'))
        await passUntil(world, () => feesMatch(heard, order.id))
        expect(filledOf(heard, order.id)).toBe(quantity('150'))
        const fills = executionsOf(heard, order.id)
        expect(fills.every(({ permId }) => permId !== undefined)).toBe(true)
        const { positions, cash, executions, commissions } = await broker.snapshot(5_000)
        expect(positions.find(({ instrument }) => instrument === venue.fresh.id)?.quantity).toBe(quantity('150')) // prettier-ignore
        expect(cash[0]?.amount).toBe(venue.exchange.cash().get('USD'))
        expect(cash[0]?.amount).toBeLessThan(cashBefore ?? 0n)
        expect(new Set(executions.map(({ execId }) => execId))).toEqual(new Set(fills.map(({ execId }) => execId))) // prettier-ignore
        expect(commissions).toHaveLength(executions.length)
      },
    )

    brokerCase('a sale is a negative execution, a cover a positive one', async (world, heard) => {
      const { broker, venue } = world
      const sale = market(venue.long.id, 'SELL', '100')
      const cover = market(venue.short.id, 'COVER', '50')
      await broker.submit(approved(sale), yes)
      await broker.submit(approved(cover), yes)
      await passUntil(world, () => [sale, cover].every(({ id }) => hasStatus(heard, id, 'filled')))
      expect(filledOf(heard, sale.id)).toBe(quantity('-100'))
      expect(filledOf(heard, cover.id)).toBe(quantity('50'))
      await passUntil(world, () => feesMatch(heard, sale.id))
      const [fee] = feesOf(heard, sale.id)
      expect(fee?.realizedPnl).toBeDefined()
    })

    brokerCase('a limit beyond the touch fills no worse than the limit', async (world, heard) => {
      const { broker, venue } = world
      const { wellAbove } = touch(venue, venue.fresh)
      const order = limit(venue.fresh.id, 'BUY', '100', wellAbove)
      await broker.submit(approved(order), yes)
      await passUntil(world, () => hasStatus(heard, order.id, 'filled'))
      expect(filledOf(heard, order.id)).toBe(quantity('100'))
      for (const { price } of executionsOf(heard, order.id)) expect(price).toBeLessThanOrEqual(wellAbove) // prettier-ignore
    })

    brokerCase(
      'a limit that rests is open until it is cancelled, with all of it left',
      async (world, heard) => {
        // prettier-ignore
        const { broker, venue } = world
        const { farBelow } = touch(venue, venue.fresh)
        const order = limit(venue.fresh.id, 'BUY', '100', farBelow)
        await broker.submit(approved(order), yes)
        await passUntil(world, () => hasStatus(heard, order.id, 'working'))
        const [resting, ...others] = (await broker.snapshot(5_000)).openOrders
        expect(others).toEqual([])
        expect(resting).toMatchObject({
          clientOrderId: order.id,
          instrument: venue.fresh.id,
          quantity: quantity('100'),
          leaves: quantity('100'),
          orderType: 'LMT',
          limitPrice: farBelow,
          timeInForce: 'DAY',
          status: 'working',
        })
        await broker.cancel(order.id)
        await passUntil(world, () => hasStatus(heard, order.id, 'canceled'))
        expect(executionsOf(heard, order.id)).toEqual([])
        const after = await broker.snapshot(5_000)
        expect(after.openOrders).toEqual([])
        expect(after.completedOrders).toMatchObject([{ clientOrderId: order.id, status: 'canceled', permId: resting?.permId }]) // prettier-ignore
      },
    )

    brokerCase(
      'immediate-or-cancel away from the market is cancelled without a fill',
      async (world, heard) => {
        // prettier-ignore
        const { broker, venue } = world
        const { farBelow } = touch(venue, venue.fresh)
        const order = { ...limit(venue.fresh.id, 'BUY', '100', farBelow), timeInForce: 'IOC' as const } // prettier-ignore
        await broker.submit(approved(order), yes)
        await passUntil(world, () => hasStatus(heard, order.id, 'canceled'))
        expect(executionsOf(heard, order.id)).toEqual([])
      },
    )

    brokerCase('good-till-date ends by itself at its time', async (world, heard) => {
      const { broker, venue } = world
      const { farBelow } = touch(venue, venue.fresh)
      const goodTill = venue.exchange.now + MINUTE_MS
      const order = { ...limit(venue.fresh.id, 'BUY', '100', farBelow), timeInForce: 'GTD' as const, goodTill } // prettier-ignore
      await broker.submit(approved(order), yes)
      await passUntil(world, () => hasStatus(heard, order.id, 'working'))
      await world.pass(MINUTE_MS / 2)
      expect((await broker.snapshot(5_000)).openOrders).toHaveLength(1)
      await world.pass(MINUTE_MS / 2 + 1_000)
      expect(lastStatus(heard, order.id)).toBe('expired')
      expect((await broker.snapshot(5_000)).openOrders).toEqual([])
    })

    brokerCase('an order for what the broker does not know is refused', async (world, heard) => {
      const order = market('NOSUCH.STK.USD' as InstrumentId, 'BUY', '1')
      await world.broker.submit(approved(order), yes)
      await passUntil(world, () => refusalsOf(heard, order.id).length > 0)
      expect(refusalsOf(heard, order.id)).toMatchObject([{ refused: 'order', code: 200 }])
    })

    brokerCase(
      'an order beyond the buying power is refused in the broker’s words',
      async (world, heard) => {
        // prettier-ignore
        const order = market(world.venue.fresh.id, 'BUY', '1000000')
        await world.broker.submit(approved(order), yes)
        await passUntil(world, () => refusalsOf(heard, order.id).length > 0)
        expect(refusalsOf(heard, order.id)).toMatchObject([{ refused: 'order', code: 201 }])
        expect(refusalsOf(heard, order.id)[0]?.reason).toContain('MARGIN')
        expect(executionsOf(heard, order.id)).toEqual([])
        expect((await world.broker.snapshot(5_000)).openOrders).toEqual([])
      },
    )

    brokerCase('an order in a halted name is held, and can be cancelled', async (world, heard) => {
      const { broker, venue } = world
      const order = market(venue.halted.id, 'BUY', '100')
      await broker.submit(approved(order), yes)
      await passUntil(world, () => hasStatus(heard, order.id, 'held'))
      expect(refusalsOf(heard, order.id)).toEqual([])
      expect((await broker.snapshot(5_000)).openOrders).toMatchObject([{ clientOrderId: order.id }])
      await broker.cancel(order.id)
      await passUntil(world, () => hasStatus(heard, order.id, 'canceled'))
    })

    brokerCase('the broker does not deduplicate: the venue has each order once', async (world) => {
      const { broker, venue } = world
      const { farBelow } = touch(venue, venue.fresh)
      const orders = Array.from({ length: 12 }, () => limit(venue.fresh.id, 'BUY', '10', farBelow))
      await Promise.all(orders.map((order) => broker.submit(approved(order), yes)))
      await world.pass(100)
      const references = venue.exchange.openOrders().map(({ owner }) => owner.orderRef)
      expect(references.toSorted()).toEqual(orders.map(({ id }): string => id).toSorted())
      expect(new Set(venue.exchange.openOrders().map(({ owner }) => owner.orderId)).size).toBe(12)
    })

    brokerCase(
      'an order of an earlier session is seen and can be cancelled',
      async (world, heard) => {
        // prettier-ignore
        const { broker, venue } = world
        const { farBelow } = touch(venue, venue.fresh)
        const order = limit(venue.fresh.id, 'BUY', '100', farBelow)
        await broker.submit(approved(order), yes)
        await passUntil(world, () => hasStatus(heard, order.id, 'working'))
        await broker.close()
        const later = world.another()
        const laterHeard = listening(later)
        await later.connect()
        try {
          expect((await later.snapshot(5_000)).openOrders).toMatchObject([{ clientOrderId: order.id, leaves: quantity('100') }]) // prettier-ignore
          await later.cancel(order.id)
          await passUntil(world, () => hasStatus(laterHeard, order.id, 'canceled'))
          expect(venue.exchange.openOrders()).toEqual([])
        } finally {
          await later.close()
        }
      },
    )

    brokerCase('an order of another client is in the snapshot, and is not ours to cancel', async (world, heard) => {
      const { broker, venue } = world
      const theirs = limit(venue.fresh.id, 'BUY', '100', touch(venue, venue.fresh).farBelow)
      const other = world.another(8)
      const otherHeard = listening(other)
      await other.connect()
      try {
        await other.submit(approved(theirs), yes)
        await passUntil(world, () => hasStatus(otherHeard, theirs.id, 'working'))
        const { openOrders } = await broker.snapshot(5_000)
        expect(openOrders).toMatchObject([{ clientOrderId: theirs.id, clientId: 8 }])
        await broker.cancel(theirs.id)
        await passUntil(world, () => refusalsOf(heard, theirs.id).length > 0)
        expect(refusalsOf(heard, theirs.id)).toMatchObject([{ refused: 'cancel' }])
        expect(venue.exchange.openOrders()).toHaveLength(1)
      } finally {
        await other.close()
      }
    }) // prettier-ignore

    brokerCase('a cancel of what is not there is refused, not silent', async (world, heard) => {
      const unknown = freshId()
      await world.broker.cancel(unknown)
      await passUntil(world, () => refusalsOf(heard, unknown).length > 0)
      expect(refusalsOf(heard, unknown)).toMatchObject([{ refused: 'cancel' }])
    })

    brokerCase('a cancel after the fill is refused', async (world, heard) => {
      const { broker, venue } = world
      const order = market(venue.fresh.id, 'BUY', '10')
      await broker.submit(approved(order), yes)
      await passUntil(world, () => hasStatus(heard, order.id, 'filled'))
      await broker.cancel(order.id)
      await passUntil(world, () => refusalsOf(heard, order.id).length > 0)
      expect(refusalsOf(heard, order.id)).toMatchObject([{ refused: 'cancel' }])
      expect(filledOf(heard, order.id)).toBe(quantity('10'))
    })

    brokerCase('cancelling everything leaves nothing open', async (world, heard) => {
      const { broker, venue } = world
      const orders = [venue.fresh, venue.long].map((one) =>
        limit(one.id, 'BUY', '10', touch(venue, one).farBelow),
      )
      for (const order of orders) await broker.submit(approved(order), yes)
      await passUntil(world, () => orders.every(({ id }) => hasStatus(heard, id, 'working')))
      await broker.cancelEverything()
      await passUntil(world, () => orders.every(({ id }) => hasStatus(heard, id, 'canceled')))
      expect(venue.exchange.openOrders()).toEqual([])
    })

    brokerCase('nothing is sent before connecting', async ({ broker, venue }) => {
      const order = market(venue.fresh.id, 'BUY', '10')
      await expectKind(broker.submit(approved(order), yes), 'not-connected')
      await expectKind(broker.cancel(order.id), 'not-connected')
      await expectKind(broker.snapshot(1_000), 'not-connected')
      expect(venue.exchange.openOrders()).toEqual([])
      expect(venue.exchange.completedOrders()).toEqual([])
    }, { connects: false }) // prettier-ignore

    brokerCase('nothing is sent after closing', async ({ broker, venue }) => {
      await broker.close()
      await expectKind(broker.submit(approved(market(venue.fresh.id, 'BUY', '10')), yes), 'not-connected') // prettier-ignore
      expect(venue.exchange.completedOrders()).toEqual([])
    })

    brokerCase('an order no longer allowed when its turn comes is withheld', async (world) => {
      const { broker, venue } = world
      const order = market(venue.fresh.id, 'BUY', '10')
      await expectKind(broker.submit(approved(order), () => false), 'withheld') // prettier-ignore
      await world.pass(100)
      expect(venue.exchange.openOrders()).toEqual([])
      expect(venue.exchange.completedOrders()).toEqual([])
    })

    brokerCase('a snapshot without a whole answer is an error', async ({ broker, mute }) => {
      mute?.()
      await expectKind(broker.snapshot(50), 'timeout')
    })

    brokerCase(
      'names are described in order; an unknown one by the broker’s words',
      async ({ broker, venue }) => {
        // prettier-ignore
        const { long, fresh } = venue
        const nobody = { symbol: 'NOSUCH', assetClass: 'STK', currency: 'USD' } as const
        const [first, second, third] = await broker.describe([nameOf(fresh), nobody, nameOf(long)])
        for (const [answer, of] of [
          [first, fresh],
          [third, long],
        ] as const)
          // prettier-ignore
          expect(answer).toMatchObject({
          id: of.id,
          conId: of.conId,
          symbol: of.symbol,
          assetClass: 'STK',
          exchange: 'SMART',
          currency: 'USD',
          multiplier: 1n,
          lot: of.lot,
          priceIncrements: of.priceIncrements,
          primaryExchange: of.primaryExchange,
        })
        expect(second).toMatchObject({ unknown: 'NOSUCH.STK.USD' })
        expect(second !== undefined && 'reason' in second && second.reason).not.toBe('')
      },
    )
  })
}

function market(instrument: InstrumentId, side: OrderRequest['side'], size: string): OrderRequest {
  return { id: freshId(), instrument, side, quantity: quantity(size), orderType: 'MKT', timeInForce: 'DAY' } // prettier-ignore
}

function limit(
  instrument: InstrumentId,
  side: OrderRequest['side'],
  size: string,
  limitPrice: NonNullable<OrderRequest['limitPrice']>,
): OrderRequest {
  return { ...market(instrument, side, size), orderType: 'LMT', limitPrice }
}

const nameOf = ({ symbol, currency }: { readonly symbol: string; readonly currency: string }) =>
  ({ symbol, assetClass: 'STK', currency }) as const

/** Venue time goes on in steps until it is so; a minute of it is the most. */
async function passUntil(world: BrokerWorld, isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 240; i++) {
    await world.pass(250)
    if (isSo()) return
  }
  expect.fail('it did not happen within a minute of venue time')
}

async function expectKind(done: Promise<unknown>, kind: BrokerError['kind']): Promise<void> {
  const error = await done.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(BrokerError)
  expect(error).toMatchObject({ kind })
}

const statusesOf = (heard: readonly BrokerReport[], id: ClientOrderId): OrderStatus[] =>
  heard.flatMap((report) =>
    report.type === 'OrderStatus' && report.status.clientOrderId === id ? [report.status] : [],
  )

const hasStatus = (
  heard: readonly BrokerReport[],
  id: ClientOrderId,
  status: OrderStatus['status'],
) =>
  // prettier-ignore
  statusesOf(heard, id).some((one) => one.status === status)

const lastStatus = (heard: readonly BrokerReport[], id: ClientOrderId) =>
  statusesOf(heard, id).at(-1)?.status

const refusalsOf = (heard: readonly BrokerReport[], id: ClientOrderId) =>
  heard.flatMap((report) =>
    report.type === 'OrderRefusal' && report.refusal.clientOrderId === id ? [report.refusal] : [],
  )

const executionsOf = (heard: readonly BrokerReport[], id: ClientOrderId): Execution[] =>
  heard.flatMap((report) =>
    report.type === 'Execution' && report.execution.clientOrderId === id ? [report.execution] : [],
  )

const filledOf = (heard: readonly BrokerReport[], id: ClientOrderId): Quantity =>
  executionsOf(heard, id).reduce((sum, one) => plus(sum, one.quantity), quantity('0'))

function feesOf(heard: readonly BrokerReport[], id: ClientOrderId): Commission[] {
  const ids = new Set(executionsOf(heard, id).map(({ execId }) => execId))
  return heard.flatMap((report) =>
    report.type === 'Commission' && ids.has(report.commission.execId) ? [report.commission] : [],
  )
}

/** Every execution has its fee, once, and together they cost something. */
function feesMatch(heard: readonly BrokerReport[], id: ClientOrderId): boolean {
  const fees = feesOf(heard, id)
  return fees.length === executionsOf(heard, id).length && fees.some(({ amount }) => amount > 0n)
}
