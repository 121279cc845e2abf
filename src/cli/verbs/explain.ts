/** `ballast explain`: why a name is what it is in a plan, from its forecast to its order. */
import type { Plan } from '#model/plan.ts'
import { readInstrumentId } from '#model/instrument-id.ts'
import type { InstrumentId } from '#model/ids.ts'
import { explanationOf, EXPLANATION } from '#contract/explanation.ts'
import { nearestWord } from '#feeds/files/inputs/nearest-word.ts'
import { CliError } from '#cli/exit-codes.ts'
import { loaded } from '#cli/loaded.ts'
import { findPlan, latestPlan } from '#cli/plan-store.ts'
import { renderExplanation } from '#cli/render/explanation.ts'
import { addVerb, printDocument, withConfig, withJson, type Cli } from '#cli/verb.ts'

interface Options {
  readonly config: string
  readonly json?: true
  readonly plan?: string
}

export function addExplainVerb(cli: Cli): void {
  const { program, context } = cli
  const verb = addVerb(
    cli,
    program,
    {
      usage: 'explain <instrument>',
      summary: 'Say why a name is what it is in a plan: forecast, risk, costs, limits, order',
      examples: ['explain AAPL', 'explain AAPL --plan 3fa9c1d2 --json'],
    },
    async (command) => {
      const { config, json, plan: word } = command.opts<Options>()
      const { stateFolder } = await loaded(context, config)
      const plan = word === undefined ? latestPlan(stateFolder) : findPlan(word, stateFolder, context.workingFolder) // prettier-ignore
      if (!plan.ok) throw new CliError(plan.error)
      const explanation = explanationOf(plan.value, instrumentIn(plan.value, command.args[0] ?? ''))
      if (json === true) printDocument(context, EXPLANATION.encode(explanation))
      else context.out(renderExplanation(explanation, context.ink))
      return 0
    },
  )
  withJson(withConfig(verb)).option('--plan <plan>', 'by file or first digits of its id; else the latest') // prettier-ignore
}

/** A name of the plan, as a person spells it. */
function instrumentIn(plan: Plan, word: string): InstrumentId {
  const id = readInstrumentId(word)
  if (!id.ok) throw new CliError(`${word}: ${id.error}`)
  if (plan.weights.some(({ instrument }) => instrument === id.value)) return id.value
  const symbols = plan.weights.map(({ instrument }) => instrument.split('.', 1)[0] ?? instrument)
  const near = nearestWord(word.split('.', 1)[0] ?? word, symbols)
  const hint =
    near === undefined ? 'expected a name that is held or may be' : `did you mean ${near}?`
  throw new CliError(`${word}: is not in plan ${plan.planId.slice(0, 12)}, ${hint}`)
}
