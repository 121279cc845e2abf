/**
 * QuantConnect/Lean's factor and map files as corporate actions: the splits, dividends and changes of
 * ticker that they imply.
 *
 * A factor row holds until its `date`; what happens on the session after it is how the next row
 * differs. With raw close P on that date and price factors f before and f' after, the dividend is
 * D = P · (1 − f / f') a unit (LEAN, "Factor files": f = f' · (1 − D / P)). The files have seven digits, so
 * D is rounded to four decimals. The first row of a symbol marks where its data begin.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nextTradingDay } from '#marketdata/calendar.ts'
import type { CorporateAction } from '#exchange/controls.ts'
import { price, type Price } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import type { IsoDate } from '#model/time.ts'
import { readFactors, type FactorRow } from '#feeds/files/bars/factor-file.ts'
import { readTickerMap, type TickerMap } from '#feeds/files/bars/ticker-map.ts'

/**
 * Reads a factor file and the map file beside it, if there is one.
 *
 * @param mapFile - where absent: `map_files.csv` in the same folder, if it is there
 * @returns by date; instruments by the ticker that they had on the day before
 * @throws FeedError `unreadable` with line and column
 */
export function readFactorActions(
  factorFile: string,
  mapFile: string | undefined = mapFileBeside(factorFile),
): readonly CorporateAction[] {
  const tickers: TickerMap = mapFile === undefined ? new Map() : readTickerMap(mapFile)
  const factors = [...readFactors(factorFile)].flatMap(
    ([symbol, rows]) =>
    rows.flatMap((row, i) => eventsAfter(row, rows[i + 1], i === 0, stockOf(tickerOn(tickers, symbol, row.date)))), // prettier-ignore
  )
  return [...factors, ...tickerChanges(tickers)].toSorted(byDate)
}

function mapFileBeside(factorFile: string): string | undefined {
  const path = join(dirname(factorFile), 'map_files.csv')
  return existsSync(path) ? path : undefined
}

function eventsAfter(
  row: FactorRow,
  next: FactorRow | undefined,
  begins: boolean,
  instrument: InstrumentId,
): readonly CorporateAction[] {
  if (next === undefined || begins) return []
  const date = nextTradingDay(row.date)
  const events: CorporateAction[] = []
  const amount = priceOf(row.referencePrice * (1 - row.priceFactor / next.priceFactor))
  if (amount > 0n) events.push({ type: 'dividend', instrument, date, amount })
  if (next.splitFactor !== row.splitFactor)
    events.push({ type: 'split', instrument, date, ratio: splitRatio(next.splitFactor / row.splitFactor) }) // prettier-ignore
  return events
}

/** Seven digits leave 7.000003 of a 7:1 split. */
function splitRatio(measured: number): number {
  const whole = measured >= 1 ? Math.round(measured) : 1 / Math.round(1 / measured)
  return Math.abs(measured / whole - 1) < 1e-4 ? whole : Number(measured.toFixed(6))
}

const priceOf = (value: number): Price => price(value.toFixed(4))

function tickerChanges(tickers: TickerMap): readonly CorporateAction[] {
  return [...tickers.values()].flatMap((rows) =>
    rows.flatMap(({ until, ticker }, i) => {
      const next = rows[i + 1]
      if (next === undefined || next.ticker === ticker) return []
      const [instrument, newInstrument] = [stockOf(ticker), stockOf(next.ticker)]
      const date = nextTradingDay(until)
      return [{ type: 'ticker-change', instrument, date, newInstrument }]
    }),
  )
}

/** What a security was called on a day; its own name where the map does not say. */
function tickerOn(tickers: TickerMap, symbol: string, date: IsoDate): string {
  return tickers.get(symbol)?.find(({ until }) => until >= date)?.ticker ?? symbol
}

const stockOf = (symbol: string): InstrumentId =>
  instrumentIdOf({ symbol, assetClass: 'STK', currency: 'USD' })

function byDate(a: CorporateAction, b: CorporateAction): number {
  if (a.date !== b.date) return a.date < b.date ? -1 : 1
  return a.instrument < b.instrument ? -1 : 1
}
