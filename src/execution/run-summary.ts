/** What a run came to: the figures of `RunCompleted`, from the ledger alone. */
import { toNumber } from '#model/border.ts'
import { magnitude } from '#model/fixed.ts'
import { isBuying } from '#model/order.ts'
import type { OrderLedger, OrderRecord } from '#execution/order-ledger.ts'

export interface RunFigures {
  /** Sent to the broker, as far as is known. */
  readonly orders: number
  readonly filled: number
  /** By the broker, or by our own gate. */
  readonly rejected: number
  /** Filled / planned notional, 0 to 1; 1 for a run that had nothing to do. */
  readonly fillRate: number
  /** Σ side × (price − arrival mid) × quantity / Σ price × quantity, bps; positive = cost. */
  readonly slippageBps: number
  /** Slippage + commission, bps of traded notional. */
  readonly costBps: number
  /** Intent recorded to first fill heard, our clock; NaN without fills. */
  readonly latencyMs: { readonly p50: number; readonly p99: number }
  /** Σ|traded| / NAV at the start. */
  readonly turnover: number
}

export interface SummaryInputs {
  readonly ledger: OrderLedger
  /** The run's, denied ones included. */
  readonly orders: readonly OrderRecord[]
  /** Every line of the plan. */
  readonly lines: readonly LineOutcome[]
  /** Net asset value at the start, base currency. */
  readonly nav: number
  /** Base currency per unit of price × quantity of an order's instrument: multiplier × fx. */
  readonly unitValueOf: (record: OrderRecord) => number
  /** Base currency per unit of a currency. */
  readonly fxOf: (currency: string) => number
}

/** Both at the line's guard price, base currency ≥ 0, so that a line filled whole counts as 1. */
export interface LineOutcome {
  readonly planned: number
  readonly filled: number
}

export function runFigures(inputs: SummaryInputs): RunFigures {
  const sent = inputs.orders.filter(({ state }) => state !== 'Denied' && state !== 'NotSent')
  const { traded, slippage, commission } = tradedBy(inputs)
  const bps = (amount: number) => (traded === 0 ? 0 : (amount / traded) * 10_000)
  const latencies = sent.flatMap(({ submittedAt, firstFillAt }) =>
    firstFillAt === undefined ? [] : [firstFillAt - submittedAt],
  )
  return {
    orders: sent.length,
    filled: sent.filter(({ state }) => state === 'Filled').length,
    rejected: inputs.orders.filter(({ state }) => state === 'Rejected' || state === 'Denied').length, // prettier-ignore
    fillRate: fillRateOf(inputs.lines),
    slippageBps: bps(slippage),
    costBps: bps(slippage + commission),
    latencyMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
    turnover: inputs.nav > 0 ? traded / inputs.nav : 0,
  }
}

function fillRateOf(lines: readonly LineOutcome[]): number {
  const planned = lines.reduce((sum, line) => sum + line.planned, 0)
  const filled = lines.reduce((sum, line) => sum + line.filled, 0)
  return planned === 0 ? 1 : Math.min(1, filled / planned)
}

interface Traded {
  readonly traded: number
  readonly slippage: number
  readonly commission: number
}

/** Base currency. Fills of the run's orders, in order of their ids, so that float sums repeat. */
function tradedBy({ ledger, orders, unitValueOf, fxOf }: SummaryInputs): Traded {
  const byId = new Map(orders.map((record) => [record.request.id, record]))
  let [traded, slippage, commission] = [0, 0, 0]
  const roots = [...ledger.executions.keys()].toSorted()
  for (const root of roots) {
    const held = ledger.executions.get(root)
    const id = held?.execution.clientOrderId
    const record = id === undefined ? undefined : byId.get(id)
    if (held === undefined || record === undefined) continue
    const size = toNumber(magnitude(held.execution.quantity)) * unitValueOf(record)
    const price = toNumber(held.execution.price)
    const side = isBuying(record.request.side) ? 1 : -1
    traded += size * price
    slippage += side * (price - record.arrivalMid) * size
    if (held.commission !== undefined)
      commission += toNumber(held.commission.amount) * fxOf(held.commission.currency)
  }
  return { traded, slippage, commission }
}

/** The nearest-rank percentile (Hyndman and Fan 1996, definition 1); NaN of nothing. */
function percentile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN
}
