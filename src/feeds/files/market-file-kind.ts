/**
 * Whether a market file tells of days or of what happened within them, which is a matter of its columns and its times:
 * single trades and quotes are of within the day, bars are of whole days where every time is a midnight.
 */
import { DAY_MS } from '#model/time.ts'
import { columnNamed, openColumns, type ColumnsFile } from '#feeds/files/columns/columns-file.ts'
import { timeColumn } from '#feeds/files/intraday/time-column.ts'

export type MarketFileKind = 'daily' | 'intraday'

/** @throws FeedError `unreadable`: no file, another format, no column that tells the time */
export async function marketFileKind(path: string): Promise<MarketFileKind> {
  const file = await openColumns(path, 'market data')
  if (!hasBars(file)) return 'intraday'
  const column = columnNamed(file, ['date', 'day']) ?? timeColumn(file).name
  for await (const batch of file.batches()) {
    const times = await batch.instants(column)
    return times.some((time) => time % DAY_MS > 0) ? 'intraday' : 'daily'
  }
  return 'daily'
}

/** The price that a bar ends with, by any of its names. */
const CLOSES = ['close', 'bid_close', 'eur_rate', 'adj_close', 'adjusted_close', 'adjclose']

const hasBars = (file: ColumnsFile): boolean => columnNamed(file, CLOSES) !== undefined
