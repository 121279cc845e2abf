/** `ballast show` and `ballast diff`: plans that were made before. */
import type { Plan } from '#model/plan.ts'
import { encodePlan } from '#contract/plan.ts'
import { CliError } from '#cli/exit-codes.ts'
import { loaded } from '#cli/loaded.ts'
import { findPlan } from '#cli/plan-store.ts'
import { planDifferences, renderPlanDifference } from '#cli/render/plan-difference.ts'
import { renderPlan } from '#cli/render/plan.ts'
import { addVerb, printDocument, withConfig, withJson, type Cli } from '#cli/verb.ts'
import { format } from '#model/fixed.ts'

interface Options {
  readonly config: string
  readonly json?: true
}

export function addShowVerbs(cli: Cli): void {
  const { program, context } = cli
  const show = addVerb(
    cli,
    program,
    {
      usage: 'show <plan>',
      summary: 'Show a plan again, by file or by the first digits of its id',
      examples: ['show 3fa9c1d2', 'show plan.json --json'],
    },
    async (command) => {
      const { config, json } = command.opts<Options>()
      const [plan] = await plansNamed(cli, command.args, config)
      if (plan === undefined) throw new CliError('expected a plan to show')
      if (json === true) printDocument(context, encodePlan(plan))
      else context.out(renderPlan(plan, context.ink))
      return 0
    },
  )
  withJson(withConfig(show))
  const diff = addVerb(
    cli,
    program,
    {
      usage: 'diff <one> <other>',
      summary: 'Show what changed from one plan to another',
      examples: ['diff 3fa9c1d2 77b0e4aa', 'diff monday.json tuesday.json'],
    },
    async (command) => {
      const { config, json } = command.opts<Options>()
      const [one, other] = await plansNamed(cli, command.args, config)
      if (one === undefined || other === undefined) throw new CliError('expected two plans')
      if (json === true) printDocument(context, differenceDocument(one, other))
      else context.out(renderPlanDifference(one, other, context.ink))
      return 0
    },
  )
  withJson(withConfig(diff))
}

async function plansNamed(cli: Cli, words: readonly string[], config: string): Promise<Plan[]> {
  const { stateFolder } = await loaded(cli.context, config)
  return words.map((word) => {
    const plan = findPlan(word, stateFolder, cli.context.workingFolder)
    if (!plan.ok) throw new CliError(plan.error)
    return plan.value
  })
}

function differenceDocument(one: Plan, other: Plan) {
  return {
    one: one.planId,
    other: other.planId,
    differences: planDifferences(one, other).map((row) => ({
      instrument: row.instrument,
      one: side(row.before, row.targetBefore),
      other: side(row.after, row.targetAfter),
    })),
  }
}

const side = (trade: bigint | undefined, target: number | undefined) => ({
  ...(trade === undefined ? {} : { trade: format(trade) }),
  ...(target === undefined ? {} : { target }),
})
