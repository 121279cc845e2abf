/**
 * What happened within days, from a file: Parquet or CSV, only the symbols and the time that are asked for.
 *
 * The naming columns are those of `columns/subjects.ts`, the kinds of rows those of `intraday-layout.ts`,
 * the clock that of `time-column.ts`. Rows rise by time within a symbol; ticks may share a time. Nothing
 * is put right: one-sided and crossed quotes stay as the file has them.
 */
import { DAY_MS, SECOND_MS, type EpochMs } from '#model/time.ts'
import type { IntradaySeries } from '#marketdata/intraday.ts'
import { FeedError } from '#feeds/feed.ts'
import { openColumns, type ColumnBatch, type DayRange } from '#feeds/files/columns/columns-file.ts'
import { subjectColumns, type Run, type Subject } from '#feeds/files/columns/subjects.ts'
import { intradayCollector, type IntradayCollector } from '#feeds/files/intraday/intraday-collector.ts' // prettier-ignore
import { intradayLayout } from '#feeds/files/intraday/intraday-layout.ts'
import { timeColumn } from '#feeds/files/intraday/time-column.ts'
import { zoneClock } from '#feeds/files/intraday/zone-clock.ts'

/** What is wanted of a file. */
export interface IntradaySelection {
  /** As instruments spell them: `BRK.B`, `ESZ3`; forex is `EUR.USD`. All where absent. */
  readonly symbols?: readonly string[]
  /** UTC; `until` is not included. */
  readonly from?: EpochMs
  readonly until?: EpochMs
  /** IANA's name of the zone that the file's times are in, where the file is not to say itself. */
  readonly zone?: string
  /** How long a bar lasts, seconds; where absent it is worked out from the bars' distances. */
  readonly barSeconds?: number
}

/** One symbol's rows. */
export interface SymbolIntraday extends Pick<Subject, 'assetClass' | 'currency'> {
  readonly series: IntradaySeries
}

/** By symbol, in the file's order; a symbol without a row in the time is missing. */
export type IntradayBySymbol = ReadonlyMap<string, SymbolIntraday>

/** @throws FeedError `unreadable` with file, row, column, what was found and what was expected */
export async function readIntraday(
  path: string,
  selection: IntradaySelection = {},
): Promise<IntradayBySymbol> {
  const file = await openColumns(path, 'intraday market data')
  const subjects = subjectColumns(file)
  const layout = intradayLayout(file)
  const time = timeColumn(file)
  const wanted = selection.symbols && new Set(selection.symbols)
  const collector = intradayCollector(layout, time.name)
  const clocks = new Map<string, (wall: number) => EpochMs>()
  for await (const batch of file.batches(dayRange(time.name, selection))) {
    const runs = (await subjects.runs(batch)).filter(({ subject }) => wanted?.has(subject.symbol) ?? true) // prettier-ignore
    if (runs.length === 0) continue
    const stated = batch.isUtc(time.name) ? 'UTC' : undefined
    if (stated !== undefined && (selection.zone ?? stated) !== stated)
      throw new FeedError('unreadable', `${path} ${time.name}: was UTC by its own word, expected ${selection.zone ?? ''} as the market zone says; leave the zone out`) // prettier-ignore
    const zone = selection.zone ?? time.zone ?? stated ?? subjects.usualZone
    const clock = clocks.get(zone) ?? zoneClock(zone)
    clocks.set(zone, clock)
    const times = (await batch.instants(time.name)).map(clock)
    await collectRuns(batch, runs, times, selection, collector)
  }
  return collector.collected(selection.barSeconds === undefined ? undefined : selection.barSeconds * SECOND_MS) // prettier-ignore
}

/** A day of slack on either side: the file's days are of another clock. */
function dayRange(
  column: string,
  { from = 0, until = Number.MAX_SAFE_INTEGER }: IntradaySelection,
): DayRange {
  return { column, first: Math.floor(from / DAY_MS) - 1, last: Math.floor(until / DAY_MS) + 1 }
}

/** A column is decoded once, from the first wanted row of the batch to the last. */
async function collectRuns(
  batch: ColumnBatch,
  runs: readonly Run[],
  times: Float64Array,
  selection: IntradaySelection,
  collector: IntradayCollector,
): Promise<void> {
  const wanted = runs
    .map((run) => wantedTimes(run, times, selection))
    .filter(({ from, to }) => to > from)
  const [first, last] = [wanted[0], wanted.at(-1)]
  if (first === undefined || last === undefined) return
  const part = await collector.read(batch, first.from, last.to)
  for (const run of wanted) await collector.add(batch, run, times, part)
}

/** The rows of a run whose times are wanted; times rise within a run. */
function wantedTimes(
  run: Run,
  times: Float64Array,
  { from: first, until }: IntradaySelection,
): Run {
  let { from, to } = run
  if (first !== undefined) while (from < to && (times[from] ?? first) < first) from++
  if (until !== undefined) while (to > from && (times[to - 1] ?? until) >= until) to--
  return { subject: run.subject, from, to }
}
