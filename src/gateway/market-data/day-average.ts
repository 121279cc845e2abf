/**
 * The volume-weighted average price of a day so far, for RTVolume.
 *
 * It begins with the day's minute bars when a name is first asked for, and goes on with what each quote adds to the
 * volume at its last price.
 */
import { textOf } from '#gateway/wire/field.ts'
import type { Exchange, VenueQuote } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { toNumber } from '#model/border.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { IsoDate } from '#model/time.ts'

export interface DayAverage {
  /** Decimal text with four places at most; `0` before the first trade. */
  at(of: Listed, quote: VenueQuote): string
}

interface Sum {
  readonly date: IsoDate
  value: number
  volume: number
}

export function dayAverage(venue: Exchange): DayAverage {
  const sums = new Map<InstrumentId, Sum>()
  return {
    at: ({ id }, quote) => {
      const volume = toNumber(quote.volume)
      const session = venue.sessionAt(id, venue.now)
      const known = sums.get(id)
      const sum = known?.date === session.date ? known : traded(venue, id, session.date, quote)
      sums.set(id, sum)
      if (quote.last !== undefined && volume > sum.volume) {
        sum.value += toNumber(quote.last) * (volume - sum.volume)
        sum.volume = volume
      }
      return textOf(sum.volume > 0 ? Math.round((sum.value / sum.volume) * 1e4) / 1e4 : 0)
    },
  }
}

/** The day until now; its bars' own average where they have one, their typical price where not. */
function traded(venue: Exchange, id: InstrumentId, date: IsoDate, { volume }: VenueQuote): Sum {
  const { opensAt } = venue.sessionAt(id, venue.now)
  const bars = venue.bars(id, { seconds: 60, from: opensAt, to: venue.now, price: 'trades', outsideRegularHours: false }) // prettier-ignore
  const [value, units] = bars.reduce(
    ([sum, total], bar) => [
      sum + bar.volume * (bar.vwap ?? (bar.high + bar.low + bar.close) / 3),
      total + bar.volume,
    ],
    [0, 0],
  )
  const day = toNumber(volume)
  return units > 0 ? { date, value: (value / units) * day, volume: day } : { date, value: 0, volume: 0 } // prettier-ignore
}
