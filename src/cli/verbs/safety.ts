/** `ballast reconcile`, `halt` and `resume`: agree with the broker, stop, and go on in two steps. */
import type { Command as EngineCommand } from '#engine/fact.ts'
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
    (command) => give(cli, command.opts<Options>(), haltCommand(command.opts<Options>())),
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

async function give(
  { context }: Cli,
  { config, json }: Options,
  command: EngineCommand,
): Promise<ExitCode> {
  const { outcome, text } = await withEngine(
    context,
    await loaded(context, config),
    true,
    (engine) => engine.command(command),
  )
  if (json === true) printDocument(context, { outcome, text })
  else context.out(text)
  return EXIT[outcome]
}

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
