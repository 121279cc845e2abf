/** `ballast plan`: what would be traded, why, and what it would do. Trades nothing. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { PlanRequest } from '#model/plan.ts'
import { encodePlan } from '#contract/plan.ts'
import type { CliContext } from '#cli/context.ts'
import { CliError, EXIT } from '#cli/exit-codes.ts'
import { withEngine } from '#cli/engine/open-engine.ts'
import { loaded } from '#cli/loaded.ts'
import { planFileText, savePlan } from '#cli/plan-store.ts'
import { renderPlan } from '#cli/render/plan.ts'
import { addVerb, patternOption, printDocument, withConfig, withJson, type Cli } from '#cli/verb.ts'

interface Options {
  readonly config: string
  readonly json?: true
  readonly out?: string
  readonly cashOnly?: true
  readonly raise?: string
}

export function addPlanVerb(cli: Cli): void {
  const { program, context } = cli
  const spec = {
    usage: 'plan',
    summary: 'Show what would be traded, why, and what it would do; trades nothing',
    examples: ['plan', 'plan --out monday.json', 'plan --cash-only', 'plan --raise 25000 --json'],
  }
  const verb = addVerb(cli, program, spec, async (command) => {
    const options = command.opts<Options>()
    const config = await loaded(context, options.config)
    const request = requestOf(options)
    const answer = await withEngine(context, config, false, (engine) =>
      unlessInterrupted(context, engine.command({ name: 'plan', request })),
    )
    const { plan, outcome, text } = answer
    if (plan === undefined) throw new CliError(text, EXIT[outcome] === 0 ? 1 : EXIT[outcome])
    savePlan(config.stateFolder, plan)
    if (options.out !== undefined)
      writeFileSync(resolve(context.workingFolder, options.out), planFileText(plan))
    if (options.json === true) printDocument(context, encodePlan(plan))
    else context.out(renderPlan(plan, context.ink))
    return EXIT[outcome]
  })
  withJson(withConfig(verb))
    .option('--out <file>', 'also write the plan to a file, for show, diff and apply')
    .option('--cash-only', 'only buy, with idle cash; sell nothing')
    .option('--raise <amount>', 'only sell, to free this much cash', AMOUNT)
}

/** Ctrl-C while planning lets go of the engine in order; a plan trades nothing. */
async function unlessInterrupted<T>(context: CliContext, work: Promise<T>): Promise<T> {
  const early = Promise.withResolvers<never>()
  const release = context.onInterrupt(() =>
    early.reject(new CliError('interrupted: no plan was made, and nothing was traded', 2)),
  )
  try {
    return await Promise.race([work, early.promise])
  } finally {
    release()
  }
}

const AMOUNT = patternOption(
  /^(?=.*[1-9])\d+(\.\d{1,2})?$/,
  'an amount in base currency such as 25000',
)

function requestOf({ cashOnly, raise }: Options): PlanRequest {
  if (cashOnly === true && raise !== undefined)
    throw new CliError('--cash-only and --raise: expected one of them')
  if (cashOnly === true) return { kind: 'cash-only' }
  if (raise !== undefined) return { kind: 'raise-cash', amount: raise }
  return { kind: 'targets' }
}
