/**
 * The plan as other programs read it: `plan --json`, the plan file, `show --json`.
 *
 * The codec is `model/plan-codec.ts`, for the journal records the same document; here are the
 * check of a file that comes back from outside and the schema.
 */
import { hashOf, isArray, type Json } from '#model/canonical-json.ts'
import type { Plan } from '#model/plan.ts'
import { METRIC_NAMES, type MetricName } from '#model/metrics.ts'
import { hashedPart, PLAN } from '#model/plan-codec.ts'
import { err, type Result } from '#model/result.ts'
import {
  countSchema,
  decimalSchema,
  documentSchema,
  hashSchema,
  instantSchema,
  listSchema,
  measureSchema,
  numberSchema,
  objectSchema,
  oneOfSchema,
  tableSchema,
  textSchema,
  type Schema,
} from '#contract/json-schema.ts'
import { CONSTRUCTION_SCHEMA } from '#contract/plan-why.ts'

/** The document of a plan. */
export const encodePlan = (plan: Plan): Json => PLAN.encode(plan)

/**
 * Reads a plan that has been outside: a file may have been cut or edited.
 *
 * @param document - parsed JSON
 * @param file - as the person named it, for the messages
 * @returns the plan when its id is the hash of the rest, byte for byte in canonical form
 */
export function decodePlan(document: Json, file: string): Result<Plan> {
  if (document === null || typeof document !== 'object' || isArray(document))
    return err(`${file}: is no plan, expected the JSON object that plan --out writes`)
  const claimed = document['planId']
  const actual = hashOf(hashedPart(document))
  if (claimed !== actual)
    return err(
      `${file}: was edited or cut: its planId is ${shown(claimed)} but its contents hash to ${actual.slice(0, 12)}…; make a new plan with ballast plan`,
    )
  return PLAN.decode(document, file)
}

const shown = (claimed: Json | undefined): string =>
  typeof claimed === 'string' ? `${claimed.slice(0, 12)}…` : 'absent'

const METRIC_MEANINGS: Readonly<Record<MetricName, string>> = {
  grossLeverage: 'Σ|exposure| / net asset value',
  netLeverage: 'Σ exposure / net asset value, signed, currency hedges apart',
  largestPosition: 'max |exposure| of one issuer, a stock with its options, / net asset value',
  largestSector: 'max |exposure| of one sector, of stocks and options, / net asset value',
  correlatedWeight: 'Σ|w| of the largest cluster of correlated residual returns',
  var95: 'one-day value at risk at 95 %, a loss, positive, / net asset value',
  var99: 'one-day value at risk at 99 %, a loss, positive, / net asset value',
  expectedShortfall: 'mean loss beyond var95, positive, / net asset value',
  lossToday: 'loss since the previous close, adjusted for flows, positive, / net asset value',
  drawdown: 'loss since the peak, adjusted for flows, positive, / peak',
  beta: "slope of the book's return on the benchmark's",
  turnoverToday: 'Σ|traded today|, both sides, / start-of-day value',
  marginCushion: 'excess liquidity / net asset value; dangerous below',
}

export const METRICS_SCHEMA: Schema = objectSchema(
  Object.fromEntries(METRIC_NAMES.map((name) => [name, measureSchema(METRIC_MEANINGS[name])])),
)

/** One order of a plan. */
export const LINE_SCHEMA = objectSchema(
  {
    id: textSchema('the leg, unique in the plan: A1, B12'),
    instrument: textSchema('AAPL.STK.USD'),
    conId: countSchema("IBKR's contract id"),
    symbol: textSchema('ticker, underlying, root or base currency'),
    assetClass: oneOfSchema('asset class', 'STK', 'OPT', 'FUT', 'CASH'),
    side: oneOfSchema('COVER and SELL reduce, BUY and SHORT add', 'COVER', 'SELL', 'BUY', 'SHORT'),
    quantity: decimalSchema('> 0, units or contracts'),
    orderType: oneOfSchema('order type', 'MKT', 'LMT'),
    limitPrice: decimalSchema('of LMT only'),
    timeInForce: oneOfSchema('time in force', 'DAY', 'GTC', 'IOC', 'GTD'),
    algo: textSchema('how it is worked: marketable-limit, market'),
    guardPrice: decimalSchema('the mid the plan was made at'),
    expectedAlphaBps: measureSchema('expected return of the trade, bps of notional'),
    estimatedCostBps: measureSchema('spread + commission + impact, bps of notional'),
    marginFreed: decimalSchema('initial margin freed (positive) or taken, base currency'),
    wave: countSchema('1, 2, …: orders of a wave may be open together'),
    reason: objectSchema({
      rule: textSchema('which rule made the trade'),
      text: textSchema('the why, in words'),
      weightBefore: measureSchema('fraction of net asset value'),
      weightTarget: measureSchema('fraction of net asset value'),
      weightAfter: measureSchema('fraction of net asset value'),
    }),
  },
  ['limitPrice'],
)

export const PLAN_SCHEMA: Schema = documentSchema(
  'Ballast plan',
  'What would be traded, why, and what it would do: plan --json, the plan file, show --json.',
  objectSchema(
    {
      planId: hashSchema('sha256 of the rest in RFC 8785 canonical form'),
      asOf: instantSchema("engine's clock"),
      expires: instantSchema('apply refuses from here on'),
      account: textSchema("IBKR's account code"),
      nav: decimalSchema('net asset value that the weights are fractions of'),
      currency: textSchema('ISO 4217'),
      snapshot: hashSchema('positions, cash and working orders it stands on; no prices'),
      config: hashSchema('configuration and input files'),
      verdict: oneOfSchema('what it comes to', 'changes', 'no-change', 'blocked'),
      checks: listSchema(
        objectSchema({
          name: textSchema('reconciled, quotes, …'),
          status: oneOfSchema('fail blocks', 'pass', 'warn', 'fail'),
          detail: textSchema('found, expected, what to do'),
        }),
      ),
      phases: objectSchema({
        A: listSchema(LINE_SCHEMA, 'reduces'),
        B: listSchema(LINE_SCHEMA, 'adds'),
      }),
      weights: tableSchema(
        objectSchema({
          before: measureSchema('fraction of net asset value'),
          target: measureSchema('fraction of net asset value'),
          after: measureSchema('fraction of net asset value'),
        }),
        'by instrument: every name held or wanted',
      ),
      risk: objectSchema({ before: METRICS_SCHEMA, after: METRICS_SCHEMA, worst: METRICS_SCHEMA }),
      binding: listSchema(
        objectSchema({
          constraint: textSchema('sector:Technology, turnover'),
          value: measureSchema('as planned'),
          limit: measureSchema('as allowed'),
          shadowPrice: numberSchema('objective gained per unit of limit, ≥ 0'),
        }),
      ),
      cost: objectSchema({
        spreadBps: measureSchema('bps of traded notional'),
        impactBps: measureSchema('bps of traded notional'),
        commission: decimalSchema('base currency'),
        totalBps: measureSchema('bps of traded notional, commission included'),
      }),
      skipped: listSchema(
        objectSchema({ instrument: textSchema('AAPL.STK.USD'), reason: textSchema('why no line') }),
        'names wanted or held that got no line',
      ),
      construction: CONSTRUCTION_SCHEMA,
    },
    ['construction'],
  ),
)
