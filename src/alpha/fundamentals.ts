/** What was known of companies as of a day. */
import type { InstrumentId } from '#model/ids.ts'
import { dayNumberOf, type IsoDate } from '#model/time.ts'
import { invariant } from '#model/invariant.ts'
import type { Fundamentals } from '#marketdata/fundamentals.ts'

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
