/** A market data line: one client's stream of one instrument's level 1. */
import type { LineMode } from '#gateway/market-data/access.ts'
import type { Feed } from '#gateway/market-data/feed.ts'
import type { Session } from '#gateway/session.ts'
import type { Listed } from '#exchange/listing.ts'

export interface MarketDataLine {
  readonly session: Session
  readonly reqId: number
  readonly instrument: Listed
  readonly shown: LineMode
  /** Whether the last quotes of the session stand after its close. */
  readonly freezes: boolean
  /** Generic tick types asked for besides the usual ones. */
  readonly generic: ReadonlySet<number>
  /** Told once, and then ended. */
  readonly isSnapshot: boolean
  /** Where its ticks come from now; another when it freezes or thaws. */
  feed: Feed
  /** The feed's version that it was last told. */
  seen: number
  /** IBKR's market data type it was last told; 0 before the first. */
  type: number
}
