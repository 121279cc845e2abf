/** The limits table as other programs read it: `risk --limits --json`. */
import { LIMITS, type Limit } from '#risk/limits.ts'
import { METRIC_NAMES } from '#model/metrics.ts'
import { documentSchema, type Schema } from '#contract/json-schema.ts'
import {
  listField,
  measureField,
  objectField,
  textField,
  wordField,
  type Shape,
} from '#contract/shape.ts'

const LIMIT: Shape<Limit> = objectField({
  metric: wordField('a field of METRICS', ...METRIC_NAMES),
  unit: wordField('what the levels are in', 'fraction of net asset value', 'ratio'),
  direction: wordField('which side is dangerous', 'max', 'min', 'maxAbs'),
  warn: measureField('plans are bound here; at the level is inside it'),
  breach: measureField('adds in scope stop here'),
  scope: wordField('what a breach stops adds in', 'symbol', 'sector', 'cluster', 'account'),
  remedy: wordField('what a breach sets off', 'reduce-only', 'scale-back', 'halt'),
  why: textField('in words'),
})

const TABLE = listField(LIMIT)

/** The whole table, both ways. */
export const LIMITS_DOCUMENT = TABLE.codec

export const LIMITS_SCHEMA: Schema = documentSchema(
  'Ballast limits',
  `The ${LIMITS.length} risk limits: risk --limits --json.`,
  TABLE.schema,
)
