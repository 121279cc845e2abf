/** A book as risk sees it: how much of each name, whose it is, in which sector, as fractions of net asset value. */
import type { Currency } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass } from '#model/instrument.ts'

export interface Exposure extends ExposureFacts {
  readonly instrument: InstrumentId
  /** Exposure / net asset value, shorts negative; NaN where it could not be valued. */
  readonly weight: number
}

/** What an exposure is besides its size: which limits count it, and with what. */
export interface ExposureFacts {
  readonly sector: string
  /** Whose limit it counts in: an option's underlying, else the name itself. */
  readonly issuer: InstrumentId
  /** Undefined of what the broker does not describe, which counts as a name of its own. */
  readonly assetClass: AssetClass | undefined
  /** What it holds of a currency that is not the account's; absent where nothing. */
  readonly foreign?: ForeignHolding | undefined
}

export interface ForeignHolding {
  readonly currency: Currency
  /** Of a unit of weight: 1 of a stock, its premium's share of an option, ±1 of a pair; a future holds none. */
  readonly share: number
}

/** Each name once. Cash carries no risk and is left out. */
export type Exposures = readonly Exposure[]
