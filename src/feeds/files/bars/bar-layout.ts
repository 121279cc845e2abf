/**
 * Where a file of daily bars keeps its numbers.
 *
 * | columns | bar |
 * | --- | --- |
 * | `open` `high` `low` `close` | as they are |
 * | `bid_open` … `bid_close`, `ask_open` … `ask_close` | midpoints |
 * | `close`, `eur_rate` or `adj_close` alone | one price a day: a bar that does not move |
 */
import { FeedError } from '#feeds/feed.ts'
import type { BarNumbers, NumberColumns } from '#feeds/files/bars/bar-collector.ts'
import { columnNamed, type ColumnBatch, type ColumnsFile } from '#feeds/files/columns/columns-file.ts' // prettier-ignore

export interface BarLayout {
  readonly date: string
  /** Names for messages. */
  readonly columns: NumberColumns
  /** The numbers of some rows of a batch, `to` not included. */
  read(batch: ColumnBatch, from: number, to: number): Promise<BarNumbers>
}

const DATES = ['date', 'day', 'ts', 'timestamp', 'time']
const VOLUMES = ['volume', 'volume_or_oi']
const ADJUSTED = ['adj_close', 'adjusted_close', 'adjclose']
const SINGLE = ['close', 'eur_rate', ...ADJUSTED]
const OHLC = ['open', 'high', 'low', 'close'] as const

/**
 * @param needsVolume - whether bars of the file's subjects are no use without a volume
 * @throws FeedError `unreadable` where columns are missing
 */
export function barLayout(file: ColumnsFile, needsVolume: boolean): BarLayout {
  const has = (...names: readonly string[]) => names.every((name) => file.names.includes(name))
  const date = columnNamed(file, DATES)
  const volume = columnNamed(file, VOLUMES)
  const adjusted = columnNamed(file, ADJUSTED)
  const single = columnNamed(file, SINGLE)
  if (date === undefined) throw wrongColumns(file)
  if (has(...OHLC) && (volume !== undefined || !needsVolume))
    return ohlcLayout(date, volume, adjusted)
  if (has(...OHLC.flatMap((name) => [`bid_${name}`, `ask_${name}`]))) return midLayout(date, volume)
  if (single === undefined || has('open') || has('high') || has('low')) throw wrongColumns(file)
  return singleLayout(date, single, volume, adjusted === single ? undefined : adjusted)
}

function ohlcLayout(
  date: string,
  volume: string | undefined,
  adjusted: string | undefined,
): BarLayout {
  const [open, high, low, close] = OHLC
  return {
    date,
    columns: { open, high, low, close, volume: volume ?? '', adjustedClose: adjusted ?? '' },
    read: async (batch, from, to) => ({
      open: await batch.numbers(open, from, to),
      high: await batch.numbers(high, from, to),
      low: await batch.numbers(low, from, to),
      close: await batch.numbers(close, from, to),
      volume: await numbersOr0(batch, volume, from, to),
      adjustedClose: adjusted === undefined ? undefined : await batch.numbers(adjusted, from, to),
    }),
  }
}

function midLayout(date: string, volume: string | undefined): BarLayout {
  return {
    date,
    columns: {
      open: 'bid_open',
      high: 'bid_high',
      low: 'bid_low',
      close: 'bid_close',
      volume: volume ?? '',
      adjustedClose: '',
    },
    read: async (batch, from, to) => ({
      open: await mids(batch, 'open', from, to),
      high: await mids(batch, 'high', from, to),
      low: await mids(batch, 'low', from, to),
      close: await mids(batch, 'close', from, to),
      volume: await numbersOr0(batch, volume, from, to),
      adjustedClose: undefined,
    }),
  }
}

function singleLayout(
  date: string,
  single: string,
  volume: string | undefined,
  adjusted: string | undefined,
): BarLayout {
  return {
    date,
    columns: { open: single, high: single, low: single, close: single, volume: volume ?? '', adjustedClose: adjusted ?? '' }, // prettier-ignore
    read: async (batch, from, to) => {
      const close = await batch.numbers(single, from, to)
      return {
        open: close,
        high: close,
        low: close,
        close,
        volume: await numbersOr0(batch, volume, from, to),
        adjustedClose: adjusted === undefined ? undefined : await batch.numbers(adjusted, from, to),
      }
    },
  }
}

async function mids(
  batch: ColumnBatch,
  name: string,
  from: number,
  to: number,
): Promise<Float64Array> {
  const bids = await batch.numbers(`bid_${name}`, from, to)
  const asks = await batch.numbers(`ask_${name}`, from, to)
  return bids.map((bid, i) => (bid + (asks[i] ?? Number.NaN)) / 2)
}

async function numbersOr0(
  batch: ColumnBatch,
  column: string | undefined,
  from: number,
  to: number,
): Promise<Float64Array> {
  return column === undefined ? new Float64Array(to - from) : batch.numbers(column, from, to)
}

function wrongColumns({ path, names }: ColumnsFile): FeedError {
  return new FeedError('unreadable', `${path}: was columns ${names.join(', ')}, expected symbol (or ticker, root, pair), date, open, high, low, close, volume and perhaps adj_close`) // prettier-ignore
}
