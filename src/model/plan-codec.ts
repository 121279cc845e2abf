/**
 * The plan's JSON: the document that `plan --json` prints, the plan file holds and the journal
 * records. Field names are those of docs/contract.md and are never renamed; fields may be added.
 *
 * Ledger amounts travel as decimal text, model values as numbers (an unmeasurable one as "NaN"),
 * instants as RFC 3339 in UTC, and `weights` as a table by instrument.
 */
import { isArray, type Json } from '#model/canonical-json.ts'
import {
  dictionary,
  exact,
  float,
  integer,
  list,
  oneOf,
  optional,
  record,
  text,
  type Codec,
} from '#model/codec.ts'
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { AccountId, InstrumentId, PlanId } from '#model/ids.ts'
import type { Metrics } from '#model/metrics.ts'
import { err, ok } from '#model/result.ts'
import type {
  BindingConstraint,
  LineReason,
  Plan,
  PlanCheck,
  PlanConstruction,
  PlanCost,
  PlanLine,
  PlanWeight,
} from '#model/plan.ts'
import { PLAN_WHY } from '#model/plan-why-codec.ts'
import { instantOf, isoInstantOf, type EpochMs } from '#model/time.ts'

/** An instant as RFC 3339 with milliseconds, `2018-02-05T14:30:00.000Z`. */
export const instant: Codec<EpochMs> = {
  encode: isoInstantOf,
  decode: (json, at) => {
    const value = typeof json === 'string' ? instantOf(json) : undefined
    if (value !== undefined) return ok(value)
    return err(`${at}: was ${JSON.stringify(json)}, expected such as 2018-02-05T14:30:00.000Z`)
  },
}

export const METRICS: Codec<Metrics> = record<Metrics>({
  grossLeverage: float,
  netLeverage: float,
  largestPosition: float,
  largestSector: float,
  correlatedWeight: float,
  var95: float,
  var99: float,
  expectedShortfall: float,
  lossToday: float,
  drawdown: float,
  beta: float,
  turnoverToday: float,
  marginCushion: float,
})

const money = exact<Money<Currency>>(2)

const LINE_REASON: Codec<LineReason> = record<LineReason>({
  rule: text(),
  text: text(),
  weightBefore: float,
  weightTarget: float,
  weightAfter: float,
})

export const PLAN_LINE: Codec<PlanLine> = record<PlanLine>({
  id: text(),
  instrument: text<InstrumentId>(),
  conId: integer,
  symbol: text(),
  assetClass: oneOf('STK', 'OPT', 'FUT', 'CASH'),
  side: oneOf('COVER', 'SELL', 'BUY', 'SHORT'),
  quantity: exact<Quantity>(),
  orderType: oneOf('MKT', 'LMT'),
  limitPrice: optional(exact<Price>()),
  timeInForce: oneOf('DAY', 'GTC', 'IOC', 'GTD'),
  algo: text(),
  guardPrice: exact<Price>(),
  expectedAlphaBps: float,
  estimatedCostBps: float,
  marginFreed: money,
  wave: integer,
  reason: LINE_REASON,
})

const CHECK: Codec<PlanCheck> = record<PlanCheck>({
  name: text(),
  status: oneOf('pass', 'warn', 'fail'),
  detail: text(),
})

const BINDING: Codec<BindingConstraint> = record<BindingConstraint>({
  constraint: text(),
  value: float,
  limit: float,
  shadowPrice: float,
})

const COST: Codec<PlanCost> = record<PlanCost>({
  spreadBps: float,
  impactBps: float,
  commission: money,
  totalBps: float,
})

type Weight = Omit<PlanWeight, 'instrument'>
const WEIGHT_TABLE = dictionary(record<Weight>({ before: float, target: float, after: float }))

/** A table by instrument in the document, a list sorted by instrument in the program. */
const WEIGHTS: Codec<readonly PlanWeight[]> = {
  encode: (rows) =>
    WEIGHT_TABLE.encode(
      Object.fromEntries(rows.map(({ instrument, ...row }) => [instrument, row])),
    ),
  decode: (json, at) => {
    const weights = WEIGHT_TABLE.decode(json, at)
    if (!weights.ok) return weights
    return ok(
      Object.entries(weights.value).map(([name, row]) => ({
        instrument: name as InstrumentId,
        ...row,
      })),
    )
  },
}

const CONSTRUCTION: Codec<PlanConstruction> = record<PlanConstruction>({
  policy: text(),
  tried: list(record<PlanConstruction['tried'][number]>({ policy: text(), reason: text() })),
  objective: optional(float),
  lossBps: optional(float),
  notes: list(text()),
  unmended: list(record<PlanConstruction['unmended'][number]>({ constraint: text(), limit: float, start: float, reached: float })), // prettier-ignore
  why: optional(PLAN_WHY),
})

/** Every field of a plan; `decode(encode(plan))` is the plan. */
export const PLAN: Codec<Plan> = record<Plan>({
  planId: text<PlanId>(),
  asOf: instant,
  expires: instant,
  account: text<AccountId>(),
  nav: money,
  currency: text(),
  snapshot: text(),
  config: text(),
  verdict: oneOf('changes', 'no-change', 'blocked'),
  checks: list(CHECK),
  phases: record<Plan['phases']>({ A: list(PLAN_LINE), B: list(PLAN_LINE) }),
  weights: WEIGHTS,
  risk: record<Plan['risk']>({ before: METRICS, after: METRICS, worst: METRICS }),
  binding: list(BINDING),
  cost: COST,
  skipped: list(
    record<Plan['skipped'][number]>({ instrument: text<InstrumentId>(), reason: text() }),
  ),
  construction: optional(CONSTRUCTION),
})

/**
 * The part of a plan's document that its id is the hash of: everything but the id.
 *
 * @param document - as `PLAN.encode` gives it, or as read from a file, fields we do not know
 *   included: an edit of any of them is an edit
 */
export function hashedPart(document: Json): Json {
  if (document === null || typeof document !== 'object' || isArray(document)) return document
  const { planId: _, ...rest } = document
  return rest
}
