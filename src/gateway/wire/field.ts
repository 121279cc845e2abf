/**
 * Values as the wire writes them: text, with IBKR's own ways to say "not set".
 *
 * Messages are records of named fields in wire order (a JavaScript object keeps the order its keys
 * were written in), so that a message can be read, logged and checked by name.
 */

/** IBKR's unset double, as its server spells it. */
export const UNSET_DOUBLE = '1.7976931348623157E308'
/** IBKR's unset 32-bit integer, 2³¹ − 1. */
export const UNSET_INTEGER = '2147483647'
/** IBKR's unset 64-bit integer, 2⁶³ − 1. */
export const UNSET_LONG = '9223372036854775807'

export type Field = string | number | boolean

/** A part of a message that repeats; its count is a field of its own, before it. */
export type Group = { readonly [name: string]: Field | readonly Group[] }

/** One message to a client: named fields in wire order, `msgId` first. */
export type Message = { readonly msgId: number } & Group

/** The fields of a message as text, groups flattened in order. */
export function textsOf(message: Group): string[] {
  const texts: string[] = []
  for (const value of Object.values(message)) {
    if (typeof value === 'object') for (const group of value) texts.push(...textsOf(group))
    else texts.push(textOf(value))
  }
  return texts
}

/** The names of a message's fields in wire order, groups flattened: what a layout is checked by. */
export function namesOf(message: Group): string[] {
  return Object.entries(message).flatMap(([name, value]) =>
    typeof value === 'object' ? value.flatMap(namesOf) : [name],
  )
}

/**
 * @example
 * textOf(true) // => '1'
 * textOf(0.00005) // => '0.00005'
 * textOf(1e-7) // => '0.0000001'
 */
export function textOf(value: Field): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? '1' : '0'
  const text = String(value)
  return text.includes('e') ? plainDecimal(value) : text
}

/** No client reads exponents everywhere, so none is sent. */
function plainDecimal(value: number): string {
  if (Math.abs(value) >= 1e21) return UNSET_DOUBLE
  return value.toFixed(12).replace(/\.?0+$/, '')
}
