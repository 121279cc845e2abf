/** What is known of companies beside their prices. */
import type { InstrumentId } from '#model/ids.ts'
import type { IsoDate } from '#model/time.ts'

/** One company's figures as they were public on a day; undefined is unknown. */
export interface Fundamentals {
  readonly asOf: IsoDate
  readonly instrument: InstrumentId
  /** Of a share on that day, > 0. */
  readonly price: number | undefined
  /** Of the last twelve months, a share; losses are negative. */
  readonly earningsPerShare: number | undefined
  /** Price / earnings, not 0. */
  readonly priceEarnings: number | undefined
  readonly bookValuePerShare: number | undefined
  /** Price / book value, not 0. */
  readonly priceBook: number | undefined
  /** Of all shares, currency of the listing, > 0. */
  readonly marketValue: number | undefined
  /** Of a year, a fraction of the price, ≥ 0. */
  readonly dividendYield: number | undefined
  /** Yearly earnings / book value, a fraction. */
  readonly returnOnEquity: number | undefined
  /** Yearly gross profit / total assets, a fraction. */
  readonly grossProfitability: number | undefined
}
