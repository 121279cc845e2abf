/** History that is kept up to date: what of its last bars is news, every five seconds. */
import { historyOf, type HistoryQuery } from '#gateway/history/bars.ts'
import type { Duration } from '#gateway/history/history-query.ts'
import { historicalDataUpdate, type WireBar } from '#gateway/messages/outgoing/history.ts'
import type { Message } from '#gateway/wire/field.ts'
import type { Exchange } from '#exchange/exchange.ts'

/**
 * @param last - the last bar that was told
 * @returns a function that tells what changed since it was last called: the bar that goes on, and those begun since
 */
export function historyNews(
  venue: Exchange,
  reqId: number,
  query: HistoryQuery,
  last: WireBar | undefined,
): () => readonly Message[] {
  let told = last
  return () => {
    const latest = historyOf(venue, { ...query, end: venue.now, duration: tailOf(query) })
    const bars = latest.ok ? latest.value.bars : []
    const news = bars.filter((bar) => told === undefined || bar.date > told.date || (bar.date === told.date && isAnother(bar, told))) // prettier-ignore
    told = news.at(-1) ?? told
    return news.map((bar) => historicalDataUpdate(reqId, bar))
  }
}

/** Long enough for the bar that was told last and the one after it. */
function tailOf({ size }: HistoryQuery): Duration {
  if (size.kind === 'intraday') return { count: 2 * size.seconds, unit: 'S' }
  return { count: 1, unit: size.kind === 'day' ? 'D' : size.kind === 'week' ? 'W' : 'M' }
}

const isAnother = (a: WireBar, b: WireBar): boolean => JSON.stringify(a) !== JSON.stringify(b)
