/**
 * A few words to write JSON Schemas (draft 2020-12) with, so that each reads like the document it
 * describes. Every object allows fields it does not name: fields may be added, never renamed.
 */
import type { Json } from '#model/canonical-json.ts'

export type Schema = { readonly [keyword: string]: Json }

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** The head of a schema file. */
export const documentSchema = (title: string, description: string, schema: Schema): Schema => ({
  $schema: DIALECT,
  title,
  description,
  ...schema,
})

export const textSchema = (description: string): Schema => ({ type: 'string', description })
export const numberSchema = (description: string): Schema => ({ type: 'number', description })
export const countSchema = (description: string): Schema => ({
  type: 'integer',
  minimum: 0,
  description,
})

/** An exact amount: decimal text with at most nine places, `-1234.56`. */
export const decimalSchema = (description: string): Schema => ({
  type: 'string',
  pattern: '^-?\\d+(\\.\\d{1,9})?$',
  description,
})

/** A model value; `"NaN"` where it could not be measured. */
export const measureSchema = (description: string): Schema => ({
  anyOf: [{ type: 'number' }, { enum: ['NaN', 'Infinity', '-Infinity'] }],
  description,
})

/** RFC 3339 in UTC with milliseconds, `2018-02-05T14:30:00.000Z`. */
export const instantSchema = (description: string): Schema => ({
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
  description,
})

/** sha256, 64 hexadecimal digits. */
export const hashSchema = (description: string): Schema => ({
  type: 'string',
  pattern: '^[0-9a-f]{64}$',
  description,
})

export const oneOfSchema = (description: string, ...words: readonly string[]): Schema => ({
  enum: words,
  description,
})

export const listSchema = (items: Schema, description = ''): Schema =>
  described({ type: 'array', items }, description)

/** A table whose keys are names, each value of one shape. */
export const tableSchema = (values: Schema, description = ''): Schema =>
  described({ type: 'object', additionalProperties: values }, description)

/** An object; every field is required but those in `optional`. */
export const objectSchema = (
  fields: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema => ({
  type: 'object',
  required: Object.keys(fields).filter((name) => !optional.includes(name)),
  properties: fields,
})

const described = (schema: Schema, description: string): Schema =>
  description === '' ? schema : { ...schema, description }
