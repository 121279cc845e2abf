/** Price bars as the broker gives them: nothing that has not happened yet. */
import { SECOND_MS, type EpochMs, type IsoDate } from '#model/time.ts'
import { previousTradingDay } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { Listed } from '#exchange/listing.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

/** Daily bars up to the last day whose session is over. */
export function completedDailyBars(
  market: MarketModel,
  of: Pick<Listed, 'id' | 'assetClass'>,
  hours: VenueHours,
  now: EpochMs,
  query: { readonly count: number; readonly until: IsoDate; readonly adjusted: 'splits' | 'total-return' }, // prettier-ignore
): readonly PriceBar[] {
  const completed = previousTradingDay(hours.regular(of, now).date)
  const until = query.until < completed ? query.until : completed
  return market.dailyBars(of.id, query.count, until, query.adjusted)
}

/** Bars of regular hours in [from, to), counted from each open; the last one may still be growing. */
export function intradayBars(
  market: MarketModel,
  of: Pick<Listed, 'id' | 'assetClass'>,
  hours: VenueHours,
  now: EpochMs,
  query: { readonly seconds: number; readonly from: EpochMs; readonly to: EpochMs },
): readonly PriceBar[] {
  const bars: PriceBar[] = []
  const length = Math.max(1, query.seconds) * SECOND_MS
  const end = Math.min(query.to, now)
  for (let at = query.from; at < end;) {
    const { opensAt, closesAt } = hours.regular(of, at)
    const begins = opensAt + Math.ceil(Math.max(0, at - opensAt) / length) * length
    if (begins >= end) break
    const ends = Math.min(begins + length, closesAt)
    const bar = begins < closesAt ? market.pathBar(of.id, begins, Math.min(ends, end)) : undefined
    if (bar !== undefined) bars.push(bar)
    at = ends
  }
  return bars
}
