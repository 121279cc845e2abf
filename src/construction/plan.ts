/**
 * The plan: a pure function of all that was gathered. The same inputs give the same plan, to the
 * last digit of its id.
 *
 * A plan with a failed check is blocked and has no lines. A latch or a breached limit alone does
 * not fail a check: it holds back the additions in its scope and lets reductions through; only
 * when nothing is left of what was wanted is the plan blocked by it.
 */
import { moneyFrom, toNumber } from '#model/border.ts'
import { roundTo, type Currency, type Money } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { Metrics } from '#model/metrics.ts'
import type { BindingConstraint, Plan, PlanCheck } from '#model/plan.ts'
import { snapshotHash } from '#model/snapshot-hash.ts'
import { correlationClusters, type Clusters } from '#risk/correlation-clusters.ts'
import type { Exposures } from '#risk/exposures.ts'
import { assess, levelOf, type Finding } from '#risk/limits.ts'
import { metricsOf } from '#risk/metrics.ts'
import { returnPanel, type ReturnPanel } from '#risk/return-panel.ts'
import { costInMoney, totalCost } from '#costs/trade-cost.ts'
import { additionBans, describeBreach } from '#construction/addition-bans.ts'
import { checksOf, listed } from '#construction/checks.ts'
import { decide, type Decided } from '#construction/decide.ts'
import { linesOf } from '#construction/lines.ts'
import { FLAT, marginOf } from '#construction/margin.ts'
import { planIdOf } from '#construction/plan-id.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import { costModelOf } from '#construction/predicted-cost.ts'
import { after as afterChange } from '#construction/trade.ts'
import { weightsAfter } from '#construction/trade-sizing.ts'
import { valueBook, type ValuedBook } from '#construction/valued-book.ts'
import type { CornerFigures } from '#construction/waves.ts'

export function planFrom(inputs: PlanInputs): Plan {
  const book = valueBook(inputs)
  const panel = panelOf(inputs, book)
  const clusters = correlationClusters(panel)
  const risk = riskMeter(inputs, book, panel, clusters)
  const before = risk(weightsOf(book), NOTHING_DONE)
  const findings = assess(before, inputs.limits)
  const early = checksOf(inputs, book, panel)
  const cost = costModelOf(inputs.bars, inputs.fx)
  const decided = early.some(isFailed)
    ? undecided(inputs, book)
    : decide({
        inputs,
        book,
        clusters,
        bans: additionBans({ book, exposures: exposuresOf(book, weightsOf(book)), clusters, latches: inputs.latches, findings }), // prettier-ignore
        cost,
        measure: (weights) => risk(weights, NOTHING_DONE),
      })
  const checks = [...early, ...decided.checks, limitsCheck(findings, decided), latchCheck(inputs)]
  const standing = checks.some(isFailed) ? undecided(inputs, book) : decided
  const lines = linesOf(inputs, book, changesOf(book, standing), cost)
  const reached = weightsAfter(book, standing.changes)
  const total = totalCost(lines.costs)
  const after = risk(reached, { changes: standing.changes, traded: total.notional, cost: costInMoney(total) }) // prettier-ignore
  const hasLines = lines.A.length + lines.B.length > 0
  const currency = inputs.snapshot.baseCurrency
  const plan: Omit<Plan, 'planId'> = {
    asOf: inputs.asOf,
    expires: inputs.asOf + inputs.lifetimeMs,
    account: inputs.snapshot.account,
    nav: navOf(inputs, book),
    currency,
    snapshot: snapshotHash(inputs.snapshot),
    config: inputs.configHash,
    verdict: checks.some(isFailed) ? 'blocked' : hasLines ? 'changes' : 'no-change',
    checks: [...checks, ...(hasLines ? [afterCheck(after, inputs)] : [])],
    phases: { A: lines.A, B: lines.B },
    weights: book.names.map(({ id, weight }, i) => ({
      instrument: id,
      before: weight,
      target: standing.asked[i] ?? weight,
      after: reached[i] ?? weight,
    })),
    risk: { before, after, worst: worstOf(before, after, lines.worst) },
    binding: bindingOf(inputs, standing, reached, after),
    cost: {
      spreadBps: total.spreadBps,
      impactBps: total.impactBps,
      commission: roundTo(moneyFrom(total.commission, currency), CENT, 'half-even'),
      totalBps: total.totalBps,
    },
    skipped: standing.skipped,
  }
  return { planId: planIdOf(plan), ...plan }
}

const CENT = 10_000_000n
const isFailed = ({ status }: PlanCheck): boolean => status === 'fail'
const weightsOf = ({ names }: ValuedBook): Float64Array =>
  Float64Array.from(names, ({ weight }) => weight)

function panelOf({ bars, benchmark }: PlanInputs, { names }: ValuedBook): ReturnPanel {
  const rows = names.map(({ id, sector, instrument }) => ({
    instrument: id,
    sector,
    driver: driverOf(id, instrument),
  }))
  return returnPanel(rows, bars, benchmark)
}

/** An option's exposure is to its underlying, so are its returns. */
const driverOf = (id: InstrumentId, instrument: Instrument | undefined): InstrumentId =>
  instrument?.assetClass === 'OPT' ? instrument.underlying : id

function exposuresOf({ names }: ValuedBook, weights: Float64Array): Exposures {
  return names.map(({ id, sector }, i) => ({ instrument: id, sector, weight: weights[i]! }))
}

/** What has been done to get to a book: for the day's turnover, the margin and the cost. */
interface Done {
  readonly changes: Decided['changes']
  readonly traded: number
  readonly cost: number
}

const NOTHING_DONE: Done = { changes: [], traded: 0, cost: 0 }

function riskMeter(
  inputs: PlanInputs,
  book: ValuedBook,
  panel: ReturnPanel,
  clusters: Clusters,
): (weights: Float64Array, done: Done) => Metrics {
  const { day, snapshot } = inputs
  return (weights, done) =>
    metricsOf({
      exposures: exposuresOf(book, weights),
      nav: book.nav - done.cost,
      excessLiquidity: toNumber(snapshot.margin.excessLiquidity) + liquidityFreed(book, done),
      panel,
      clusters,
      day: {
        ...day,
        tradedToday: moneyFrom(toNumber(day.tradedToday) + done.traded, snapshot.baseCurrency),
      },
    })
}

/** Maintenance margin freed, less costs and what was paid for long options, which have no loan value. */
function liquidityFreed(book: ValuedBook, { changes, cost }: Done): number {
  const names = new Map(book.names.map((name) => [name.id, name]))
  return changes.reduce((freed, change, i) => {
    const name = book.names[i]
    if (name === undefined || change === 0n) return freed
    const to = afterChange(name, change)
    const margin = marginOf(name, name.held, names).maintenance - marginOf(name, to, names).maintenance // prettier-ignore
    const premium = name.instrument?.assetClass === 'OPT' ? toNumber(change) * name.unitCash : 0
    return freed + margin - Math.max(0, premium)
  }, -cost)
}

/** Ours where everything could be valued, else the broker's. */
function navOf({ snapshot }: PlanInputs, { nav }: ValuedBook): Money<Currency> {
  const { netLiquidation } = snapshot.margin
  return Number.isFinite(nav) ? roundTo(moneyFrom(nav, snapshot.baseCurrency), CENT, 'half-even') : netLiquidation // prettier-ignore
}

/** Everything stays as it is. */
function undecided(inputs: PlanInputs, { names }: ValuedBook): Decided {
  return {
    changes: names.map(() => FLAT),
    reasons: [],
    skipped: names.map(({ id }) => ({ instrument: id, reason: 'the plan is blocked' })),
    asked: Float64Array.from(
      names,
      ({ target, weight }) => target?.weight ?? (inputs.policy.untargeted === 'sell' ? 0 : weight),
    ),
    constraints: [],
    shrunkBy: [],
    heldBack: [],
    checks: [],
  }
}

function changesOf(
  { names }: ValuedBook,
  { changes, reasons }: Decided,
): Parameters<typeof linesOf>[2] {
  // prettier-ignore
  return names.flatMap((name, i) => {
    const [change, reason] = [changes[i], reasons[i]]
    return change === undefined || change === 0n || reason === undefined ? [] : [{ name, change, reason }] // prettier-ignore
  })
}

/** Warns of what is over a level; fails only when additions were wanted and nothing at all is left to do. */
function limitsCheck(findings: readonly Finding[], { heldBack, changes }: Decided): PlanCheck {
  const name = 'limits'
  if (findings.length === 0)
    return { name, status: 'pass', detail: 'all figures are inside their warning levels' }
  const breaches = findings.filter(({ level }) => level === 'breach')
  if (breaches.length === 0)
    return { name, status: 'warn', detail: `beyond the warning level: ${listed(findings.map(({ limit, measured }) => `${limit.metric} ${measured.toFixed(4)} (warns at ${limit.warn})`))}` } // prettier-ignore
  const held = heldBack.length === 0 ? '' : `; additions held back: ${listed(heldBack)}`
  const nothingLeft = heldBack.length > 0 && changes.every((change) => change === 0n)
  return {
    name,
    status: nothingLeft ? 'fail' : 'warn',
    detail: `${listed(breaches.map(describeBreach))}${held}`,
  }
}

function latchCheck({ latches }: PlanInputs): PlanCheck {
  const name = 'latches'
  if (latches.length === 0) return { name, status: 'pass', detail: 'none is set' }
  return {
    name,
    status: 'warn',
    detail: `${listed(latches.map(({ kind, scope, reason }) => `${kind} ${scope} (${reason})`))}: see resume`,
  }
}

function afterCheck(after: Metrics, { limits }: PlanInputs): PlanCheck {
  const findings = assess(after, limits)
  const name = 'limits after'
  if (findings.length === 0)
    return { name, status: 'pass', detail: 'all figures inside their warning levels' }
  const over = findings.map(({ limit, measured, level }) => `${limit.metric} ${measured.toFixed(4)} (${level} at ${limit[level]})`) // prettier-ignore
  return { name, status: 'warn', detail: `still beyond: ${listed(over)}` }
}

/** Figure by figure the worse of before, after and the worst corner on the way. */
function worstOf(before: Metrics, after: Metrics, corner: CornerFigures): Metrics {
  const highest = (of: (metrics: Metrics) => number): number => Math.max(of(before), of(after))
  return {
    grossLeverage: Math.max(before.grossLeverage, after.grossLeverage, corner.gross),
    netLeverage: furthest(before.netLeverage, after.netLeverage, corner.netHigh, corner.netLow),
    largestPosition: Math.max(before.largestPosition, after.largestPosition, corner.position),
    largestSector: Math.max(before.largestSector, after.largestSector, corner.sector),
    correlatedWeight: highest(({ correlatedWeight }) => correlatedWeight),
    var95: highest(({ var95 }) => var95),
    var99: highest(({ var99 }) => var99),
    expectedShortfall: highest(({ expectedShortfall }) => expectedShortfall),
    lossToday: highest(({ lossToday }) => lossToday),
    drawdown: highest(({ drawdown }) => drawdown),
    beta: furthest(before.beta, after.beta),
    turnoverToday: highest(({ turnoverToday }) => turnoverToday),
    marginCushion: Math.min(before.marginCushion, after.marginCushion),
  }
}

/** The value furthest from zero; NaN when one is. */
function furthest(...values: readonly number[]): number {
  return values.reduce((worst, value) => (Math.abs(value) <= Math.abs(worst) ? worst : value))
}

/** What held the plan back. This policy follows targets and maximises nothing, so its shadow prices are 0. */
function bindingOf(
  { limits }: PlanInputs,
  { constraints, shrunkBy }: Decided,
  reached: Float64Array,
  after: Metrics,
): BindingConstraint[] {
  const figures: Readonly<Record<string, 'turnoverToday' | 'var95' | 'var99' | 'expectedShortfall' | 'beta'>> = { turnover: 'turnoverToday', var95: 'var95', var99: 'var99', expectedShortfall: 'expectedShortfall', beta: 'beta' } // prettier-ignore
  return shrunkBy.flatMap((label) => {
    const constraint = constraints.find((candidate) => candidate.label === label)
    if (constraint !== undefined)
      return [{ constraint: label, value: constraint.measure(reached), limit: constraint.limit, shadowPrice: 0 }] // prettier-ignore
    const metric = figures[label]
    return metric === undefined
      ? []
      : [{ constraint: label, value: after[metric], limit: levelOf(limits, metric, 'warn'), shadowPrice: 0 }] // prettier-ignore
  })
}
