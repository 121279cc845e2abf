/**
 * The operational log: what the program did and what troubled it, a JSON object a line. It stands
 * beside the journal, which is the record of why; nothing reads the log back.
 *
 * Lines are written at once, so that the last words of a dying process are there and nothing keeps
 * a finished one alive. A log that cannot be written never stops trading: lines are dropped.
 */
import { join } from 'node:path'
import { pino } from 'pino'
import { redactor } from '#runtime/redaction.ts'
import { rollingFile } from '#runtime/rolling-file.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Details of a line, by name; an Error under `error` is written with its stack. */
export type LogFields = Readonly<Record<string, unknown>>

export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** Releases the file; later lines are dropped. */
  close(): void
}

export interface LoggerOptions {
  /** Holds `ballast.log`, and `ballast.log.1` and so on from before; created where absent. */
  readonly folder: string
  /** The least that is written. */
  readonly level: LogLevel
  /** Values never to be written. */
  readonly secrets: readonly string[]
}

/** Some days of a busy account. */
const FILE_BYTES = 10 * 1024 * 1024
/** Files kept beside the current one. */
const KEPT_FILES = 4

/** @throws the system's error when the log cannot be begun */
export function createLogger({ folder, level, secrets }: LoggerOptions): Logger {
  const path = join(folder, 'ballast.log')
  const file = rollingFile({ path, maximumBytes: FILE_BYTES, kept: KEPT_FILES })
  const lines = pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      hooks: { streamWrite: redactor(secrets) },
    },
    file,
  )
  return {
    debug: (message, fields = {}) => lines.debug(fields, message),
    info: (message, fields = {}) => lines.info(fields, message),
    warn: (message, fields = {}) => lines.warn(fields, message),
    error: (message, fields = {}) => lines.error(fields, message),
    close: () => file.close(),
  }
}

/** For whoever has nothing to log to: one-shot verbs and tests. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  close: () => {},
}
