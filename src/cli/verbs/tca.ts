/** `ballast tca`: what trading cost, from the journal, without locking it out; changes nothing. */
import { existsSync } from 'node:fs'
import { COST_DOCUMENT, costDocumentOf } from '#contract/cost-analysis.ts'
import { analyseCosts } from '#execution/cost-analysis/cost-analysis.ts'
import type { RecordedRun, TradingRecord } from '#execution/cost-analysis/trading-record.ts'
import type { Header } from '#journal/journal.ts'
import { openSqliteJournal } from '#journal/sqlite/sqlite-journal.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import type { RunId } from '#model/ids.ts'
import { dayNumberOf } from '#model/time.ts'
import { stateFolderAt } from '#runtime/state-folder.ts'
import { recordedTrading } from '#cli/engine/recorded-trading.ts'
import { CliError } from '#cli/exit-codes.ts'
import { loaded } from '#cli/loaded.ts'
import type { LoadedConfig } from '#cli/config/load-config.ts'
import { renderCosts } from '#cli/render/cost-analysis.ts'
import { addVerb, printDocument, withConfig, withJson, type Cli } from '#cli/verb.ts'

interface Options extends Scope {
  readonly config: string
  readonly json?: true
}

interface Scope {
  readonly run?: string
  readonly from?: string
  readonly to?: string
}

export function addTcaVerb(cli: Cli): void {
  const { program, context } = cli
  const verb = addVerb(
    cli,
    program,
    {
      usage: 'tca',
      summary: 'Say what trading cost, part by part, against what was predicted',
      examples: ['tca', 'tca --run r3', 'tca --from 2026-01-05 --to 2026-01-09 --json'],
    },
    async (command) => {
      const { config, json, ...scope } = command.opts<Options>()
      checkScope(scope)
      const { header, record } = await tradingOf(await loaded(context, config))
      const analysis = analyseCosts(record, runsIn(record, scope))
      const document = costDocumentOf(analysis, header)
      if (json === true) printDocument(context, COST_DOCUMENT.encode(document))
      else context.out(renderCosts(document, context.ink))
      return 0
    },
  )
  withJson(withConfig(verb))
    .option('--run <id>', 'one run, such as r3; else all of them')
    .option('--from <date>', 'runs that began on this day in New York or later, such as 2026-01-05')
    .option('--to <date>', 'runs that began on this day or before')
}

function checkScope({ run, from, to }: Scope): void {
  if (run !== undefined && (from !== undefined || to !== undefined))
    throw new CliError('--run and --from or --to were given together, expected a run or days')
  for (const [name, date] of [
    ['--from', from],
    ['--to', to],
  ] as const)
    // prettier-ignore
    if (date !== undefined && dayNumberOf(date) === undefined)
      throw new CliError(`${name}: was "${date}", expected a day such as 2026-01-05`)
  if (from !== undefined && to !== undefined && from > to)
    throw new CliError(`--from ${from} is after --to ${to}; give the earlier day first`)
}

/** @throws CliError where there is no journal or a row cannot be read; JournalError */
async function tradingOf({
  stateFolder,
  config,
}: LoadedConfig): Promise<{ readonly header: Header; readonly record: TradingRecord }> {
  const { journal: path } = stateFolderAt(stateFolder)
  if (!existsSync(path))
    throw new CliError(`${stateFolder}: no journal there yet; ballast plan begins one, ballast apply trades`) // prettier-ignore
  const journal = openSqliteJournal({ path, mode: 'read', account: config.account })
  try {
    const record = recordedTrading(journal)
    if (!record.ok) throw new CliError(`${path}: ${record.error}`)
    return { header: journal.header, record: record.value }
  } finally {
    await journal.close()
  }
}

/** Oldest first; at least one. */
function runsIn({ runs }: TradingRecord, { run: wanted, from, to }: Scope): readonly RecordedRun[] {
  const all = [...runs.values()]
  const [first, last] = [all[0], all.at(-1)]
  if (first === undefined || last === undefined)
    throw new CliError('no plan was applied yet, so nothing was traded; ballast apply applies one')
  const span = first === last ? first.runId : `${first.runId} to ${last.runId}`
  if (wanted !== undefined) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a key to look up by; what is no run is not found
    const found = runs.get(wanted as RunId)
    if (found === undefined) throw new CliError(`--run: was "${wanted}", expected a run of this journal: ${span}`) // prettier-ignore
    return [found]
  }
  const within = all.filter(({ startedAt }) => {
    const date = newYorkDate(startedAt)
    return (from === undefined || date >= from) && (to === undefined || date <= to)
  })
  if (within.length > 0) return within
  const days = `${newYorkDate(first.startedAt)} to ${newYorkDate(last.startedAt)}`
  throw new CliError(`no run began between ${from ?? 'the beginning'} and ${to ?? 'now'}; the journal's runs (${span}) began ${days}`) // prettier-ignore
}
