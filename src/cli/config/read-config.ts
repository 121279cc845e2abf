/**
 * Reads `ballast.yaml` or says everything that is wrong with it, one line each, naming file, line,
 * field, what was found and what was expected.
 */
import type { z } from 'zod'
import { err, ok, type Result } from '#model/result.ts'
import { isPaperAccount } from '#brokers/ibkr/config.ts'
import { hintFor } from '#feeds/files/inputs/nearest-word.ts'
import { constructionSettingsOf } from '#cli/config/construction.ts'
import { KNOWN_FIELDS_SEPARATOR } from '#cli/config/fields.ts'
import { limitsOf } from '#cli/config/limits.ts'
import { CONFIG, type Config } from '#cli/config/schema.ts'
import { secretFieldsOf } from '#cli/config/secrets.ts'
import { readYaml, type FieldPath, type YamlSource } from '#cli/config/yaml-source.ts'

/**
 * @param file - as the person named it, for the messages
 * @returns the configuration with its defaults, or the errors, a line each
 */
export function readConfig(text: string, file: string): Result<Config> {
  const read = readYaml(text, file)
  if (!read.ok) return read
  const source = read.value
  const say = (path: FieldPath, what: string) =>
    `${file}:${source.lineOf(path)} ${path.map(String).join('.') || 'file'}: ${what}`
  const secrets = secretFieldsOf(source.value)
  if (secrets.length > 0) return err(secrets.map((path) => say(path, NO_SECRETS)).join('\n'))
  const parsed = CONFIG.safeParse(source.value ?? {})
  if (!parsed.success)
    return err(
      parsed.error.issues.flatMap((issue) => complaints(issue, [], source, say)).join('\n'),
    )
  const { mode, account } = parsed.data
  if (isPaperAccount(account) !== (mode === 'paper'))
    return err(say(['account'], WRONG_MODE[mode](account)))
  const wrong = [limitsOf(parsed.data), constructionSettingsOf(parsed.data)].find(({ ok: is }) => !is) // prettier-ignore
  if (wrong === undefined || wrong.ok) return ok(parsed.data)
  const [field = '', ...what] = wrong.error.split(': ')
  return err(say(field.split('.'), what.join(': ')))
}

const NO_SECRETS =
  'looks like a secret; expected none in this file, which is copied and committed: remove it and set it in the environment'

const WRONG_MODE: Readonly<Record<Config['mode'], (account: string) => string>> = {
  paper: (account) =>
    `was "${account}", a live account, expected a paper account such as DU1234567 while mode is paper`,
  live: (account) =>
    `was "${account}", a paper account, expected a live one such as U1234567 while mode is live`,
}

type Say = (path: FieldPath, what: string) => string

/** What to tell about one of the validator's issues; `around` is the path of a union's branch. */
function complaints(
  issue: z.core.$ZodIssue,
  around: FieldPath,
  source: YamlSource,
  say: Say,
): readonly string[] {
  const path = [...around, ...issue.path]
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) =>
      say(
        [...path, key],
        `unknown field, ${hintFor(key, issue.message.split(KNOWN_FIELDS_SEPARATOR))}`,
      ),
    )
  const found = source.valueAt(path)
  if (issue.code === 'invalid_union' && isGroup(found)) {
    const inside = issue.errors.flat().filter(isInside)
    if (inside.length > 0) return inside.flatMap((inner) => complaints(inner, path, source, say))
  }
  const was = found === undefined ? 'is missing' : `was ${shown(found)}`
  return [say(path, `${was}, expected ${issue.message}`)]
}

/** An issue about a member of a group, not about its being a group at all. */
const isInside = (issue: z.core.$ZodIssue): boolean =>
  issue.path.length > 0 || issue.code === 'unrecognized_keys'

const isGroup = (value: unknown): boolean =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

function shown(value: unknown): string {
  if (isGroup(value)) return 'a group'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
