/** One line, one order: priced at the current touch, shown to the risk gate, sent or denied. */
import type { Quantity } from '#model/fixed.ts'
import { invariant } from '#model/invariant.ts'
import { isReducing, type OrderRequest } from '#model/order.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import { unusableQuote } from '#marketdata/freshness.ts'
import { midOf } from '#marketdata/quote.ts'
import { clientOrderIdOf } from '#execution/client-order-id.ts'
import { orderFor, type Touch } from '#execution/order-price.ts'
import { gate } from '#risk/gate.ts'
import { gateContextOf, guardScaleOf } from '#engine/pre-trade.ts'
import { guardReason } from '#engine/staleness.ts'
import type { EngineState, Run } from '#engine/state.ts'
import { announce, settingsOf, type Turn } from '#engine/turn.ts'

/** Why the line cannot be priced now; undefined when it can. */
export function quoteProblem(state: EngineState, line: PlanLine): string | undefined {
  const { quoteMs } = settingsOf(state).staleness
  return unusableQuote(state.quotes.get(line.instrument), state.now, quoteMs)
}

/**
 * Sends an order for `size` of a line, or records that our own gate would not.
 *
 * The quote was found usable. The id's number is the line's next in this run, whatever became of
 * the orders before it: no id is ever used twice.
 */
export function workLine(turn: Turn, run: Run, plan: Plan, line: PlanLine, size: Quantity): void {
  const { state, decide } = turn
  const { runId } = run
  const instrument = state.instruments.get(line.instrument)
  invariant(instrument !== undefined, 'the instruments of an accepted plan are described')
  const touch = touchOf(state, line)
  const mid = midOf(touch)
  invariant(mid !== undefined, 'a usable quote has a mid')
  const attempt = (run.orders.get(line.id)?.length ?? 0) + 1
  const id = clientOrderIdOf(state.journalId, runId, line.id, attempt)
  const rules = settingsOf(state).execution
  const order = orderFor(line, id, size, instrument, touch, rules, state.now)
  const adds = !isReducing(line.side)
  const verdict = gate(gateContextOf(state, run, plan, instrument, mid), order)
  if ('reason' in verdict) return deny(turn, run, line, order, verdict.reason)
  const moved = adds ? movedAway(state, plan, line) : undefined
  if (moved !== undefined) return deny(turn, run, line, order, moved)
  decide({ type: 'SubmitOrder', runId, line: line.id, attempt, order: verdict, adds, arrivalMid: mid }) // prettier-ignore
}

function deny(
  turn: Turn,
  { runId }: Run,
  line: PlanLine,
  order: OrderRequest,
  reason: string,
): void {
  turn.decide({ type: 'DenyOrder', runId, line: line.id, order, reason })
  announce(turn, { type: 'OrderDenied', line: line.id, instrument: line.instrument, reason })
}

/** What was shown at one price is not added at another; a reduction goes on, it lessens the risk. */
function movedAway(state: EngineState, plan: Plan, line: PlanLine): string | undefined {
  const { guardBps } = settingsOf(state).staleness
  return guardReason([line], state.quotes, guardBps, () => guardScaleOf(state, plan, line))
}

function touchOf({ quotes }: EngineState, { instrument }: PlanLine): Touch {
  const { bid, ask } = quotes.get(instrument) ?? {}
  invariant(bid !== undefined && ask !== undefined, 'a usable quote has two sides')
  return { bid, ask }
}
