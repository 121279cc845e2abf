/** The numbers that algorithms go by, as tables: pace, patience, what counts as a market to stay out of. */
import { MINUTE_MS, SECOND_MS } from '#model/time.ts'
import type { AlgorithmName, Pace } from '#execution/algorithms/algorithm.ts'
import { endOf, startOf, type ParentOrder } from '#execution/algorithms/parent-order.ts'

export const RULES = {
  /** The session's first and last minutes, in which spreads are wide and quotes jump. */
  quietMs: 5 * MINUTE_MS,
  /** A spread so many times the usual one, and wider than two increments, is wide. */
  wideSpread: 2.5,
  /** A canceled child may still tell of fills for so long; until then its units are not given to another. */
  verifyMs: 500,
  /** A cancel without an answer is sent again, at most so often. */
  cancelAgainMs: 5 * SECOND_MS,
  mostCancels: 3,
  /** An immediate order that nobody answers is canceled. */
  unansweredMs: 10 * SECOND_MS,
  /** So many refusals one after the other end it; the first waits so long, then twice, … */
  mostRefusals: 3,
  refusedWaitMs: SECOND_MS,
  /** It looks at the market so often where no tick comes. */
  lookMs: 5 * SECOND_MS,
  /** How far beyond the touch the last crossing reaches. */
  collarBps: 25,
  /** The part of the time in which the rest is crossed, with bounds, and in how many goes. */
  closing: { share: 0.05, leastMs: 10 * SECOND_MS, mostMs: MINUTE_MS, goes: 6 },
  /** A child that rests is at most so many times what is shown at its price. */
  restingTouches: 2,
  /** A schedule is crossed for when it is behind by this share of a slice. */
  band: 0.5,
} as const

/** How the time of a parent is parted: slices in the whole, and children in a slice. */
interface PaceRule {
  readonly slices: number
  readonly leastSliceMs: number
  readonly mostSliceMs: number
  readonly childrenASlice: number
}

// prettier-ignore
const PACES: Readonly<Record<AlgorithmName, PaceRule>> = {
  'passive-then-cross':       { slices: 200, leastSliceMs: 3_000,  mostSliceMs: 30_000,  childrenASlice: 1 },
  twap:                       { slices: 30,  leastSliceMs: 10_000, mostSliceMs: 300_000, childrenASlice: 4 },
  vwap:                       { slices: 30,  leastSliceMs: 10_000, mostSliceMs: 300_000, childrenASlice: 4 },
  participation:              { slices: 60,  leastSliceMs: 10_000, mostSliceMs: 60_000,  childrenASlice: 4 },
  'implementation-shortfall': { slices: 120, leastSliceMs: 10_000, mostSliceMs: 60_000,  childrenASlice: 3 },
  iceberg:                    { slices: 200, leastSliceMs: 3_000,  mostSliceMs: 30_000,  childrenASlice: 1 },
}

/** Messages kept back for the last crossing: every go may be an order and all its cancels. */
const CLOSING_MESSAGES = (RULES.closing.goes + 1) * (1 + RULES.mostCancels)

/** Messages that may be sent before the closing stretch. */
export const openMessages = ({ mostMessages }: Pace): number => mostMessages - CLOSING_MESSAGES

/**
 * When an algorithm works a parent, and the bound on its messages:
 *
 *   2 ⌈(end − start) / least time between children⌉ + 4 + 28
 *
 * an order and a cancel each time, the cancels of one that nobody answers, and what the closing stretch may need.
 */
export function paceOf(algorithm: AlgorithmName, parent: ParentOrder): Pace {
  const [startAt, endAt] = [startOf(parent, RULES.quietMs), endOf(parent, RULES.quietMs)]
  const { slices, leastSliceMs, mostSliceMs, childrenASlice } = PACES[algorithm]
  const { share, leastMs, mostMs, goes } = RULES.closing
  const time = endAt - startAt
  const closingMs = Math.floor(Math.min(between(time * share, leastMs, mostMs), time / 2))
  const sliceMs = Math.floor(between(time / slices, leastSliceMs, mostSliceMs))
  const betweenMs = Math.floor(sliceMs / childrenASlice)
  return {
    startAt,
    endAt,
    closingAt: endAt - closingMs,
    sliceMs,
    betweenMs,
    betweenClosingMs: Math.floor(closingMs / goes),
    mostMessages: 2 * Math.ceil(time / betweenMs) + 1 + RULES.mostCancels + CLOSING_MESSAGES,
  }
}

const between = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value))
