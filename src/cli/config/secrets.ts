/**
 * Secrets never stand in a configuration file: it is copied, mailed and committed. They come from
 * the environment.
 */
import type { FieldPath } from '#cli/config/yaml-source.ts'

const SECRET = /pass(word|wd|phrase)|secret|token|credential|(api|private|access)[-_]?key|webhook/i

/** Paths of all fields that look like a secret, in the file's order. */
export function secretFieldsOf(value: unknown, path: FieldPath = []): FieldPath[] {
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, member]) => {
    const here = [...path, name]
    return SECRET.test(name) ? [here] : secretFieldsOf(member, here)
  })
}
