/**
 * How orders fared: how many filled, how long it took, how many came back, and where the time went.
 *
 * All clocks are the engine's: _decided_ is the fact that the order was decided on, _on the wire_ the
 * adapter's word that the bytes were written, _acknowledged_ the first report that showed the broker
 * knows the order, _first fill_ the first execution heard. The broker's own stamps are whole seconds
 * of another clock and say less.
 */
import type { EpochMs } from '#model/time.ts'
import { quantile } from '#numerics/quantile.ts'
import type { OrderRecord } from '#execution/order-ledger.ts'
import { isOpen, type OrderState } from '#execution/order-state.ts'
import type { LineCost } from '#execution/cost-analysis/line-cost.ts'
import type { TradingRecord } from '#execution/cost-analysis/trading-record.ts'

/** Client orders by how they ended, and rates of them. */
export interface OrderQuality {
  /** Sent to the broker as far as is known. */
  readonly sent: number
  readonly filled: number
  /** Closed with a part of it filled. */
  readonly partlyFilled: number
  readonly rejected: number
  /** By our own gate; not among those sent. */
  readonly denied: number
  readonly canceled: number
  readonly expired: number
  /** Proven never to have reached the broker; not among those sent. */
  readonly notSent: number
  /** Neither filled nor over, those in doubt included. */
  readonly open: number
  /** Rejected and denied / sent and denied. */
  readonly rejectRate: number
  /** Canceled and expired / sent. */
  readonly cancelRate: number
  /** First submission to last fill of orders filled whole. */
  readonly timeToFillMs: Spread
  readonly latencyMs: LatencySplit
}

export interface LatencySplit {
  readonly decisionToWire: Spread
  readonly wireToAcknowledged: Spread
  readonly acknowledgedToFill: Spread
}

/** NaN of none. */
export interface Spread {
  readonly count: number
  readonly p50: number
  readonly p99: number
}

/** Over all orders of some lines. */
export function orderQualityOf(lines: readonly LineCost[], record: TradingRecord): OrderQuality {
  const orders = lines.flatMap((line) => line.orders)
  const sent = orders.filter(({ state }) => state !== 'Denied' && state !== 'NotSent')
  const count = (state: OrderState) => orders.filter((order) => order.state === state).length
  const [denied, rejected] = [count('Denied'), count('Rejected')]
  const [canceled, expired] = [count('Canceled'), count('Expired')]
  return {
    sent: sent.length,
    filled: count('Filled'),
    partlyFilled: sent.filter(({ state, executed }) => !isOpen(state) && state !== 'Filled' && executed > 0n).length, // prettier-ignore
    rejected,
    denied,
    canceled,
    expired,
    notSent: count('NotSent'),
    open: sent.filter(({ state }) => isOpen(state)).length,
    rejectRate: rateOf(rejected + denied, sent.length + denied),
    cancelRate: rateOf(canceled + expired, sent.length),
    timeToFillMs: spreadOf(lines.flatMap(timesToFill)),
    latencyMs: latencyOf(sent, record),
  }
}

const rateOf = (some: number, all: number): number => (all > 0 ? some / all : Number.NaN)

function timesToFill({ orders, fills }: LineCost): number[] {
  return orders.flatMap((order) => {
    const last = fills.findLast((fill) => fill.order === order)
    return order.state === 'Filled' && last !== undefined ? [last.held.heardAt - order.submittedAt] : [] // prettier-ignore
  })
}

function latencyOf(sent: readonly OrderRecord[], { acknowledged }: TradingRecord): LatencySplit {
  const known: Clock = (of) => acknowledged.get(of.request.id)
  return {
    decisionToWire: between(sent, (of) => of.submittedAt, writtenAt),
    wireToAcknowledged: between(sent, writtenAt, known),
    acknowledgedToFill: between(sent, known, (of) => of.firstFillAt),
  }
}

type Clock = (of: OrderRecord) => EpochMs | undefined

const writtenAt: Clock = (of) => of.sentAt

/** A report may be heard before the adapter has said that the bytes went out: then nothing lies between. */
function between(sent: readonly OrderRecord[], from: Clock, to: Clock): Spread {
  return spreadOf(
    sent.flatMap((order) => {
      const [start, end] = [from(order), to(order)]
      return start === undefined || end === undefined ? [] : [Math.max(0, end - start)]
    }),
  )
}

const spreadOf = (values: readonly number[]): Spread => ({
  count: values.length,
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
})
