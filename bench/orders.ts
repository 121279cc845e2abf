/**
 * Order round trips a second through the socket of the simulated gateway, placed → filled → commission, with a
 * driver that has nothing in it and with `@stoqey/ib`; beside an echo of frames as long, measured in the same run.
 *
 * Pacing is off. So many orders are under way at a time, each followed by the next when its commission has
 * arrived; the gateway is a process of its own, and says the commission some venue time after the fill.
 */
import type { Buffer } from 'node:buffer'
import { EventName, IBApi, OrderAction, OrderType, SecType, TimeInForce } from '@stoqey/ib'
import { startGatewayProcess, type GatewayProcess } from '#cli/demo/gateway-process.ts'
import { fieldsOf, frameOf } from '#gateway/wire/frame.ts'
import { placeOrderFields } from '#test/support/place-order-fields.ts'
import { echoRate } from './echo.ts'
import { spread } from './figures.ts'
import { messageIdOf, rawClient, type RawClient } from './raw-client.ts'

const WARM_UP = 5_000
const ORDERS = 40_000
const IN_FLIGHT = 1_000
const LIBRARY_ORDERS = 1_000
/** So many that none is traded faster than its book fills again. */
const NAMES = 300
const COMMISSION = 59
const SYMBOLS = 79
const ERROR = 4

/** Prints a line for each driver. */
export async function run(): Promise<void> {
  const gateway = await startGatewayProcess(
    ['--port=0', '--seed=1', '--cash=1000000000', '--pacing=off'],
    (text) => console.error(text),
  )
  try {
    console.log('orders: placed → filled → commission a second, gateway in its own process, pacing off') // prettier-ignore
    const { client, nextOrderId } = await rawClient(gateway.port, 1)
    const names = await listedNames(client)
    const frames = Array.from({ length: WARM_UP + ORDERS }, (_, i) =>
      orderFrame(nextOrderId + i, names[i % names.length] ?? '', i),
    )
    await roundTrips(client, frames.slice(0, WARM_UP))
    const raw = await roundTrips(client, frames.slice(WARM_UP))
    const echo = await echoRate(frames[0] ?? frameOf(['']), ORDERS, IN_FLIGHT)
    client.close()
    const library = await libraryTrips(gateway, names)
    line('raw driver', raw, ORDERS)
    line('@stoqey/ib', library, LIBRARY_ORDERS)
    line('raw loopback echo', echo, ORDERS)
    console.log(`  raw driver / echo ${(raw.perSecond / echo.perSecond).toFixed(3)}`)
  } finally {
    await gateway.close()
  }
}

interface Rate {
  readonly perSecond: number
  readonly latenciesMs: readonly number[]
}

function line(what: string, { perSecond, latenciesMs }: Rate, count: number): void {
  console.log(`  ${what.padEnd(18)} ${perSecond.toFixed(0).padStart(7)}/s   one ${spread(latenciesMs)}   (${count}, ${IN_FLIGHT} at a time)`) // prettier-ignore
}

/** Market orders, bought and sold in turn, so that the account stays as it was. */
const orderFrame = (orderId: number, symbol: string, i: number): Buffer =>
  frameOf(
    placeOrderFields({
      orderId: String(orderId),
      symbol,
      orderType: 'MKT',
      lmtPrice: '',
      totalQuantity: '1',
      action: Math.floor(i / NAMES) % 2 === 0 ? 'BUY' : 'SELL',
      orderRef: `bench-${orderId}`,
    }),
  )

async function roundTrips(client: RawClient, frames: readonly Buffer[]): Promise<Rate> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const sentAt: number[] = []
  const latenciesMs: number[] = []
  const send = () => {
    const frame = frames[sentAt.length]
    if (frame === undefined) return
    sentAt.push(performance.now())
    client.sendBytes(frame)
  }
  client.onFrame((payload) => {
    const id = messageIdOf(payload)
    if (id === ERROR) reject(new Error(fieldsOf(payload).join(' ')))
    if (id !== COMMISSION || latenciesMs.length >= frames.length) return
    latenciesMs.push(performance.now() - (sentAt[latenciesMs.length] ?? 0))
    if (latenciesMs.length === frames.length) resolve()
    else send()
  })
  const begun = performance.now()
  for (let i = 0; i < IN_FLIGHT; i++) send()
  await promise
  return { perSecond: (frames.length * 1_000) / (performance.now() - begun), latenciesMs }
}

/** Symbols that the gateway lists, by asking for every first letter. */
async function listedNames(client: RawClient): Promise<readonly string[]> {
  const names = new Set<string>()
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
    const answer = client.next(SYMBOLS)
    client.send(81, 900, letter)
    const fields = await answer
    for (const [i, field] of fields.entries()) if (field === 'STK') names.add(fields[i - 1] ?? '')
  }
  return [...names].slice(0, NAMES)
}

async function libraryTrips(gateway: GatewayProcess, names: readonly string[]): Promise<Rate> {
  const ib = new IBApi({ host: gateway.host, port: gateway.port, clientId: 2, maxReqPerSec: 100_000 }) // prettier-ignore
  const next = new Promise<number>((resolve) => ib.once(EventName.nextValidId, resolve))
  ib.connect()
  const first = await next
  const { promise, resolve } = Promise.withResolvers<void>()
  const sentAt: number[] = []
  const latenciesMs: number[] = []
  const send = () => {
    const i = sentAt.length
    if (i >= LIBRARY_ORDERS) return
    sentAt.push(performance.now())
    ib.placeOrder(
      first + i,
      { symbol: names[i % names.length] ?? '', secType: SecType.STK, exchange: 'SMART', currency: 'USD' },
      {
        action: Math.floor(i / NAMES) % 2 === 0 ? OrderAction.BUY : OrderAction.SELL,
        orderType: OrderType.MKT,
        totalQuantity: 1,
        tif: TimeInForce.DAY,
        transmit: true,
      },
    ) // prettier-ignore
  }
  ib.on(EventName.commissionReport, () => {
    if (latenciesMs.length >= LIBRARY_ORDERS) return
    latenciesMs.push(performance.now() - (sentAt[latenciesMs.length] ?? 0))
    if (latenciesMs.length === LIBRARY_ORDERS) resolve()
    else send()
  })
  const begun = performance.now()
  for (let i = 0; i < IN_FLIGHT; i++) send()
  await promise
  const perSecond = (LIBRARY_ORDERS * 1_000) / (performance.now() - begun)
  ib.disconnect()
  return { perSecond, latenciesMs }
}
