/**
 * A plan of faults, as people write it: YAML, a list under `faults`, and the seed of its chance.
 *
 * Everything is checked before the gateway starts, the parameters of each fault too; what is wrong is named with
 * file, line and field.
 */
import { LineCounter, isNode, parseDocument, type Document } from 'yaml'
import { z } from 'zod'
import { err, ok, type Result } from '#model/result.ts'
import type { AnyFaultKind } from '#gateway/faults/fault.ts'
import { FAULT_SPEC, type FaultSpec } from '#gateway/faults/spec.ts'

export interface FaultPlan {
  /** Undefined: the gateway's own. */
  readonly seed: number | undefined
  readonly faults: readonly FaultSpec[]
  /** Where each stands, for what is found wrong with it later: `plan.yaml:4 faults.0`. */
  readonly places: readonly string[]
}

const PLAN = z.strictObject({
  seed: z.int().min(0).optional(),
  faults: z.array(FAULT_SPEC, { error: 'expected a list of faults' }),
})

/**
 * @param file - as the person named it, for the messages
 * @returns every error, a line each
 */
export function readFaultPlan(
  text: string,
  file: string,
  kinds: Readonly<Record<string, AnyFaultKind>>,
): Result<FaultPlan> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [broken] = document.errors
  if (broken !== undefined)
    return err(`${file}:${lines.linePos(broken.pos[0]).line}: ${firstLine(broken.message)}`)
  const read = PLAN.safeParse(document.toJS())
  if (!read.success) {
    const errors = read.error.issues.map(({ path, message, code, ...more }) => {
      const keys = code === 'unrecognized_keys' && 'keys' in more ? ` ${String(more.keys)}` : ''
      return at(file, document, lines, path, code === 'unrecognized_keys' ? `unknown field${keys}` : message) // prettier-ignore
    })
    return err(errors.join('\n'))
  }
  const problems = read.data.faults.flatMap((spec, i) =>
    problemsOf(spec, kinds).map(({ path, message }) =>
      at(file, document, lines, ['faults', i, ...path], message),
    ),
  )
  if (problems.length > 0) return err(problems.join('\n'))
  const { seed, faults } = read.data
  const places = faults.map((_, i) => placeOf(file, document, lines, ['faults', i]))
  return ok({ seed, faults, places })
}

interface Problem {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

function problemsOf(
  spec: FaultSpec,
  kinds: Readonly<Record<string, AnyFaultKind>>,
): readonly Problem[] {
  const kind = Object.hasOwn(kinds, spec.fault) ? kinds[spec.fault] : undefined
  if (kind === undefined)
    return [{ path: ['fault'], message: `was "${spec.fault}", expected one of ${Object.keys(kinds).join(', ')}` }] // prettier-ignore
  const params = kind.parameters.safeParse(spec.with ?? {})
  if (params.success) return []
  return params.error.issues.map(({ path, message }) => ({ path: ['with', ...path], message }))
}

/** `plan.yaml:4 faults.0.when.nth: expected …`, the line being that of the nearest thing that is there. */
function at(
  file: string,
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
  message: string,
): string {
  return `${placeOf(file, document, lines, path)}: ${message}`
}

function placeOf(
  file: string,
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): string {
  const field = path.map(String).join('.')
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return `${file}:${lines.linePos(node.range[0]).line} ${field}`
  }
  return `${file}:1 ${field}`
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text
