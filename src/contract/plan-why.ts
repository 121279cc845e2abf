/** JSON Schemas of how a policy came to a plan: `construction` of a plan, and the parts of `explain --json`. */
import { listSchema, measureSchema, countSchema, numberSchema, objectSchema, oneOfSchema, textSchema, type Schema } from '#contract/json-schema.ts' // prettier-ignore

const labelled = (description: string): Schema =>
  listSchema({ type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], minItems: 2, maxItems: 2 }, description) // prettier-ignore

/** What one name's weight is made of. */
export const NAME_REASON_SCHEMA: Schema = objectSchema(
  {
    instrument: textSchema('AAPL.STK.USD'),
    start: measureSchema('weight before'),
    weight: measureSchema('weight at the optimum'),
    forecast: measureSchema('expected return over the horizon; as all terms, for a unit more of weight'), // prettier-ignore
    sources: labelled('what each source put into the forecast, the largest first'),
    risk: measureSchema('what it adds to variance, priced; below 0 costs'),
    uncertainty: measureSchema('what the forecast may be wrong by, priced'),
    borrow: measureSchema('fee of being short'),
    cost: measureSchema('spread, commission, impact'),
    limits: labelled('what each binding limit adds; with the other terms they sum to nothing'),
    left: measureSchema('what no term explains'),
    noTrade: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'number' }], minItems: 2, maxItems: 2, description: 'between what weights it would not be traded' }, // prettier-ignore
    free: measureSchema('where it would go were trading free'),
    gain: measureSchema('what going there gains, for a unit traded'),
    tradingCost: measureSchema('what going there costs, for a unit traded'),
    roomCost: measureSchema('what its room under limits is worth to others, for a unit traded'),
  },
  ['sources', 'uncertainty', 'borrow', 'cost', 'limits', 'left', 'gain', 'tradingCost', 'roomCost'],
)

export const BINDING_LIMIT_SCHEMA: Schema = objectSchema({
  label: textSchema('sector:Technology'),
  side: oneOfSchema('which way it presses', 'above', 'below'),
  value: measureSchema('what its sum comes to'),
  limit: measureSchema('what it allows'),
  shadowPrice: numberSchema('objective gained per unit of room, ≥ 0'),
  step: measureSchema('the usual step'),
  worthBps: measureSchema('what a step is worth a trading day, bps of net asset value'),
})

export const COUNTERFACTUAL_SCHEMA: Schema = objectSchema({
  label: textSchema('the limit that was moved'),
  limit: measureSchema('as it is'),
  tried: measureSchema('as it was tried'),
  objectiveGain: measureSchema('over the horizon, fraction of net asset value'),
  worthBps: measureSchema('a trading day, bps of net asset value'),
  differences: labelled('by how much weights would differ, the largest first'),
})

export const CONSTRUCTION_SCHEMA: Schema = objectSchema(
  {
    policy: textSchema('which policy decided: forecast, risk-parity, hold'),
    tried: listSchema(
      objectSchema({ policy: textSchema('asked before'), reason: textSchema('why it could not') }),
    ),
    objective: measureSchema('over the horizon, in whole lots, fraction of net asset value'),
    lossBps: measureSchema('what whole lots take off the best, bps of net asset value'),
    notes: listSchema(textSchema('what was assumed or mended')),
    unmended: listSchema(
      objectSchema({
        constraint: textSchema('a limit that the book starts outside of'),
        limit: measureSchema('what it allows'),
        start: measureSchema('what the book has'),
        reached: measureSchema('what the plan reaches'),
      }),
    ),
    why: objectSchema({
      horizonDays: countSchema('trading days that returns and costs are over'),
      riskAversion: measureSchema('price of a unit of variance'),
      names: listSchema(NAME_REASON_SCHEMA, 'in the order of the weights'),
      binding: listSchema(BINDING_LIMIT_SCHEMA, 'the dearest first'),
      counterfactuals: listSchema(COUNTERFACTUAL_SCHEMA, 'of the dearest'),
    }),
  },
  ['objective', 'lossBps', 'why'],
)
