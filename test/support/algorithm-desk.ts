/**
 * Algorithms against the simulated venue in virtual time: a parent for a name of a synthetic market, a desk that carries
 * events and actions between the two, and what came of it.
 */
import { toNumber } from '#model/border.ts'
import { minus, money, plus, quantity, type Price, type Quantity } from '#model/fixed.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import type { Stock } from '#model/instrument.ts'
import { isBuying } from '#model/order.ts'
import { MINUTE_MS, type EpochMs } from '#model/time.ts'
import { newYorkInstant, sessionOn } from '#marketdata/calendar.ts'
import type { Quote } from '#marketdata/quote.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange, VenueEvent, VenueQuote } from '#exchange/exchange.ts'
import type { Liquidity } from '#exchange/market-model.ts'
import { syntheticMarket } from '#exchange/market/synthetic-market.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import { volumeShare } from '#exchange/market/volume-curve.ts'
import type { AlgorithmAction, AlgorithmEvent, AlgorithmName, AlgorithmState } from '#execution/algorithms/algorithm.ts' // prettier-ignore
import { linearImpact } from '#execution/algorithms/linear-impact.ts'
import type { ParentOrder } from '#execution/algorithms/parent-order.ts'
import { startAlgorithm, stepAlgorithm } from '#execution/algorithms/run-algorithm.ts'

export const DATE = '2026-01-06'
/** New York wall time of the day, minutes from midnight. */
export const clock = (minutes: number): EpochMs => newYorkInstant(DATE, minutes)

export interface World {
  readonly exchange: Exchange
  readonly stock: Stock
  readonly liquidity: Liquidity
}

/** A name of middling size at ten in the morning, or when asked. */
export function world(seed: number, startAt: EpochMs = clock(600)): World {
  const [stock] = syntheticUniverse({ seed, count: 4 }).filter(({ shortable }) => shortable)
  if (stock === undefined) throw new Error('the universe has names')
  const market = syntheticMarket({ seed, instruments: [stock], firstDate: '2025-12-01', lastDate: '2026-01-30' }) // prettier-ignore
  const exchange = createExchange({
    seed,
    account: 'DU1234567' as AccountId,
    baseCurrency: 'USD',
    startAt,
    market,
    cash: new Map([['USD', money('100000000000', 'USD')]]),
    positions: [],
    halted: [],
  })
  const liquidity = market.liquidity(stock.id, clock(720))
  if (liquidity === undefined) throw new Error('the name trades')
  return { exchange, stock, liquidity }
}

/** @param shareOfDay - of the day's volume */
export function parentFor(
  { exchange, stock, liquidity }: World,
  shareOfDay: number,
  minutes: number,
  changes: Partial<ParentOrder> = {},
): ParentOrder {
  const arrivalMid = midNow(exchange, stock.id)
  const session = sessionOn(DATE, 'us-equity')
  if (session === undefined) throw new Error('the day is a trading day')
  const units = Math.max(100, Math.round(liquidity.dailyVolume * shareOfDay))
  const { dailyVolume, dailyVolatility, spread } = liquidity
  return {
    side: 'BUY',
    quantity: quantity(String(units)),
    terms: { lot: stock.lot, roundLot: quantity('100'), priceIncrements: stock.priceIncrements, multiplier: 1 }, // prettier-ignore
    arrivalAt: exchange.now,
    arrivalMid,
    deadlineAt: exchange.now + minutes * MINUTE_MS,
    atDeadline: 'cross',
    session: { ...session, mayTradeFirstMinutes: false, mayTradeLastMinutes: false },
    urgency: 0.4,
    usual: {
      dailyVolume,
      dailyVolatility,
      spread,
      volumeCurve: Array.from({ length: 14 }, (_, i) => volumeShare(i / 13)),
    },
    impact: linearImpact({ price: arrivalMid, dailyVolatility, dailyVolume, units, days: minutes / 390 }), // prettier-ignore
    riskAversion: 1e-7,
    participationRate: 0.1,
    quoteMs: 10_000,
    seed: 1,
    ...changes,
  }
}

export function midNow(exchange: Exchange, id: InstrumentId): number {
  const { bid, ask } = exchange.quote(id) ?? {}
  if (bid === undefined || ask === undefined) throw new Error('the name is quoted')
  return (toNumber(bid) + toNumber(ask)) / 2
}

export interface DeskFill {
  readonly at: EpochMs
  readonly units: number
  readonly price: number
  readonly added: boolean
}

export interface Outcome {
  readonly state: AlgorithmState
  readonly actions: readonly { readonly at: EpochMs; readonly action: AlgorithmAction }[]
  readonly fills: readonly DeskFill[]
  readonly filled: Quantity
  /** Against the mid at arrival, positive is a cost. */
  readonly costBps: number
  /** The greatest that working + filled ever came to. */
  readonly mostCommitted: Quantity
}

/** What a test does on the way. */
export interface DeskHooks {
  /** Before every look. */
  readonly tick?: (exchange: Exchange, state: AlgorithmState) => void
  /** Stretches in which nothing reaches the algorithm but its timers; reports come after them. */
  readonly gap?: { readonly from: EpochMs; readonly to: EpochMs }
  /** The state goes on as what this makes of it. */
  readonly carried?: (state: AlgorithmState) => AlgorithmState
  readonly refuses?: (action: Extract<AlgorithmAction, { type: 'place' }>) => boolean
}

const LOOK_MS = 2_000

/** Works a parent to its end. */
export function worked(
  algorithm: AlgorithmName,
  { exchange, stock }: World,
  parent: ParentOrder,
  hooks: DeskHooks = {},
): Outcome {
  const started = startAlgorithm(algorithm, parent)
  if (!started.ok) throw new Error(started.error)
  let state = started.value
  const actions: { at: EpochMs; action: AlgorithmAction }[] = []
  const fills: DeskFill[] = []
  const queue: AlgorithmEvent[] = []
  const permIds = new Map<number, number>()
  const open = new Map<number, Quantity>()
  let filled = quantity('0')
  let mostCommitted = quantity('0')
  let ticksFrom = exchange.now
  const isOver = (): boolean => state.done !== undefined
  exchange.watch(stock.id)

  const report = (child: number, of: Report): void => {
    queue.push({ type: 'child', at: exchange.now, report: { ...of, child } })
  }
  const hear = (events: readonly VenueEvent[]): void => {
    for (const event of events) {
      if (!('order' in event) || event.order.instrument !== stock.id) continue
      const child = event.order.owner.orderId
      if (event.type === 'OrderAccepted') permIds.set(child, event.order.permId)
      if (event.type === 'Traded') {
        const { execution } = event
        filled = plus(filled, execution.quantity)
        open.set(child, minus(event.order.quantity, event.order.filled))
        fills.push({ at: execution.at, units: toNumber(execution.quantity), price: toNumber(execution.price), added: execution.liquidity === 'added' }) // prettier-ignore
      }
      const told = reportOf(event)
      if (told?.kind === 'closed') open.delete(child)
      if (told !== undefined) report(child, told)
    }
  }
  const perform = (action: AlgorithmAction): void => {
    actions.push({ at: exchange.now, action })
    if (action.type === 'cancel') {
      const permId = permIds.get(action.child)
      if (permId !== undefined) hear(exchange.cancel(permId))
    }
    if (action.type !== 'place') return
    if (hooks.refuses?.(action) === true)
      return report(action.child, { kind: 'closed', cause: 'refused', cumulative: quantity('0') })
    open.set(action.child, action.quantity)
    mostCommitted = greatest(mostCommitted, plus(filled, total(open)))
    hear(exchange.place(placed(action, parent, stock)))
  }
  const isCut = (): boolean =>
    hooks.gap !== undefined && exchange.now >= hooks.gap.from && exchange.now < hooks.gap.to
  const step = (event: AlgorithmEvent): void => {
    state = hooks.carried?.(state) ?? state
    for (const action of stepAlgorithm(state, event)) perform(action)
  }
  const drain = (): void => {
    while (queue.length > 0 && !isCut() && !isOver()) {
      const event = queue.shift()
      if (event !== undefined) step(event)
    }
  }

  while (!isOver() && exchange.now < parent.deadlineAt + 10 * MINUTE_MS) {
    hooks.tick?.(exchange, state)
    if (!isCut()) {
      // Only one of them reads the tape, and a busy name's costs more than the rest of the world.
      for (const tick of algorithm === 'participation' ? exchange.ticks(stock.id, ticksFrom, exchange.now) : [])
        if (tick.type === 'trade' && !tick.unreported) step({ type: 'trade', at: exchange.now, size: toNumber(tick.size) }) // prettier-ignore
      ticksFrom = exchange.now
      drain()
      const quote = exchange.quote(stock.id)
      if (quote !== undefined) step({ type: 'quote', at: exchange.now, quote: quoteOf(quote) })
      drain()
      if (algorithm === 'iceberg' && !isOver()) step(depthOf(exchange, stock.id))
    }
    drain()
    if (!isOver() && state.timerAt !== undefined && state.timerAt <= exchange.now) step({ type: 'timer', at: exchange.now }) // prettier-ignore
    drain()
    const next = Math.min(exchange.now + LOOK_MS, Math.max(exchange.now + 1, state.timerAt ?? Infinity)) // prettier-ignore
    if (!isOver()) hear(exchange.advance(next))
  }
  exchange.unwatch(stock.id)
  return { state, actions, fills, filled, costBps: costBpsOf(fills, parent), mostCommitted }
}

type Report = Extract<AlgorithmEvent, { type: 'child' }>['report'] extends infer R
  ? R extends unknown
    ? Omit<R, 'child'>
    : never
  : never

function reportOf(event: VenueEvent): Report | undefined {
  if (event.type === 'OrderAccepted') return { kind: 'accepted' }
  if (event.type === 'Traded') return { kind: 'executed', executed: event.order.filled }
  if (!isEnd(event)) return undefined
  return { kind: 'closed', cause: CAUSES[event.type], cumulative: event.order.filled }
}

const CAUSES = {
  OrderCanceled: 'canceled',
  OrderExpired: 'expired',
  OrderRejected: 'refused',
} as const
const isEnd = (event: VenueEvent): event is Extract<VenueEvent, { type: keyof typeof CAUSES }> =>
  event.type in CAUSES

const total = (open: ReadonlyMap<number, Quantity>): Quantity =>
  [...open.values()].reduce<Quantity>((sum, of) => plus(sum, of), quantity('0'))
const greatest = (a: Quantity, b: Quantity): Quantity => (a > b ? a : b)

const placed = (
  { child, quantity: size, limitPrice, timeInForce, displaySize }: Extract<AlgorithmAction, { type: 'place' }>, // prettier-ignore
  { side }: ParentOrder,
  { id }: Stock,
) =>
  ({
    instrument: id,
    action: isBuying(side) ? 'BUY' : 'SELL',
    quantity: size,
    orderType: 'LMT',
    limitPrice,
    timeInForce,
    ...(displaySize === undefined ? {} : { displaySize }),
    outsideRegularHours: false,
    owner: { clientId: 1, orderId: child, orderRef: `child-${child}` },
  }) as const

/** Signed so that a cost is positive. */
export function costBpsOf(fills: readonly DeskFill[], { side, arrivalMid }: ParentOrder): number {
  const units = fills.reduce((sum, fill) => sum + fill.units, 0)
  const paid = fills.reduce((sum, fill) => sum + fill.units * fill.price, 0)
  return units === 0 ? 0 : ((isBuying(side) ? 1 : -1) * (paid / units - arrivalMid) * 10_000) / arrivalMid // prettier-ignore
}

/** The same parent as one market order. */
export function workedAtMarket({ exchange, stock }: World, parent: ParentOrder): number {
  const fills: DeskFill[] = []
  const hear = (events: readonly VenueEvent[]): void => {
    for (const event of events)
      if (event.type === 'Traded') fills.push({ at: event.execution.at, units: toNumber(event.execution.quantity), price: toNumber(event.execution.price), added: false }) // prettier-ignore
  }
  hear(exchange.place({ instrument: stock.id, action: isBuying(parent.side) ? 'BUY' : 'SELL', quantity: parent.quantity, orderType: 'MKT', timeInForce: 'DAY', outsideRegularHours: false, owner: { clientId: 1, orderId: 1, orderRef: 'market' } })) // prettier-ignore
  while (exchange.hasOpenOrders() && exchange.now < parent.deadlineAt)
    hear(exchange.advance(exchange.now + LOOK_MS))
  return costBpsOf(fills, parent)
}

const floatOf = (value: Price | Quantity | undefined): number | undefined =>
  value === undefined ? undefined : toNumber(value)

const quoteOf = (quote: VenueQuote): Quote => ({
  instrument: quote.instrument,
  bid: floatOf(quote.bid),
  ask: floatOf(quote.ask),
  bidSize: toNumber(quote.bidSize),
  askSize: toNumber(quote.askSize),
  last: floatOf(quote.last),
  close: floatOf(quote.previousClose),
  volume: toNumber(quote.volume),
  at: quote.at,
  kind: 'live',
  halted: quote.halted,
})

function depthOf(exchange: Exchange, id: InstrumentId): AlgorithmEvent {
  const depth = exchange.depth(id, 10)
  const levels = (of: 'bids' | 'asks') =>
    (depth?.[of] ?? []).map(({ price, size }) => ({ price: toNumber(price), size: toNumber(size) }))
  return { type: 'depth', at: exchange.now, bids: levels('bids'), asks: levels('asks') }
}
