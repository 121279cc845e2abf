/** `ballast solve`: the optimiser alone, on a problem from a file. */
import { resolve } from 'node:path'
import { err, type Result } from '#model/result.ts'
import { conflictOf } from '#numerics/portfolio/conflict.ts'
import { solvePortfolio } from '#numerics/portfolio/solve.ts'
import { readPortfolioDocument, type PortfolioDocument } from '#contract/portfolio-document.ts'
import { normalFormOf } from '#contract/portfolio-normal-form.ts'
import {
  infeasibleDocument,
  PORTFOLIO_SOLUTION,
  solutionDocument,
  type PortfolioSolution,
  type SolveTimes,
} from '#contract/portfolio-solution.ts'
import { readInput } from '#cli/config/load-config.ts'
import { CliError } from '#cli/exit-codes.ts'
import { renderSolution } from '#cli/render/solution.ts'
import { addVerb, printDocument, withJson, wholeOption, type Cli } from '#cli/verb.ts'

interface Options {
  readonly json?: true
  readonly repeat?: number
}

export function addSolveVerb(cli: Cli): void {
  const { program, context } = cli
  const spec = {
    usage: 'solve <file>',
    summary: 'Solve one portfolio problem: weights, shadow prices, or which limits conflict',
    examples: ['solve problem.json', 'solve problem.json --json --repeat 20'],
  }
  const verb = addVerb(cli, program, spec, async (command) => {
    const { json, repeat = 0 } = command.opts<Options>()
    const [file = ''] = command.args
    const text = await readInput(resolve(context.workingFolder, file), file, 'name a problem file')
    const document = orThrow(text.ok ? parsed(text.value) : text, text.ok ? file : '')
    const solution = solved(document, repeat, file)
    if (json === true) printDocument(context, PORTFOLIO_SOLUTION.encode(solution))
    else context.out(renderSolution(document, solution, context.ink))
    if (solution.status === 'max-iterations')
      throw new CliError(`${file}: no solution within the largest number of iterations; check that every asset has risk or bounds`) // prettier-ignore
    return solution.status === 'infeasible' ? 3 : 0
  })
  withJson(verb).option(
    '--repeat <n>',
    'solve so often again, and tell the median time',
    wholeOption(1, 100_000),
  )
}

/** Other programs write NaN and Infinity, which JSON does not have: they are read so that they can be named. */
const NOT_JSON = /(?<=[[:,]\s*)-?(?:NaN|Infinity)(?=\s*[,\]}])/g

function parsed(text: string): Result<PortfolioDocument> {
  let json: unknown
  try {
    json = JSON.parse(text.replaceAll(NOT_JSON, '"$&"'))
  } catch (error) {
    return err(`is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  return readPortfolioDocument(json)
}

function orThrow<T>(result: Result<T>, file: string): T {
  if (result.ok) return result.value
  if (file === '') throw new CliError(result.error)
  const lines = result.error.split('\n')
  throw new CliError(lines.map((line) => `${file}: ${line}`).join('\n'))
}

/** Solves, and as often again as asked, each time from the document's numbers. */
function solved(document: PortfolioDocument, repeat: number, file: string): PortfolioSolution {
  const once = () => {
    const begun = performance.now()
    const form = orThrow(normalFormOf(document), file)
    const solution = solvePortfolio(form.problem, form.warmStart)
    return { form, solution, milliseconds: performance.now() - begun }
  }
  const { form, solution, milliseconds } = once()
  const again = Array.from({ length: repeat }, () => once().milliseconds).toSorted((a, b) => a - b)
  const times: SolveTimes = { milliseconds, warmMilliseconds: again[Math.floor(repeat / 2)] }
  if (solution !== 'infeasible') return solutionDocument(form, document.assets, solution, times)
  const conflict = conflictOf(form.problem, form.bounds)
  if (conflict === undefined) throw new CliError(`${file}: the limits hold together by less than rounding; widen one by a millionth`) // prettier-ignore
  return infeasibleDocument(conflict, times)
}
