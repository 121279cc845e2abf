/** The facts that the risk gate judges an order by, as the record has them now. */
import { moneyFrom, toNumber } from '#model/border.ts'
import type { OpenOrder, Position } from '#model/account.ts'
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
import type { Instrument, Option } from '#model/instrument.ts'
import { isBuying, signedQuantity } from '#model/order.ts'
import type { Plan } from '#model/plan.ts'
import { midOf } from '#marketdata/quote.ts'
import { filledAtLeast, leavesOf, openOrdersOf } from '#execution/order-ledger.ts'
import type { GateContext } from '#risk/gate.ts'
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
  return {
    settings: settings.gate,
    limits: settings.limits,
    latches: latchesOf(state),
    instrument,
    mid,
    fx,
    book: openBookOf(state, plan),
    unitExposure:
      instrument.assetClass === 'OPT'
        ? exposureOfOption(state, plan, instrument)
        : mid * Number(instrument.multiplier) * fx,
    buyingPower: buyingPowerLeft(state, run),
    usedIds: state.ledger.orders,
    ordersSent: [...run.orders.values()].reduce((sum, ids) => sum + ids.length, 0),
  }
}

/** Base currency per unit of a currency; NaN where no pair is quoted, which the gate refuses. */
export const rateOf = ({ taken, quotes }: EngineState, currency: Currency): number =>
  exchangeRate(currency, taken?.snapshot.baseCurrency ?? currency, quotes) ?? Number.NaN

/**
 * What we hold and what is working, priced as well as we can. Orders of other clients and of people
 * count too, as the latest snapshot has them: they fill into the same account.
 */
function openBookOf(state: EngineState, plan: Plan): OpenBook {
  const names = new Map<InstrumentId, OpenName>()
  const open = (id: InstrumentId): OpenName =>
    names.get(id) ?? {
      sector: state.instruments.get(id)?.sector ?? 'unknown',
      held: NONE,
      workingBuys: NONE,
      workingSells: NONE,
      unitExposure: unitExposureOf(state, plan, id),
    }
  for (const [id, held] of state.book?.positions ?? []) names.set(id, { ...open(id), held })
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
  const quote = state.quotes.get(id)
  const mid = quote === undefined ? undefined : midOf(quote)
  if (instrument !== undefined && mid !== undefined)
    return mid * Number(instrument.multiplier) * rateOf(state, instrument.currency)
  return exposureByWeight(state, plan, id) ?? exposureByCost(state, id)
}

/** What the plan found it to weigh, by its delta; where it did not weigh it, all the units at the strike. */
function exposureOfOption(state: EngineState, plan: Plan, of: Option): number {
  const whole = toNumber(of.strike) * Number(of.multiplier) * rateOf(state, of.currency)
  return exposureByWeight(state, plan, of.id) ?? (of.right === 'C' ? whole : -whole)
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
 * be in them.
 */
function buyingPowerLeft(state: EngineState, run: Run): Money<Currency> {
  const snapshot = state.taken?.snapshot
  if (snapshot === undefined) return moneyFrom(0, '')
  const additions = new Set([...ordersOfRun(state, run), ...openOrdersOf(state.ledger)])
  const taken = [...additions].reduce((sum, record) => {
    if (!record.adds) return sum
    const filled = record.changedAt >= snapshot.begunAt ? filledAtLeast(record) : NONE
    const size = plus(filled, leavesOf(record))
    if (size === 0n) return sum
    const unit = unitValueOf(state, record.request.instrument)
    return sum + toNumber(size) * record.arrivalMid * unit
  }, 0)
  return Number.isFinite(taken)
    ? minus(snapshot.margin.buyingPower, moneyFrom(taken, ''))
    : moneyFrom(0, '')
}

/** Base currency per unit of price × quantity: multiplier × exchange rate. */
export function unitValueOf(state: EngineState, id: InstrumentId): number {
  const instrument = state.instruments.get(id)
  if (instrument === undefined) return Number.NaN
  return Number(instrument.multiplier) * rateOf(state, instrument.currency)
}

const NONE: Quantity = quantity('0')
