/**
 * Decides by forecasts: the optimisation case of the plan, its optimum, risk figures that are no sum of weights held to
 * their limits, whole lots, and the reason of each name.
 */
import type { Quantity } from '#model/fixed.ts'
import type { Metrics } from '#model/metrics.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { BindingConstraint, PlanCheck } from '#model/plan.ts'
import { err, ok, type Result } from '#model/result.ts'
import { listed } from '#construction/checks.ts'
import { bindingConstraints } from '#construction/binding.ts'
import { moneyCost, toAmount } from '#construction/decide-by-targets.ts'
import type { Decided, DecisionFacts } from '#construction/decided.ts'
import { proceedsOfChanges, raisingCash, type ForLots, type SizedOptimum } from '#construction/forecast-raise-cash.ts' // prettier-ignore
import { withinRiskLimits, type Budgeted } from '#construction/forecast-risk-budget.ts'
import { lotFactsOf, quantitiesOf } from '#construction/lots/lot-facts.ts'
import type { LotSolution } from '#construction/lots/lot-problem.ts'
import { wholeLots } from '#construction/lots/whole-lots.ts'
import { bindingLimits } from '#construction/why/binding-limits.ts'
import { explainName } from '#construction/why/reason-words.ts'
import { whyOf } from '#construction/why/why.ts'
import {
  AT_ONCE,
  partsOf,
  planAhead,
  type ForecastPlanner,
} from '#construction/forecast-planner.ts'
import { optimisationCaseOf, type PlannedCase } from '#construction/optimisation/case-of.ts'
import { unmendedWords } from '#construction/optimisation/infeasible-words.ts'
import type { OptimisationCase, Optimum } from '#construction/optimisation/optimisation-case.ts'
import type { Prospects } from '#construction/prospects.ts'
import type { Skipped } from '#construction/reasons.ts'
import type { ValuedBook } from '#construction/valued-book.ts'
import { latchesForbid } from '#risk/latch.ts'
import type { Metric } from '#risk/limits.ts'
import { riskOf } from '#risk/models/portfolio-risk.ts'
import { rowValue } from '#numerics/portfolio/problem.ts'
import { weightsAfter } from '#construction/trade-sizing.ts'

/** @returns else why forecasts cannot decide, in words */
export function decideByForecasts(facts: DecisionFacts, prospects: Prospects): Result<Decided> {
  const { request } = facts.inputs
  const planned = plannedCase(facts, prospects)
  if (!planned.ok) return planned
  const { of } = planned.value
  const decide = (asked: OptimisationCase) => request.kind === 'raise-cash' ? raised(facts, asked, request.amount) : sizedOptimum(facts, asked, planAhead(facts, prospects, asked)) // prettier-ignore
  const measure = ({ sized }: SizedOptimum) => figuresAt(facts, quantitiesOf(facts.book, sized.changes)) // prettier-ignore
  const found = withinRiskLimits(of, facts.inputs.limits, decide, measure, figuresAt(facts, []))
  return found.ok ? ok(decidedOf(facts, prospects, planned.value, found.value)) : found
}

/** The optimum of a case in whole lots. */
function sizedOptimum(
  facts: DecisionFacts,
  of: OptimisationCase,
  { solve, onePeriod }: ForecastPlanner = AT_ONCE,
  forLots: ForLots = (same) => same,
): Result<SizedOptimum> {
  const { inputs, book } = facts
  const found = solve(of)
  if (!found.ok) return found
  const decided = onePeriod(of, found.value)
  const sized = wholeLots({
    of: forLots(decided.of),
    optimum: decided.optimum,
    lots: lotFactsOf(book, inputs.fx),
    cash: book.cash / book.nav,
    cashBuffer: inputs.policy.cashBuffer,
    nav: book.nav,
    minimumTicket: inputs.request.kind === 'raise-cash' ? 0 : inputs.policy.minimumTicket,
  })
  return ok({ ...decided, sized })
}

function raised(facts: DecisionFacts, of: OptimisationCase, text: string): Result<SizedOptimum> {
  const { book, cost, inputs } = facts
  const amount = toAmount(text)
  if (amount === undefined) return err(`"${text}" was asked for, expected an amount above 0 such as 25000`) // prettier-ignore
  return raisingCash(of, {
    book,
    amount,
    currency: inputs.snapshot.baseCurrency,
    solve: (raising, forLots) => sizedOptimum(facts, raising, AT_ONCE, forLots),
    proceedsOf: (sized) => proceeds(book, quantitiesOf(book, sized.changes), cost),
  })
}

const proceeds = (book: ValuedBook, changes: readonly Quantity[], cost: DecisionFacts['cost']) =>
  proceedsOfChanges(book, changes, moneyCost(book, changes, cost))

function plannedCase(
  { inputs, book, meter, bans }: DecisionFacts,
  prospects: Prospects,
): Result<PlannedCase> {
  const { construction, forecasts } = prospects
  if (forecasts.length === 0) return err('there is no usable forecast')
  const risk = prospects.risk()
  if (!risk.ok) return risk
  const { panel, clusters } = meter
  const { byName } = prospects
  const eligible = construction.eligible.filter((id) => byName.has(id))
  return optimisationCaseOf({ inputs, construction: { ...construction, eligible }, book, panel, clusters, bans, risk: risk.value, forecasts }) // prettier-ignore
}

function figuresAt({ book, meter, cost }: DecisionFacts, changes: readonly Quantity[]): Metrics {
  const done = { changes, traded: 0, cost: moneyCost(book, changes, cost) }
  return meter.measure(weightsAfter(book, changes), done)
}

function decidedOf(
  facts: DecisionFacts,
  { forecasts, risk }: Prospects,
  { excluded, notes }: PlannedCase,
  { decision, shrunkBy, factor, isHeld }: Budgeted<SizedOptimum>,
): Decided {
  const { inputs, book } = facts
  const { request } = inputs
  const { of, optimum, sized } = decision
  const rule = request.kind === 'targets' ? 'forecast' : request.kind
  const changes = quantitiesOf(book, sized.changes)
  const model = risk()
  const why = whyOf(of, optimum, {
    parts: partsOf(forecasts, decision),
    fees: lotFactsOf(book, inputs.fx),
  })
  const words = why.names.map((reason) => explainName(reason, why.horizonDays))
  return {
    changes,
    reasons: book.names.map((_, i) => ({ rule, text: words[i]!, weightTarget: optimum.weights[i]! })), // prettier-ignore
    skipped: skippedOf(book, changes, sized, words),
    targets: optimum.weights,
    binding: (reached, after) => [
      ...bindingOf(of, optimum, reached),
      ...bindingConstraints(shrunkBy, [], reached, after, inputs.limits),
    ],
    heldBack: heldBackBy(facts, of, optimum),
    checks: [...raisedCheck(facts, changes), ...checksOf(optimum, excluded)],
    expectedReturn: of.expectedReturn,
    construction: {
      policy: 'forecast',
      tried: [],
      objective: sized.objective,
      lossBps: sized.lossBps,
      notes: [...(model.ok ? model.value.notes : []), ...notes, ...aversionNote(of, factor, isHeld, shrunkBy), ...(decision.note === undefined ? [] : [decision.note])], // prettier-ignore
      unmended: optimum.unmended.map(({ label, limit, start, reached }) => ({ constraint: label, limit, start, reached })), // prettier-ignore
      why,
    },
  }
}

/** Names that were not traded: what the lots say, else the story. */
function skippedOf(
  { names }: ValuedBook,
  changes: readonly Quantity[],
  sized: LotSolution,
  words: readonly string[],
): Skipped[] {
  const told = new Map(sized.skipped.map(({ index, reason }) => [index, reason]))
  return names.flatMap(({ id, untradable }, i) =>
    changes[i] === 0n ? [{ instrument: id, reason: untradable ?? told.get(i) ?? words[i]! }] : [],
  )
}

/** What was asked for binds by intention. */
const OF_THE_REQUEST = /^(cash-only|raise-cash):/

/** The limits that cost something, at the weights that whole lots reach. */
function bindingOf(
  of: OptimisationCase,
  optimum: Optimum,
  reached: Float64Array,
): BindingConstraint[] {
  const told = bindingLimits(of, optimum).filter(({ label }) => !OF_THE_REQUEST.test(label))
  return told.map(({ label, limit, shadowPrice }) => {
    const row = of.limits.find(({ name }) => name === label)
    const bound = of.bounds.find((candidate) => candidate.label === label)
    const now = row !== undefined ? rowValue(of, row, reached) : bound === undefined ? trackingAt(of, reached) : reached[bound.index]! // prettier-ignore
    return { constraint: label, value: now, limit, shadowPrice }
  })
}

/** Standard deviation of the return beyond the benchmark's over the horizon. */
function trackingAt({ tracking, risk, horizonDays }: OptimisationCase, w: Float64Array): number {
  const active = w.map((weight, i) => weight - (tracking?.weights[i] ?? 0))
  return Math.sqrt(horizonDays) * riskOf(risk, active)
}

/** Names that would be traded, and that a latch or a breached limit keeps from it. */
const heldBackBy = (
  { inputs, book }: DecisionFacts,
  of: OptimisationCase,
  { shadowPrices }: Optimum,
): InstrumentId[] =>
  // prettier-ignore
  of.bounds.flatMap(({ label, index }) => {
    const { id, sector } = book.names[index]!
    if (!shadowPrices.has(label)) return []
    const isHalted = label.startsWith('untradable') && latchesForbid(inputs.latches, { instrument: id, sector, adds: false }) !== undefined // prettier-ignore
    return isHalted || label.startsWith('reduce-only') ? [id] : []
  })

function checksOf({ unmended }: Optimum, excluded: PlannedCase['excluded']): PlanCheck[] {
  const checks: PlanCheck[] = []
  if (unmended.length > 0)
    checks.push({ name: 'mended', status: 'warn', detail: listed(unmended.map(unmendedWords)) })
  if (excluded.length > 0)
    checks.push({ name: 'forecasts used', status: 'warn', detail: listed(excluded.map(({ instrument, reason }) => `${instrument} ${reason}`)) }) // prettier-ignore
  return checks
}

function aversionNote(
  { riskAversion }: OptimisationCase,
  factor: number,
  isHeld: boolean,
  shrunkBy: readonly Metric[],
): readonly string[] {
  if (shrunkBy.length === 0) return []
  const figures = shrunkBy.join(', ')
  if (!isHeld) return [`no aversion to risk holds ${figures} within its level: what is least beyond is planned`] // prettier-ignore
  return [`aversion to risk was raised from ${(riskAversion / factor).toFixed(2)} to ${riskAversion.toFixed(2)} for ${figures}`] // prettier-ignore
}

/** What was asked for where cash is to be freed, and what the sales bring. */
function raisedCheck(
  { inputs, book, cost }: DecisionFacts,
  changes: readonly Quantity[],
): readonly PlanCheck[] {
  const { request, snapshot } = inputs
  if (request.kind !== 'raise-cash') return []
  const brings = `${proceeds(book, changes, cost).toFixed(2)} ${snapshot.baseCurrency} after costs`
  return [{ name: 'raise cash', status: 'pass', detail: `${brings}, ${request.amount} was asked for` }] // prettier-ignore
}
