/** Finds `ballast.yaml` on disk and what it names; paths in it start from its own folder. */
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { err, ok, type Result } from '#model/result.ts'
import { readConfig } from '#cli/config/read-config.ts'
import type { Config } from '#cli/config/schema.ts'

export interface LoadedConfig {
  readonly config: Config
  /** As messages name it. */
  readonly file: string
  /** Absolute. */
  readonly stateFolder: string
  readonly targetsFile: string
  readonly universeFile: string
  /** Undefined where the configuration names none. */
  readonly forecastsFile: string | undefined
  readonly fundamentalsFile: string | undefined
  readonly benchmarkFile: string | undefined
}

/**
 * @param path - of the file, as a person gave it
 * @param workingFolder - absolute, where relative paths of a person start
 */
export async function loadConfig(
  path: string,
  workingFolder: string,
): Promise<Result<LoadedConfig>> {
  const file = resolve(workingFolder, path)
  const text = await readInput(file, path, 'make one with ballast init, or name it with --config')
  if (!text.ok) return text
  const config = readConfig(text.value, path)
  if (!config.ok) return config
  const from = dirname(file)
  const { stateFolder, files } = config.value
  return ok({
    config: config.value,
    file: path,
    stateFolder: resolve(from, stateFolder),
    targetsFile: resolve(from, files.targets),
    universeFile: resolve(from, files.universe),
    forecastsFile: resolvedIn(from, files.forecasts),
    fundamentalsFile: resolvedIn(from, files.fundamentals),
    benchmarkFile: resolvedIn(from, files.benchmark),
  })
}

const resolvedIn = (from: string, path: string | undefined): string | undefined =>
  path === undefined ? undefined : resolve(from, path)

/**
 * The text of an input file, or why there is none, for a person.
 *
 * @param shown - the file as messages name it
 * @param remedy - what to do when it is not there
 */
export async function readInput(
  file: string,
  shown: string,
  remedy: string,
): Promise<Result<string>> {
  try {
    return ok(await readFile(file, 'utf8'))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return err(`${shown}: ${REASONS[code] ?? `could not be read (${code})`}; ${remedy}`)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder, expected a file',
}

/** A path as a person would write it from where they are. */
export function shownPath(path: string, workingFolder: string): string {
  const short = relative(workingFolder, path)
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short
}
