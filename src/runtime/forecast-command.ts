/**
 * Forecasts from a program of the user's: the planning date and the names go in as one JSON document on its standard
 * input, forecasts come out on its standard output, as CSV or JSON.
 *
 * It runs by `execFile` with an argument array, without a shell, in the configuration's folder, without our own
 * variables of the environment (they hold secrets), and not at all where others could have changed what runs: a
 * configuration, program or script, or the folder of one, that they may write. It must end in time, with 0, and without too much to say.
 */
import { execFile, type ExecFileException } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { readForecasts, type ForecastRow } from '#feeds/files/inputs/forecasts.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import { err, ok, type Result } from '#model/result.ts'
import { isoInstantOf, type EpochMs } from '#model/time.ts'
import { redactor } from '#runtime/redaction.ts'

export interface ForecastCommand {
  /** Program and arguments; a program with a slash is found from the configuration's folder, else on the path. */
  readonly command: readonly string[]
  /** The file that names the command. */
  readonly configFile: string
  /** Killed after so long. */
  readonly timeoutMs: number
  /** Most bytes on standard output, and on standard error; killed beyond. */
  readonly mostBytes: number
  /** Values that no message may hold. */
  readonly secrets: readonly string[]
  /** Usually `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** What the program is told. */
export interface ForecastQuestion {
  /** Planning date. */
  readonly asOf: EpochMs
  /** Of the account, ISO 4217. */
  readonly currency: string
  /** Trading days that are planned for. */
  readonly horizonDays: number
  /** What may be held. */
  readonly names: readonly InstrumentId[]
}

/** Runs the command once. @returns its forecasts, or why there are none: what was found, what was expected */
export async function runForecastCommand(
  of: ForecastCommand,
  question: ForecastQuestion,
): Promise<Result<readonly ForecastRow[]>> {
  const clean = redactor(of.secrets)
  const [program = '', ...parameters] = of.command
  if (program === '') return err('forecast command: is empty, expected a program such as ./predict.py') // prettier-ignore
  const folder = dirname(resolve(of.configFile))
  const path = program.includes('/') ? resolve(folder, program) : undefined
  const open = openToOthers([of.configFile, ...(path === undefined ? [] : [path]), ...filesAmong(parameters, folder)]) // prettier-ignore
  if (open !== undefined) return err(`forecast command: ${open}`)
  const ended = await run(path ?? program, parameters, folder, of, questionText(question))
  const label = `forecast command ${program}`
  const forecasts = ended.ok ? readForecasts(ended.value, `output of ${label}`) : err(`${label}: ${ended.error}`) // prettier-ignore
  return forecasts.ok ? forecasts : err(clean(forecasts.error))
}

/** One document, names in order. */
function questionText({ asOf, currency, horizonDays, names }: ForecastQuestion): string {
  const sorted = names.toSorted(byCodeUnit)
  return `${JSON.stringify({ asOf: isoInstantOf(asOf), currency, horizonDays, names: sorted })}\n`
}

/** Scripts that an interpreter is given: `python3 predict.py`. */
function filesAmong(parameters: readonly string[], folder: string): readonly string[] {
  return parameters
    .map((parameter) => resolve(folder, parameter))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false)
}

/** Whoever may write a file that says what runs, or put another in its place, can run anything with our rights. */
function openToOthers(files: readonly string[]): string | undefined {
  const us = process.getuid?.()
  if (us === undefined) return undefined // no such permissions on this system
  const folders = new Set(files.map((path) => dirname(resolve(path))))
  return [...files, ...folders].map((path) => writableByOthers(path, us)).find((reason) => reason !== undefined) // prettier-ignore
}

/** In a folder of the sticky kind, as /tmp is, nobody can replace what is another's. */
const STICKY = 0o1000

function writableByOthers(path: string, us: number): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return `${path} is not there`
  if (stats.uid !== us && stats.uid !== 0)
    return `${path} belongs to user ${stats.uid}, expected user ${us} who runs this`
  if ((stats.mode & 0o022) === 0 || (stats.isDirectory() && (stats.mode & STICKY) !== 0))
    return undefined
  const mode = (stats.mode & 0o777).toString(8)
  return `${path} can be written by others (mode ${mode}), so nothing that it holds is run; run chmod go-w on it`
}

function run(
  file: string,
  parameters: readonly string[],
  cwd: string,
  { timeoutMs, mostBytes, environment }: ForecastCommand,
  input: string,
): Promise<Result<string>> {
  const options = {
    cwd,
    env: withoutOurs(environment),
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: mostBytes,
    encoding: 'utf8',
    shell: false,
    windowsHide: true,
  } as const
  return new Promise((settle) => {
    const child = execFile(file, [...parameters], options, (error, stdout, stderr) => {
      settle(error === null ? ok(stdout) : err(reasonOf(error, stderr, timeoutMs, mostBytes)))
    })
    // A program that does not read what it is told closes the pipe early, and may still answer.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

/** What is ours in the environment is a secret, or nobody else's business. */
function withoutOurs(environment: ForecastCommand['environment']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || name.startsWith('BALLAST_') ? [] : [[name, value]],
    ),
  )
}

function reasonOf(
  error: ExecFileException,
  stderr: string,
  timeoutMs: number,
  mostBytes: number,
): string {
  const { code, killed = false, signal } = error
  if (code === 'ENOENT') return 'there is no such program, expected one in the path, or a path such as ./predict.py' // prettier-ignore
  if (code === 'EACCES') return 'may not be run; run chmod u+x on it'
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return `printed more than ${mostBytes} bytes, expected forecasts only`
  if (killed) return `took longer than ${timeoutMs} ms${lastWords(stderr)}`
  if (typeof signal === 'string') return `was ended by ${signal}${lastWords(stderr)}`
  return typeof code === 'number'
    ? `ended with exit code ${code}, expected 0${lastWords(stderr)}`
    : `could not be run: ${error.message}`
}

const [MOST_LINES, MOST_LETTERS] = [5, 300]

/** The end of what a program complained of: a traceback's last line says what was wrong. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trimEnd()).filter((line) => line !== '') // prettier-ignore
  const last = lines.slice(-MOST_LINES).map((line) => line.slice(0, MOST_LETTERS))
  return last.length === 0 ? ' (it said nothing)' : `:\n${last.join('\n')}`
}
