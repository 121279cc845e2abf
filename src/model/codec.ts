/**
 * Codecs between our nouns and JSON: total in both directions and built by composition, so that
 * what the journal wrote yesterday is either read whole or refused with the place of the error.
 *
 * Exact numbers travel as decimal text, floats as JSON numbers, NaN and the infinities as text.
 * An absent optional field is absent, never null.
 */
import { format, parse, type Exact } from '#model/fixed.ts'
import { isArray, type Json } from '#model/canonical-json.ts'
import { err, ok, type Result } from '#model/result.ts'

export interface Codec<T> {
  encode(value: T): Json
  /** @param at - where in the document, for the message: `plan.phases.A[3]` */
  decode(json: Json | undefined, at: string): Result<T>
}

const expected = (what: string, json: Json | undefined, at: string): Result<never> =>
  err(`${at}: was ${abridged(json)}, expected ${what}`)

function abridged(json: Json | undefined): string {
  if (json === undefined) return 'absent'
  const text = JSON.stringify(json)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function primitive<T>(
  what: string,
  read: (json: Json) => T | undefined,
  write: (value: T) => Json,
): Codec<T> {
  // prettier-ignore
  return {
    encode: write,
    decode: (json, at) => {
      const value = json === undefined ? undefined : read(json)
      return value === undefined ? expected(what, json, at) : ok(value)
    },
  }
}

/** Text, branded or not: `text<InstrumentId>()`. */
export const text = <T extends string = string>(): Codec<T> =>
  primitive(
    'text',
    (json) => (typeof json === 'string' ? (json as T) : undefined),
    (value) => value,
  )

export const boolean: Codec<boolean> = primitive(
  'true or false',
  (json) => (typeof json === 'boolean' ? json : undefined),
  (value) => value,
)

/** A float64, every one of them: NaN and the infinities as text, −0 as 0. */
export const float: Codec<number> = primitive(
  'a number',
  (json) => {
    if (typeof json === 'number') return json
    return json === 'NaN' || json === 'Infinity' || json === '-Infinity' ? Number(json) : undefined
  },
  (value) => (Number.isFinite(value) ? value : String(value)),
)

/** A whole number that float64 holds exactly. */
export const integer: Codec<number> = primitive(
  'a whole number',
  (json) => (Number.isSafeInteger(json) ? (json as number) : undefined),
  (value) => value,
)

/** A bigint that counts, such as a multiplier; decimal text. */
export const count: Codec<bigint> = primitive(
  'a whole number as text',
  (json) => (typeof json === 'string' && /^-?\d{1,40}$/.test(json) ? BigInt(json) : undefined),
  (value) => value.toString(),
)

/** Quantity, Price or Money as decimal text: `exact<Quantity>()`. */
export const exact = <T extends Exact>(minimumPlaces = 0): Codec<T> =>
  primitive(
    'decimal text with at most nine places',
    (json) => (typeof json === 'string' ? (parse(json) as T | undefined) : undefined),
    (value) => format(value, minimumPlaces),
  )

/** One of a fixed set of words. */
export const oneOf = <const T extends string>(...words: readonly T[]): Codec<T> =>
  primitive(
    `one of ${words.join(', ')}`,
    (json) => words.find((word) => word === json),
    (value) => value,
  )

export const list = <T>(of: Codec<T>): Codec<readonly T[]> => ({
  encode: (values) => values.map((value) => of.encode(value)),
  decode: (json, at) => {
    if (json === undefined || !isArray(json)) return expected('a list', json, at)
    const values: T[] = []
    for (const [i, item] of json.entries()) {
      const value = of.decode(item, `${at}[${i}]`)
      if (!value.ok) return value
      values.push(value.value)
    }
    return ok(values)
  },
})

/** As `list`, for arrays whose owner changes them. */
export const array = <T>(of: Codec<T>): Codec<T[]> => ({
  encode: (values) => values.map((value) => of.encode(value)),
  decode: (json, at) => list(of).decode(json, at) as Result<T[]>,
})

/** Two values in a fixed order. */
export const pair = <A, B>(first: Codec<A>, second: Codec<B>): Codec<readonly [A, B]> => ({
  encode: ([a, b]) => [first.encode(a), second.encode(b)],
  decode: (json, at) => {
    if (json === undefined || json === null || !isArray(json) || json.length !== 2)
      return expected('a list of two', json, at)
    const a = first.decode(json[0], `${at}[0]`)
    if (!a.ok) return a
    const b = second.decode(json[1], `${at}[1]`)
    return b.ok ? ok([a.value, b.value]) : b
  },
})

/** A map as a list of pairs, in its own order of insertion, which is kept. */
export const mapOf = <K, V>(key: Codec<K>, value: Codec<V>): Codec<Map<K, V>> => {
  const pairs = list(pair(key, value))
  return {
    encode: (map) => pairs.encode([...map]),
    decode: (json, at) => {
      const read = pairs.decode(json, at)
      return read.ok ? ok(new Map(read.value)) : read
    },
  }
}

/** A value or undefined, as an absent field. Use inside `record` only. */
export const optional = <T>(of: Codec<T>): Codec<T | undefined> => ({
  encode: (value) => (value === undefined ? null : of.encode(value)),
  decode: (json, at) => (json === undefined || json === null ? ok(undefined) : of.decode(json, at)),
})

/** An object with fixed fields. Unknown fields are ignored on reading, so that fields may be added. */
export function record<T extends object>(fields: {
  readonly [K in keyof T]-?: Codec<T[K]>
}): Codec<T> {
  // prettier-ignore
  const names = Object.keys(fields) as (keyof T & string)[]
  return {
    encode: (value) => {
      const json: Record<string, Json> = {}
      for (const name of names)
        if (value[name] !== undefined) json[name] = fields[name].encode(value[name])
      return json
    },
    decode: (json, at) => {
      if (json === undefined || json === null || typeof json !== 'object' || isArray(json))
        return expected('an object', json, at)
      const value: Partial<T> = {}
      for (const name of names) {
        const member = fields[name].decode(json[name], `${at}.${name}`)
        if (!member.ok) return member
        if (member.value !== undefined) value[name] = member.value
      }
      return ok(value as T)
    },
  }
}

/** As `optional`, for a field that may be absent but never holds undefined (`limitPrice?: Price`). */
export const absentable = <T>(of: Codec<T>): Codec<T> => optional(of) as Codec<T>

/** A table by text key; keys are written sorted. */
export const dictionary = <T>(of: Codec<T>): Codec<Readonly<Record<string, T>>> => ({
  encode: (value) =>
    Object.fromEntries(
      Object.keys(value)
        .toSorted()
        .map((key) => [key, of.encode(value[key] as T)]),
    ),
  decode: (json, at) => {
    if (json === undefined || json === null || typeof json !== 'object' || isArray(json))
      return expected('an object', json, at)
    const entries: [string, T][] = []
    for (const key of Object.keys(json).toSorted()) {
      const member = of.decode(json[key], `${at}.${key}`)
      if (!member.ok) return member
      entries.push([key, member.value])
    }
    return ok(Object.fromEntries(entries))
  },
})

/** A union told apart by `tag`; each variant's codec reads the fields beside the tag. */
export function union<Tag extends string, T extends { readonly [K in Tag]: string }>(
  tag: Tag,
  variants: { readonly [V in T[Tag]]: Codec<Omit<Extract<T, { readonly [K in Tag]: V }>, Tag>> },
): Codec<T> {
  const names = Object.keys(variants) as T[Tag][]
  return {
    encode: (value) => {
      const name: T[Tag] = value[tag]
      // The variant's codec was looked up by the value's own tag, so it is the right one.
      const codec = variants[name] as unknown as Codec<T>
      return { [tag]: name, ...(codec.encode(value) as Record<string, Json>) }
    },
    decode: (json, at) => {
      const name =
        json !== undefined && json !== null && typeof json === 'object' && !isArray(json)
          ? json[tag]
          : undefined
      const known = names.find((candidate) => candidate === name)
      if (known === undefined) return expected(`one of ${names.join(', ')}`, name, `${at}.${tag}`)
      const member = (variants[known] as unknown as Codec<object>).decode(json, at)
      return member.ok ? ok({ [tag]: known, ...member.value } as unknown as T) : member
    },
  }
}
