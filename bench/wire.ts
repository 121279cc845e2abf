/**
 * Orders a second through the wire: our adapter and `@stoqey/ib` on one side of a loopback socket,
 * the simulated gateway in a process of its own on the other, pacing off. (With pacing on the answer
 * is the pace: 35 messages a second.)
 *
 * Resting orders measure the round trip order → accepted; market orders go on to the fill and its
 * commission. So many are under way at a time, each followed by the next as soon as it has arrived:
 * the rate is that of the whole pipe, both processes included.
 */
import { price, quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, ExecId, InstrumentId, RunId } from '#model/ids.ts'
import type { OrderRequest } from '#model/order.ts'
import type { BrokerReport } from '#model/report.ts'
import type { Broker } from '#brokers/broker.ts'
import { createIbkrBroker } from '#brokers/ibkr/broker.ts'
import { IBKR_DEFAULTS } from '#brokers/ibkr/config.ts'
import { startGatewayProcess } from '#cli/demo/gateway-process.ts'
import { clientOrderIdOf } from '#execution/client-order-id.ts'
import { openMarket } from '#gateway/market.ts'
import { approve } from '#risk/approve.ts'
import { NO_PACING } from '#tws/pacing.ts'
import { spread } from './figures.ts'

const ACCOUNT = 'DU1234567' as AccountId
const ORDERS = 500
/** As many as a large wave has open. */
const IN_FLIGHT = 50
const MARKET = { seed: 1, market: 'synthetic' }

/** Prints a line for each kind of order. */
export async function run(): Promise<void> {
  const words = [
    '--port=0',
    `--seed=${MARKET.seed}`,
    `--account=${ACCOUNT}`,
    '--cash=100000000',
    '--pacing=off',
  ]
  const gateway = await startGatewayProcess(words, (text) => console.error(text))
  const broker = createIbkrBroker(
    { ...IBKR_DEFAULTS, account: ACCOUNT, mode: 'paper', host: gateway.host, port: gateway.port, clientId: 11, pacing: NO_PACING }, // prettier-ignore
    { now: () => Date.now() + gateway.clockOffsetMs },
  )
  try {
    await broker.connect()
    const names = await tradedNames(broker)
    console.log('wire: orders a second, gateway in its own process, pacing off')
    console.log(await rateOf(broker, names, 'resting'))
    console.log(await rateOf(broker, names, 'market'))
  } finally {
    await broker.close()
    await gateway.close()
  }
}

type Kind = 'resting' | 'market'

const WHAT: Readonly<Record<Kind, string>> = {
  resting: 'order → accepted',
  market: 'order → fill → commission',
}

async function tradedNames(broker: Broker): Promise<readonly InstrumentId[]> {
  const { market } = await openMarket(MARKET)
  const listed = market.instruments.filter(({ assetClass }) => assetClass === 'STK').slice(0, 100)
  const described = await broker.describe(listed.map(({ symbol, assetClass, currency }) => ({ symbol, assetClass, currency }))) // prettier-ignore
  return described.flatMap((of) => ('id' in of ? [of.id] : []))
}

async function rateOf(broker: Broker, names: readonly InstrumentId[], kind: Kind): Promise<string> {
  const arrivals = arrivalsOf(broker, kind)
  const latenciesMs: number[] = []
  const orders = Array.from({ length: ORDERS }, (_, i) => orderOf(kind, i, names)).values()
  const begun = performance.now()
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  const perSecond = (ORDERS * 1_000) / (performance.now() - begun)
  return `  ${WHAT[kind].padEnd(26)} ${perSecond.toFixed(0).padStart(6)}/s   one order ${spread(latenciesMs)}   (${ORDERS} orders, ${IN_FLIGHT} at a time)`

  async function work(): Promise<void> {
    for (const order of orders) {
      const sent = performance.now()
      const arrived = arrivals.of(order.id)
      await submit(broker, order)
      await arrived
      latenciesMs.push(performance.now() - sent)
    }
  }
}

async function submit(broker: Broker, order: OrderRequest): Promise<void> {
  const approved = approve(order, () => undefined)
  if ('reason' in approved) throw new Error(approved.reason)
  await broker.submit(approved, () => true)
}

function orderOf(kind: Kind, i: number, names: readonly InstrumentId[]): OrderRequest {
  const id = clientOrderIdOf('be4c0000', (kind === 'resting' ? 'r1' : 'r2') as RunId, `B${i + 1}`, 1) // prettier-ignore
  const instrument = names[i % names.length]
  if (instrument === undefined) throw new Error('the gateway lists no instruments')
  const base = { id, instrument, side: 'BUY', quantity: quantity('1'), timeInForce: 'DAY' } as const
  return kind === 'resting'
    ? { ...base, orderType: 'LMT', limitPrice: price('1') }
    : { ...base, orderType: 'MKT' }
}

/** Tells when an order has come to where its kind is measured to. */
function arrivalsOf(broker: Broker, kind: Kind) {
  const waiting = new Map<ClientOrderId, () => void>()
  const orderOfExecution = new Map<ExecId, ClientOrderId>()
  broker.onReport((report) => {
    if (report.type === 'OrderRefusal') throw new Error(report.refusal.reason)
    if (report.type === 'Execution' && report.execution.clientOrderId !== undefined)
      orderOfExecution.set(report.execution.execId, report.execution.clientOrderId)
    const id = arrived(report)
    if (id !== undefined) waiting.get(id)?.()
  })
  return { of: (id: ClientOrderId) => new Promise<void>((resolve) => waiting.set(id, resolve)) }

  function arrived(report: BrokerReport): ClientOrderId | undefined {
    if (kind === 'market')
      return report.type === 'Commission'
        ? orderOfExecution.get(report.commission.execId)
        : undefined
    if (report.type !== 'OrderStatus' || report.status.status !== 'working') return undefined
    return report.status.clientOrderId
  }
}
