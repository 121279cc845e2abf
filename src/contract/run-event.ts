/**
 * The run as other programs follow it: `apply --json`, `demo --once --json`, one event a line:
 * `{ "seq", "at", "runId", "type", … }`, the last of them `RunCompleted` with its summary.
 */
import { isArray, type Json } from '#model/canonical-json.ts'
import { union, type Codec } from '#model/codec.ts'
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { ClientOrderId, ExecId, InstrumentId, PlanId, RunId } from '#model/ids.ts'
import { err, ok } from '#model/result.ts'
import type { RunEvent, RunNews, RunSummary } from '#engine/run-event.ts'
import { documentSchema, type Schema } from '#contract/json-schema.ts'
import {
  absentable,
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

const CLIENT_ORDER_ID = textField<ClientOrderId>("our key of the order, IBKR's orderRef")
const INSTRUMENT = textField<InstrumentId>('AAPL.STK.USD')
const SIDE = wordField('COVER and SELL reduce, BUY and SHORT add', 'COVER', 'SELL', 'BUY', 'SHORT')
const PHASE = wordField('A reduces, B adds', 'A', 'B')
const REASON = textField("why; the broker's code and words where it gave any")
const LINE = textField("the plan's leg: A1, B12")

const SUMMARY: Shape<RunSummary> = objectField({
  orders: wholeField('orders submitted'),
  filled: wholeField('orders filled whole'),
  rejected: wholeField('orders rejected or denied'),
  fillRate: measureField('filled / ordered by notional, 0 to 1'),
  slippageBps: measureField(
    'against the mid at submission, bps of traded notional; positive = cost',
  ),
  costBps: measureField('slippage + commission, bps of traded notional'),
  latencyMs: objectField({
    p50: measureField('submission to first fill, median; NaN without fills'),
    p99: measureField('submission to first fill, 99th percentile'),
  }),
  turnover: measureField('Σ|traded| / net asset value at the start'),
  breaks: wholeField('breaks open at the end'),
  verdict: wordField(
    'how the run ended',
    'completed',
    'completed-adjusted',
    'canceled',
    'halted',
    'blocked',
    'stale',
  ),
  unfinished: listField(textField('what was not done, and why')),
})

type NewsOf<Type extends RunNews['type']> = Omit<Extract<RunNews, { type: Type }>, 'type'>

/** What each type of event carries beside `seq`, `at`, `runId` and `type`. */
const NEWS: { readonly [Type in RunNews['type']]: Shape<NewsOf<Type>> } = {
  RunStarted: objectField({
    planId: textField<PlanId>('the plan applied'),
    orders: wholeField('orders planned'),
  }),
  PhaseStarted: objectField({
    phase: PHASE,
    wave: wholeField('1, 2, …'),
    orders: wholeField('orders of this wave'),
  }),
  OrderSubmitted: objectField({
    clientOrderId: CLIENT_ORDER_ID,
    line: LINE,
    instrument: INSTRUMENT,
    side: SIDE,
    quantity: decimalField<Quantity>('> 0'),
    orderType: wordField('order type', 'MKT', 'LMT'),
    limitPrice: absentable(decimalField<Price>('of LMT only')),
  }),
  OrderDenied: objectField({ line: LINE, instrument: INSTRUMENT, reason: REASON }),
  OrderAccepted: objectField({ clientOrderId: CLIENT_ORDER_ID }),
  OrderRejected: objectField({ clientOrderId: CLIENT_ORDER_ID, reason: REASON }),
  Fill: objectField({
    clientOrderId: CLIENT_ORDER_ID,
    execId: textField<ExecId>("the broker's name of this execution"),
    instrument: INSTRUMENT,
    side: SIDE,
    quantity: decimalField<Quantity>('of this execution, > 0'),
    price: decimalField<Price>('per unit'),
    cumulative: decimalField<Quantity>('of the order so far'),
  }),
  OrderCanceled: objectField({ clientOrderId: CLIENT_ORDER_ID, reason: REASON }),
  OrderInDoubt: objectField({ clientOrderId: CLIENT_ORDER_ID, reason: REASON }),
  PhaseCompleted: objectField({
    phase: PHASE,
    filled: wholeField('orders filled whole'),
    unfilled: wholeField('orders with something left'),
  }),
  PhaseScaled: objectField({
    phase: PHASE,
    scale: measureField('[0, 1): what the quantities were multiplied by'),
    buyingPower: decimalField<Money<Currency>>('as the broker reported then', 2),
  }),
  LimitBreached: objectField({
    metric: textField('a field of METRICS'),
    value: measureField('as measured'),
    limit: measureField('the breach level'),
    remedy: textField('what the limits table calls for'),
  }),
  Halted: objectField({
    scope: textField('account, sector:… or symbol:…'),
    reason: REASON,
  }),
  BreakFound: objectField({
    cause: textField('missed-fill, external-trade, …'),
    severity: textField('severe stops the run'),
    detail: textField('ours, theirs, what to do'),
  }),
  RunCompleted: objectField({ summary: SUMMARY }),
}

/** The types of event, as the schema and the tests list them. */
export const RUN_EVENT_TYPES: readonly string[] = Object.keys(NEWS)

const NEWS_CODEC: Codec<RunNews> = union<'type', RunNews>('type', {
  RunStarted: NEWS.RunStarted.codec,
  PhaseStarted: NEWS.PhaseStarted.codec,
  OrderSubmitted: NEWS.OrderSubmitted.codec,
  OrderDenied: NEWS.OrderDenied.codec,
  OrderAccepted: NEWS.OrderAccepted.codec,
  OrderRejected: NEWS.OrderRejected.codec,
  Fill: NEWS.Fill.codec,
  OrderCanceled: NEWS.OrderCanceled.codec,
  OrderInDoubt: NEWS.OrderInDoubt.codec,
  PhaseCompleted: NEWS.PhaseCompleted.codec,
  PhaseScaled: NEWS.PhaseScaled.codec,
  LimitBreached: NEWS.LimitBreached.codec,
  Halted: NEWS.Halted.codec,
  BreakFound: NEWS.BreakFound.codec,
  RunCompleted: NEWS.RunCompleted.codec,
})

const HEAD = objectField({
  seq: wholeField('counts within the run from 1'),
  at: instantField("engine's clock"),
  runId: textField<RunId>('r1, r2, …: one application of a plan'),
})

/** One event of a run, both ways; the other end of the control socket reads what we write. */
export const RUN_EVENT: Codec<RunEvent> = {
  encode: (event) => ({ ...membersOf(HEAD.codec.encode(event)), ...newsOf(event) }),
  decode: (json, at) => {
    const head = HEAD.codec.decode(json, at)
    if (!head.ok) return err(head.error)
    const news = NEWS_CODEC.decode(json, at)
    return news.ok ? ok({ ...head.value, ...news.value }) : news
  },
}

const newsOf = (event: RunEvent) => membersOf(NEWS_CODEC.encode(event))

/** An encoded record is an object; the type of a codec cannot say so. */
function membersOf(json: Json): { readonly [name: string]: Json } {
  return json !== null && typeof json === 'object' && !isArray(json) ? json : {}
}

export const RUN_EVENT_SCHEMA: Schema = documentSchema(
  'Ballast run event',
  'One line of apply --json and demo --once --json.',
  {
    ...HEAD.schema,
    oneOf: Object.entries(NEWS).map(([type, { schema }]) => withType(type, schema)),
  },
)

function withType(type: string, schema: Schema): Schema {
  const required = schema['required'] ?? []
  return {
    type: 'object',
    required: ['type', ...(isArray(required) ? required : [])],
    properties: { type: { const: type }, ...membersOf(schema['properties'] ?? {}) },
  }
}
