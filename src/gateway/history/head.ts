/** How far back history goes, by what it is made of. */
import type { WhatToShow } from '#gateway/history/history-query.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { DAY_MS, isoDateOf, type EpochMs } from '#model/time.ts'

/** More sessions than any market here has. */
const ALL_BARS = 20_000
/** A volatility needs so many returns, and one price more, before it is there. */
const BEFORE_VOLATILITY = 30

/** @returns the beginning of the first session that has it; undefined where none has */
export function headOf(
  venue: Exchange,
  { id }: Listed,
  show: WhatToShow,
  outsideRegularHours: boolean,
): EpochMs | undefined {
  const days = venue.dailyBars(id, ALL_BARS, isoDateOf(venue.now), 'splits')
  const first = days[show === 'HISTORICAL_VOLATILITY' ? BEFORE_VOLATILITY : 0]
  if (first === undefined || !outsideRegularHours) return first?.at
  const [whole] = venue
    .schedule(id, first.at - DAY_MS, first.at + 1, true)
    .filter(({ date }) => date === first.date)
  return whole?.opensAt ?? first.at
}
