/** `ballast reconcile`, `halt` and `resume`: agree with the broker, stop, and go on in two steps. */
import { join } from 'node:path'
import type { Command as EngineCommand } from '#engine/fact.ts'
import { StartError, type CommandAnswer } from '#runtime/engine-host.ts'
import { KILL_FILE } from '#runtime/kill-file.ts'
import { writePrivately } from '#runtime/state-folder.ts'
import { CliError, EXIT, type ExitCode } from '#cli/exit-codes.ts'
import { withEngine } from '#cli/engine/open-engine.ts'
import { loaded } from '#cli/loaded.ts'
import { addVerb, printDocument, withConfig, withJson, type Cli } from '#cli/verb.ts'

interface Options {
  readonly config: string
  readonly json?: true
  readonly reason?: string
  readonly scope?: string
  readonly confirm?: string
  readonly adopt?: string
}

export function addSafetyVerbs(cli: Cli): void {
  const { program } = cli
  const reconcile = addVerb(
    cli,
    program,
    {
      usage: 'reconcile',
      summary: 'Ask the broker for everything and compare it with the book',
      examples: ['reconcile', 'reconcile --adopt "transfer in from another broker"'],
    },
    (command) => give(cli, command.opts<Options>(), reconcileCommand(command.opts<Options>())),
  )
  withJson(withConfig(reconcile)).option(
    '--adopt <reason>',
    "take the broker's word for every open break, with your reason on record",
  )
  const halt = addVerb(
    cli,
    program,
    {
      usage: 'halt',
      summary: 'Stop: cancel what is working, send nothing more until resumed',
      examples: ['halt --reason "wrong targets file"', 'halt --scope symbol:AAPL.STK.USD'],
    },
    (command) => giveHalt(cli, command.opts<Options>()),
  )
  withJson(withConfig(halt))
    .option('--reason <text>', 'why, for the record', 'by hand')
    .option('--scope <scope>', 'account, sector:Energy or symbol:AAPL.STK.USD', 'account')
  const resume = addVerb(
    cli,
    program,
    {
      usage: 'resume',
      summary: 'Release the latches in two steps: a reason gives a token, the token releases',
      examples: ['resume --reason "targets corrected"', 'resume --confirm 4711'],
    },
    (command) => give(cli, command.opts<Options>(), resumeCommand(command.opts<Options>())),
  )
  withJson(withConfig(resume))
    .option('--reason <text>', 'first step: why it is safe again')
    .option('--confirm <token>', 'second step: the token that the first printed')
}

async function give(cli: Cli, options: Options, command: EngineCommand): Promise<ExitCode> {
  const { context } = cli
  const config = await loaded(context, options.config)
  const answer = await withEngine(context, config, false, (engine) => engine.command(command))
  return tell(cli, options, answer)
}

function tell(
  { context }: Cli,
  { json }: Options,
  { outcome, text }: Pick<CommandAnswer, 'outcome' | 'text'>,
): ExitCode {
  if (outcome === 'error') throw new CliError(text)
  if (json === true) printDocument(context, { outcome, text })
  else context.out(text)
  return EXIT[outcome]
}

/** A halt must not depend on a broker: where no engine can be started, the kill-switch file is set. */
async function giveHalt(cli: Cli, options: Options): Promise<ExitCode> {
  const command = haltCommand(options)
  try {
    return await give(cli, options, command)
  } catch (error) {
    if (!(error instanceof StartError) || !WITHOUT_ENGINE.has(error.kind)) throw error
    const { stateFolder } = await loaded(cli.context, options.config)
    const path = join(stateFolder, KILL_FILE)
    writePrivately(path, `${options.reason ?? ''}\n`)
    const text = `no engine runs and none can be started (${error.message}); wrote ${path}: the next one halts at once, and until the file is deleted. What works at the broker still works: cancel it in TWS`
    return tell(cli, options, { outcome: 'done', text })
  }
}

const WITHOUT_ENGINE = new Set<StartError['kind']>(['broker', 'feed', 'clock', 'unfinished-run'])

const reconcileCommand = ({ adopt }: Options): EngineCommand =>
  adopt === undefined ? { name: 'reconcile' } : { name: 'adopt', reason: adopt }

function haltCommand({ reason = 'by hand', scope = 'account' }: Options): EngineCommand {
  if (!/^(account|sector:.+|symbol:.+)$/.test(scope))
    throw new CliError(`--scope: was "${scope}", expected account, sector:… or symbol:…`)
  return { name: 'halt', reason, scope }
}

function resumeCommand({ reason, confirm }: Options): EngineCommand {
  if (reason !== undefined && confirm === undefined) return { name: 'resume', reason }
  if (confirm !== undefined && reason === undefined)
    return { name: 'resume-confirm', token: confirm }
  throw new CliError('expected --reason "…" first, then --confirm with the token that it prints')
}
