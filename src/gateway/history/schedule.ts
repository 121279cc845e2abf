/** The sessions that answer a request for SCHEDULE. */
import type { HistoryQuery } from '#gateway/history/bars.ts'
import { sessionsWithin } from '#gateway/history/trading-time.ts'
import type { WireSession } from '#gateway/messages/outgoing/history.ts'
import { compactDate, wireTime } from '#gateway/venue-time.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { EpochMs } from '#model/time.ts'

export function scheduleOf(venue: Exchange, query: HistoryQuery): readonly WireSession[] {
  const { instrument, end, duration, outsideRegularHours } = query
  return sessionsWithin(venue, instrument.id, end, duration, outsideRegularHours).map(
    ({ date, opensAt, closesAt }) => ({
      start: wall(opensAt),
      end: wall(closesAt),
      refDate: compactDate(date),
    }),
  )
}

/** `20180205-09:30:00`, in the zone that the schedule names. */
function wall(at: EpochMs): string {
  const [date = '', clock = ''] = wireTime(at).split(' ')
  return `${date}-${clock}`
}
