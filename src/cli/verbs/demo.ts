/** `ballast demo`: everything at once, on a simulated IB Gateway; what `npm start` runs. */
import { resolve } from 'node:path'
import { runDemo } from '#cli/demo/run-demo.ts'
import { isSynthetic } from '#gateway/synthetic-terms.ts'
import { addVerb, patternOption, wholeOption, withJson, type Cli } from '#cli/verb.ts'

interface Options {
  readonly once?: true
  readonly json?: true
  readonly keep?: true
  readonly seed: number
  readonly market: string
  readonly from?: string
}

export function addDemoVerb(cli: Cli): void {
  const { program, context } = cli
  const spec = {
    usage: 'demo',
    summary: 'Rebalance a messy portfolio on a simulated IB Gateway, from plan to review',
    examples: [
      'demo',
      'demo --once --json',
      'demo --market ../shared/data/bars/us_equity_daily_2005_2021.parquet --from 2018-02-05',
    ],
  }
  const verb = addVerb(cli, program, spec, (command) => {
    const { once, json, keep, seed, market, from } = command.opts<Options>()
    return runDemo(
      {
        once: once === true || !context.interactive,
        json: json === true,
        keep: keep === true,
        seed,
        market: isSynthetic(market) ? market : pathsFrom(context.workingFolder, market),
        from,
      },
      context,
    )
  })
  withJson(verb)
    .option('--once', 'end after the review; the default where nobody watches')
    .option('--seed <number>', 'same seed, same demo', wholeOption(0, 2 ** 32 - 1), 1)
    .option(
      '--market <files>',
      'synthetic, perhaps with terms, or files as `gateway` reads them',
      'synthetic',
    )
    .option(
      '--from <date>',
      'the day it takes place',
      patternOption(/^\d{4}-\d{2}-\d{2}$/, 'a day such as 2018-02-05'),
    ) // prettier-ignore
    .option('--keep', 'leave its folder behind, to look into')
}

/** Several files are parted by commas. */
const pathsFrom = (folder: string, market: string): string =>
  market
    .split(',')
    .map((path) => resolve(folder, path.trim()))
    .join(',')
