/** US stocks with a full history of total-return bars, from the file of real data, with their sectors. */
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { InstrumentId } from '#model/ids.ts'
import type { IsoDate } from '#model/time.ts'
import { readBars } from '#feeds/files/bars/bars-file.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { RiskName } from '#risk/models/risk-model.ts'

/** Absent on machines without the data: who reads it looks first. */
export const EQUITY_BARS = '../shared/data/bars/us_equity_daily_2005_2021.parquet'
/** Twenty of the largest, total returns only: quick to read. */
export const LARGE_CAP_BARS = '../shared/data/bars/us_20_large_adjclose_1990_2021.parquet'
const SECTORS = '../shared/data/reference/sector_map.csv'

export interface EquityHistory {
  readonly names: readonly RiskName[]
  /** The closes are adjusted for splits and dividends; all names have the same days. */
  readonly bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>
}

/** So many names, evenly spread over the alphabet, of those with a bar on every day. */
export async function equityHistory(
  count: number,
  first: IsoDate,
  last: IsoDate,
): Promise<EquityHistory> {
  const found = [...(await readBars(EQUITY_BARS, { first, last }))]
  const days = Math.max(...found.map(([, { columns }]) => columns.length))
  const whole = found.filter(([, { columns }]) => columns.length === days)
  const picked = Array.from({ length: Math.min(count, whole.length) }, (_, i, ) => whole[Math.floor((i * whole.length) / Math.min(count, whole.length))]!) // prettier-ignore
  const sectors = sectorsBySymbol()
  const bars = new Map(
    picked.map(([symbol, of]) => {
      const closes = of.adjustedCloses ?? []
      return [symbol as InstrumentId, of.bars.map((bar, t) => ({ ...bar, close: closes[t] ?? bar.close }))] // prettier-ignore
    }),
  )
  const names = [...bars.keys()].map((id) => ({ instrument: id, sector: sectors.get(id) ?? 'Unknown', driver: id })) // prettier-ignore
  return { names, bars }
}

/** Twenty large stocks. */
export async function largeCapHistory(first: IsoDate, last: IsoDate): Promise<EquityHistory> {
  const file = await asyncBufferFromFile(LARGE_CAP_BARS)
  const rows = (await parquetReadObjects({ file, compressors })) as unknown as readonly { readonly symbol: InstrumentId; readonly date: Date; readonly adj_close: number }[] // prettier-ignore
  const sectors = sectorsBySymbol()
  const bars = new Map<InstrumentId, PriceBar[]>()
  for (const { symbol, date, adj_close: close } of rows) {
    const on = date.toISOString().slice(0, 10)
    if (on < first || on > last) continue
    const of = bars.get(symbol) ?? []
    of.push({ date: on, at: date.getTime(), open: close, high: close, low: close, close, volume: 0 }) // prettier-ignore
    bars.set(symbol, of)
  }
  const names = [...bars.keys()].map((id) => ({ instrument: id, sector: sectors.get(id) ?? 'Unknown', driver: id })) // prettier-ignore
  return { names, bars }
}

function sectorsBySymbol(): ReadonlyMap<string, string> {
  const rows = parse(readFileSync(SECTORS, 'utf8'), { columns: true }) as unknown as readonly Readonly<Record<string, string>>[] // prettier-ignore
  return new Map(rows.map((row) => [row['symbol'] ?? '', row['gics_sector'] ?? 'Unknown']))
}
