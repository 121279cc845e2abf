/**
 * Daily price bars from a file: Parquet or CSV, only the symbols and days that are asked for.
 *
 * The naming columns are those of `columns/subjects.ts`, the numbers those of `bar-layout.ts`; `date`
 * is the exchange's trading day, `volume` units traded, and `adj_close`, which may be missing, the close
 * with splits and dividends carried in, on any scale. Other columns are ignored. Rows rise by date
 * within a symbol; symbols may follow each other or take turns.
 *
 * What is kept of a symbol is columns of numbers. Bars are made of them when they are asked for.
 */
import type { SessionKind } from '#marketdata/calendar.ts'
import { barsOf, dayNames, type DailyColumns } from '#marketdata/daily-columns.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { dayNumberOf, type IsoDate } from '#model/time.ts'
import { FeedError } from '#feeds/feed.ts'
import { barCollector } from '#feeds/files/bars/bar-collector.ts'
import { barLayout, type BarLayout } from '#feeds/files/bars/bar-layout.ts'
import { openColumns, type ColumnBatch } from '#feeds/files/columns/columns-file.ts'
import type { LoadLibrary } from '#feeds/files/columns/parquet-columns.ts'
import { subjectColumns, type Run } from '#feeds/files/columns/subjects.ts'
import type { ListedClass } from '#feeds/files/inputs/listed-name.ts'

/** What is wanted of a file. */
export interface BarsSelection {
  /** As instruments spell them: `BRK.B`, `ESZ3`; forex is `EUR.USD`. All where absent. */
  readonly symbols?: readonly string[]
  /** Both included. */
  readonly first: IsoDate
  readonly last: IsoDate
}

/** One symbol's bars, oldest first. */
export interface SymbolBars {
  readonly columns: DailyColumns
  /** Undefined where the file does not say. */
  readonly assetClass: ListedClass | undefined
  /** ISO 4217; undefined where the file does not say. */
  readonly currency: string | undefined
  /** `columns` as bars: made when first asked for, and then kept. */
  readonly bars: readonly PriceBar[]
  /** Beside `bars`; undefined where the file has no such column. */
  readonly adjustedCloses: readonly number[] | undefined
}

/** How a day since 1970-01-01 is called, and when its session begins. */
export type NameOf = ReturnType<typeof dayNames>

/** By symbol, in the file's order; a symbol without a bar in the range is missing. */
export type BarsBySymbol = ReadonlyMap<string, SymbolBars>

/**
 * Reads bars by the file's ending: `.parquet` or `.csv`.
 *
 * @param load - the Parquet packages; the installed ones unless a test says otherwise
 * @throws FeedError `unreadable` with file, row, column, what was found and what was expected
 */
export async function readBars(
  path: string,
  selection: BarsSelection,
  load?: LoadLibrary,
): Promise<BarsBySymbol> {
  const range = { first: dayOf(selection.first), last: dayOf(selection.last) }
  const file = await openColumns(path, 'daily bars', load)
  const subjects = subjectColumns(file)
  const layout = barLayout(file, subjects.assetClass !== 'CASH')
  const wanted = selection.symbols && new Set(selection.symbols)
  const collector = barCollector(layout.columns, layout.date)
  for await (const batch of file.batches({ column: layout.date, ...range })) {
    const runs = (await subjects.runs(batch)).filter(({ subject }) => wanted?.has(subject.symbol) ?? true) // prettier-ignore
    if (runs.length > 0) await collectRuns(batch, runs, layout, range, collector)
  }
  const namesOf = sharedDayNames()
  const found = collector.collected().filter(({ columns }) => columns.length > 0)
  return new Map(
    found.map(({ subject, columns }) => [
      subject.symbol,
      symbolBars(columns, subject, namesOf(subject.assetClass)),
    ]),
  )
}

/**
 * Columns with a lazy face of bars.
 *
 * @param nameOf - of days since 1970-01-01
 */
export function symbolBars(
  columns: DailyColumns,
  { assetClass, currency }: Pick<SymbolBars, 'assetClass' | 'currency'>,
  nameOf: NameOf,
): SymbolBars {
  let made: readonly PriceBar[] | undefined
  return {
    columns,
    assetClass,
    currency,
    get bars() {
      return (made ??= barsOf(columns, nameOf))
    },
    get adjustedCloses() {
      return columns.adjustedClose && Array.from(columns.adjustedClose)
    },
  }
}

/** When the day of a class of instruments begins; what the file does not say is US equity. */
const SESSIONS: Readonly<Record<ListedClass, SessionKind>> = {
  STK: 'us-equity',
  IND: 'us-equity',
  OPT: 'us-equity',
  FUT: 'globex',
  CASH: 'idealpro',
}

/** Day names by class, each day worked out once however many symbols have it. */
export function sharedDayNames(): (assetClass: ListedClass | undefined) => NameOf {
  const known = new Map<SessionKind, NameOf>()
  return (assetClass = 'STK') => {
    const kind = SESSIONS[assetClass]
    const names = known.get(kind) ?? dayNames(kind)
    known.set(kind, names)
    return names
  }
}

interface Days {
  readonly first: number
  readonly last: number
}

/** A column is decoded once, from the first wanted row of the batch to the last. */
async function collectRuns(
  batch: ColumnBatch,
  runs: readonly Run[],
  layout: BarLayout,
  range: Days,
  collector: ReturnType<typeof barCollector>,
): Promise<void> {
  const days = await batch.days(layout.date)
  const wanted = runs.map((run) => wantedDays(run, days, range)).filter(({ from, to }) => to > from)
  const [first, last] = [wanted[0], wanted.at(-1)]
  if (first === undefined || last === undefined) return
  const numbers = await layout.read(batch, first.from, last.to)
  for (const run of wanted) await collector.add(batch, run, days, numbers, first.from)
}

/** The rows of a run whose days are wanted; days rise within a run. */
function wantedDays(run: Run, days: Float64Array, { first, last }: Days): Run {
  let { from, to } = run
  while (from < to && (days[from] ?? first) < first) from++
  while (to > from && (days[to - 1] ?? last) > last) to--
  return { subject: run.subject, from, to }
}

function dayOf(date: IsoDate): number {
  const day = dayNumberOf(date)
  if (day === undefined)
    throw new FeedError('unreadable', `was "${date}", expected a day such as 2018-02-05`)
  return day
}
