/**
 * The targets file: what each name should weigh. CSV `instrument,weight[,lower,upper]`, or YAML:
 * a map `AAPL: 0.05`, or a list of `{ instrument, weight, lower, upper }`; either may stand under
 * `targets:` beside `sum:`, the total that the author meant, which is then held to.
 */
import type { InstrumentId } from '#model/ids.ts'
import { err, ok, type Result } from '#model/result.ts'
import { instrumentCell, numberCell } from '#feeds/files/inputs/cells.ts'
import {
  collect,
  readCells,
  readTable,
  refuseDuplicates,
  type Columns,
  type Located,
} from '#feeds/files/inputs/csv-table.ts'
import { yamlTargetCells } from '#feeds/files/inputs/targets-yaml.ts'

export interface TargetRow {
  readonly instrument: InstrumentId
  /** Fraction of net asset value, shorts negative. */
  readonly weight: number
  /** The name's own band: lower ≤ weight ≤ upper, both or neither. */
  readonly lower?: number
  readonly upper?: number
}

/**
 * Reads targets; `.yaml` and `.yml` by name, all else as CSV.
 *
 * @param file - as the person named it, for the messages
 * @returns the rows in the file's order, each instrument once; or every error, a line each
 */
export function readTargets(text: string, file: string): Result<readonly TargetRow[]> {
  return /\.ya?ml$/i.test(file) ? readYaml(text, file) : readCsv(text, file)
}

/** Larger weights are percentages by mistake: no account is leveraged tenfold in one name. */
const LARGEST_WEIGHT = 10

const WEIGHT = numberCell(
  -LARGEST_WEIGHT,
  LARGEST_WEIGHT,
  'a fraction of net asset value such as 0.05 (5 %)',
)

interface Cells {
  readonly instrument: InstrumentId
  readonly weight: number
  readonly lower: number | undefined
  readonly upper: number | undefined
}

const COLUMNS: Columns<Cells> = {
  instrument: { read: instrumentCell },
  weight: { read: WEIGHT },
  lower: { read: WEIGHT, empty: { means: undefined } },
  upper: { read: WEIGHT, empty: { means: undefined } },
}

function readCsv(text: string, file: string): Result<readonly TargetRow[]> {
  const table = readTable(text, file, COLUMNS)
  return table.ok ? checkedRows(table.value, file) : table
}

function readYaml(text: string, file: string): Result<readonly TargetRow[]> {
  const document = yamlTargetCells(text, file, Object.keys(COLUMNS))
  if (!document.ok) return document
  const cells = document.value.rows.map(({ line, cells: found }) =>
    readCells(line, (name) => found.get(name) ?? '', file, COLUMNS),
  )
  const located = collect(cells)
  const rows = located.ok ? checkedRows(located.value, file) : located
  if (!rows.ok || document.value.sum === undefined) return rows
  return heldToSum(rows.value, file, document.value.sum)
}

function checkedRows(rows: readonly Located<Cells>[], file: string): Result<readonly TargetRow[]> {
  if (rows.length === 0)
    return err(`${file}: has no targets, expected at least one row such as AAPL,0.05`)
  const banded = collect(rows.map((located) => withBand(located, file)))
  return banded.ok ? refuseDuplicates(banded.value, file, 'instrument') : banded
}

function withBand({ line, row }: Located<Cells>, file: string): Result<Located<TargetRow>> {
  const { instrument, weight, lower, upper } = row
  if (lower === undefined && upper === undefined) return ok({ line, row: { instrument, weight } })
  if (lower === undefined || upper === undefined)
    return err(`${file}:${line}: has one of lower and upper, expected both or neither`)
  if (lower > weight || weight > upper)
    return err(
      `${file}:${line} weight: was ${weight}, expected between lower ${lower} and upper ${upper}`,
    )
  return ok({ line, row: { instrument, weight, lower, upper } })
}

/** Float sums of a few hundred weights of two to six decimals err far less than this. */
const SUM_TOLERANCE = 1e-9

function heldToSum(
  rows: readonly TargetRow[],
  file: string,
  meant: Located<number>,
): Result<readonly TargetRow[]> {
  const sum = sumOf(rows)
  if (Math.abs(sum - meant.row) <= SUM_TOLERANCE) return ok(rows)
  return err(
    `${file}:${meant.line} sum: the weights sum to ${shown(sum)}, expected ${meant.row} as the file says`,
  )
}

export interface WeightBounds {
  /** Most net exposure, fraction of net asset value: the net limit. */
  readonly net: number
  /** Most gross exposure: the gross limit. */
  readonly gross: number
  /** Kept in cash. */
  readonly cashBuffer: number
}

/**
 * Holds the whole of the targets against what the account may carry: Σw ≤ net limit − cash buffer,
 * Σw ≥ −net limit, Σ|w| ≤ gross limit. With the limits as shipped (net 1.0) a long-only file must
 * sum to at most one less the buffer.
 */
export function checkWeightSums(
  rows: readonly TargetRow[],
  file: string,
  { net, gross, cashBuffer }: WeightBounds,
): Result<readonly TargetRow[]> {
  const sum = sumOf(rows)
  const total = rows.reduce((all, { weight }) => all + Math.abs(weight), 0)
  const most = net - cashBuffer
  const percent = Math.abs(sum) > LARGEST_WEIGHT / 2 ? ' (are these percentages? 5 % is 0.05)' : ''
  if (sum > most + SUM_TOLERANCE)
    return err(
      `${file} weight: the weights sum to ${shown(sum)}, expected at most ${shown(most)}: limits.netLeverage ${net} less policy.cashBuffer ${cashBuffer}${percent}`,
    )
  if (sum < -net - SUM_TOLERANCE)
    return err(
      `${file} weight: the weights sum to ${shown(sum)}, expected at least ${shown(-net)} by limits.netLeverage${percent}`,
    )
  if (total > gross + SUM_TOLERANCE)
    return err(
      `${file} weight: long and short weights add up to ${shown(total)}, expected at most ${gross} by limits.grossLeverage${percent}`,
    )
  return ok(rows)
}

const sumOf = (rows: readonly TargetRow[]): number =>
  rows.reduce((sum, { weight }) => sum + weight, 0)

/** Six decimals, without trailing zeros. */
const shown = (value: number): string => String(Number(value.toFixed(6)))
