/** A latch: a persisted state that forbids trades until a person releases it, in two steps. */
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'

export interface Latch {
  readonly kind: 'ReduceOnly' | 'Halted' | 'Flattening'
  /** `account`, `sector:Energy`, `symbol:AAPL.STK.USD` */
  readonly scope: string
  /** Who or what set it: a person's login, `risk`, `engine`, `kill-file`. */
  readonly owner: string
  readonly reason: string
  readonly since: EpochMs
}

/** A trade, as far as a latch looks at it. */
export interface LatchedTrade {
  readonly instrument: InstrumentId
  readonly sector: string
  /** Whether it adds exposure (BUY, SHORT) rather than reduces it (SELL, COVER). */
  readonly adds: boolean
}

/** What each kind lets through. While flattening, only the reductions that flatten. */
// prettier-ignore
const FORBIDS: Readonly<Record<Latch['kind'], { readonly adds: boolean; readonly reductions: boolean }>> = {
  ReduceOnly: { adds: true, reductions: false },
  Flattening: { adds: true, reductions: false },
  Halted:     { adds: true, reductions: true },
}

/**
 * The first latch that forbids a trade, or undefined when none does.
 *
 * A scope that is not understood covers everything: a latch we cannot read is no licence.
 */
export function latchesForbid(latches: readonly Latch[], trade: LatchedTrade): Latch | undefined {
  return latches.find(
    (latch) =>
      covers(latch.scope, trade) && FORBIDS[latch.kind][trade.adds ? 'adds' : 'reductions'],
  )
}

function covers(scope: string, { instrument, sector }: LatchedTrade): boolean {
  if (scope.startsWith('symbol:')) return scope === `symbol:${instrument}`
  if (scope.startsWith('sector:')) return scope === `sector:${sector}`
  return true
}

/** A latch in words: `Halted account by risk: loss today 11 %`. */
export function describeLatch({ kind, scope, owner, reason }: Latch): string {
  return `${kind} ${scope} by ${owner}: ${reason}`
}
