/** The facts that the risk gate judges an order by, as the record has them now. */
import { moneyFrom, toNumber } from '#model/border.ts'
import type { BrokerSnapshot, OpenOrder, Position } from '#model/account.ts'
import {
  magnitude,
  minus,
  plus,
  quantity,
  type Currency,
  type Money,
  type Quantity,
} from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Forex, Instrument, Option } from '#model/instrument.ts'
import { isBuying, signedQuantity } from '#model/order.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import { midOf } from '#marketdata/quote.ts'
import { filledAtLeast, leavesOf, openOrdersOf, type OrderRecord } from '#execution/order-ledger.ts'
import { CLASS_LIMITS } from '#risk/class-limits.ts'
import { exposureFactsOf } from '#risk/exposure-facts.ts'
import type { GateContext } from '#risk/gate.ts'
import { pairHolding } from '#risk/pair-holding.ts'
import type { OpenBook, OpenName } from '#risk/worst-position.ts'
import { exchangeRate } from '#engine/exchange-rate.ts'
import { latchesOf } from '#engine/latches.ts'
import { ordersOfRun } from '#engine/news.ts'
import type { EngineState, Run } from '#engine/state.ts'
import { settingsOf } from '#engine/turn.ts'

/** @param mid - of a fresh quote of the instrument */
export function gateContextOf(
  state: EngineState,
  run: Run,
  plan: Plan,
  instrument: Instrument,
  mid: number,
): GateContext {
  const settings = settingsOf(state)
  const fx = rateOf(state, instrument.currency)
  const unitValue = mid * Number(instrument.multiplier) * fx
  const unitExposure = instrument.assetClass === 'OPT' ? exposureOfOption(state, plan, instrument) : unitValue // prettier-ignore
  const base = baseOf(state, instrument.currency)
  return {
    settings: settings.gate,
    limits: settings.limits,
    latches: latchesOf(state),
    instrument,
    mid,
    fx,
    book: openBookOf(state, plan, instrument),
    unitExposure,
    foreign: exposureFactsOf(instrument.id, instrument, base, unitValue / unitExposure).foreign,
    ...leftOf(state, run, plan),
    unitMargin: unitFundsOf(state, plan, instrument.id, mid),
    usedIds: state.ledger.orders,
    ordersSent: [...run.orders.values()].reduce((sum, ids) => sum + ids.length, 0),
  }
}

const baseOf = ({ taken }: EngineState, otherwise: Currency): Currency =>
  taken?.snapshot.baseCurrency ?? otherwise

/** Base currency per unit of a currency; NaN where no pair is quoted, which the gate refuses. */
export const rateOf = ({ taken, quotes }: EngineState, currency: Currency): number =>
  exchangeRate(currency, taken?.snapshot.baseCurrency ?? currency, quotes) ?? Number.NaN

/**
 * What we hold and what is working, priced as well as we can. Orders of other clients and of people
 * count too, as the latest snapshot has them: they fill into the same account. Of the pairs that the plan is about, and the
 * one at hand, the balances are the holdings.
 */
function openBookOf(state: EngineState, plan: Plan, asked: Instrument): OpenBook {
  const names = new Map<InstrumentId, OpenName>()
  const open = (id: InstrumentId): OpenName => names.get(id) ?? openNameOf(state, plan, id)
  for (const [id, held] of state.book?.positions ?? []) names.set(id, { ...open(id), held })
  for (const pair of pairsOf(state, plan, asked)) {
    const held = pairHeld(state, pair)
    if (held !== undefined) names.set(pair.id, { ...open(pair.id), held })
  }
  const work = (id: InstrumentId, leaves: Quantity, buys: boolean): void => {
    const name = open(id)
    const working = buys
      ? { workingBuys: plus(name.workingBuys, leaves) }
      : { workingSells: plus(name.workingSells, leaves) }
    names.set(id, { ...name, ...working })
  }
  for (const record of openOrdersOf(state.ledger))
    work(record.request.instrument, leavesOf(record), isBuying(record.request.side))
  for (const { instrument, leaves } of strangersOf(state))
    work(instrument, magnitude(leaves), leaves > 0n)
  const nav = state.taken?.snapshot.margin.netLiquidation
  return { nav: nav === undefined ? Number.NaN : toNumber(nav), names }
}

function openNameOf(state: EngineState, plan: Plan, id: InstrumentId): OpenName {
  const instrument = state.instruments.get(id)
  const unitExposure = unitExposureOf(state, plan, id)
  const mid = midIn(state, id) ?? Number.NaN
  const share = instrument?.assetClass === 'OPT' ? (mid * unitValueOf(state, id)) / unitExposure : 1
  const base = baseOf(state, instrument?.currency ?? '')
  return {
    ...exposureFactsOf(id, instrument, base, share),
    held: NONE,
    workingBuys: NONE,
    workingSells: NONE,
    unitExposure,
  }
}

function pairsOf(state: EngineState, plan: Plan, asked: Instrument): readonly Forex[] {
  const named = [...plan.weights.map(({ instrument }) => state.instruments.get(instrument)), asked]
  const pairs = named.flatMap((of) => (of?.assetClass === 'CASH' ? [of] : []))
  return [...new Map(pairs.map((of) => [of.id, of])).values()]
}

function pairHeld(state: EngineState, pair: Forex): Quantity | undefined {
  const balances = state.book?.cash ?? new Map<Currency, Money<Currency>>()
  const base = baseOf(state, pair.currency)
  return pairHolding(pair, (currency) => balances.get(currency), base, midIn(state, pair.id) ?? Number.NaN) // prettier-ignore
}

function midIn({ quotes }: EngineState, id: InstrumentId): number | undefined {
  const quote = quotes.get(id)
  return quote === undefined ? undefined : midOf(quote)
}

/** Open orders at the broker that are not of this record. */
function strangersOf({ taken, ledger }: EngineState): readonly OpenOrder[] {
  const isOurs = ({ clientOrderId, permId }: OpenOrder): boolean =>
    (clientOrderId !== undefined && ledger.orders.has(clientOrderId)) ||
    (permId !== undefined && ledger.permIds.has(permId))
  return (taken?.snapshot.openOrders ?? []).filter((order) => !isOurs(order))
}

/** By the mid, an option by the plan's delta; else by the plan's weight; else by cost, so that a name without a price still counts. */
function unitExposureOf(state: EngineState, plan: Plan, id: InstrumentId): number {
  const instrument = state.instruments.get(id)
  if (instrument?.assetClass === 'OPT') return exposureOfOption(state, plan, instrument)
  const mid = midIn(state, id)
  if (instrument !== undefined && mid !== undefined)
    return mid * Number(instrument.multiplier) * rateOf(state, instrument.currency)
  return exposureByWeight(state, plan, id) ?? exposureByCost(state, id)
}

/** What the plan found it to weigh, by its delta; where it did not weigh it, all the units at the strike. */
function exposureOfOption(state: EngineState, plan: Plan, of: Option): number {
  const whole = toNumber(of.strike) * Number(of.multiplier) * rateOf(state, of.currency)
  return exposureByWeight(state, plan, of.id) ?? (of.right === 'C' ? whole : -whole)
}

/** What a guard price may move by a share of: the price, and of an option what a unit stands for. */
export function guardScaleOf(state: EngineState, plan: Plan, line: PlanLine): number {
  const price = toNumber(line.guardPrice)
  if (line.assetClass !== 'OPT') return price
  const exposure = exposureByWeight(state, plan, line.instrument) ?? 0
  const standsFor = Math.abs(exposure) / unitValueOf(state, line.instrument)
  return standsFor > price ? standsFor : price
}

function exposureByWeight(state: EngineState, plan: Plan, id: InstrumentId): number | undefined {
  const weights = plan.weights.find(({ instrument }) => instrument === id)
  if (weights === undefined) return undefined
  const held = state.plans.get(plan.planId)?.basis.positions.get(id) ?? NONE
  const lines = [...plan.phases.A, ...plan.phases.B].filter(({ instrument }) => instrument === id)
  const reached = lines.reduce((sum, line) => plus(sum, signedQuantity(line)), held)
  const [weight, size] = held === 0n ? [weights.after, reached] : [weights.before, held]
  if (size === 0n || !(Math.abs(weight) > 0)) return undefined
  return (weight * toNumber(plan.nav)) / toNumber(size)
}

function exposureByCost(state: EngineState, id: InstrumentId): number {
  const position: Position | undefined = state.taken?.snapshot.positions.find(
    ({ instrument }) => instrument === id,
  )
  if (position === undefined) return Number.NaN
  return toNumber(position.averageCost) * rateOf(state, position.currency)
}

/**
 * What the broker granted, less what our additions take: all that is working, for IBKR's figures
 * know of positions only, and what those that moved since the snapshot have filled, for it may not
 * be in them. Stocks take buying power by their value; every class takes available funds by its margin.
 */
function leftOf(
  state: EngineState,
  run: Run,
  plan: Plan,
): Pick<GateContext, 'buyingPower' | 'availableFunds'> {
  const snapshot = state.taken?.snapshot
  if (snapshot === undefined) return { buyingPower: moneyFrom(0, ''), availableFunds: moneyFrom(0, '') } // prettier-ignore
  const additions = new Set([...ordersOfRun(state, run), ...openOrdersOf(state.ledger)])
  let [value, funds] = [0, 0]
  for (const record of additions) {
    const size = record.adds ? unseenBy(snapshot, record) : 0
    if (size === 0) continue
    const { instrument } = record.request
    const isStock = (state.instruments.get(instrument)?.assetClass ?? 'STK') === 'STK'
    if (isStock) value += size * record.arrivalMid * unitValueOf(state, instrument)
    funds += size * unitFundsOf(state, plan, instrument, record.arrivalMid)
  }
  const { buyingPower, availableFunds } = snapshot.margin
  return { buyingPower: less(buyingPower, value), availableFunds: less(availableFunds, funds) }
}

/** Nothing where what was taken cannot be reckoned. */
const less = (granted: Money<Currency>, taken: number): Money<Currency> =>
  Number.isFinite(taken) ? minus(granted, moneyFrom(taken, '')) : moneyFrom(0, '')

/** Units of an order that a snapshot's figures may not know of. */
function unseenBy({ begunAt }: BrokerSnapshot, record: OrderRecord): number {
  const filled = record.changedAt >= begunAt ? filledAtLeast(record) : NONE
  return toNumber(plus(filled, leavesOf(record)))
}

/**
 * What one unit of an addition takes of the available funds, base currency ≥ 0: the initial margin that the plan reckoned
 * with, or of a name that is not in it its class's rate; a bought option its premium besides, for it has no loan value.
 */
function unitFundsOf(state: EngineState, plan: Plan, id: InstrumentId, mid: number): number {
  const value = mid * unitValueOf(state, id)
  const assetClass = state.instruments.get(id)?.assetClass ?? 'STK'
  const line = plan.phases.B.find(({ instrument }) => instrument === id)
  if (line === undefined) return assetClass === 'OPT' ? value : value * CLASS_LIMITS[assetClass].marginRate // prettier-ignore
  const premium = assetClass === 'OPT' && line.side === 'BUY' ? value : 0
  return premium + Math.max(0, -toNumber(line.marginFreed)) / toNumber(line.quantity)
}

/** Base currency per unit of price × quantity: multiplier × exchange rate. */
export function unitValueOf(state: EngineState, id: InstrumentId): number {
  const instrument = state.instruments.get(id)
  if (instrument === undefined) return Number.NaN
  return Number(instrument.multiplier) * rateOf(state, instrument.currency)
}

const NONE: Quantity = quantity('0')
