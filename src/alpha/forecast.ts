/**
 * What we expect of a name, by whom, how surely, and for how long: the rows of a forecasts file, and what several of
 * them come to.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'

/** One source's forecast of one name. */
export interface Forecast {
  readonly instrument: InstrumentId
  /** Total return over the whole horizon as it was made, a fraction; falling is negative. */
  readonly expectedReturn: number
  /** Trading days from `asOf` that the return is spread over, > 0. */
  readonly horizonDays: number
  /** Chance that the forecast means anything, 0 to 1. */
  readonly confidence: number
  /** Trading days after which half of what is left of it is known to everyone, > 0; ∞ never. */
  readonly halfLifeDays: number
  /** When it was made, UTC. */
  readonly asOf: EpochMs
  /** Who made it: `momentum`, `analyst`, a model's name. */
  readonly source: string
}

/** What all sources together say of one name over the planning horizon. */
export interface CombinedForecast {
  readonly instrument: InstrumentId
  /** r̂: mean total return over the planning horizon, confidence and decay considered; a fraction. */
  readonly expectedReturn: number
  /** ρ ≥ 0: standard error of r̂ over the same horizon, a fraction. */
  readonly uncertainty: number
  /** What is left of r̂ in each trading day of the horizon, the first first: sums to r̂, [horizonDays]. */
  readonly daily: Float64Array
  /** What each source put in, by source. */
  readonly parts: readonly ForecastPart[]
}

/** How one source's number became a part of r̂. */
export interface ForecastPart {
  readonly source: string
  /** As the source gave it. */
  readonly forecast: Forecast
  /** Trading days since it was made, ≥ 0. */
  readonly ageDays: number
  /** Share of the whole forecast that age has left, 0 to 1. */
  readonly decay: number
  /** Share that the combination gives the source, mean over the days of which something is forecast; sums to 1. */
  readonly share: number
  /** What it adds to r̂. */
  readonly contribution: number
}

/** A forecast that was not used, and why, in words that the plan prints. */
export interface RefusedForecast {
  readonly instrument: InstrumentId
  readonly source: string
  readonly reason: string
}

export interface CombinationSettings {
  /** Planning horizon, whole trading days ≥ 1. */
  readonly horizonDays: number
  /**
   * Trust, ≥ 0, multiplies the odds of what a source says: 1 (where absent) takes them as they are, ½ suits each of two
   * sources that say the same for the same reason, 0 leaves a source out.
   */
  readonly sourceWeights: ReadonlyMap<string, number>
  /** A forecast older than so many of its half-lives, or than its own horizon, is refused. */
  readonly mostHalfLives: number
}
