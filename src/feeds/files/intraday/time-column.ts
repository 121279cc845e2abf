/**
 * Which column of a file tells the time, and by whose clock.
 *
 * The zone is, in this order: the one that was asked for; the one that the column's name ends with
 * (`ts_utc`, `time_et`); UTC, where the column itself says so (a trailing `Z`, Parquet's timestamp with
 * time zone); else what is usual: New York's wall time for stocks and options, UTC for futures and forex.
 */
import { FeedError } from '#feeds/feed.ts'
import type { ColumnsFile } from '#feeds/files/columns/columns-file.ts'

export interface TimeColumn {
  readonly name: string
  /** Undefined where the name does not say. */
  readonly zone: string | undefined
}

const NAMES = ['ts', 'time', 'timestamp', 'datetime', 'date']

/** What a name may end with. */
const SUFFIXES: Readonly<Record<string, string>> = {
  utc: 'UTC',
  et: 'America/New_York',
  ny: 'America/New_York',
  new_york: 'America/New_York',
  ct: 'America/Chicago',
  chicago: 'America/Chicago',
  london: 'Europe/London',
  frankfurt: 'Europe/Berlin',
  tokyo: 'Asia/Tokyo',
  hong_kong: 'Asia/Hong_Kong',
}

/** @throws FeedError `unreadable` where no column tells the time */
export function timeColumn(file: ColumnsFile): TimeColumn {
  for (const name of NAMES) {
    if (file.names.includes(name)) return { name, zone: undefined }
    const suffix = Object.keys(SUFFIXES).find((zone) => file.names.includes(`${name}_${zone}`))
    if (suffix !== undefined) return { name: `${name}_${suffix}`, zone: SUFFIXES[suffix] }
  }
  throw new FeedError('unreadable', `${file.path}: was columns ${file.names.join(', ')}, expected a time such as ts or ts_utc`) // prettier-ignore
}
