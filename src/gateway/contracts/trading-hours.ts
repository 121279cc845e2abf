/** When an instrument trades, as contract details list it: `20180205:0930-20180205:1600;20180210:CLOSED`. */
import { sessionOf } from '#gateway/contracts/sessions.ts'
import { compactDate, wireMinute } from '#gateway/venue-time.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { newYorkDate, sessionOn } from '#marketdata/calendar.ts'
import type { Instrument } from '#model/instrument.ts'
import { DAY_MS, dayNumberOf, isoDateOf, type EpochMs, type IsoDate } from '#model/time.ts'

/** IBKR lists today and the five days after. */
const DAYS_LISTED = 6

/**
 * @returns `liquid`: the sessions in which this venue matches orders; `trading`: with the hours
 *   before and after, where the class has such
 */
export function tradingHours(
  venue: Exchange,
  of: Instrument,
): { readonly trading: string; readonly liquid: string } {
  const today = dayNumberOf(newYorkDate(venue.now)) ?? 0
  const dates = Array.from({ length: DAYS_LISTED }, (_, i) => isoDateOf((today + i) * DAY_MS))
  const liquid = dates.map((date) => listed(date, sessionOf(venue, of.id, date)))
  const extended = dates.map((date) => listed(date, sessionOn(date, 'us-equity-extended')))
  return {
    liquid: liquid.join(';'),
    trading: (of.assetClass === 'STK' ? extended : liquid).join(';'),
  }
}

interface Hours {
  readonly opensAt: EpochMs
  readonly closesAt: EpochMs
}

const listed = (date: IsoDate, hours: Hours | undefined): string =>
  hours === undefined
    ? `${compactDate(date)}:CLOSED`
    : `${wireMinute(hours.opensAt)}-${wireMinute(hours.closesAt)}`
