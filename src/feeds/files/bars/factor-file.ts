/**
 * Corporate actions beside a bars file: QuantConnect/Lean's factor files in one CSV.
 *
 * Columns `symbol, date, price_factor, split_factor, reference_price`: for a bar on or before `date`,
 * adjusted = raw × price_factor × split_factor of the first row whose date is not before the bar's.
 * `reference_price` is the raw close before the event, 0 in the last, open-ended row.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { dayNumberOf, type IsoDate } from '#model/time.ts'
import { FeedError } from '#feeds/feed.ts'

export interface FactorRow {
  /** The last day the row holds for. */
  readonly date: IsoDate
  /** What dividends after it are carried into prices by: 1 after the last. */
  readonly priceFactor: number
  /** 1 over the new units that an old one of that time has become: 0.25 before a 4:1 split. */
  readonly splitFactor: number
  /** Raw close on `date`; 0 where it is not known. */
  readonly referencePrice: number
}

/** By symbol, each rising by date. */
export type Factors = ReadonlyMap<string, readonly FactorRow[]>

/** Where factors are looked for: `../corporate_actions/factor_files.csv`, seen from the bars file. */
export function factorFileBeside(barsFile: string): string | undefined {
  const path = join(dirname(barsFile), '..', 'corporate_actions', 'factor_files.csv')
  return existsSync(path) ? path : undefined
}

/** @throws FeedError `unreadable` with line and column */
export function readFactors(path: string): Factors {
  const [header = [], ...rows] = cellsOf(path)
  const columns = ['symbol', 'date', 'price_factor', 'split_factor', 'reference_price'].map(
    (name) => header.indexOf(name),
  )
  if (columns.includes(-1))
    throw new FeedError('unreadable', `${path}:1 was columns ${header.join(', ')}, expected symbol, date, price_factor, split_factor, reference_price`) // prettier-ignore
  const factors = new Map<string, FactorRow[]>()
  for (const [i, cells] of rows.entries()) {
    const [symbol = '', date = '', price = '', split = '', reference = ''] = columns.map(
      (at) => cells[at],
    )
    const row = { date, priceFactor: Number(price), splitFactor: Number(split), referencePrice: Number(reference) } // prettier-ignore
    const readable = dayNumberOf(date) !== undefined && row.splitFactor > 0 && row.priceFactor > 0
    if (!readable || !Number.isFinite(row.referencePrice))
      throw new FeedError('unreadable', `${path}:${i + 2} was ${cells.join(',')}, expected a day, factors above 0 and a reference price`) // prettier-ignore
    factors.set(symbol, [...(factors.get(symbol) ?? []), row])
  }
  for (const own of factors.values()) own.sort((a, b) => (a.date < b.date ? -1 : 1))
  return factors
}

/** The cells of a file of this source. @throws FeedError `unreadable` */
export function cellsOf(path: string): readonly (readonly string[])[] {
  try {
    return parse(readFileSync(path, 'utf8'), { skip_empty_lines: true, trim: true })
  } catch (cause) {
    throw new FeedError('unreadable', `${path} is no CSV file that can be read`, { cause })
  }
}
