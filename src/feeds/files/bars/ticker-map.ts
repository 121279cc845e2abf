/**
 * QuantConnect/Lean's map files in one CSV: what a security was called when. Columns `permtick, date,
 * ticker`: until and with `date`, the security that is known as `permtick` traded as `ticker`.
 */
import type { IsoDate } from '#model/time.ts'
import { dayNumberOf } from '#model/time.ts'
import { FeedError } from '#feeds/feed.ts'
import { cellsOf } from '#feeds/files/bars/factor-file.ts'

export interface TickerRow {
  readonly until: IsoDate
  readonly ticker: string
}

/** By the security's lasting name, each rising by date. */
export type TickerMap = ReadonlyMap<string, readonly TickerRow[]>

/** @throws FeedError `unreadable` with line and column */
export function readTickerMap(path: string): TickerMap {
  const [header = [], ...rows] = cellsOf(path)
  const columns = ['permtick', 'date', 'ticker'].map((name) => header.indexOf(name))
  if (columns.includes(-1))
    throw new FeedError('unreadable', `${path}:1 was columns ${header.join(', ')}, expected permtick, date, ticker`) // prettier-ignore
  const map = new Map<string, TickerRow[]>()
  for (const [i, cells] of rows.entries()) {
    const [security = '', until = '', ticker = ''] = columns.map((at) => cells[at])
    if (dayNumberOf(until) === undefined)
      throw new FeedError('unreadable', `${path}:${i + 2} date: was "${until}", expected a day such as 2014-04-02`) // prettier-ignore
    map.set(security, [...(map.get(security) ?? []), { until, ticker }])
  }
  for (const own of map.values()) own.sort((a, b) => (a.until < b.until ? -1 : 1))
  return map
}
