/** The quotes that working some lines needs: of their instruments, and of the pairs that value them. */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { PlanLine } from '#model/plan.ts'
import { pairsOf } from '#engine/exchange-rate.ts'
import type { EngineState } from '#engine/state.ts'
import type { Turn } from '#engine/turn.ts'

/** Asks for them; the answer is a `QuoteBatch` with the request's number. */
export function requestQuotes({ state, decide }: Turn, lines: readonly PlanLine[]): void {
  const instruments = quotesNeededFor(state, lines)
  decide({ type: 'RequestQuotes', requestId: state.requests.last + 1, instruments })
}

/** Sorted, each once. */
export function quotesNeededFor(state: EngineState, lines: readonly PlanLine[]): InstrumentId[] {
  const base = state.taken?.snapshot.baseCurrency
  const currencies = new Set(
    lines.flatMap(({ instrument }) => state.instruments.get(instrument)?.currency ?? []),
  )
  const foreign = [...currencies].filter((currency) => base !== undefined && currency !== base)
  const pairs = foreign.flatMap((currency) => pairsOf(currency, base ?? currency))
  return [...new Set([...lines.map(({ instrument }) => instrument), ...pairs])].toSorted(byCodeUnit)
}
