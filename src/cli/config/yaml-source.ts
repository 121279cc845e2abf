/** A YAML text that knows where each of its fields stands. */
import { isMap, isNode, LineCounter, parseDocument, type Node } from 'yaml'
import { err, ok, type Result } from '#model/result.ts'

export type FieldPath = readonly PropertyKey[]

export interface YamlSource {
  /** The plain value of the whole. */
  readonly value: unknown
  /** The line a field's name stands in; of the nearest field around it where it is absent. */
  lineOf(path: FieldPath): number
  /** The plain value of a field, undefined where absent. */
  valueAt(path: FieldPath): unknown
}

/**
 * @param file - as the person named it, for the messages
 * @returns the source, or where it is no YAML
 */
export function readYaml(text: string, file: string): Result<YamlSource> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const wrong = document.errors[0]
  if (wrong !== undefined) {
    const { line } = lines.linePos(wrong.pos[0])
    return err(`${file}:${line}: is no YAML: ${wrong.message.split('\n')[0] ?? ''}`)
  }
  const value: unknown = document.toJS()
  const root: unknown = document.contents
  return ok({
    value,
    lineOf: (path) => lines.linePos(offsetOf(root, path)).line,
    valueAt: (path) => path.reduce<unknown>(memberOf, value),
  })
}

/** Offset of the field's name, following the path as far as it goes. */
function offsetOf(root: unknown, path: FieldPath): number {
  let node = root
  let offset = startOf(node)
  for (const name of path) {
    if (!isMap(node)) return offset
    const pair = node.items.find(({ key }) => String(key) === String(name))
    if (pair === undefined) return offset
    offset = startOf(pair.key)
    node = pair.value
  }
  return offset
}

const startOf = (node: unknown): number => (isNode(node) ? (firstOf(node) ?? 0) : 0)
const firstOf = (node: Node): number | undefined => node.range?.[0]

function memberOf(value: unknown, name: PropertyKey): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined
  return Reflect.get(value, name)
}
