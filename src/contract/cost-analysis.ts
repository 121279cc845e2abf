/**
 * What trading cost, as other programs read it: `tca --json`. Money of parts is in the base currency
 * unless a line says another; positive is a cost; bps are of what was traded.
 */
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { ClientOrderId, InstrumentId, PlanId, RunId } from '#model/ids.ts'
import type { AssetClass } from '#model/instrument.ts'
import type { Side } from '#model/order.ts'
import type { EpochMs } from '#model/time.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import type { Benchmark } from '#execution/cost-analysis/benchmarks.ts'
import { DIMENSIONS, type CalibrationRow, type CostSplit } from '#execution/cost-analysis/calibration.ts' // prettier-ignore
import type { Refit, RefitCoefficient } from '#execution/cost-analysis/coefficient-refit.ts'
import type { CostAnalysis } from '#execution/cost-analysis/cost-analysis.ts'
import { costTotalOf, type CostTotal } from '#execution/cost-analysis/cost-total.ts'
import type { LineCost } from '#execution/cost-analysis/line-cost.ts'
import type { LatencySplit, OrderQuality, Spread } from '#execution/cost-analysis/order-quality.ts'
import type { CostParts } from '#execution/cost-analysis/shortfall.ts'
import type { TradedTotal } from '#execution/cost-analysis/traded-totals.ts'
import { documentSchema, type Schema } from '#contract/json-schema.ts'
import {
  absentable,
  booleanField,
  decimalField,
  instantField,
  listField,
  measureField,
  objectField,
  textField,
  wholeField,
  wordField,
  type Shape,
} from '#contract/shape.ts'

export interface CostDocument {
  readonly account: string
  readonly journalId: string
  readonly currency: Currency
  readonly total: CostTotal
  readonly traded: readonly TradedTotal[]
  readonly runs: readonly (CostTotal & RunHead)[]
  readonly days: readonly (CostTotal & { readonly date: string })[]
  readonly lines: readonly CostLine[]
  readonly quality: OrderQuality
  readonly calibration: readonly CalibrationRow[]
  readonly refits: readonly Refit[]
  readonly notes: readonly string[]
}

interface RunHead {
  readonly runId: RunId
  readonly planId: PlanId
  readonly startedAt: EpochMs
  readonly endedAt: EpochMs | undefined
}

/** A line of a plan, as parent order. */
export interface CostLine extends Pick<
  CostTotal,
  'traded' | 'planned' | 'parts' | 'bps' | 'executionBps'
> {
  readonly runId: RunId
  readonly line: string
  readonly instrument: InstrumentId
  readonly assetClass: AssetClass
  readonly side: Side
  readonly phase: 'A' | 'B'
  readonly algorithm: string
  readonly currency: Currency
  readonly rate: number
  readonly submittedAt: EpochMs | undefined
  readonly quantity: Quantity
  readonly filled: Quantity
  readonly decisionPrice: Price
  readonly averagePrice: number
  readonly benchmarks: Readonly<Record<Benchmark, number>>
  readonly slippageBps: Readonly<Record<Benchmark, number>>
  readonly halfSpreadBps: number
  readonly shareOfDay: number
  readonly predictedBps: number
  readonly predicted: CostSplit | undefined
  readonly feesPending: number
  /** Fills whose spread is counted as impact. */
  readonly spreadsUnknown: number
  readonly opportunityUnknown: boolean
  readonly orders: readonly CostOrder[]
}

/** A client order of a line. */
export interface CostOrder {
  readonly clientOrderId: ClientOrderId
  readonly quantity: Quantity
  readonly executed: Quantity
  readonly state: string
  readonly arrivalMid: number
  readonly venues: readonly string[]
}

/** The document of an analysis. */
export function costDocumentOf(
  analysis: CostAnalysis,
  { account, journalId }: { readonly account: string; readonly journalId: string },
): CostDocument {
  const { currency, total, traded, runs, days, lines, quality, calibration, refits, notes } =
    analysis
  return {
    account,
    journalId,
    currency,
    total,
    traded,
    runs: runs.map(({ run, total: of }) => ({ ...of, runId: run.runId, planId: run.plan.planId, startedAt: run.startedAt, endedAt: run.endedAt })), // prettier-ignore
    days: days.map(({ date, total: of }) => ({ ...of, date })),
    lines: lines.map(lineOf),
    quality,
    calibration,
    refits,
    notes,
  }
}

function lineOf(of: LineCost): CostLine {
  const { run, line, instrument, benchmarks, unknown, parts, traded, planned } = of
  const { bps, executionBps } = costTotalOf([of])
  return {
    runId: run.runId,
    line: line.id,
    instrument: line.instrument,
    assetClass: instrument.assetClass,
    side: line.side,
    phase: of.phase,
    algorithm: line.algo,
    currency: of.currency,
    rate: of.rate,
    submittedAt: of.submittedAt,
    quantity: line.quantity,
    filled: of.filled,
    traded,
    planned,
    decisionPrice: line.guardPrice,
    averagePrice: benchmarks.average,
    benchmarks: benchmarks.prices,
    slippageBps: benchmarks.slippageBps,
    parts,
    bps,
    executionBps,
    halfSpreadBps: of.halfSpreadBps,
    shareOfDay: of.shareOfDay,
    predictedBps: line.estimatedCostBps,
    predicted: of.predicted,
    feesPending: unknown.fees,
    spreadsUnknown: unknown.spreads,
    opportunityUnknown: unknown.opportunity,
    orders: of.orders.map((order) => ({
      clientOrderId: order.request.id,
      quantity: order.request.quantity,
      executed: order.executed,
      state: order.state,
      arrivalMid: order.arrivalMid,
      venues: [...new Set(of.fills.filter((fill) => fill.order === order).map(({ held }) => held.execution.venue))].toSorted(byCodeUnit), // prettier-ignore
    })),
  }
}

const cash = (meaning: string) => decimalField<Money<Currency>>(meaning, 2)

const PARTS: Shape<CostParts> = objectField({
  delay: cash('the mid moved between the decision and the first order'),
  timing: cash('it moved on while the line was worked'),
  spread: cash('half the quoted spread when each order went'),
  impact: cash('what fills paid beyond mid and half spread; negative: improvement'),
  fees: cash('commissions as reported'),
  opportunity: cash('what was not traded moved away; negative: moved our way'),
  total: cash('the sum of the six: implementation shortfall'),
})

const PART_BPS: Shape<Readonly<Record<keyof CostParts, number>>> = objectField({
  delay: measureField('of what was traded; NaN where nothing was'),
  timing: measureField('of what was traded'),
  spread: measureField('of what was traded'),
  impact: measureField('of what was traded'),
  fees: measureField('of what was traded'),
  opportunity: measureField('of what was traded'),
  total: measureField('of what was traded'),
})

const TOTAL_FIELDS: { readonly [K in keyof CostTotal]-?: Shape<CostTotal[K]> } = {
  lines: wholeField('lines of plans'),
  fills: wholeField('executions, as they stand after corrections'),
  traded: cash('Σ|quantity × price|, base currency'),
  planned: cash('planned quantities at their decision prices'),
  parts: PARTS,
  bps: PART_BPS,
  shortfallOfPlannedBps: measureField('the whole, of what was planned'),
  executionBps: measureField('spread + impact + fees, of what was traded: what predictions are of'),
  predictedBps: measureField('by the plans, weighted by what was traded'),
  slippageBps: measureField('against the mid that each order was priced by, fees left out'),
  fillRate: measureField('filled / planned, by notional at the decision price'),
  feesPending: wholeField('executions whose commission has not been reported: not in the fees'),
}

const RUN_ID = textField<RunId>('r1, r2, …')

const RUN: Shape<CostTotal & RunHead> = objectField({
  runId: RUN_ID,
  planId: textField<PlanId>('the plan applied'),
  startedAt: instantField("engine's clock"),
  endedAt: absentable(instantField('absent while it goes')),
  ...TOTAL_FIELDS,
})

const DAY: Shape<CostTotal & { readonly date: string }> = objectField({
  date: textField("New York's day on which its runs began"),
  ...TOTAL_FIELDS,
})

const TRADED: Shape<TradedTotal> = objectField({
  currency: textField('ISO 4217'),
  bought: cash('Σ quantity × price × multiplier'),
  sold: cash('Σ quantity × price × multiplier'),
  fees: cash('commissions in this currency, as reported'),
  cash: cash('what trades and fees added to the balance; spent negative'),
})

const BENCHMARK_FIELDS = (what: string): Shape<Readonly<Record<Benchmark, number>>> =>
  objectField({
    decision: measureField(`${what}: guard price of the plan`),
    arrival: measureField(`${what}: mid when the first order went`),
    vwap: measureField(`${what}: volume-weighted, sampled, first order to last fill`),
    twap: measureField(`${what}: time-weighted mid, first order to last fill`),
    open: measureField(`${what}: mid within a minute of the opening`),
    close: measureField(`${what}: close of the session`),
  })

const SPLIT: Shape<CostSplit> = objectField({
  spreadBps: measureField('half the quoted spread'),
  impactBps: measureField('beyond it'),
  commissionBps: measureField('commission'),
})

const ORDER: Shape<CostOrder> = objectField({
  clientOrderId: textField<ClientOrderId>("our key of the order, IBKR's orderRef"),
  quantity: decimalField<Quantity>('ordered'),
  executed: decimalField<Quantity>('filled'),
  state: textField('Filled, Canceled, Denied, …'),
  arrivalMid: measureField('mid that it was priced by; NaN of a denied one'),
  venues: listField(textField('where it filled')),
})

const LINE: Shape<CostLine> = objectField({
  runId: RUN_ID,
  line: textField("the plan's leg: A1, B12"),
  instrument: textField<InstrumentId>('AAPL.STK.USD'),
  assetClass: wordField('class', 'STK', 'OPT', 'FUT', 'CASH'),
  side: wordField('COVER and SELL reduce, BUY and SHORT add', 'COVER', 'SELL', 'BUY', 'SHORT'),
  phase: wordField('A reduces, B adds', 'A', 'B'),
  algorithm: textField('how it was worked'),
  currency: textField('of its amounts: base, or its own where no rate is known'),
  rate: measureField("of that per unit of the instrument's currency"),
  submittedAt: absentable(instantField("engine's clock, of its first order")),
  quantity: decimalField<Quantity>('planned'),
  filled: decimalField<Quantity>('filled'),
  traded: cash('Σ|quantity × price|'),
  planned: cash('planned quantity at the decision price'),
  decisionPrice: decimalField<Price>('guard price of the plan'),
  averagePrice: measureField('of the fills; NaN without any'),
  benchmarks: BENCHMARK_FIELDS('NaN where the journal does not tell'),
  slippageBps: BENCHMARK_FIELDS('average price against'),
  parts: PARTS,
  bps: PART_BPS,
  executionBps: measureField('spread + impact + fees'),
  halfSpreadBps: measureField('quoted when its orders went; NaN where not known'),
  shareOfDay: measureField('planned / what the name had traded that day as heard last'),
  predictedBps: measureField('by the plan'),
  predicted: absentable(SPLIT),
  feesPending: wholeField('fills whose commission has not been reported'),
  spreadsUnknown: wholeField('fills whose spread is counted as impact'),
  opportunityUnknown: booleanField('unfilled, and no later price is known'),
  orders: listField(ORDER),
})

const SPREAD: Shape<Spread> = objectField({
  count: wholeField('how many were measured'),
  p50: measureField('median'),
  p99: measureField('99th percentile'),
})

const LATENCY: Shape<LatencySplit> = objectField({
  decisionToWire: SPREAD,
  wireToAcknowledged: SPREAD,
  acknowledgedToFill: SPREAD,
})

const QUALITY: Shape<OrderQuality> = objectField({
  sent: wholeField('client orders sent'),
  filled: wholeField('filled whole'),
  partlyFilled: wholeField('closed with a part filled'),
  rejected: wholeField('by the broker'),
  denied: wholeField('by our own gate; not among those sent'),
  canceled: wholeField('canceled'),
  expired: wholeField('expired'),
  notSent: wholeField('proven never to have reached the broker'),
  open: wholeField('not over, those in doubt included'),
  rejectRate: measureField('(rejected + denied) / (sent + denied)'),
  cancelRate: measureField('(canceled + expired) / sent'),
  timeToFillMs: SPREAD,
  latencyMs: LATENCY,
})

const CALIBRATION: Shape<CalibrationRow> = objectField({
  dimension: wordField('what the lines are parted by', ...DIMENSIONS),
  bucket: textField('which part'),
  lines: wholeField('lines with fills and all their fees'),
  traded: measureField('base currency'),
  predictedBps: measureField('weighted by what was traded'),
  realisedBps: measureField('weighted by what was traded'),
  standardErrorBps: measureField('of their difference'),
  predicted: SPLIT,
  realised: SPLIT,
})

const COEFFICIENT: Shape<RefitCoefficient> = objectField({
  prior: measureField('what the cost model has'),
  priorError: measureField('its standard error'),
  fitted: measureField('by the fills alone'),
  fittedError: measureField('its standard error'),
  suggested: measureField('both together; never applied'),
  standardError: measureField('of the suggestion'),
})

const REFIT: Shape<Refit> = objectField({
  assetClass: wordField('class', 'STK', 'OPT', 'FUT', 'CASH'),
  lines: wholeField('lines that could be used'),
  enough: booleanField('whether there are enough to suggest anything but the prior'),
  spreadFactor: COEFFICIENT,
  Y: COEFFICIENT,
  residualBps: measureField('robust standard deviation of what neither explains'),
})

const DOCUMENT: Shape<CostDocument> = objectField({
  account: textField("IBKR's account code"),
  journalId: textField('first part of every client order id'),
  currency: textField('base currency of the totals'),
  total: objectField<CostTotal>(TOTAL_FIELDS),
  traded: listField(TRADED, 'exact, by currency'),
  runs: listField(RUN, 'oldest first'),
  days: listField(DAY, 'oldest first'),
  lines: listField(LINE, 'parent orders'),
  quality: QUALITY,
  calibration: listField(CALIBRATION, 'predicted and realised'),
  refits: listField(REFIT, 'coefficients of the cost model, suggested'),
  notes: listField(textField('what is missing, and what that means')),
})

export const COST_DOCUMENT = DOCUMENT.codec

export const COST_SCHEMA: Schema = documentSchema(
  'Ballast cost analysis',
  'What trading cost, by line, run and day: tca --json.',
  DOCUMENT.schema,
)
