/** The engine's rules in the journal's JSON: each start records by which it decides. */
import { METRIC_NAMES } from '#model/metrics.ts'
import { float, integer, list, oneOf, record, text, type Codec } from '#model/codec.ts'
import type { Limit } from '#risk/limits.ts'
import type {
  EngineSettings,
  ExecutionSettings,
  GateSettings,
  StalenessSettings,
} from '#engine/settings.ts'

const LIMIT: Codec<Limit> = record<Limit>({
  metric: oneOf(...METRIC_NAMES),
  unit: oneOf('fraction of net asset value', 'ratio'),
  direction: oneOf('max', 'min', 'maxAbs'),
  warn: float,
  breach: float,
  scope: oneOf('symbol', 'sector', 'cluster', 'account'),
  remedy: oneOf('reduce-only', 'scale-back', 'halt'),
  why: text(),
})

const GATE: Codec<GateSettings> = record<GateSettings>({
  collarBps: float,
  maximumOrderNotional: float,
  maximumOrdersPerRun: integer,
})

const EXECUTION_RULES: Codec<ExecutionSettings> = record<ExecutionSettings>({
  orderType: oneOf('limit', 'market'),
  collarBps: float,
  addLifetimeMs: integer,
  waveDeadlineMs: integer,
  maximumAttempts: integer,
  doubtIntervalMs: integer,
  buyingPowerBuffer: float,
})

const STALENESS: Codec<StalenessSettings> = record<StalenessSettings>({
  quoteMs: integer,
  guardBps: float,
  planMs: integer,
})

export const ENGINE_SETTINGS: Codec<EngineSettings> = record<EngineSettings>({
  configHash: text(),
  limits: list(LIMIT),
  gate: GATE,
  execution: EXECUTION_RULES,
  staleness: STALENESS,
})
