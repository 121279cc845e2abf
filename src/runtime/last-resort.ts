/**
 * The last act of an engine that has met a bug of its own. Its state can no longer be trusted to
 * decide anything; what it is trusted for is the list of what may add exposure at the broker. That
 * is taken back, for a second at most, and the process ends. The next start recovers from the
 * record and the broker's truth.
 */
import type { Broker } from '#brokers/broker.ts'
import { openOrdersOf } from '#execution/order-ledger.ts'
import type { EngineState } from '#engine/state.ts'

/** A process that has a bug may not linger: what it cannot cancel by then ends by its good-till-date. */
export const LAST_RESORT_MS = 1_000

/**
 * Asks the broker to cancel our own adding orders that may still trade, those in doubt too. Reductions stay: they lessen
 * the risk. Never throws.
 *
 * @returns how many cancels were written, once all have been or time is up
 */
export async function cancelOwnAdditions(
  state: Readonly<EngineState>,
  broker: Pick<Broker, 'cancel'>,
  patienceMs: number = LAST_RESORT_MS,
): Promise<number> {
  let written = 0
  const cancels = openOrdersOf(state.ledger)
    .filter(({ adds }) => adds)
    .map(async ({ request }) => {
      await broker.cancel(request.id)
      written++
    })
  const timeUp = Promise.withResolvers<void>()
  const timer = setTimeout(timeUp.resolve, patienceMs)
  await Promise.race([Promise.allSettled(cancels), timeUp.promise])
  clearTimeout(timer)
  return written
}
