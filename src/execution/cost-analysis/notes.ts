/** What the analysis cannot tell from the journal, in words, so that no figure is taken for more than it is. */
import type { Currency } from '#model/fixed.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import type { LineCost } from '#execution/cost-analysis/line-cost.ts'
import type { RecordedRun, TradingRecord } from '#execution/cost-analysis/trading-record.ts'

/** A sentence each; none where all is known. */
export function notesOn(
  record: TradingRecord,
  runs: readonly RecordedRun[],
  lines: readonly LineCost[],
  base: Currency,
): string[] {
  const sum = (of: (line: LineCost) => number) => lines.reduce((total, line) => total + of(line), 0)
  const names = (is: (line: LineCost) => boolean) => [...new Set(lines.filter(is).map(({ line }) => line.instrument))].join(', ') // prettier-ignore
  const pending = sum(({ unknown }) => unknown.fees)
  const unconverted = sum(({ unknown }) => unknown.feeRates)
  const spreads = sum(({ unknown }) => unknown.spreads)
  const unfollowed = names(({ unknown }) => unknown.opportunity)
  const foreign = names(({ unknown }) => unknown.rate)
  const going = runs.filter(({ endedAt }) => endedAt === undefined).map(({ runId }) => runId)
  const planned = runs.reduce((count, { plan }) => count + plan.lines.length, 0)
  const unsplit = lines.filter(({ predicted, fills }) => predicted === undefined && fills.length > 0).length // prettier-ignore
  const strangers = strangersDuring(record, runs)
  const noClose = names(({ benchmarks, fills }) => fills.length > 0 && Number.isNaN(benchmarks.prices.close)) // prettier-ignore
  const noOpen = names(({ benchmarks, fills }) => fills.length > 0 && Number.isNaN(benchmarks.prices.open)) // prettier-ignore
  const found: readonly (readonly [boolean, string])[] = [
    [going.length > 0, `${going.join(', ')}: not over; what is unfilled so far counts as not done`],
    [pending > 0, `commissions not reported yet: ${pending}; fees are without them, and so is the calibration`],
    [unconverted > 0, `commissions in a currency of which no rate is on record: ${unconverted}; fees are without them`],
    [foreign !== '', `${foreign}: no rate to ${base} is on record; amounts are in the instrument's currency, and no total has them`],
    [spreads > 0, `fills whose quotes are not in the journal (they are kept for 30 days): ${spreads}; their spread is counted as impact`],
    [record.expiredQuotes > 0, `batches of quotes that have expired: ${record.expiredQuotes}; averages over intervals may lack them`],
    [unfollowed !== '', `${unfollowed}: unfilled, and no later price is on record; its opportunity cost counts as 0`],
    [unsplit > 0, `lines whose prediction cannot be split into spread, impact and commission: ${unsplit}; they take no part in the refit`],
    [planned > lines.length, `lines of instruments that the record does not describe: ${planned - lines.length}; they are left out`],
    [strangers > 0, `executions on these days of no order of this journal: ${strangers}; they are not analysed`],
    [noOpen !== '', 'the opening is known only of names quoted within a minute of it; elsewhere that benchmark is absent'],
    [noClose !== '', 'a close is known only once the name is quoted in the session after; until then that benchmark is absent'],
  ] // prettier-ignore
  return found.filter(([holds]) => holds).map(([, text]) => text)
}

/** By hand, by other clients, by the broker. */
function strangersDuring({ ledger }: TradingRecord, runs: readonly RecordedRun[]): number {
  const dates = new Set(runs.map(({ startedAt }) => newYorkDate(startedAt)))
  return [...ledger.foreign.values()].filter(({ execution }) => execution.quantity !== 0n && dates.has(newYorkDate(execution.at))).length // prettier-ignore
}
