/** The YAML forms of the targets file, taken apart into cells that the CSV readers read. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Pair } from 'yaml'
import { err, ok, type Result } from '#model/result.ts'
import type { Located } from '#feeds/files/inputs/csv-table.ts'
import { collect } from '#feeds/files/inputs/csv-table.ts'
import { hintFor } from '#feeds/files/inputs/nearest-word.ts'

export interface YamlTargets {
  readonly rows: readonly {
    readonly line: number
    readonly cells: ReadonlyMap<string, string>
  }[]
  /** The total that the author says the weights have. */
  readonly sum: Located<number> | undefined
}

/**
 * @param file - as the person named it, for the messages
 * @param columns - the fields that a row of the list form may have
 */
export function yamlTargetCells(
  text: string,
  file: string,
  columns: readonly string[],
): Result<YamlTargets> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const wrong = document.errors[0]
  if (wrong !== undefined)
    return err(
      `${file}:${lines.linePos(wrong.pos[0]).line}: is no YAML: ${firstLine(wrong.message)}`,
    )
  const lineOf: LineOf = (node) => lines.linePos(startOf(node)).line
  const root: unknown = document.contents
  if (!isMap(root) || !root.has('targets')) return rowsOf(root, file, columns, lineOf, undefined)
  const stray = root.items.find(({ key }) => !['targets', 'sum'].includes(textOf(key)))
  if (stray !== undefined)
    return err(
      `${file}:${lineOf(stray.key)} ${textOf(stray.key)}: unknown field, ${hintFor(textOf(stray.key), ['targets', 'sum'])}`,
    )
  const sum = sumIn(root.get('sum', true), file, lineOf)
  return sum.ok ? rowsOf(root.get('targets', true), file, columns, lineOf, sum.value) : sum
}

type LineOf = (node: unknown) => number

function sumIn(node: unknown, file: string, lineOf: LineOf): Result<Located<number> | undefined> {
  if (node === undefined) return ok(undefined)
  const row = Number(textOf(node))
  if (isScalar(node) && textOf(node) !== '' && Number.isFinite(row))
    return ok({ line: lineOf(node), row })
  return err(`${file}:${lineOf(node)} sum: was "${textOf(node)}", expected a number such as 0.98`)
}

function rowsOf(
  node: unknown,
  file: string,
  columns: readonly string[],
  lineOf: LineOf,
  sum: Located<number> | undefined,
): Result<YamlTargets> {
  if (isMap(node)) return ok({ rows: node.items.map((pair) => fromPair(pair, lineOf)), sum })
  if (!isSeq(node))
    return err(`${file}: expected a map such as "AAPL: 0.05" or a list of rows with instrument and weight`) // prettier-ignore
  const rows = collect(node.items.map((item) => fromItem(item, file, columns, lineOf)))
  return rows.ok ? ok({ rows: rows.value, sum }) : rows
}

type Row = YamlTargets['rows'][number]

const fromPair = ({ key, value }: Pair, lineOf: LineOf): Row => ({
  line: lineOf(key),
  cells: new Map([
    ['instrument', textOf(key)],
    ['weight', textOf(value)],
  ]),
})

function fromItem(
  item: unknown,
  file: string,
  columns: readonly string[],
  lineOf: LineOf,
): Result<Row> {
  if (!isMap(item))
    return err(`${file}:${lineOf(item)}: was "${textOf(item)}", expected a row such as { instrument: AAPL, weight: 0.05 }`) // prettier-ignore
  const stray = item.items.find(({ key }) => !columns.includes(textOf(key)))
  if (stray !== undefined)
    return err(`${file}:${lineOf(stray.key)} ${textOf(stray.key)}: unknown field, ${hintFor(textOf(stray.key), columns)}`) // prettier-ignore
  const cells = new Map(item.items.map(({ key, value }) => [textOf(key), textOf(value)]))
  return ok({ line: lineOf(item), cells })
}

/** As it was written, so that `1.10` is not `1.1` and `NO` (the ticker) is not false. */
function textOf(node: unknown): string {
  if (!isScalar(node)) return node === null || node === undefined ? '' : '…'
  return node.source ?? String(node.value)
}

function startOf(node: unknown): number {
  const range: unknown = node !== null && typeof node === 'object' && 'range' in node ? node.range : [] // prettier-ignore
  const start: unknown = Array.isArray(range) ? range[0] : 0
  return typeof start === 'number' ? start : 0
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text
