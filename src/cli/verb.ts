/** What every verb has: a summary, options, an example in its help, an exit code, errors for people. */
import { InvalidArgumentError, type Command } from 'commander'
import { BrokerError } from '#brokers/broker.ts'
import type { CliContext } from '#cli/context.ts'
import { CliError, EXIT_HELP, type ExitCode } from '#cli/exit-codes.ts'
import { FeedError } from '#feeds/feed.ts'
import { GatewayError } from '#gateway/options.ts'
import { JournalError } from '#journal/journal.ts'
import type { Json } from '#model/canonical-json.ts'
import { ControlLost } from '#runtime/control-client.ts'
import { StartError } from '#runtime/engine-host.ts'

export interface VerbSpec {
  /** As commander reads it: `show <plan>`. */
  readonly usage: string
  readonly summary: string
  /** Lines that work as they stand, without `ballast`. */
  readonly examples: readonly string[]
}

/** A program under construction: where verbs are added and exit codes are told. */
export interface Cli {
  readonly program: Command
  readonly context: CliContext
  /** Told once, by the verb that ran. */
  exit(code: ExitCode): void
}

/**
 * Adds a verb.
 *
 * @param parent - the program, or a verb with verbs of its own
 * @param run - does the work and says how it ended; what it throws becomes a message and exit 1
 */
export function addVerb(
  cli: Cli,
  parent: Command,
  { usage, summary, examples }: VerbSpec,
  run: (command: Command) => Promise<ExitCode>,
): Command {
  const lines = examples.map((example) => `  $ ballast ${example}`)
  return parent
    .command(usage)
    .description(summary)
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}\n\n${EXIT_HELP}`)
    .action(async function act(this: Command) {
      cli.exit(await settled(() => run(this), cli.context))
    })
}

async function settled(work: () => Promise<ExitCode>, context: CliContext): Promise<ExitCode> {
  try {
    return await work()
  } catch (error) {
    context.status('')
    context.note(messageFor(error))
    return exitCodeFor(error)
  }
}

function exitCodeFor(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode
  return error instanceof StartError && error.kind === 'unfinished-run' ? 3 : 1
}

/** Failures of the world: their messages are for people. Anything else is a bug and shows its stack. */
const FOR_PEOPLE = [
  CliError,
  StartError,
  BrokerError,
  FeedError,
  JournalError,
  GatewayError,
  ControlLost,
] as const

function messageFor(error: unknown): string {
  if (FOR_PEOPLE.some((kind) => error instanceof kind) && error instanceof Error)
    return `ballast: ${error.message}`
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `ballast: a bug, please report it with what you did:\n${stack}`
}

export const withConfig = (command: Command): Command =>
  command.option('-c, --config <file>', 'the configuration', 'ballast.yaml')

export const withJson = (command: Command): Command =>
  command.option('--json', 'print JSON for programs, and nothing else, on standard output')

/** Prints one document for programs. */
export const printDocument = (context: CliContext, document: Json): void =>
  context.out(JSON.stringify(document, null, 2))

/** An option's value as a whole number between two bounds. */
export const wholeOption =
  (from: number, to: number) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= from && value <= to) return value
    throw new InvalidArgumentError(`Expected a whole number from ${from} to ${to}.`)
  }

/** An option's value as text of one form. */
export const patternOption =
  (pattern: RegExp, expected: string) =>
  (text: string): string => {
    if (pattern.test(text)) return text
    throw new InvalidArgumentError(`Expected ${expected}.`)
  }
