/**
 * A field's codec and its schema as one thing, so that what we write and what we say we write
 * cannot part. Codecs speak of our nouns, schemas of the JSON they become.
 */
import {
  boolean,
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
import type { Exact } from '#model/fixed.ts'
import { instant } from '#model/plan-codec.ts'
import type { EpochMs } from '#model/time.ts'
import {
  decimalSchema,
  instantSchema,
  listSchema,
  measureSchema,
  objectSchema,
  oneOfSchema,
  textSchema,
  type Schema,
} from '#contract/json-schema.ts'

export interface Shape<T> {
  readonly codec: Codec<T>
  readonly schema: Schema
  /** The field may be absent. */
  readonly optional?: true
}

export const textField = <T extends string = string>(description: string): Shape<T> => ({
  codec: text<T>(),
  schema: textSchema(description),
})

export const wholeField = (description: string): Shape<number> => ({
  codec: integer,
  schema: { type: 'integer', description },
})

export const booleanField = (description: string): Shape<boolean> => ({
  codec: boolean,
  schema: { type: 'boolean', description },
})

/** An exact amount as decimal text, with at least so many places: 2 for money, 0 for shares. */
export const decimalField = <T extends Exact>(description: string, places = 0): Shape<T> => ({
  codec: exact<T>(places),
  schema: decimalSchema(description),
})

/** A model value; NaN as text. */
export const measureField = (description: string): Shape<number> => ({
  codec: float,
  schema: measureSchema(description),
})

export const instantField = (description: string): Shape<EpochMs> => ({
  codec: instant,
  schema: instantSchema(description),
})

export const wordField = <const T extends string>(
  description: string,
  ...words: readonly T[]
): Shape<T> => ({ codec: oneOf(...words), schema: oneOfSchema(description, ...words) })

export const listField = <T>(of: Shape<T>, description = ''): Shape<readonly T[]> => ({
  codec: list(of.codec),
  schema: listSchema(of.schema, description),
})

export const absentable = <T>(of: Shape<T>): Shape<T | undefined> => ({
  codec: optional(of.codec),
  schema: of.schema,
  optional: true,
})

/** An object of named fields. */
export function objectField<T extends object>(fields: {
  readonly [K in keyof T]-?: Shape<T[K]>
}): Shape<T> {
  const entries = Object.entries<Shape<unknown>>(fields)
  const codecs = Object.fromEntries(entries.map(([name, { codec }]) => [name, codec]))
  const schemas = Object.fromEntries(entries.map(([name, { schema }]) => [name, schema]))
  const optionals = entries.filter(([, field]) => field.optional === true).map(([name]) => name)
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same keys, each with its own codec
    codec: record<T>(codecs as { readonly [K in keyof T]-?: Codec<T[K]> }),
    schema: objectSchema(schemas, optionals),
  }
}
