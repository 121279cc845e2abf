/** Why one name is what it is in a plan, as other programs read it: `explain --json`. */
import type { InstrumentId } from '#model/ids.ts'
import { invariant } from '#model/invariant.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import type { BindingLimit, Counterfactual, NameReason } from '#model/plan-why.ts'
import { countSchema, documentSchema, hashSchema, listSchema, measureSchema, objectSchema, textSchema, type Schema } from '#contract/json-schema.ts' // prettier-ignore
import { LINE_SCHEMA } from '#contract/plan.ts'
import { BINDING_LIMIT_SCHEMA, COUNTERFACTUAL_SCHEMA, NAME_REASON_SCHEMA } from '#contract/plan-why.ts' // prettier-ignore
import { explainName } from '#construction/why/reason-words.ts'
import { explainCounterfactual, explainLimit } from '#construction/why/limit-reasons.ts'
import { PLAN_LINE } from '#model/plan-codec.ts'
import { BINDING_LIMIT, COUNTERFACTUAL, NAME_REASON } from '#model/plan-why-codec.ts'
import { toNumber } from '#model/border.ts'
import { absentable, float, integer, list, record, text, type Codec } from '#model/codec.ts'

export interface Explanation {
  readonly planId: string
  readonly instrument: InstrumentId
  /** In words: what becomes of it and why. */
  readonly summary: string
  readonly policy: string
  /** Fractions of net asset value. */
  readonly before: number
  readonly target: number
  readonly after: number
  /** Trading days that the reason's figures are over; where forecasts decided, as all below but the lines. */
  readonly horizonDays?: number
  readonly reason?: NameReason
  /** The limits that press on this name, in words, the dearest first. */
  readonly limits: readonly Worded<BindingLimit>[]
  /** What moving limits would do that change this name or press on it, in words. */
  readonly counterfactuals: readonly Worded<Counterfactual>[]
  /** Its orders; none where it is not traded. */
  readonly lines: readonly PlanLine[]
}

/** Figures, and the sentence that says them. */
export interface Worded<T> {
  readonly text: string
  readonly figures: T
}

/** @param instrument - one of the plan's weights */
export function explanationOf(plan: Plan, instrument: InstrumentId): Explanation {
  const weight = plan.weights.find((row) => row.instrument === instrument)
  invariant(weight !== undefined, 'only names of the plan are explained')
  const { construction } = plan
  const why = construction?.why
  const reason = why?.names.find((row) => row.instrument === instrument)
  const lines = [...plan.phases.A, ...plan.phases.B].filter((line) => line.instrument === instrument) // prettier-ignore
  const felt = new Set((reason?.limits ?? []).map(([label]) => label))
  const account = { nav: toNumber(plan.nav), currency: plan.currency }
  const { before, target, after } = weight
  return {
    planId: plan.planId,
    instrument,
    summary: summaryOf(plan, instrument, lines, reason, why?.horizonDays ?? 1),
    policy: construction?.policy ?? 'targets',
    before,
    target,
    after,
    ...(why === undefined ? {} : { horizonDays: why.horizonDays }),
    ...(reason === undefined ? {} : { reason }),
    limits: (why?.binding ?? [])
      .filter(({ label }) => felt.has(label))
      .map((figures) => ({ text: explainLimit(figures), figures })),
    counterfactuals: (why?.counterfactuals ?? [])
      .filter(
        ({ label, differences }) =>
          felt.has(label) || differences.some(([id]) => id === instrument),
      ) // prettier-ignore
      .map((figures) => ({ text: explainCounterfactual(figures, account), figures })),
    lines,
  }
}

function summaryOf(
  plan: Plan,
  instrument: InstrumentId,
  lines: readonly PlanLine[],
  reason: NameReason | undefined,
  horizonDays: number,
): string {
  const blocked = plan.skipped.find((row) => row.instrument === instrument)?.reason
  if (reason === undefined) return lines.map((line) => line.reason.text).join('; ') || (blocked ?? 'kept as it is') // prettier-ignore
  const told = explainName(reason, horizonDays)
  return blocked === undefined || blocked === told ? told : `${told}; not traded: ${blocked}`
}

const worded = <T>(of: Codec<T>): Codec<readonly Worded<T>[]> =>
  list(record<Worded<T>>({ text: text(), figures: of }))

/** The document of an explanation. */
export const EXPLANATION: Codec<Explanation> = record<Explanation>({
  planId: text(),
  instrument: text<InstrumentId>(),
  summary: text(),
  policy: text(),
  before: float,
  target: float,
  after: float,
  horizonDays: absentable(integer),
  reason: absentable(NAME_REASON),
  limits: worded(BINDING_LIMIT),
  counterfactuals: worded(COUNTERFACTUAL),
  lines: list(PLAN_LINE),
})

const wordedSchema = (of: Schema, description: string): Schema =>
  listSchema(objectSchema({ text: textSchema('in words'), figures: of }), description)

export const EXPLANATION_SCHEMA: Schema = documentSchema(
  'Ballast explanation',
  'Why one name is what it is in a plan: explain --json.',
  objectSchema(
    {
      planId: hashSchema('of the plan'),
      instrument: textSchema('AAPL.STK.USD'),
      summary: textSchema('what becomes of it and why'),
      policy: textSchema('which policy decided'),
      before: measureSchema('fraction of net asset value'),
      target: measureSchema('fraction of net asset value'),
      after: measureSchema('fraction of net asset value'),
      horizonDays: countSchema('trading days that the reason is over'),
      reason: NAME_REASON_SCHEMA,
      limits: wordedSchema(BINDING_LIMIT_SCHEMA, 'that press on it, the dearest first'),
      counterfactuals: wordedSchema(COUNTERFACTUAL_SCHEMA, 'limits moved'),
      lines: listSchema(LINE_SCHEMA, 'its orders'),
    },
    ['horizonDays', 'reason'],
  ),
)
