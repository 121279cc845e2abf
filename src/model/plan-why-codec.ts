/** The JSON of a plan's why. */
import { isArray } from '#model/canonical-json.ts'
import { absentable, float, integer, list, oneOf, record, text, type Codec } from '#model/codec.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { BindingLimit, Counterfactual, NameReason, PlanWhy } from '#model/plan-why.ts'
import { err, ok } from '#model/result.ts'

/** A list of exactly two. */
function pair<A, B>(first: Codec<A>, second: Codec<B>): Codec<readonly [A, B]> {
  return {
    encode: ([a, b]) => [first.encode(a), second.encode(b)],
    decode: (json, at) => {
      if (json === undefined || !isArray(json) || json.length !== 2)
        return err(`${at}: was ${JSON.stringify(json)}, expected a list of two`)
      const [a, b] = [first.decode(json[0], `${at}[0]`), second.decode(json[1], `${at}[1]`)]
      if (!a.ok) return a
      return b.ok ? ok([a.value, b.value]) : b
    },
  }
}

const labelled = list(pair(text(), float))

/** Of one name. */
export const NAME_REASON: Codec<NameReason> = record<NameReason>({
  instrument: text<InstrumentId>(),
  start: float,
  weight: float,
  forecast: float,
  sources: absentable(labelled),
  risk: float,
  uncertainty: absentable(float),
  borrow: absentable(float),
  cost: absentable(float),
  limits: absentable(labelled),
  left: absentable(float),
  noTrade: pair(float, float),
  free: float,
  gain: absentable(float),
  tradingCost: absentable(float),
  roomCost: absentable(float),
})

/** Of one limit. */
export const BINDING_LIMIT: Codec<BindingLimit> = record<BindingLimit>({
  label: text(),
  side: oneOf('above', 'below'),
  value: float,
  limit: float,
  shadowPrice: float,
  step: float,
  worthBps: float,
})

/** Of one limit moved. */
export const COUNTERFACTUAL: Codec<Counterfactual> = record<Counterfactual>({
  label: text(),
  limit: float,
  tried: float,
  objectiveGain: float,
  worthBps: float,
  differences: list(pair(text<InstrumentId>(), float)),
})

/** Of a whole plan. */
export const PLAN_WHY: Codec<PlanWhy> = record<PlanWhy>({
  horizonDays: integer,
  riskAversion: float,
  names: list(NAME_REASON),
  binding: list(BINDING_LIMIT),
  counterfactuals: list(COUNTERFACTUAL),
})
