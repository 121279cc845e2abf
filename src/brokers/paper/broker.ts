/**
 * The broker port over the simulated venue, in this process: no socket, no pacing, no loss.
 *
 * Invariants
 * 1. Reports come after the call that caused them has returned, in the venue's order, as over a wire.
 * 2. The venue's time is our clock's, moved on at every tick and before every request.
 * 3. As at IBKR, an id that is submitted twice is two live orders.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import type { ClientOrderId } from '#model/ids.ts'
import { instrumentIdOf, type InstrumentName } from '#model/instrument-id.ts'
import type { Instrument } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'
import type { OrderRequest } from '#model/order.ts'
import type { BrokerReport } from '#model/report.ts'
import type { RiskApproved } from '#risk/approve.ts'
import type { VenueEvent, VenuePosition } from '#exchange/exchange.ts'
import {
  BrokerError,
  type Broker,
  type BrokerSession,
  type UnknownInstrument,
} from '#brokers/broker.ts'
import {
  PAPER_TICK_MS,
  timerTicker,
  type PaperBrokerConfig,
  type PaperClock,
  type PaperTicker,
} from '#brokers/paper/config.ts'
import {
  clientOrderIdOf,
  commissionOf,
  completedOrderOf,
  executionOf,
  openOrderOf,
  positionOf,
  refusalOf,
  reportsOf,
  venueOrderOf,
} from '#brokers/paper/translate.ts'

export function createPaperBroker(
  config: PaperBrokerConfig,
  clock: PaperClock,
  ticker: PaperTicker = timerTicker(PAPER_TICK_MS),
): Broker {
  const { exchange, clientId } = config
  const instruments = new Map(exchange.instruments.map((one) => [one.id, one]))
  const outbox: BrokerReport[] = []
  let onReport: (report: BrokerReport) => void = unheard
  let stopTicker: (() => void) | undefined
  let nextOrderId = 1

  const isConnected = (): boolean => stopTicker !== undefined

  /** Every request begins so: refused without a session, then the venue is brought up to now. */
  function enter(): void {
    if (!isConnected()) throw new BrokerError('not-connected', 'the paper broker is not connected')
    catchUp()
  }

  function catchUp(): void {
    if (clock.now() > exchange.now) hear(exchange.advance(clock.now()))
  }

  function hear(events: readonly VenueEvent[]): void {
    post(events.flatMap((event) => reportsOf(event, exchange.account)))
  }

  /** As over a wire: the caller has its answer first. */
  function post(reports: readonly BrokerReport[]): void {
    if (reports.length === 0) return
    if (outbox.length === 0) setImmediate(deliver)
    outbox.push(...reports)
  }

  function deliver(): void {
    for (const report of outbox.splice(0)) if (isConnected()) onReport(report)
  }

  async function connect(): Promise<BrokerSession> {
    const { account } = exchange
    if (config.account !== account)
      throw new BrokerError('wrong-account', `the venue keeps account ${account}; expected the configured account ${config.account}`) // prettier-ignore
    stopTicker ??= ticker.start(catchUp)
    catchUp()
    const clockOffsetMs = exchange.now - clock.now()
    return { account, paper: true, clockOffsetMs }
  }

  async function submit(
    order: RiskApproved<OrderRequest>,
    stillAllowed: () => boolean,
  ): Promise<void> {
    enter()
    if (!stillAllowed()) throw new BrokerError('withheld', 'no longer allowed when its turn came')
    const owner = { clientId, orderId: nextOrderId++, orderRef: order.id }
    hear(exchange.place(venueOrderOf(order, owner)))
  }

  async function cancel(id: ClientOrderId): Promise<void> {
    enter()
    const bears = exchange
      .openOrders()
      .filter(({ owner }) => owner.clientId === clientId && clientOrderIdOf(owner) === id)
    for (const order of bears) {
      const events = exchange.cancel(order.permId)
      hear(events)
      for (const event of events)
        if (event.type === 'ChangeRefused') post(refusalOf(order, 'cancel', event.refusal))
    }
    if (bears.length > 0) return
    const reason = `client ${clientId} has no open order ${id}`
    post([{ type: 'OrderRefusal', refusal: { clientOrderId: id, refused: 'cancel', code: 0, reason } }]) // prettier-ignore
  }

  async function snapshot(): Promise<BrokerSnapshot> {
    enter()
    const executions = exchange.executions()
    const { account, baseCurrency } = exchange
    const now = clock.now()
    return {
      account,
      baseCurrency,
      begunAt: now,
      takenAt: now,
      positions: exchange
        .positions()
        // Virtual positions in currency pairs repeat what the cash says.
        .filter((held) => instrumentOf(held).assetClass !== 'CASH')
        .map((held) => positionOf(held, instrumentOf(held)))
        .toSorted((a, b) => (a.instrument < b.instrument ? -1 : 1)),
      cash: [...exchange.cash()]
        .map(([currency, amount]) => ({ currency, amount }))
        .toSorted((a, b) => (a.currency < b.currency ? -1 : 1)),
      margin: exchange.margin(),
      openOrders: exchange.openOrders().map(openOrderOf),
      completedOrders: exchange.completedOrders().map(completedOrderOf),
      executions: executions.map((one) => executionOf(one, account)),
      commissions: executions.map(commissionOf),
    }
  }

  function instrumentOf({ instrument }: VenuePosition): Instrument {
    const listed = instruments.get(instrument)
    invariant(listed !== undefined, 'what is held is listed')
    return listed
  }

  async function describe(
    names: readonly InstrumentName[],
  ): Promise<readonly (Instrument | UnknownInstrument)[]> {
    enter()
    return names.map((name) => {
      const id = instrumentIdOf(name)
      return instruments.get(id) ?? { unknown: id, reason: `the venue does not list ${id}` }
    })
  }

  return {
    connect,
    submit,
    cancel,
    async cancelEverything() {
      enter()
      hear(exchange.cancelAll())
    },
    snapshot,
    describe,
    onReport: (listener) => {
      onReport = listener
    },
    onLink: unheard, // the link cannot break
    async close() {
      stopTicker?.()
      stopTicker = undefined
    },
  }
}

const unheard = (): void => {}
