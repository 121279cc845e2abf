/** What is known of companies beside their prices, as of a day. */
import type { InstrumentId } from '#model/ids.ts'
import { dayNumberOf, type IsoDate } from '#model/time.ts'
import { invariant } from '#model/invariant.ts'

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

/**
 * Each name's latest row on or before a day: what came after was not known then.
 *
 * @param mostAgeDays - calendar days; an older row counts no more, and the name has none
 */
export function latestFundamentals(
  rows: readonly Fundamentals[],
  asOf: IsoDate,
  mostAgeDays: number,
): ReadonlyMap<InstrumentId, Fundamentals> {
  const oldest = dayOf(asOf) - mostAgeDays
  const latest = new Map<InstrumentId, Fundamentals>()
  for (const row of rows) {
    const other = latest.get(row.instrument)
    if (
      row.asOf <= asOf &&
      dayOf(row.asOf) >= oldest &&
      (other === undefined || row.asOf >= other.asOf)
    )
      // prettier-ignore
      latest.set(row.instrument, row)
  }
  return latest
}

function dayOf(date: IsoDate): number {
  const day = dayNumberOf(date)
  invariant(day !== undefined, `"${date}" is a day of the calendar`)
  return day
}
