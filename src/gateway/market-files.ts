/**
 * The files behind `--market`: which of them hold daily bars and which what happened within days, and what they say of
 * the names that are wanted.
 */
import { existsSync } from 'node:fs'
import { GatewayError } from '#gateway/options.ts'
import { FeedError } from '#feeds/feed.ts'
import { readTradedBars, type TradedBars } from '#feeds/files/bars/traded-bars.ts'
import type { BarsSelection } from '#feeds/files/bars/bars-file.ts'
import { readIntraday, type IntradaySelection, type SymbolIntraday } from '#feeds/files/intraday/intraday-file.ts' // prettier-ignore
import { marketFileKind } from '#feeds/files/market-file-kind.ts'
import { joinedIntraday } from '#marketdata/joined-intraday.ts'
import type { IntradaySeries } from '#marketdata/intraday.ts'
import { DAY_MS, isoDateOf, type EpochMs, type IsoDate } from '#model/time.ts'

export interface MarketFiles {
  readonly daily: readonly string[]
  readonly intraday: readonly string[]
}

/** Of one name, every kind of recording that the files have. */
export interface Recorded extends Pick<SymbolIntraday, 'assetClass' | 'currency'> {
  readonly series: readonly IntradaySeries[]
}

/** @param market - paths parted by commas; a file whose name has one is taken at its word */
export async function marketFiles(market: string): Promise<MarketFiles> {
  const paths = existsSync(market) ? [market] : market.split(',').map((path) => path.trim())
  const kinds = await Promise.all(paths.map(async (path) => readable(() => marketFileKind(path))))
  const of = (kind: string) => paths.filter((_, i) => kinds[i] === kind)
  return { daily: of('daily'), intraday: of('intraday') }
}

/**
 * @param factorFile - of splits that the bars are freed from; what stands beside a file where absent
 * @returns by symbol, each from one file
 * @throws GatewayError `unreadable`, `bad-input` for a symbol that two files have
 */
export async function readDailyBars(
  files: readonly string[],
  selection: BarsSelection,
  factorFile?: string,
): Promise<ReadonlyMap<string, TradedBars>> {
  const all = new Map<string, TradedBars>()
  const fileOf = new Map<string, string>()
  for (const file of files) {
    const found = await readable(() => readTradedBars(file, selection, factorFile))
    for (const [symbol, bars] of found) {
      const other = fileOf.get(symbol)
      if (other !== undefined) throw heldTwice(symbol, 'daily bars', other, file)
      fileOf.set(symbol, file)
      all.set(symbol, bars)
    }
  }
  return all
}

/**
 * @returns by symbol; what several files hold of one kind follows one another
 * @throws GatewayError `unreadable`, `bad-input` for files whose times overlap
 */
export async function readRecordings(
  files: readonly string[],
  selection: IntradaySelection,
): Promise<ReadonlyMap<string, Recorded>> {
  const all = new Map<string, Recorded>()
  for (const file of files) {
    const found = await readable(() => readIntraday(file, selection))
    for (const [symbol, { series, assetClass, currency }] of found) {
      const known = all.get(symbol)?.series ?? []
      const same = known.find(({ kind }) => kind === series.kind)
      const whole = same === undefined ? series : joinedIntraday(same, series)
      if (whole === undefined) throw heldTwice(symbol, series.kind.replace('-', ' '), files.join(','), file) // prettier-ignore
      all.set(symbol, { assetClass, currency, series: [...known.filter((one) => one !== same), whole] }) // prettier-ignore
    }
  }
  return all
}

const heldTwice = (symbol: string, what: string, other: string, file: string): GatewayError =>
  new GatewayError('bad-input', `--market: ${what} of ${symbol} are in ${other} and again in ${file}, expected each in one file, or files that follow each other in time`) // prettier-ignore

/** From when until when something was recorded; undefined where nothing was. */
export function recordedTime(
  recordings: Iterable<Recorded>,
): { readonly first: EpochMs; readonly last: EpochMs } | undefined {
  let [first, last] = [Infinity, -Infinity]
  for (const { series } of recordings)
    for (const { time } of series) {
      first = Math.min(first, time[0] ?? Infinity)
      last = Math.max(last, time.at(-1) ?? -Infinity)
    }
  return first > last ? undefined : { first, last }
}

/** From which day until which day files have bars; undefined where they have none of the symbols. */
export async function coveredDays(
  files: readonly string[],
  symbols: readonly string[] | undefined,
): Promise<{ readonly first: IsoDate; readonly last: IsoDate } | undefined> {
  const bars = await readDailyBars(files, { first: '1900-01-01', last: '2100-01-01', ...(symbols === undefined ? {} : { symbols }) }) // prettier-ignore
  const days = [...bars.values()].map(({ columns: { day } }) => [day[0] ?? 0, day.at(-1) ?? 0] as const) // prettier-ignore
  if (days.length === 0) return undefined
  return {
    first: dateOf(days.reduce((least, [first]) => Math.min(least, first), Infinity)),
    last: dateOf(days.reduce((most, [, last]) => Math.max(most, last), -Infinity)),
  }
}

/** A file's defects are for the person who named it. */
export async function readable<T>(read: () => Promise<T> | T): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof FeedError) throw new GatewayError('unreadable', cause.message, { cause })
    throw cause
  }
}

const dateOf = (day: number): IsoDate => isoDateOf(day * DAY_MS)
