/** What policies that give target weights decide by: the book's names as they are held, and what is known of them. */
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass } from '#model/instrument.ts'
import type { CombinedForecast } from '#alpha/forecast.ts'
import type { Limit } from '#risk/limits.ts'
import type { RiskModel } from '#risk/models/risk-model.ts'
import type { ConstructionSettings } from '#construction/construction-settings.ts'

export interface PolicyFacts {
  /** Every name held or that may be held, each once, n. */
  readonly names: readonly PolicyName[]
  /** Names that may be given weight. */
  readonly eligible: ReadonlySet<InstrumentId>
  /** Per trading day; covers at least the stocks that are eligible. */
  readonly risk: RiskModel | undefined
  /** Why there is none, in words. */
  readonly noRisk?: string
  /** Over `settings.horizonDays`. */
  readonly forecasts: ReadonlyMap<InstrumentId, CombinedForecast>
  /** Base currency, > 0. */
  readonly marketValue: ReadonlyMap<InstrumentId, number>
  /** Budgets of risk parity, > 0 in any unit; 1 where absent. */
  readonly riskBudgets?: ReadonlyMap<InstrumentId, number>
  readonly limits: readonly Limit[]
  /** Kept in cash, fraction of net asset value ≥ 0. */
  readonly cashBuffer: number
  readonly settings: ConstructionSettings
}

export interface PolicyName {
  readonly instrument: InstrumentId
  /** Whose name it counts under: an option's underlying, else itself. */
  readonly issuer: InstrumentId
  readonly assetClass: AssetClass
  readonly sector: string
  /** Held, exposure / net asset value. */
  readonly weight: number
  /** Cash that a unit of exposure takes: 1 for stocks, 0 for futures and forex. */
  readonly cashShare: number
  /** Whether it can be traded now. */
  readonly tradable: boolean
}
