/** The rules the engine decides by, fixed at start and journalled with it. All from `ballast.yaml`. */
import type { Limit } from '#risk/limits.ts'

export interface EngineSettings {
  /** sha256 of the configuration and the input files, 64 hexadecimal digits. */
  readonly configHash: string
  readonly limits: readonly Limit[]
  readonly gate: GateSettings
  readonly execution: ExecutionSettings
  readonly staleness: StalenessSettings
}

export interface GateSettings {
  /** A limit price further than this from the mid is refused, bps > 0. */
  readonly collarBps: number
  /** Largest notional of one order, base currency, > 0. */
  readonly maximumOrderNotional: number
  /** Orders a run may send, > 0: a bound on runaway loops. */
  readonly maximumOrdersPerRun: number
}

export interface ExecutionSettings {
  /** `limit`: marketable limit at the touch ± collar; `market`. */
  readonly orderType: 'limit' | 'market'
  /** How far beyond the touch a marketable limit reaches, bps ≥ 0. */
  readonly collarBps: number
  /** Good-till-date of adding orders after submission, ≤ 600,000 ms. */
  readonly addLifetimeMs: number
  /** How long a wave may take before what is open is canceled, ms. */
  readonly waveDeadlineMs: number
  /** Attempts an intent may have in all: 1 = never again. */
  readonly maximumAttempts: number
  /** Two absence proofs of an order in doubt lie at least this far apart, ms ≥ 10,000. */
  readonly doubtIntervalMs: number
  /** Kept in cash when scaling phase B to buying power, fraction of it. */
  readonly buyingPowerBuffer: number
}

export interface StalenessSettings {
  /** A quote older than this is stale, ms. */
  readonly quoteMs: number
  /** A guard price that moved further makes the plan stale, bps. */
  readonly guardBps: number
  /** A plan lives this long, ms. */
  readonly planMs: number
}
