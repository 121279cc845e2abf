/** `ballast watch`: keeps an engine running, reconciles now and then, tells what it sees. */
import { followRun } from '#cli/follow-run.ts'
import { loaded } from '#cli/loaded.ts'
import { CliError, EXIT, type ExitCode } from '#cli/exit-codes.ts'
import { findRunningEngine, withEngine } from '#cli/engine/open-engine.ts'
import { addVerb, withConfig, withJson, type Cli } from '#cli/verb.ts'
import { watchOver } from '#cli/watch-over.ts'

interface Options {
  readonly config: string
  readonly json?: true
}

export function addWatchVerb(cli: Cli): void {
  const { program, context } = cli
  const spec = {
    usage: 'watch',
    summary: 'Keep watch until Ctrl-C: reconcile now and then, tell of breaks and halts',
    examples: ['watch', 'watch --json >> watch.ndjson'],
  }
  const verb = addVerb(cli, program, spec, async (command) => {
    const { config: file, json } = command.opts<Options>()
    const config = await loaded(context, file)
    const running = await findRunningEngine(config.stateFolder)
    if (running !== undefined) {
      await running.close()
      throw new CliError(`an engine runs on ${config.stateFolder} already and keeps watch; see ballast status`) // prettier-ignore
    }
    return withEngine(context, config, true, async (engine): Promise<ExitCode> => {
      if (engine.continued !== undefined) {
        const { outcome } = await followRun(engine, context, json === true, engine.continued.follow)
        if (EXIT[outcome] !== 0) context.note('The run that was cut off has ended; watching on.')
      }
      await watchOver(engine, context, config.config.reconciliation.everyMs, json === true)
      return 0
    })
  })
  withJson(withConfig(verb))
}
