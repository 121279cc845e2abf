/**
 * The plan: a pure function of all that was gathered. The same inputs give the same plan, to the
 * last digit of its id.
 *
 * A plan with a failed check is blocked and has no lines. A latch or a breached limit alone does
 * not fail a check: it holds back the additions in its scope and lets reductions through; only
 * when nothing is left of what was wanted is the plan blocked by it.
 */
import { moneyFrom } from '#model/border.ts'
import { roundTo, type Currency, type Money } from '#model/fixed.ts'
import type { Metrics } from '#model/metrics.ts'
import type { Plan, PlanCheck, PlanLine } from '#model/plan.ts'
import { snapshotHash } from '#model/snapshot-hash.ts'
import { assess } from '#risk/limits.ts'
import { costInMoney, totalCost, type TradeCost } from '#costs/trade-cost.ts'
import { additionBans } from '#construction/addition-bans.ts'
import { checksOf } from '#construction/checks.ts'
import { decide, weightsAsked } from '#construction/decide.ts'
import { undecided, type Decided } from '#construction/decided.ts'
import {
  latchesCheck,
  limitsAfterCheck,
  limitsCheck,
  orderSizesCheck,
  worsenedCheck,
} from '#construction/limit-checks.ts'
import { linesOf, type Change, type Lines } from '#construction/lines.ts'
import { planIdOf } from '#construction/plan-id.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import { costModelOf, type CostModel } from '#construction/predicted-cost.ts'
import { NOTHING_DONE, riskMeterOf, type RiskMeter } from '#construction/risk-meter.ts'
import { notionalOf } from '#construction/trade.ts'
import { weightsAfter } from '#construction/trade-sizing.ts'
import { valueBook, type ValuedBook } from '#construction/valued-book.ts'
import { worstMetrics } from '#construction/worst-metrics.ts'

export function planFrom(inputs: PlanInputs): Plan {
  const { limits, latches, snapshot } = inputs
  const book = valueBook(inputs)
  const meter = riskMeterOf(inputs, book)
  const cost = costModelOf(inputs.bars, inputs.fx)
  const held = Float64Array.from(book.names, ({ weight }) => weight)
  const before = meter.measure(held, NOTHING_DONE)
  const findings = assess(before, limits)

  const early = checksOf(inputs, book, meter.panel)
  const exposures = meter.exposures(held)
  const bans = additionBans({ book, exposures, clusters: meter.clusters, latches, findings })
  const asked = weightsAsked({ inputs, book })
  const wanted = early.some(isFailed)
    ? undecided(book, asked, 'the plan is blocked')
    : decide({ inputs, book, meter, bans, cost })
  const heldBack = { names: wanted.heldBack, nothingLeft: isNothing(wanted) }
  const checks = [...early, ...wanted.checks, limitsCheck(findings, heldBack), latchesCheck(latches, heldBack)] // prettier-ignore
  const proposed = outcomeOf(inputs, book, meter, cost, wanted)
  if (proposed.lines.B.length > 0) checks.push(...worsenedCheck(before, proposed.after, limits))
  const blocked = checks.some(isFailed)
  const decided = blocked ? { ...undecided(book, asked, 'the plan is blocked'), ...constructionOf(wanted) } : wanted // prettier-ignore
  const { lines, total, reached, after } = blocked ? outcomeOf(inputs, book, meter, cost, decided) : proposed // prettier-ignore
  const hasLines = lines.A.length + lines.B.length > 0
  const plan: Omit<Plan, 'planId'> = {
    asOf: inputs.asOf,
    expires: inputs.asOf + inputs.lifetimeMs,
    account: snapshot.account,
    nav: navOf(inputs, book),
    currency: snapshot.baseCurrency,
    snapshot: snapshotHash(snapshot),
    config: inputs.configHash,
    verdict: blocked ? 'blocked' : hasLines ? 'changes' : 'no-change',
    checks: hasLines ? [...checks, limitsAfterCheck(after, limits), ...orderSizesCheck(sizesOf(book, [...lines.A, ...lines.B]), inputs.maximumOrderNotional ?? Infinity)] : checks, // prettier-ignore
    phases: { A: lines.A, B: lines.B },
    weights: book.names.map(({ id, weight }, i) => ({
      instrument: id,
      before: weight,
      target: decided.targets[i] ?? weight,
      after: reached[i] ?? weight,
    })),
    risk: { before, after, worst: worstMetrics(before, after, lines.worst) },
    binding: decided.binding(reached, after),
    cost: planCost(total, snapshot.baseCurrency),
    skipped: decided.skipped,
    ...constructionOf(decided),
  }
  return { planId: planIdOf(plan), ...plan }
}

interface Outcome {
  readonly lines: Lines
  readonly total: TradeCost
  readonly reached: Float64Array
  readonly after: Metrics
}

/** The lines of a decision, and the book that they lead to. */
function outcomeOf(
  inputs: PlanInputs,
  book: ValuedBook,
  meter: RiskMeter,
  cost: CostModel,
  decided: Decided,
): Outcome {
  const { changes } = decided
  const lines = linesOf(inputs, book, changesOf(book, decided), cost)
  const total = totalCost(lines.costs)
  const reached = weightsAfter(book, changes)
  const done = { changes, traded: total.notional, cost: costInMoney(total) }
  return { lines, total, reached, after: meter.measure(reached, done) }
}

const CENT = 10_000_000n
const constructionOf = ({ construction }: Decided): Pick<Plan, 'construction'> => construction === undefined ? {} : { construction } // prettier-ignore
const isFailed = ({ status }: PlanCheck): boolean => status === 'fail'
const isNothing = ({ changes }: Decided): boolean => changes.every((change) => change === 0n)

/** Ours where everything could be valued, else the broker's. */
function navOf({ snapshot }: PlanInputs, { nav }: ValuedBook): Money<Currency> {
  if (!Number.isFinite(nav)) return snapshot.margin.netLiquidation
  return roundTo(moneyFrom(nav, snapshot.baseCurrency), CENT, 'half-even')
}

/** Notional of each line, base currency. */
function sizesOf({ names }: ValuedBook, lines: readonly PlanLine[]) {
  const byId = new Map(names.map((name) => [name.id, name]))
  return lines.map(({ instrument, quantity }) => {
    const name = byId.get(instrument)
    return { id: instrument, notional: name === undefined ? 0 : notionalOf(name, quantity) }
  })
}

function changesOf({ names }: ValuedBook, { changes, reasons, expectedReturn }: Decided): Change[] {
  return names.flatMap((name, i) => {
    const [change, reason] = [changes[i], reasons[i]]
    if (change === undefined || change === 0n || reason === undefined) return []
    return [{ name, change, reason, expectedReturn: expectedReturn?.[i] ?? 0 }]
  })
}

function planCost(total: TradeCost, currency: Currency): Plan['cost'] {
  return {
    spreadBps: total.spreadBps,
    impactBps: total.impactBps,
    commission: roundTo(moneyFrom(total.commission, currency), CENT, 'half-even'),
    totalBps: total.totalBps,
  }
}
