/**
 * One spelling of a JSON value, so that its hash names it: RFC 8785 (JSON Canonicalization
 * Scheme): keys sorted by UTF-16 code units, no white space, ECMAScript's own number and string
 * spelling, which JSON.stringify already gives.
 */
import { createHash } from 'node:crypto'
import { invariant } from '#model/invariant.ts'

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * @throws InvariantError on NaN or an infinity, which JSON cannot spell: encode them first
 *
 * @example
 * canonicalJson({ b: [1, 1.5e300], a: 'é' }) // => '{"a":"é","b":[1,1.5e+300]}'
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number') {
    invariant(Number.isFinite(value), 'JSON holds finite numbers only')
    return JSON.stringify(value)
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value)
    .toSorted(byCodeUnit)
    .flatMap((key) => {
      const member = value[key]
      return member === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(member)}`]
    })
  return `{${members.join(',')}}`
}

/** sha256 of the canonical form, 64 hexadecimal digits. */
export function hashOf(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

/** The order of sorted keys everywhere: by UTF-16 code unit, the same in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export const isArray = (value: Json): value is readonly Json[] => Array.isArray(value)
