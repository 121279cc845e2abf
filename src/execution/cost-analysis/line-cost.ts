/**
 * One line of an applied plan, its orders and their fills, and what they cost: implementation
 * shortfall, benchmarks, what was predicted. A line is the parent order, its client orders the
 * children.
 */
import { priceFrom, toNumber } from '#model/border.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import {
  fractionOf,
  magnitude,
  money,
  NANOS,
  plus,
  quantity,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { isReducing } from '#model/order.ts'
import type { PlanLine } from '#model/plan.ts'
import { SECOND_MS, type EpochMs } from '#model/time.ts'
import type { Quote } from '#marketdata/quote.ts'
import type { ExecutionRecord, OrderRecord } from '#execution/order-ledger.ts'
import { benchmarksOf, type Benchmarks } from '#execution/cost-analysis/benchmarks.ts'
import { predictedParts, type PredictedParts } from '#execution/cost-analysis/predicted-parts.ts'
import { exchangeRate, halfSpreadOf, lastMid, volumeHeard } from '#execution/cost-analysis/recorded-quotes.ts' // prettier-ignore
import { shortfallOf, type BenchmarkedFill, type CostParts } from '#execution/cost-analysis/shortfall.ts' // prettier-ignore
import type { RecordedRun, TradingRecord } from '#execution/cost-analysis/trading-record.ts'

/** What one line cost. Money is in `currency`, positive is a cost. */
export interface LineCost {
  readonly run: RecordedRun
  readonly line: PlanLine
  readonly phase: 'A' | 'B'
  readonly instrument: Instrument
  /** Oldest first, those that our own gate denied included. */
  readonly orders: readonly OrderRecord[]
  /** Oldest first, as they stand after corrections; busted ones are not here. */
  readonly fills: readonly LineFill[]
  /** Base currency; the instrument's own where no rate between the two is known. */
  readonly currency: Currency
  /** Of `currency` per unit of the instrument's, when the first order went. */
  readonly rate: number
  /** Engine's clock when the first order went; undefined where none did. */
  readonly submittedAt: EpochMs | undefined
  readonly filled: Quantity
  readonly parts: CostParts
  /** Σ|quantity × price|. */
  readonly traded: Money<Currency>
  /** Planned quantity at the decision price. */
  readonly planned: Money<Currency>
  /** Quantity-weighted half spread of the quotes that its orders were priced by, bps; NaN where not known. */
  readonly halfSpreadBps: number
  /** Planned quantity / what the name had traded that day as heard last; NaN where not known. */
  readonly shareOfDay: number
  readonly benchmarks: Benchmarks
  readonly predicted: PredictedParts | undefined
  readonly unknown: Unknowns
}

/** What the record does not tell. */
export interface Unknowns {
  /** Fills whose order's quote is no longer in the journal: their spread is in the impact. */
  readonly spreads: number
  /** Fills whose commission has not been reported. */
  readonly fees: number
  /** Commissions in a currency without a rate: not in the fees. */
  readonly feeRates: number
  /** Something is unfilled, and no price after the decision is known. */
  readonly opportunity: boolean
  /** Amounts are in the instrument's currency, and in no total of the base currency. */
  readonly rate: boolean
}

export interface LineFill extends BenchmarkedFill {
  readonly order: OrderRecord
  readonly held: ExecutionRecord
}

/** @returns undefined of an instrument that the record does not describe: then nothing of it was traded */
export function lineCostOf(
  record: TradingRecord,
  run: RecordedRun,
  line: PlanLine,
  orders: readonly OrderRecord[],
  executions: readonly ExecutionRecord[],
): LineCost | undefined {
  const instrument = record.instruments.get(line.instrument)
  if (instrument === undefined) return undefined
  const sent = orders.filter(({ state }) => state !== 'Denied')
  const [first] = sent
  const { rate, currency } = conversionOf(record, run, instrument, first)
  const all = record.quotes.get(line.instrument) ?? []
  const quotes = quotesDuring(run, all)
  const feeIn = (fee: ExecutionRecord['commission']) => feeOf(record, fee, currency, instrument.currency, rate) // prettier-ignore
  const fills = fillsOf(record, sent, executions, quotes, feeIn)
  const arrival = first === undefined ? line.guardPrice : arrivalOf(first, line)
  const end = endOf(quotes, sent)
  const { parts, traded, planned } = shortfallOf({ side: line.side, planned: line.quantity, decision: line.guardPrice, arrival, fills, end, instrument, rate }) // prettier-ignore
  const filled = fills.reduce((sum, fill) => plus(sum, fill.quantity), NONE)
  return {
    run,
    line,
    phase: isReducing(line.side) ? 'A' : 'B',
    instrument,
    orders,
    fills,
    currency,
    rate,
    submittedAt: first?.submittedAt,
    filled,
    parts,
    traded,
    planned,
    halfSpreadBps: halfSpreadBpsOf(record, sent, fills),
    shareOfDay: toNumber(line.quantity) / (volumeHeard(all, first?.submittedAt ?? run.startedAt) ?? Number.NaN), // prettier-ignore
    benchmarks: benchmarksOf(line, instrument, first, fills, { during: quotes, all }, run),
    predicted: predictedParts(line, instrument, run.plan.collarBps, (from) => exchangeRate(from, instrument.currency, record.latest)), // prettier-ignore
    unknown: {
      spreads: fills.filter(({ halfSpread }) => halfSpread === undefined).length,
      fees: fills.filter(({ held }) => held.commission === undefined).length,
      feeRates: fills.filter(({ held }) => held.commission !== undefined && feeIn(held.commission) === undefined).length, // prettier-ignore
      opportunity: filled < line.quantity && end === undefined,
      rate: currency !== run.plan.currency,
    },
  }
}

/** At the first submission; else at the run's last word. */
function conversionOf(
  { arrivals, latest }: TradingRecord,
  { plan }: RecordedRun,
  { currency }: Instrument,
  first: OrderRecord | undefined,
): { readonly rate: number; readonly currency: Currency } {
  const then = first === undefined ? undefined : arrivals.get(first.request.id)?.rate
  const rate = then ?? exchangeRate(currency, plan.currency, latest)
  return rate === undefined ? { rate: 1, currency } : { rate, currency: plan.currency }
}

const arrivalOf = ({ arrivalMid }: OrderRecord, { guardPrice }: PlanLine): Price =>
  Number.isFinite(arrivalMid) ? priceFrom(arrivalMid) : guardPrice

/** In the result's currency; undefined where it was not reported, or no rate is known. */
function feeOf(
  { latest }: TradingRecord,
  fee: ExecutionRecord['commission'],
  currency: Currency,
  own: Currency,
  rate: number,
): Money<Currency> | undefined {
  if (fee === undefined) return undefined
  if (fee.currency === currency) return fee.amount
  const factor = fee.currency === own ? rate : exchangeRate(fee.currency, currency, latest)
  return factor === undefined ? undefined : fractionOf(fee.amount, priceFrom(factor), NANOS)
}

function fillsOf(
  { arrivals }: TradingRecord,
  sent: readonly OrderRecord[],
  executions: readonly ExecutionRecord[],
  quotes: readonly Quote[],
  feeIn: (fee: ExecutionRecord['commission']) => Money<Currency> | undefined,
): LineFill[] {
  const byId = new Map(sent.map((order) => [order.request.id, order]))
  const fills = executions.flatMap((held): LineFill[] => {
    const { execution, commission } = held
    const order = execution.clientOrderId === undefined ? undefined : byId.get(execution.clientOrderId) // prettier-ignore
    if (order === undefined || execution.quantity === 0n) return []
    const half = halfSpreadOf(arrivals.get(order.request.id)?.quote)
    const mid = lastMid(quotes, order.submittedAt, secondOf(execution.at)) ?? order.arrivalMid
    return [
      {
        order,
        held,
        quantity: magnitude(execution.quantity),
        price: execution.price,
        reference: Number.isFinite(mid) ? priceFrom(mid) : execution.price,
        halfSpread: half === undefined ? undefined : priceFrom(half),
        fee: feeIn(commission) ?? ZERO,
      },
    ]
  })
  return fills.toSorted((a, b) => a.held.heardAt - b.held.heardAt || byCodeUnit(a.held.execution.execId, b.held.execution.execId)) // prettier-ignore
}

/** Executions are stamped in whole seconds: what was quoted within one may be after the fill. */
const secondOf = (at: EpochMs): EpochMs => Math.floor(at / SECOND_MS) * SECOND_MS

/** A run starts on quotes that may be this old. */
const QUOTED_BEFORE_MS = 60_000

function quotesDuring({ startedAt, endedAt }: RecordedRun, quotes: readonly Quote[]): Quote[] {
  const until = endedAt ?? Number.POSITIVE_INFINITY
  return quotes.filter(({ at }) => at > startedAt - QUOTED_BEFORE_MS && at <= until)
}

/** The last mid of the run; where quotes are gone, the last that an order was priced at. */
function endOf(during: readonly Quote[], sent: readonly OrderRecord[]): Price | undefined {
  const mid = lastMid(during, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY) ?? sent.at(-1)?.arrivalMid // prettier-ignore
  return mid === undefined || !Number.isFinite(mid) ? undefined : priceFrom(mid)
}

function halfSpreadBpsOf(
  { arrivals }: TradingRecord,
  sent: readonly OrderRecord[],
  fills: readonly LineFill[],
): number {
  const [first] = sent
  if (fills.length === 0) return first === undefined ? Number.NaN : bpsOf(halfSpreadOf(arrivals.get(first.request.id)?.quote), first.arrivalMid) // prettier-ignore
  const total = fills.reduce((sum, fill) => sum + toNumber(fill.quantity), 0)
  return fills.reduce((sum, { quantity: size, halfSpread, order }) => {
    const half = halfSpread === undefined ? undefined : toNumber(halfSpread)
    return sum + (bpsOf(half, order.arrivalMid) * toNumber(size)) / total
  }, 0)
}

const bpsOf = (amount: number | undefined, price: number): number =>
  amount === undefined ? Number.NaN : (amount / price) * 10_000

const NONE = quantity('0')
const ZERO: Money<Currency> = money('0', 'USD')
