/** `ballast apply`: executes a plan that was shown, as it was shown, or not at all. */
import type { Plan } from '#model/plan.ts'
import { CliError, EXIT, type ExitCode } from '#cli/exit-codes.ts'
import { withEngine } from '#cli/engine/open-engine.ts'
import { followRun } from '#cli/follow-run.ts'
import { loaded } from '#cli/loaded.ts'
import { findPlan } from '#cli/plan-store.ts'
import { counted, shortHash } from '#cli/render/figures.ts'
import { renderPlan } from '#cli/render/plan.ts'
import { addVerb, withConfig, withJson, type Cli } from '#cli/verb.ts'

interface Options {
  readonly config: string
  readonly json?: true
  readonly yes?: true
}

export function addApplyVerb(cli: Cli): void {
  const { program, context } = cli
  const spec = {
    usage: 'apply <plan>',
    summary: 'Execute a plan in two phases: reduce, then add',
    examples: ['apply 3fa9c1d2', 'apply monday.json --yes', 'apply 3fa9c1d2 --yes --json'],
  }
  const verb = addVerb(cli, program, spec, async (command) => {
    const { config: file, json, yes } = command.opts<Options>()
    const config = await loaded(context, file)
    const plan = findPlan(command.args[0] ?? '', config.stateFolder, context.workingFolder)
    if (!plan.ok) throw new CliError(plan.error)
    if (yes !== true && !(await agreed(cli, plan.value, json === true))) return 2
    return withEngine(context, config, true, async (engine): Promise<ExitCode> => {
      const { planId } = plan.value
      const { continued } = engine
      if (continued !== undefined) {
        context.note(`A run of plan ${shortHash(continued.planId)} was cut off; it goes on first.`)
        const ended = await followRun(engine, context, json === true, continued.follow)
        if (continued.planId === planId) return EXIT[ended.outcome]
      }
      const answer = await followRun(engine, context, json === true, (onEvent) =>
        engine.command({ name: 'apply', planId }, onEvent),
      )
      return EXIT[answer.outcome]
    })
  })
  withJson(withConfig(verb)).option('-y, --yes', 'do not ask; needed without a terminal')
}

/** Shows the plan and asks. */
async function agreed({ context }: Cli, plan: Plan, json: boolean): Promise<boolean> {
  if (json || !context.interactive)
    throw new CliError('nobody can be asked here; expected --yes to apply without asking')
  const orders = plan.phases.A.length + plan.phases.B.length
  context.out(renderPlan(plan, context.ink))
  const question = `\nApply plan ${shortHash(plan.planId)} to ${plan.account}, ${counted(orders, 'order')}? Type yes: `
  const answer = await context.ask(question)
  if (answer.trim().toLowerCase() === 'yes') return true
  context.out('Declined; nothing was sent.')
  return false
}
