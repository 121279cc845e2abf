/**
 * The kinds of fields a configuration has, each with what it expects in words: the validator's
 * message is that text, and the reader puts file, line, field and what was found before it.
 */
import { z } from 'zod'

/** A number between two bounds, both allowed. */
export function numberField(from: number, to: number, example: string, means: string): z.ZodNumber {
  const error = `a number from ${from} to ${to} such as ${example}`
  return z.number({ error }).min(from, { error }).max(to, { error }).describe(means)
}

/** A whole number between two bounds, both allowed. */
export function wholeField(from: number, to: number, example: number, means: string): z.ZodNumber {
  const error = `a whole number from ${from} to ${to} such as ${example}`
  return z.number({ error }).int({ error }).min(from, { error }).max(to, { error }).describe(means)
}

/** Text of one form. */
export function textField(pattern: RegExp, expected: string, means: string): z.ZodString {
  return z.string({ error: expected }).regex(pattern, { error: expected }).describe(means)
}

/** One of a few words. */
export function wordField<const T extends readonly [string, ...string[]]>(
  words: T,
  means: string,
): z.ZodEnum<{ [Word in T[number]]: Word }> {
  return z.enum(words, { error: words.join(' or ') }).describe(means)
}

/** A path; relative ones start from the folder of the configuration. */
export function pathField(example: string, means: string): z.ZodString {
  const error = `a path such as ${example}`
  return z.string({ error }).min(1, { error }).describe(means)
}

/**
 * A group of fields; unknown ones are refused, and the message is then the list of known ones, so
 * that the reader can say which was meant.
 *
 * @param expected - what a value that is no group is told
 */
export function group<T extends z.ZodRawShape>(
  fields: T,
  expected = 'a group of fields',
): z.ZodObject<T, z.core.$strict> {
  const known = Object.keys(fields).join(KNOWN_FIELDS_SEPARATOR)
  return z.strictObject(fields, {
    error: ({ code }) => (code === 'unrecognized_keys' ? known : expected),
  })
}

export const KNOWN_FIELDS_SEPARATOR = ' '
