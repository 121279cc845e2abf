/**
 * A JSON file that is a list of objects, each taken apart into the cells that a CSV row of the same meaning has, so that
 * one reader of cells serves both.
 */
import { err, ok, type Result } from '#model/result.ts'
import { collect } from '#feeds/files/inputs/csv-table.ts'

/** One object of the list. */
export interface JsonRow {
  /** Where the object begins, 1 the first line. */
  readonly line: number
  /** By field, as text; null is empty. */
  readonly cells: ReadonlyMap<string, string>
}

/**
 * @param file - as the person named it, for the messages
 * @param example - what a row looks like: `{ "instrument": "AAPL" }`
 */
export function readJsonRows(
  text: string,
  file: string,
  example: string,
): Result<readonly JsonRow[]> {
  const parsed = parsedJson(text.replace(/^\uFEFF/, ''))
  if (!parsed.ok) return err(`${file}: is no JSON: ${parsed.error}`)
  if (!Array.isArray(parsed.value))
    return err(`${file}: expected a list of objects such as [${example}]`)
  const items: readonly unknown[] = parsed.value
  const stray = items.findIndex((item) => !isObject(item))
  if (stray >= 0)
    return err(`${file}: element ${stray + 1} was ${JSON.stringify(items[stray])}, expected an object such as ${example}`) // prettier-ignore
  const lines = startLines(text)
  return collect(items.filter(isObject).map((item, i) => rowOf(item, lines[i] ?? 1, file)))
}

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (item: unknown): item is JsonObject =>
  item !== null && typeof item === 'object' && !Array.isArray(item)

function parsedJson(text: string): Result<unknown> {
  try {
    return ok(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) return err(error.message)
    throw error
  }
}

function rowOf(item: JsonObject, line: number, file: string): Result<JsonRow> {
  const cells = new Map<string, string>()
  for (const [field, value] of Object.entries(item)) {
    const cell = textOf(value)
    if (cell === undefined) return err(`${file}:${line} ${field}: was ${JSON.stringify(value)}, expected text or a number`) // prettier-ignore
    cells.set(field, cell)
  }
  return ok({ line, cells })
}

function textOf(value: unknown): string | undefined {
  if (value === null) return ''
  if (typeof value === 'string') return value.trim()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/**
 * The line that each element of a list begins in, where the elements are objects. JSON.parse, which has found the text
 * sound, does not say where things stand.
 */
function startLines(text: string): readonly number[] {
  const lines: number[] = []
  let [line, depth] = [1, 0]
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}\n]/g)) {
    if (token === '\n') line += 1
    if (token === '{' && depth === 1) lines.push(line)
    if (token === '[' || token === '{') depth += 1
    if (token === ']' || token === '}') depth -= 1
  }
  return lines
}
