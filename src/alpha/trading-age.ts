/** How old something is in trading days: what a forecast ages by, for nothing is learnt while nothing trades. */
import { newYorkDate, previousTradingDay, sessionOn } from '#marketdata/calendar.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'

/**
 * Ages as of an instant: sessions of US equities that closed after another instant and no later than this one. What was
 * made on Friday evening is 0 until Monday's close, and 1 until Tuesday's.
 *
 * @param asOf - what ages are counted to
 * @param most - counts no further, ≥ 0
 * @returns of an instant its age, 0 to `most`; 0 of what is yet to come
 */
export function tradingAges(asOf: EpochMs, most: number): (made: EpochMs) => number {
  // The latest first, as far back as was asked.
  const closes: EpochMs[] = []
  let date: IsoDate = newYorkDate(asOf)
  if (closeOf(date) > asOf) date = previousTradingDay(date)
  return (made) => {
    for (let close = closeOf(date); closes.length < most && close > made; close = closeOf(date)) {
      closes.push(close)
      date = previousTradingDay(date)
    }
    const older = closes.findIndex((close) => close <= made)
    return older < 0 ? closes.length : older
  }
}

/** Of a day without a session, never. */
const closeOf = (date: IsoDate): EpochMs =>
  sessionOn(date, 'us-equity')?.closesAt ?? Number.POSITIVE_INFINITY
