/** The documents that `status`, `positions` and `orders` print, out of the engine's state. */
import { byCodeUnit } from '#model/canonical-json.ts'
import { isPaperAccount } from '#brokers/ibkr/config.ts'
import { ordersDocumentOf, positionsDocumentOf } from '#contract/account.ts'
import type { EngineState } from '#engine/state.ts'
import { isOpen } from '#execution/order-state.ts'
import type { Head } from '#journal/journal.ts'
import type { AccountId } from '#model/ids.ts'
import type { EngineView } from '#cli/engine/engine.ts'

/**
 * @param state - read at once, kept nowhere
 * @param account - the configured one, for a journal that nobody has started on
 * @param running - whether the state is a running engine's
 */
export function viewOf(
  state: Readonly<EngineState>,
  account: AccountId,
  head: Head,
  running: boolean,
): EngineView {
  const { run, session, taken } = state
  const of = state.account ?? account
  const open = [...state.ledger.orders.values()].filter((order) => isOpen(order.state))
  return {
    status: {
      account: of,
      mode: isPaperAccount(of) ? 'paper' : 'live',
      running,
      asOf: state.now,
      link: session.link,
      latches: sortedValues(state.latches),
      breaks: sortedValues(state.breaks),
      run: run === undefined ? undefined : { runId: run.runId, planId: run.planId },
      openOrders: open.length,
      journal: { journalId: state.journalId, rows: head.seq, hash: head.hash },
    },
    positions: taken === undefined ? undefined : positionsDocumentOf(taken.snapshot),
    orders: taken === undefined ? undefined : ordersDocumentOf(taken.snapshot),
  }
}

const sortedValues = <T>(of: ReadonlyMap<string, T>): T[] =>
  [...of].toSorted(([a], [b]) => byCodeUnit(a, b)).map(([, value]) => value)
