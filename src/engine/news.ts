/**
 * Telling the world what happened to the run's orders. What was told is in the state, so that
 * each thing is told once, and what a crash kept us from telling is told afterwards.
 */
import { magnitude, minus, plus, quantity } from '#model/fixed.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import type { ClientOrderId } from '#model/ids.ts'
import type { ExecutionRecord, OrderRecord } from '#execution/order-ledger.ts'
import type { OrderState } from '#execution/order-state.ts'
import type { RunNews } from '#engine/run-event.ts'
import type { EngineState, Run } from '#engine/state.ts'
import { announce, type Turn } from '#engine/turn.ts'

/** Tells what has not been told yet; nothing, when there is nothing. */
export function tellNews(turn: Turn): void {
  const { state } = turn
  const { run } = state
  if (run === undefined) return
  const untold = untoldExecutions(state)
  for (const record of ordersOfRun(state, run)) {
    const fills = untold.get(record.request.id)
    if (fills === undefined && record.told === record.state) continue
    if (record.told === undefined) announce(turn, submitted(record))
    tellFills(turn, record, fills ?? [])
    const news = record.told === record.state ? undefined : NEWS[record.state]?.(record)
    if (news === undefined) continue
    announce(turn, news)
    alarmAbout(turn, record)
  }
}

/**
 * The run's orders, denied ones included: lines in the order they were first worked, which a
 * snapshot of the state keeps; of each line the oldest first.
 */
export function ordersOfRun({ ledger }: EngineState, run: Run): OrderRecord[] {
  const records: OrderRecord[] = []
  for (const ids of run.orders.values())
    for (const id of ids) {
      const record = ledger.orders.get(id)
      if (record !== undefined) records.push(record)
    }
  return records
}

const submitted = ({ request, line }: OrderRecord): RunNews => ({
  type: 'OrderSubmitted',
  clientOrderId: request.id,
  line,
  instrument: request.instrument,
  side: request.side,
  quantity: request.quantity,
  orderType: request.orderType,
  limitPrice: request.limitPrice,
})

type Row = (record: OrderRecord) => RunNews

const canceled: Row = ({ request, reason }) => ({
  type: 'OrderCanceled',
  clientOrderId: request.id,
  reason,
})

/** States that are news when an order comes to them; the others show in fills or not at all. */
const NEWS: Readonly<Partial<Record<OrderState, Row>>> = {
  Working: ({ request }) => ({ type: 'OrderAccepted', clientOrderId: request.id }),
  Rejected: ({ request, reason }) => ({
    type: 'OrderRejected',
    clientOrderId: request.id,
    reason,
  }),
  InDoubt: ({ request, reason }) => ({ type: 'OrderInDoubt', clientOrderId: request.id, reason }),
  Canceled: canceled,
  Expired: canceled,
  NotSent: canceled,
}

function alarmAbout({ decide }: Turn, { state, request, reason }: OrderRecord): void {
  if (state !== 'Rejected' && state !== 'InDoubt') return
  const text = `order ${request.id} (${request.instrument}) is ${state}: ${reason}`
  decide({ type: 'Alert', severity: 'warning', text })
}

function untoldExecutions({ ledger }: EngineState): Map<ClientOrderId, ExecutionRecord[]> {
  const untold = new Map<ClientOrderId, ExecutionRecord[]>()
  for (const held of ledger.executions.values()) {
    const { clientOrderId } = held.execution
    if (held.told || clientOrderId === undefined) continue
    const others = untold.get(clientOrderId)
    if (others === undefined) untold.set(clientOrderId, [held])
    else others.push(held)
  }
  return untold
}

/** In order of their ids, each with the cumulative quantity that it makes. */
function tellFills(turn: Turn, record: OrderRecord, untold: readonly ExecutionRecord[]): void {
  const { request, executed } = record
  const sizes = untold.map(({ execution }) => magnitude(execution.quantity))
  let cumulative = sizes.reduce((left, size) => minus(left, size), executed)
  if (cumulative < 0n) cumulative = quantity('0')
  const sorted = untold.toSorted((a, b) => byCodeUnit(a.execution.execId, b.execution.execId))
  for (const { execution } of sorted) {
    const size = magnitude(execution.quantity)
    cumulative = plus(cumulative, size)
    announce(turn, {
      type: 'Fill',
      clientOrderId: request.id,
      execId: execution.execId,
      instrument: request.instrument,
      side: request.side,
      quantity: size,
      price: execution.price,
      cumulative,
    })
  }
}
