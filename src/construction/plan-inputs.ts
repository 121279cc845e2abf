/**
 * All that a plan is computed from, gathered by the shell and handed to a worker. `planFrom`
 * (plan.ts) is a pure function of it.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import type { Currency, Money, Rounding } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { PlanRequest } from '#model/plan.ts'
import type { EpochMs } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { Quote } from '#marketdata/quote.ts'
import type { Latch } from '#risk/latch.ts'
import type { Limit } from '#risk/limits.ts'
import type { FeatureSettings } from '#alpha/feature-forecasts.ts'
import type { CombinationSettings, Forecast } from '#alpha/forecast.ts'
import type { Fundamentals } from '#marketdata/fundamentals.ts'
import type { ScreenSettings } from '#alpha/screens.ts'
import type { ConstructionSettings } from '#construction/construction-settings.ts'

export interface PlanInputs {
  readonly request: PlanRequest
  /** Engine's clock. */
  readonly asOf: EpochMs
  readonly lifetimeMs: number
  readonly configHash: string
  readonly snapshot: BrokerSnapshot
  /** Held and targeted, each once. */
  readonly instruments: readonly Instrument[]
  /** Names the broker does not know, with its words. */
  readonly unknown: readonly { readonly instrument: InstrumentId; readonly reason: string }[]
  readonly quotes: ReadonlyMap<InstrumentId, Quote>
  /** Total-return daily bars, oldest first, about one year; short or absent histories are allowed. */
  readonly bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>
  /** The market for beta and for residual correlations; the equal-weighted mean of all names where absent. */
  readonly benchmark: InstrumentId | undefined
  /** Base currency per unit of each currency in use; the base currency is 1. */
  readonly fx: ReadonlyMap<Currency, number>
  readonly targets: readonly Target[]
  /** How targets come about where they are not read; absent: they are. */
  readonly construction?: ConstructionInputs
  readonly policy: PolicySettings
  readonly limits: readonly Limit[]
  readonly latches: readonly Latch[]
  readonly reconciliation: { readonly status: 'pass' | 'warn' | 'fail'; readonly detail: string }
  readonly day: DayFigures
  readonly execution: { readonly orderType: 'limit' | 'market'; readonly collarBps: number }
  readonly staleness: { readonly quoteMs: number }
  /** Most notional that the gate lets one order have, base currency; ∞ where absent. */
  readonly maximumOrderNotional?: number
}

/** What policies other than `targets` decide by. */
export interface ConstructionInputs {
  readonly settings: ConstructionSettings
  /** All that were read, stale ones too: who uses them judges. */
  readonly forecasts: readonly Forecast[]
  readonly combination: CombinationSettings
  /** Names that may be held besides those that are; the screens judge them. */
  readonly eligible: readonly InstrumentId[]
  /** Names of the universe file, which settings may speak of though nothing of them is held or wanted; none where absent. */
  readonly universe?: readonly InstrumentId[]
  readonly features: readonly FeatureSettings[]
  readonly screen: ScreenSettings
  /** Dated, of any age. */
  readonly fundamentals: readonly Fundamentals[]
  /** What the files hold that was passed over, in words. */
  readonly fileNotes: readonly string[]
  /** Calendar days after which they count no more. */
  readonly fundamentalsMostAgeDays: number
  /** Weights of what tracking error is measured against; empty where there is none. */
  readonly benchmarkWeights: ReadonlyMap<InstrumentId, number>
}

/** The same once screens have judged and features have spoken. */
export interface JudgedInputs extends ConstructionInputs {
  /** Names that a screen left out, each with its reason; `eligible` are the others. */
  readonly excluded: readonly { readonly instrument: InstrumentId; readonly reason: string }[]
  /** Market values for Black–Litterman's equilibrium, base currency; absent names have none. */
  readonly marketValue: ReadonlyMap<InstrumentId, number>
}

/** One row of the targets file. */
export interface Target {
  readonly instrument: InstrumentId
  /** Fraction of net asset value, shorts negative. */
  readonly weight: number
  /** The name's own band, which replaces the policy's; lower ≤ weight ≤ upper. */
  readonly lower?: number
  readonly upper?: number
}

export interface PolicySettings {
  readonly band: BandSettings
  /** Where a trade goes once a band is left. */
  readonly destination: 'target' | 'band-edge'
  /** Kept in cash, fraction of net asset value ≥ 0. */
  readonly cashBuffer: number
  readonly rounding: Rounding
  /** What happens to a holding that has no target. */
  readonly untargeted: 'sell' | 'keep'
  /** Trades below this are not worth their commission, base currency ≥ 0. */
  readonly minimumTicket: number
}

/**
 * When a weight is close enough. `absolute` a fraction of net asset value, `relative` a fraction
 * of the target weight; `hybrid` is the tighter of the two (the "5/25" rule).
 */
export interface BandSettings {
  readonly kind: 'absolute' | 'relative' | 'hybrid'
  readonly absolute: number
  readonly relative: number
}

/** What only the record knows about today and before. Base currency. */
export interface DayFigures {
  /** At the previous close, plus deposits and less withdrawals since. */
  readonly previousCloseNav: Money<Currency>
  readonly peakNav: Money<Currency>
  readonly startOfDayNav: Money<Currency>
  /** Σ|traded| today, both sides. */
  readonly tradedToday: Money<Currency>
}
