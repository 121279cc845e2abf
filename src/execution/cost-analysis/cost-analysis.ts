/**
 * Transaction-cost analysis: what the trading of a journal cost, line by line, by run and by day,
 * against what was predicted, with what the journal does not tell said in words.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { Currency } from '#model/fixed.ts'
import { execRootOf, type RunId } from '#model/ids.ts'
import type { IsoDate } from '#model/time.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import type { ExecutionRecord, OrderRecord } from '#execution/order-ledger.ts'
import { calibrationOf, type CalibrationRow } from '#execution/cost-analysis/calibration.ts'
import { refitsOf, type Refit } from '#execution/cost-analysis/coefficient-refit.ts'
import { costTotalOf, type CostTotal } from '#execution/cost-analysis/cost-total.ts'
import { lineCostOf, type LineCost } from '#execution/cost-analysis/line-cost.ts'
import { notesOn } from '#execution/cost-analysis/notes.ts'
import { orderQualityOf, type OrderQuality } from '#execution/cost-analysis/order-quality.ts'
import { tradedTotals, type TradedTotal } from '#execution/cost-analysis/traded-totals.ts'
import type { RecordedRun, TradingRecord } from '#execution/cost-analysis/trading-record.ts'

export interface CostAnalysis {
  /** Base currency of the totals. */
  readonly currency: Currency
  /** Oldest first. */
  readonly runs: readonly RunCost[]
  /** By New York's date of the run's start, oldest first. */
  readonly days: readonly DayCost[]
  readonly total: CostTotal
  /** To the last cent, in each currency as it was. */
  readonly traded: readonly TradedTotal[]
  /** In the order of runs, then of the plan. */
  readonly lines: readonly LineCost[]
  readonly quality: OrderQuality
  readonly calibration: readonly CalibrationRow[]
  readonly refits: readonly Refit[]
  /** What is missing, and what that means. */
  readonly notes: readonly string[]
}

export interface RunCost {
  readonly run: RecordedRun
  readonly total: CostTotal
}

export interface DayCost {
  readonly date: IsoDate
  readonly total: CostTotal
}

/** @param runs - those to analyse, oldest first; at least one */
export function analyseCosts(record: TradingRecord, runs: readonly RecordedRun[]): CostAnalysis {
  const currency = runs.at(-1)?.plan.currency ?? ''
  const orders = Map.groupBy(record.ledger.orders.values(), ({ runId, line }) => keyOf(runId, line))
  const fills = Map.groupBy(record.ledger.executions.values(), ({ execution }) => {
    const order = execution.clientOrderId === undefined ? undefined : record.ledger.orders.get(execution.clientOrderId) // prettier-ignore
    return order === undefined ? '' : keyOf(order.runId, order.line)
  })
  const lines = runs.flatMap((run) => linesOf(record, run, orders, fills))
  const inBase = (some: readonly LineCost[]) => some.filter((line) => line.currency === currency)
  const totalOf = (some: readonly LineCost[]) => costTotalOf(inBase(some))
  const byRun = Map.groupBy(lines, ({ run }) => run)
  const days = Map.groupBy(lines, ({ run }) => newYorkDate(run.startedAt))
  return {
    currency,
    runs: runs.map((run) => ({ run, total: totalOf(byRun.get(run) ?? []) })),
    days: [...days].map(([date, some]) => ({ date, total: totalOf(some) })).toSorted((a, b) => byCodeUnit(a.date, b.date)), // prettier-ignore
    total: totalOf(lines),
    traded: tradedTotals(lines),
    lines,
    quality: orderQualityOf(lines, record),
    calibration: calibrationOf(lines),
    refits: refitsOf(lines),
    notes: notesOn(record, runs, lines, currency),
  }
}

const keyOf = (runId: RunId, line: string): string => `${runId} ${line}`

function linesOf(
  record: TradingRecord,
  run: RecordedRun,
  orders: ReadonlyMap<string, readonly OrderRecord[]>,
  fills: ReadonlyMap<string, readonly ExecutionRecord[]>,
): LineCost[] {
  return run.plan.lines.flatMap((line) => {
    const key = keyOf(run.runId, line.id)
    const sorted = (orders.get(key) ?? []).toSorted((a, b) => a.submittedAt - b.submittedAt || a.attempt - b.attempt) // prettier-ignore
    const executions = (fills.get(key) ?? []).toSorted((a, b) => byCodeUnit(execRootOf(a.execution.execId), execRootOf(b.execution.execId))) // prettier-ignore
    return lineCostOf(record, run, line, sorted, executions) ?? []
  })
}
