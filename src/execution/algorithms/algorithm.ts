/**
 * The face of the algorithms: what one is told, what it answers, and what it remembers.
 *
 * An algorithm works one parent order by child orders, of which at most one may trade at a time. It is tick-driven and
 * deterministic: it knows what events tell it, time among that, and its state is plain data. `run-algorithm.ts` runs it.
 */
import type { Price, Quantity } from '#model/fixed.ts'
import type { EpochMs } from '#model/time.ts'
import type { Quote } from '#marketdata/quote.ts'
import type { Trajectory } from '#execution/algorithms/decaying-alpha.ts'
import type { ParentOrder } from '#execution/algorithms/parent-order.ts'

export type AlgorithmName = (typeof ALGORITHMS)[number]

export const ALGORITHMS = [
  'passive-then-cross',
  'twap',
  'vwap',
  'participation',
  'implementation-shortfall',
  'iceberg',
] as const

/** `at` is the engine's clock. */
export type AlgorithmEvent =
  | { readonly type: 'quote'; readonly at: EpochMs; readonly quote: Quote }
  /** One print of the tape that counts in the day's volume; ours among them. */
  | { readonly type: 'trade'; readonly at: EpochMs; readonly size: number }
  /** Level 2, best first. */
  | { readonly type: 'depth'; readonly at: EpochMs; readonly bids: readonly ShownLevel[]; readonly asks: readonly ShownLevel[] } // prettier-ignore
  | { readonly type: 'child'; readonly at: EpochMs; readonly report: ChildReport }
  | { readonly type: 'timer'; readonly at: EpochMs }

export interface ShownLevel {
  readonly price: number
  readonly size: number
}

/** What became of a child, as our own ledger has it. Told twice, it changes nothing the second time. */
export type ChildReport =
  | { readonly kind: 'accepted'; readonly child: number }
  /** All that the executions of a child come to now, unsigned. */
  | { readonly kind: 'executed'; readonly child: number; readonly executed: Quantity }
  | { readonly kind: 'cancel-rejected'; readonly child: number }
  /** By evidence it is over. `cumulative` is the broker's count, fills among it that were not told yet. */
  | {
      readonly kind: 'closed'
      readonly child: number
      readonly cause: ClosedBy
      readonly cumulative: Quantity
    }

/** `refused`: by the broker or by our own gate. */
export type ClosedBy = 'canceled' | 'expired' | 'filled' | 'refused' | 'not-sent'

export type AlgorithmAction =
  | {
      readonly type: 'place'
      /** 1, 2, … within the parent. */
      readonly child: number
      /** > 0, whole lots. */
      readonly quantity: Quantity
      /** On the increment, never beyond the parent's limit. */
      readonly limitPrice: Price
      /** `IOC` takes what is there; `DAY` rests until it is canceled. */
      readonly timeInForce: 'DAY' | 'IOC'
      /** Shown at a time, whole lots; absent: all. */
      readonly displaySize?: Quantity
      readonly why: string
    }
  | { readonly type: 'cancel'; readonly child: number; readonly why: string }
  /** Wake it then, by a `timer`; a later one replaces an earlier one. */
  | { readonly type: 'timer'; readonly at: EpochMs }
  /** It is over: nothing of it may trade any more. */
  | { readonly type: 'done'; readonly reason: DoneReason; readonly unfilled: Quantity; readonly why: string } // prettier-ignore

/** `refused`: children were refused again and again. */
export type DoneReason = 'filled' | 'deadline' | 'refused'

export interface AlgorithmState {
  readonly algorithm: AlgorithmName
  readonly parent: ParentOrder
  readonly pace: Pace
  /** The path of implementation shortfall, days from `pace.startAt`; others have none. */
  readonly trajectory: Trajectory | undefined
  now: EpochMs
  quote: Quote | undefined
  depth: { readonly bids: readonly ShownLevel[]; readonly asks: readonly ShownLevel[] } | undefined
  /** Units that prints since the start come to, and the day's volume by the first quote since. */
  printed: number
  volumeAtStart: number | undefined
  /** Those that may still trade, or whose end is not verified; oldest first. */
  children: Child[]
  /** Those that ended before they were filled: a fill may still be told of them. */
  ended: Child[]
  /** What children that are over have filled, by executions and by the broker's counts. */
  settled: Quantity
  /** Of the next child. */
  nextChild: number
  /** Orders and cancels so far. */
  messages: number
  placedAt: EpochMs | undefined
  /** Children refused one after the other, and when the last was. */
  refusals: number
  refusedAt: EpochMs
  timerAt: EpochMs | undefined
  done: DoneReason | undefined
}

/** When it works and how often it may act; fixed at the start. */
export interface Pace {
  readonly startAt: EpochMs
  /** From here on what is left is crossed, where the parent says so; schedules end here. */
  readonly closingAt: EpochMs
  readonly endAt: EpochMs
  /** How far ahead of its schedule it rests. */
  readonly sliceMs: number
  /** The least time between two children, and what it is while closing. */
  readonly betweenMs: number
  readonly betweenClosingMs: number
  /** Orders and cancels it may ever send. */
  readonly mostMessages: number
}

export interface Child {
  readonly number: number
  readonly quantity: Quantity
  readonly limitPrice: Price
  /** 0: all of it is shown. */
  readonly displaySize: Quantity
  readonly takes: boolean
  readonly placedAt: EpochMs
  /** The most that its executions ever came to: a busted fill is not traded again. */
  executed: Quantity
  cancels: number
  cancelAt: EpochMs
  /** The broker's count at its end; undefined while it may trade. */
  cumulative: Quantity | undefined
  closedAt: EpochMs
}
