/** The end of a run: what was done, what was not and why, and whoever asked is told. */
import { toNumber } from '#model/border.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import { greater, lesser, minus, plus, quantity, type Quantity } from '#model/fixed.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import { filledAtLeast } from '#execution/order-ledger.ts'
import { isOpen } from '#execution/order-state.ts'
import { runFigures, type LineOutcome } from '#execution/run-summary.ts'
import { ordersOfRun } from '#engine/news.ts'
import { rateOf, unitValueOf } from '#engine/pre-trade.ts'
import type { RunSummary, RunVerdict } from '#engine/run-event.ts'
import { ordersOfLine, planOfRun, progressOf } from '#engine/run-lines.ts'
import type { EngineState, Run } from '#engine/state.ts'
import { announce, answer, clearTimer, type Outcome, type Turn } from '#engine/turn.ts'
import { quoteProblem } from '#engine/work-line.ts'

/** What the asker of a run that ended so exits with. */
const OUTCOME_OF: Readonly<Record<RunVerdict, Outcome>> = {
  completed: 'done',
  'completed-adjusted': 'changes',
  canceled: 'changes',
  halted: 'blocked',
  blocked: 'blocked',
  stale: 'stale',
}

export function completeRun(turn: Turn, run: Run): void {
  const { state } = turn
  const askers = askersOf(state, run)
  const summary = summaryOf(state, run)
  clearTimer(turn, 'run.deadline')
  clearTimer(turn, 'run.wake')
  announce(turn, { type: 'RunCompleted', summary })
  const text = inWords(run, summary)
  for (const { commandId, interrupts } of askers) {
    const outcome = interrupts ? 'done' : OUTCOME_OF[summary.verdict]
    answer(turn, { commandId }, outcome, text)
  }
}

/** Who started it, who joined it by applying the same plan, who interrupted it. */
function askersOf({ jobs }: EngineState, run: Run): { commandId: string; interrupts: boolean }[] {
  const waiting = [...jobs.values()]
    .toSorted((a, b) => byCodeUnit(a.commandId, b.commandId))
    .filter(
      ({ command }) =>
        command.name === 'interrupt' || (command.name === 'apply' && command.planId === run.planId),
    )
    .map(({ commandId, command }) => ({ commandId, interrupts: command.name === 'interrupt' }))
  return [...run.askers.map((commandId) => ({ commandId, interrupts: false })), ...waiting]
}

function inWords({ runId, ending }: Run, summary: RunSummary): string {
  const { orders, filled, rejected, verdict, unfinished } = summary
  const why = ending === undefined ? '' : `: ${ending.reason}`
  const left = unfinished.length === 0 ? '' : `; not done: ${unfinished.join('; ')}`
  return `run ${runId} ${verdict}${why}; ${orders} orders, ${filled} filled, ${rejected} rejected${left}`
}

function summaryOf(state: EngineState, run: Run): RunSummary {
  const plan = planOfRun(state, run)
  const lines = linesWithPhase(plan)
  const unfinished = lines.flatMap(({ line, phase }) => unfinishedReason(state, run, phase, line))
  const figures = runFigures({
    ledger: state.ledger,
    orders: ordersOfRun(state, run),
    lines: lines.map(({ line }) => outcomeOf(state, run, line)),
    nav: toNumber(run.nav),
    unitValueOf: ({ request }) => unitValueOf(state, request.instrument),
    fxOf: (currency) => rateOf(state, currency),
  })
  const done = unfinished.length === 0 ? 'completed' : 'completed-adjusted'
  return {
    ...figures,
    breaks: [...state.breaks.values()].filter(({ severity }) => severity !== 'info').length,
    verdict: run.ending?.verdict ?? done,
    unfinished,
  }
}

const linesWithPhase = ({ phases }: Plan): { line: PlanLine; phase: 'A' | 'B' }[] => [
  ...phases.A.map((line) => ({ line, phase: 'A' as const })),
  ...phases.B.map((line) => ({ line, phase: 'B' as const })),
]

/** None for a line that was done as planned; a line that was scaled down is told too. */
function unfinishedReason(
  state: EngineState,
  run: Run,
  phase: 'A' | 'B',
  line: PlanLine,
): string[] {
  const told = `${line.id} ${line.side} ${line.symbol}`
  const orders = ordersOfLine(state, run, line)
  const stillOpen = orders.find((record) => isOpen(record.state))
  if (stillOpen !== undefined)
    return [`${told}: order ${stillOpen.request.id} is still ${stillOpen.state} at the broker`]
  const progress = progressOf(state, run, phase, line)
  if (progress.kind === 'unfinished') {
    const quote = orders.length === 0 ? quoteProblem(state, line) : undefined
    return [`${told}: ${progress.reason}${quote === undefined ? '' : ` (${quote})`}`]
  }
  if (progress.kind !== 'done') return [`${told}: not worked`]
  const short = minus(line.quantity, filledBy(state, run, line))
  return short > 0n ? [`${told}: scaled down to the buying power`] : []
}

const filledBy = (state: EngineState, run: Run, line: PlanLine): Quantity =>
  ordersOfLine(state, run, line).reduce((sum, record) => plus(sum, filledAtLeast(record)), NONE)

function outcomeOf(state: EngineState, run: Run, line: PlanLine): LineOutcome {
  const unit = toNumber(line.guardPrice) * unitValueOf(state, line.instrument)
  const filled = greater(NONE, lesser(line.quantity, filledBy(state, run, line)))
  return { planned: toNumber(line.quantity) * unit, filled: toNumber(filled) * unit }
}

const NONE = quantity('0')
