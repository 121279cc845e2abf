/**
 * What the command line ends with, as one table.
 *
 * 0 done or nothing to do · 1 error, usage · 2 changes remain · 3 blocked · 4 the plan is stale
 */
import type { CommandAnswer } from '#runtime/engine-host.ts'

export type ExitCode = 0 | 1 | 2 | 3 | 4

export const EXIT: Readonly<Record<CommandAnswer['outcome'], ExitCode>> = {
  done: 0,
  error: 1,
  changes: 2,
  blocked: 3,
  stale: 4,
}

/** As each verb's help ends. */
export const EXIT_HELP =
  'Exit codes: 0 done or nothing to do, 1 error, 2 changes remain, 3 blocked, 4 stale plan.'

/** A usage error, a failure of the world or a refusal whose message is for a person: print it, exit so. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = 1, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}
