/** How old something is in trading days: what a forecast ages by, for nothing is learnt while nothing trades. */
import { newYorkDate, sessionOn } from '#marketdata/calendar.ts'
import { invariant } from '#model/invariant.ts'
import { DAY_MS, dayNumberOf, isoDateOf, type EpochMs } from '#model/time.ts'

/**
 * Sessions of US equities that closed after one instant and no later than another: 0 from Friday evening to Monday
 * noon, 1 from then to Monday evening.
 *
 * @param most - counts no further, ≥ 0
 * @returns 0 to `most`; 0 where `from` is after `to`
 */
export function tradingAge(from: EpochMs, to: EpochMs, most: number): number {
  const today = dayNumberOf(newYorkDate(to))
  invariant(today !== undefined, 'an instant falls on a day')
  let age = 0
  for (let day = today; age < most && day * DAY_MS >= from - DAY_MS; day--) {
    const session = sessionOn(isoDateOf(day * DAY_MS), 'us-equity')
    if (session !== undefined && session.closesAt > from && session.closesAt <= to) age += 1
  }
  return age
}
