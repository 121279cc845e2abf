/**
 * The broker port over TWS or IB Gateway.
 *
 * Invariants
 * 1. Nothing is sent unless the session is ready; adding to the book also needs TWS to have its
 *    server (a degraded link takes cancels only).
 * 2. An order leaves the queue only if it is still allowed; its number is taken at that moment, so
 *    that numbers rise on the wire (103 otherwise).
 * 3. A lost connection is re-opened with the same client id, for only it can cancel our orders; the
 *    handles and the mark of order numbers outlive the sessions.
 * 4. What TWS says of orders is passed on at once, whatever the link's state: a fill after 1100 is a
 *    fill (QuantConnect/Lean.Brokerages.InteractiveBrokers#249).
 * 5. A message that could not be read may have been a fill: the link is told anew, so that the
 *    account is asked for whole.
 */
import type { IBApi } from '@stoqey/ib'
import type { BrokerSnapshot } from '#model/account.ts'
import type { ClientOrderId, ExecId } from '#model/ids.ts'
import { instrumentIdOf, parseInstrumentName, type InstrumentName } from '#model/instrument-id.ts'
import type { Instrument } from '#model/instrument.ts'
import type { InstrumentId } from '#model/ids.ts'
import { invariant } from '#model/invariant.ts'
import type { OrderRequest } from '#model/order.ts'
import type { BrokerReport, Commission, Execution } from '#model/report.ts'
import type { EpochMs } from '#model/time.ts'
import type { RiskApproved } from '#risk/approve.ts'
import {
  BrokerError,
  type Broker,
  type BrokerSession,
  type LinkChange,
  type UnknownInstrument,
} from '#brokers/broker.ts'
import { isPaperAccount, type IbkrBrokerConfig } from '#brokers/ibkr/config.ts'
import { describeAll, type MarketRules } from '#brokers/ibkr/describe.ts'
import { accountProblem, modeProblem } from '#brokers/ibkr/guard.ts'
import { createOrderHandles } from '#brokers/ibkr/order-handles.ts'
import { reportsIn } from '#brokers/ibkr/reports.ts'
import { takeSnapshot } from '#brokers/ibkr/snapshot.ts'
import { twsOrderOf } from '#brokers/ibkr/translate.ts'
import { currentTime } from '#tws/account-queries.ts'
import { DUPLICATE_ORDER_ID, UNREADABLE } from '#tws/codes.ts'
import { contractOf, contractOfName } from '#tws/contract.ts'
import { createLastingConnection } from '#tws/lasting-connection.ts'
import type { LinkMove } from '#tws/link.ts'
import type { TwsMessage } from '#tws/messages.ts'
import { openOrders } from '#tws/order-queries.ts'
import type { TwsSession } from '#tws/session.ts'
import { TwsError } from '#tws/tws-error.ts'
import { zoneOfGreeting } from '#tws/wire-time.ts'

/** Our clock: what dates link changes and snapshots. */
export interface AdapterClock {
  now(): EpochMs
}

export function createIbkrBroker(config: IbkrBrokerConfig, clock: AdapterClock): Broker {
  const handles = createOrderHandles()
  /** Orders that wait in the pacing queue; what is taken out of it is not written. */
  const queued = new Set<ClientOrderId>()
  const instruments = new Map<InstrumentId, Instrument>()
  const rules: MarketRules = new Map()
  const commissions = new Map<ExecId, Commission>()
  /** Of snapshots under way: fills that come meanwhile are theirs, too. */
  const collecting = new Set<Execution[]>()
  let clockOffsetMs = 0
  let zone = 'UTC'
  let nextResyncAt = 0
  let onReport: (report: BrokerReport) => void = unheard
  let onLink: (change: LinkChange) => void = unheard

  const connection = createLastingConnection(config, { prepare, onMessage, onLink: changeLink })

  async function prepare(session: TwsSession): Promise<void> {
    const problem = accountProblem(config, session.accounts)
    if (problem !== undefined) throw new BrokerError('wrong-account', problem)
    zone = zoneOfGreeting(session.connectedAt)
    handles.raise(session.nextOrderId)
    clockOffsetMs = await measureOffset(session)
    await learnOrders(session)
  }

  /** TWS tells whole seconds, so half a second is the best guess of what it left out. */
  async function measureOffset(session: TwsSession): Promise<number> {
    const asked = clock.now()
    const seconds = await currentTime(session, config.requestTimeoutMs)
    return Math.round(seconds * 1000 + 500 - (asked + clock.now()) / 2)
  }

  function onMessage(message: TwsMessage): void {
    if (message.type === 'nextValidId') handles.raise(message.orderId)
    if (message.type === 'notice') hearNotice(message)
    const brokerNow = clock.now() + clockOffsetMs
    const { clientId, account } = config
    const context = { handles, clientId, account, zone, brokerNow }
    for (const report of reportsIn(message, context)) tell(report)
  }

  function hearNotice({ reqId, code, text }: Notice): void {
    if (reqId === SYSTEM) config.onNotice?.(`${code}: ${text}`)
    if (code === DUPLICATE_ORDER_ID) askForOrderIds()
    if (reqId === SYSTEM && code === UNREADABLE) askForResync(text)
  }

  /** A snapshot under way fails by itself; else whoever hears of the link takes one. */
  function askForResync(text: string): void {
    const at = clock.now()
    if (collecting.size > 0 || connection.link() === 'down' || at < nextResyncAt) return
    nextResyncAt = at + RESYNC_EVERY_MS
    onLink({ link: connection.link(), reason: `a message of TWS's could not be read: ${text}`, at })
  }

  function tell(report: BrokerReport): void {
    if (report.type === 'Commission') {
      if (isRepeat(commissions, report.commission)) return
      commissions.set(report.commission.execId, report.commission)
    }
    if (report.type === 'Execution') for (const fills of collecting) fills.push(report.execution)
    onReport(report)
  }

  function askForOrderIds(): void {
    attempt(async () => {
      await connection.session().send('query', (api) => void api.reqIds())
    }).catch(unheard) // the next session asks anyway
  }

  function changeLink({ to }: LinkMove, reason: string): void {
    onLink({ link: to, reason, at: clock.now() })
  }

  function contractFor(id: InstrumentId): ReturnType<typeof contractOf> {
    const known = instruments.get(id)
    if (known !== undefined) return contractOf(known)
    // Not described: TWS finds the contract by its name, or refuses the order (200).
    const name = parseInstrumentName(id)
    invariant(name.ok, 'an instrument id can be read back')
    return contractOfName(name.value)
  }

  async function submit(
    order: RiskApproved<OrderRequest>,
    stillAllowed: () => boolean,
  ): Promise<void> {
    const session = connection.session()
    const contract = contractFor(order.instrument)
    const twsOrder = twsOrderOf(order, config.account)
    const mayGo = (): boolean => isServed() && queued.has(order.id) && stillAllowed()
    if (!isServed()) throw notServed()
    queued.add(order.id)
    const place = (api: IBApi): void => {
      queued.delete(order.id)
      const handle = handles.of(order.id)
      const orderId = handles.takeOrderId()
      handles.bind(handle, orderId)
      handle.goodTill = order.goodTill
      api.placeOrder(orderId, contract, twsOrder)
    }
    await session.send('order', place, mayGo).finally(() => queued.delete(order.id))
  }

  const isServed = (): boolean => connection.link() === 'up'

  async function cancel(id: ClientOrderId): Promise<void> {
    const session = connection.session()
    // Still in our own queue: it will not be written, and its submit ends as withheld.
    if (queued.delete(id)) return
    if (numbersOf(id).size === 0) await learnOrders(session)
    const handle = handles.find(id)
    if (handle === undefined || handle.orderIds.size === 0) return refuseCancel(id)
    handle.cancelAsked = true
    const sent = [...handle.orderIds].map((orderId) =>
      session.send('cancel', (api) => void api.cancelOrder(orderId)),
    )
    await Promise.all(sent)
  }

  const numbersOf = (id: ClientOrderId): ReadonlySet<number> =>
    handles.find(id)?.orderIds ?? new Set()

  /** Teaches the numbers of our open orders, of earlier sessions too, as `onMessage` hears the answer. */
  async function learnOrders(session: TwsSession): Promise<void> {
    await openOrders(session, 'own', config.requestTimeoutMs, 'cancel')
  }

  function refuseCancel(clientOrderId: ClientOrderId): void {
    const reason = `client ${config.clientId} has no open order ${clientOrderId}`
    onReport({
      type: 'OrderRefusal',
      refusal: { clientOrderId, refused: 'cancel', code: 0, reason },
    })
  }

  async function snapshot(timeoutMs: number): Promise<BrokerSnapshot> {
    const liveFills: Execution[] = []
    collecting.add(liveFills)
    try {
      const { account } = config
      const context = { account, zone, now: () => clock.now(), commissions, liveFills }
      return await takeSnapshot(connection.session(), timeoutMs, context)
    } finally {
      collecting.delete(liveFills)
    }
  }

  async function describe(
    names: readonly InstrumentName[],
  ): Promise<readonly (Instrument | UnknownInstrument)[]> {
    const session = connection.session()
    const fresh = names.filter((name) => !instruments.has(instrumentIdOf(name)))
    const answers = await describeAll(session, fresh, rules, config.requestTimeoutMs)
    const unknown = new Map<InstrumentId, UnknownInstrument>()
    for (const answer of answers) {
      if ('unknown' in answer) unknown.set(answer.unknown, answer)
      else instruments.set(answer.id, answer)
    }
    return names.map((name) => {
      const id = instrumentIdOf(name)
      const answer = instruments.get(id) ?? unknown.get(id)
      invariant(answer !== undefined, 'every name has an answer')
      return answer
    })
  }

  return {
    connect: () =>
      attempt(async (): Promise<BrokerSession> => {
        const problem = modeProblem(config)
        if (problem !== undefined) throw new BrokerError('wrong-account', problem)
        await connection.open()
        const { account } = config
        return { account, paper: isPaperAccount(account), clockOffsetMs }
      }),
    submit: (order, stillAllowed) => attempt(() => submit(order, stillAllowed)),
    cancel: (id) => attempt(() => cancel(id)),
    cancelEverything: () =>
      attempt(() => connection.session().send('cancel', (api) => void api.reqGlobalCancel())),
    snapshot: (timeoutMs) => attempt(() => snapshot(timeoutMs)),
    describe: (names) => attempt(() => describe(names)),
    onReport: (listener) => {
      onReport = listener
    },
    onLink: (listener) => {
      onLink = listener
    },
    close() {
      connection.close()
      return Promise.resolve()
    },
  }
}

type Notice = Extract<TwsMessage, { readonly type: 'notice' }>

/** The id of what TWS says of itself. */
const SYSTEM = -1
/** What cannot be read once may never be: asking again and again would be a loop. */
const RESYNC_EVERY_MS = 60_000

const unheard = (): void => {}

/** Asking for executions repeats their fees. */
function isRepeat(known: ReadonlyMap<ExecId, Commission>, told: Commission): boolean {
  const before = known.get(told.execId)
  return before?.amount === told.amount && before.realizedPnl === told.realizedPnl
}

const notServed = (): BrokerError =>
  new BrokerError('not-connected', 'TWS has lost its server (1100); orders wait until it is back')

/** Runs a piece of the conversation; its failures come out in the port's words. */
async function attempt<T>(talk: () => Promise<T>): Promise<T> {
  try {
    return await talk()
  } catch (error) {
    if (error instanceof TwsError)
      throw new BrokerError(KINDS[error.kind], error.message, { cause: error })
    throw error
  }
}

/** `refused` and `unreadable` are questions without a whole answer. */
const KINDS: Readonly<Record<TwsError['kind'], BrokerError['kind']>> = {
  'not-connected': 'not-connected',
  withheld: 'withheld',
  uncertain: 'uncertain',
  timeout: 'timeout',
  refused: 'timeout',
  'client-id-in-use': 'not-connected',
  unreadable: 'timeout',
}
