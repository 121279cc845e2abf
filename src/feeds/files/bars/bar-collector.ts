/**
 * Rows become bars: what Parquet and CSV have in common. Keeps only what was asked for, and
 * refuses what is no bar, naming its place.
 */
import type { PriceBar } from '#marketdata/price-bar.ts'
import { sessionOn } from '#marketdata/calendar.ts'
import { DAY_MS, dayNumberOf, isoDateOf, type EpochMs, type IsoDate } from '#model/time.ts'
import { FeedError } from '#feeds/feed.ts'
import type { BarsBySymbol, BarsSelection } from '#feeds/files/bars/bars-file.ts'

/** The numbers of one row. */
export interface BarRow {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly adjustedClose: number | undefined
}

export interface BarCollector {
  /** Whether the selection wants a symbol, as the file spells it. */
  wants(symbol: string): boolean
  /** Days since 1970-01-01 that the selection begins and ends with. */
  readonly firstDay: number
  readonly lastDay: number
  /**
   * @param day - days since 1970-01-01
   * @param place - for the message: `row 17`
   * @throws FeedError `unreadable`
   */
  add(symbol: string, day: number, row: BarRow, place: () => string): void
  collected(): BarsBySymbol
}

/** @param path - of the file, for messages */
export function barCollector(path: string, selection: BarsSelection): BarCollector {
  const wanted = selection.symbols && new Set(selection.symbols.map(spelled))
  const [firstDay, lastDay] = [dayOf(selection.first), dayOf(selection.last)]
  const days = new Map<number, { readonly date: IsoDate; readonly at: EpochMs }>()
  const found = new Map<string, { bars: PriceBar[]; adjusted: number[]; last: number }>()

  const dayAt = (day: number) => {
    const known = days.get(day)
    if (known !== undefined) return known
    const date = isoDateOf(day * DAY_MS)
    const named = { date, at: sessionOn(date, 'us-equity')?.opensAt ?? day * DAY_MS }
    days.set(day, named)
    return named
  }

  const add: BarCollector['add'] = (symbol, day, row, place) => {
    const name = spelled(symbol)
    const known = found.get(name) ?? { bars: [], adjusted: [], last: Number.NEGATIVE_INFINITY }
    const wrong = day <= known.last ? `${isoDateOf(day * DAY_MS)} after ${isoDateOf(known.last * DAY_MS)}` : wrongIn(row) // prettier-ignore
    if (wrong !== undefined)
      throw new FeedError('unreadable', `${path} ${place()} ${symbol}: was ${wrong}, expected finite prices and a volume ≥ 0, dates rising within a symbol`) // prettier-ignore
    known.last = day
    known.bars.push({ ...dayAt(day), ...pricesOf(row) })
    if (row.adjustedClose !== undefined) known.adjusted.push(row.adjustedClose)
    found.set(name, known)
  }

  return {
    wants: (symbol) => wanted === undefined || wanted.has(spelled(symbol)),
    firstDay,
    lastDay,
    add,
    collected: () =>
      new Map(
        [...found].map(([symbol, { bars, adjusted }]) => [
          symbol,
          { bars, adjustedCloses: adjusted.length === bars.length ? adjusted : undefined },
        ]),
      ),
  }
}

/** Classes of shares have a dot: `BRK-B` of some sources is `BRK.B`. */
const spelled = (symbol: string): string => symbol.replace('-', '.')

const pricesOf = ({ open, high, low, close, volume }: BarRow) => ({
  open,
  high,
  low,
  close,
  volume,
})

function wrongIn(row: BarRow): string | undefined {
  const { open, high, low, close, volume, adjustedClose = 0 } = row
  const numbers = { open, high, low, close, volume, adj_close: adjustedClose }
  const bad = Object.entries(numbers).find(([, value]) => !Number.isFinite(value))
  if (bad !== undefined) return `${bad[0]} ${bad[1]}`
  return volume < 0 ? `volume ${volume}` : undefined
}

function dayOf(date: IsoDate): number {
  const day = dayNumberOf(date)
  if (day === undefined)
    throw new FeedError('unreadable', `was "${date}", expected a day such as 2018-02-05`)
  return day
}
