/**
 * The forecasts file: what each source expects of each name. CSV
 * `instrument,expectedReturn,horizonDays,confidence,halfLifeDays,asOf,source`, or JSON: a list of objects with the same
 * fields. What a forecast means, and which of several counts, is not for the reader to judge: stale ones are read too.
 */
import type { InstrumentId } from '#model/ids.ts'
import { err, ok, type Result } from '#model/result.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, dayNumberOf, instantOf, type EpochMs } from '#model/time.ts'
import { instrumentCell, numberCell, patternCell, type CellReader } from '#feeds/files/inputs/cells.ts' // prettier-ignore
import { collect, readCells, readTable, type Columns, type Located } from '#feeds/files/inputs/csv-table.ts' // prettier-ignore
import { readJsonRows } from '#feeds/files/inputs/json-rows.ts'
import { hintFor } from '#feeds/files/inputs/nearest-word.ts'

export interface ForecastRow {
  readonly instrument: InstrumentId
  /** Total return over the horizon, a fraction from −1 to 10. */
  readonly expectedReturn: number
  /** Trading days, > 0. */
  readonly horizonDays: number
  /** 0 to 1. */
  readonly confidence: number
  /** Trading days, > 0; ∞ where the cell is empty: it does not fade before its horizon ends. */
  readonly halfLifeDays: number
  /** UTC; of a day alone, `2018-02-05`, its beginning, so that no forecast seems fresher than it is. */
  readonly asOf: EpochMs
  readonly source: string
}

/**
 * Reads forecasts: `.json` and `.csv` by name; by how the text begins where the name does not say, as of a command's
 * output.
 *
 * @param file - as the person named it, for the messages
 * @returns the rows in the file's order; or every error, a line each
 */
export function readForecasts(text: string, file: string): Result<readonly ForecastRow[]> {
  const isJson = /\.json$/i.test(file) || (!/\.csv$/i.test(file) && /^\s*[[{]/.test(text))
  const table = isJson ? readJson(text, file) : readTable(text, file, COLUMNS)
  if (!table.ok) return table
  if (table.value.length === 0)
    return err(`${file}: has no forecasts, expected at least one row such as ${EXAMPLE}`)
  return collect(table.value.map((located) => withoutPercentages(located, file)))
}

const EXAMPLE = 'AAPL,0.02,21,0.6,63,2018-02-05,momentum'
const JSON_EXAMPLE =
  '{ "instrument": "AAPL", "expectedReturn": 0.02, "horizonDays": 21, "confidence": 0.6, "halfLifeDays": 63, "asOf": "2018-02-05", "source": "momentum" }'

/** A day, or an instant with its zone: as ISO 8601 writes it, to the nanosecond, of which milliseconds are kept. */
const asOfCell: CellReader<EpochMs> = (cell) => {
  const day = dayNumberOf(cell)
  const instant = day === undefined ? zonedInstant(cell) : day * DAY_MS
  return instant === undefined
    ? err('a day such as 2018-02-05, or an instant with its zone such as 2018-02-05T21:00:00Z')
    : ok(instant)
}

function zonedInstant(cell: string): EpochMs | undefined {
  const match = /^(\S{10})[T ](\d{2}:\d{2})(:\d{2})?(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):?(\d{2}))$/.exec(cell) // prettier-ignore
  if (match === null) return undefined
  const [, date = '', minutes = '', seconds = ':00', fraction = '', sign, hh = '0', mm = '0'] = match // prettier-ignore
  const local = instantOf(`${date}T${minutes}${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`)
  if (local === undefined || Number(hh) > 14 || Number(mm) > 59) return undefined
  const offset = Number(hh) * HOUR_MS + Number(mm) * MINUTE_MS
  return sign === '-' ? local + offset : local - offset
}

/** Ten years. */
const LONGEST_DAYS = 2_520
/** Over a month, to double or to lose everything is a percentage by mistake: 1 or -1 for 1 % up or down. */
const [MONTH_DAYS, MOST_A_MONTH] = [21, 1]

const daysCell = (to: number, expected: string): CellReader<number> => {
  const read = numberCell(Number.MIN_VALUE, to, expected)
  return (cell) => (/^(inf(inity)?|never)$/i.test(cell) && to === Number.MAX_VALUE ? ok(Number.POSITIVE_INFINITY) : read(cell)) // prettier-ignore
}

const COLUMNS: Columns<ForecastRow> = {
  instrument: { read: instrumentCell },
  expectedReturn: { read: numberCell(-1, 10, 'a fraction from -1 to 10 such as 0.02 (2 %)') },
  horizonDays: {
    read: daysCell(LONGEST_DAYS, `trading days above 0, at most ${LONGEST_DAYS}, such as 21`),
  },
  confidence: { read: numberCell(0, 1, 'a chance from 0 to 1 such as 0.6 (60 %)') },
  halfLifeDays: {
    read: daysCell(Number.MAX_VALUE, 'trading days above 0 such as 63, or never'),
    empty: { means: Number.POSITIVE_INFINITY },
  },
  asOf: { read: asOfCell },
  source: { read: patternCell(/^\S[^\n]{0,63}$/, 'who made it, at most 64 characters, such as momentum') }, // prettier-ignore
}

function readJson(text: string, file: string): Result<readonly Located<ForecastRow>[]> {
  const rows = readJsonRows(text, file, JSON_EXAMPLE)
  if (!rows.ok) return rows
  const known = Object.keys(COLUMNS)
  return collect(
    rows.value.map(({ line, cells }) => {
      const stray = [...cells.keys()].find((field) => !known.includes(field))
      return stray === undefined
        ? readCells(line, (name) => cells.get(name) ?? '', file, COLUMNS)
        : err(`${file}:${line} ${stray}: unknown field, ${hintFor(stray, known)}`)
    }),
  )
}

function withoutPercentages(
  { line, row }: Located<ForecastRow>,
  file: string,
): Result<ForecastRow> {
  const { expectedReturn, horizonDays } = row
  if (horizonDays > MONTH_DAYS || Math.abs(expectedReturn) < MOST_A_MONTH) return ok(row)
  return err(
    `${file}:${line} expectedReturn: was ${expectedReturn} in ${horizonDays} trading days, expected a fraction such as 0.02 (2 %): is it a percentage?`,
  )
}
