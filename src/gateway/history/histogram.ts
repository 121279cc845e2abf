/** How much was traded at each price of a period: each minute's volume at its average price, on the price grid. */
import type { Duration } from '#gateway/history/history-query.ts'
import { stretchesWithin } from '#gateway/history/trading-time.ts'
import type { HistogramLevel } from '#gateway/messages/outgoing/history.ts'
import { textOf } from '#gateway/wire/field.ts'
import type { Exchange, VenueBar } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { snapPrice } from '#model/border.ts'
import { format, type Price } from '#model/fixed.ts'

const MINUTE = 60
const HALF_HOUR = 1_800
/** Sessions of which every minute is looked at; longer periods are looked at by the half hour. */
const FINE_SESSIONS = 22

/** @returns by price, the lowest first */
export function histogramOf(
  venue: Exchange,
  of: Listed,
  period: Duration,
  outsideRegularHours: boolean,
): readonly HistogramLevel[] {
  const stretches = stretchesWithin(venue, of.id, venue.now, period, outsideRegularHours)
  const seconds = stretches.length > FINE_SESSIONS ? HALF_HOUR : MINUTE
  const volumes = new Map<Price, number>()
  for (const { from, to } of stretches)
    for (const bar of venue.bars(of.id, {
      seconds,
      from,
      to,
      price: 'trades',
      outsideRegularHours,
    })) {
      // prettier-ignore
      const price = snapPrice(averageOf(bar), of.priceIncrements, 'half-even')
      volumes.set(price, (volumes.get(price) ?? 0) + bar.volume)
    }
  return [...volumes]
    .toSorted(([a], [b]) => Number(a - b))
    .map(([price, volume]) => ({ price: format(price), size: textOf(Math.round(volume)) }))
}

const averageOf = ({ vwap, high, low, close }: VenueBar): number => vwap ?? (high + low + close) / 3
