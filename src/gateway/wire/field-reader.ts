/**
 * Reads the fields of one request in order.
 *
 * Clients differ in how they leave a value out (empty, 0, IBKR's unset constants), so reading is
 * lenient; but a field that is there and cannot be what it should is remembered as the request's
 * first `problem`, and the caller asks for it once at the end instead of after every field.
 */
import { nanosFrom } from '#model/border.ts'
import { parse } from '#model/fixed.ts'

/** Doubles at or above this mean "unset": clients round DBL_MAX when they print it. */
const UNSET_FROM = 1.7976931e308
const UNSET_INT = 2_147_483_647
/** Prices and sizes beyond this are no order, and would overflow nothing but sense. */
const LARGEST_DECIMAL = 1e15

export class FieldReader {
  readonly #fields: readonly string[]
  #next: number
  #problem: string | undefined
  #missing = 0

  /** @param from - index of the first field to read: 1 leaves the message id out */
  constructor(fields: readonly string[], from = 0) {
    this.#fields = fields
    this.#next = from
  }

  /** What was wrong with the first field that could not be read; undefined while all is well. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** How many fields were asked for beyond the last one. */
  get missing(): number {
    return this.#missing
  }

  /** How many fields nobody has read. */
  get left(): number {
    return Math.max(0, this.#fields.length - this.#next)
  }

  /** The next field as it stands; empty when there is none. */
  text(): string {
    const field = this.#fields[this.#next]
    this.#next += 1
    if (field === undefined) this.#missing += 1
    return field ?? ''
  }

  /** Passes over fields that nobody needs: a message's own version. */
  skip(count = 1): void {
    for (let i = 0; i < count; i += 1) this.text()
  }

  /** @returns undefined for empty and for IBKR's unset */
  integer(name: string): number | undefined {
    const text = this.text()
    if (text === '') return undefined
    const value = Number(text)
    if (!Number.isSafeInteger(value)) {
      if (value < UNSET_FROM) this.#refuse(name, text, 'a whole number')
      return undefined
    }
    return value === UNSET_INT ? undefined : value
  }

  /** An id the answer goes to: a whole number that must be there. */
  id(name: string): number {
    const text = this.text()
    const value = Number(text)
    if (text !== '' && Number.isInteger(value) && Math.abs(value) <= UNSET_INT) return value
    this.#refuse(name, text, 'a whole number of 32 bits')
    return -1
  }

  /** True for `1` and `true`. */
  flag(): boolean {
    const text = this.text().toLowerCase()
    return text === '1' || text === 'true'
  }

  /** @returns undefined for empty and for IBKR's unset; the other clients' 0 stays 0 */
  decimal(name: string): bigint | undefined {
    const text = this.text()
    const value = decimalOf(text)
    if (value === 'bad') this.#refuse(name, text, 'a decimal number')
    return typeof value === 'bigint' ? value : undefined
  }

  /** The next fields, one for each name. */
  named<const Name extends string>(names: readonly Name[]): Readonly<Record<Name, string>> {
    const found: Partial<Record<Name, string>> = {}
    for (const name of names) found[name] = this.text()
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name has been given its text
    return found as Record<Name, string>
  }

  /** The next fields, one for each name, into what is there. */
  readInto<const Name extends string>(
    into: Partial<Record<Name, string>>,
    names: readonly Name[],
  ): void {
    for (const name of names) into[name] = this.text()
  }

  /** A count of what follows; an absurd one is a problem, and 0. */
  count(name: string, most: number): number {
    const count = this.integer(name) ?? 0
    if (count >= 0 && count <= most) return count
    this.#refuse(name, String(count), `at most ${most}`)
    return 0
  }

  #refuse(name: string, text: string, expected: string): void {
    this.#problem ??= `${name}: was "${text.slice(0, 40)}", expected ${expected}`
  }
}

/**
 * A price or size as a client writes it, in nanos: `190.1`, `1e-7` (stoqey), `190.10000000000002`
 * (a Python float). More than nine places are rounded.
 *
 * @returns undefined for empty and unset, `bad` for what is no number
 */
export function decimalOf(text: string): bigint | undefined | 'bad' {
  if (text === '' || /^infinit[ey]$/i.test(text)) return undefined
  if (!/^[+-]?\d*\.?\d*(?:e[+-]?\d+)?$/i.test(text)) return 'bad'
  const value = Number(text)
  if (Math.abs(value) >= UNSET_FROM) return undefined
  if (!Number.isFinite(value) || Math.abs(value) > LARGEST_DECIMAL) return 'bad'
  return parse(text) ?? nanosFrom(value)
}
