/**
 * Market-wide circuit breakers: a fall of the index from its previous close halts all trading.
 *
 * Level 1 (7 %) and Level 2 (13 %) halt for fifteen minutes, each once a day and not from 15:25 on; Level 3 (20 %)
 * ends the day at any time.
 *
 * Source: NYSE Rule 7.12 (formerly 80B), "Trading Halts Due to Extraordinary Market Volatility"; SEC Release 34-67090.
 */
import { MINUTE_MS, SECOND_MS, type EpochMs } from '#model/time.ts'
import type { Pause } from '#exchange/book/price-bands.ts'

export const CIRCUIT_BREAKERS = {
  /** Fall from the previous close, and whether it ends the day. */
  levels: [
    { fall: 0.07, endsDay: false },
    { fall: 0.13, endsDay: false },
    { fall: 0.2, endsDay: true },
  ],
  haltMs: 15 * MINUTE_MS,
  /** No halt of the first two levels begins in the last minutes: from 15:25 on. */
  notLastMs: 35 * MINUTE_MS,
} as const

/** More than floats err by: a fall of exactly 7 % counts. */
const ROUNDING = 1e-9

/** How often the index is looked at: it is published every second or so. */
const LOOK_MS = 5 * SECOND_MS

/** The halts of a session; `levelAt` undefined while there is no level. */
export function circuitBreakerHalts(
  opensAt: EpochMs,
  closesAt: EpochMs,
  previousClose: number,
  levelAt: (at: EpochMs) => number | undefined,
): readonly Pause[] {
  const halts: Pause[] = []
  let reached = 0
  for (let at = opensAt; at < closesAt; at += LOOK_MS) {
    const fall = 1 - (levelAt(at) ?? previousClose) / previousClose
    const level = CIRCUIT_BREAKERS.levels.findLastIndex((row) => fall >= row.fall - ROUNDING) + 1
    if (level <= reached) continue
    const isLast = CIRCUIT_BREAKERS.levels[level - 1]?.endsDay === true
    if (!isLast && at >= closesAt - CIRCUIT_BREAKERS.notLastMs) continue
    reached = level
    const until = isLast ? closesAt : at + CIRCUIT_BREAKERS.haltMs
    halts.push({ since: at, until })
    at = until - LOOK_MS
  }
  return halts
}
