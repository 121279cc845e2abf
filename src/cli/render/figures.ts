/** How figures are written for people: one spelling each, without a locale. */
import { format } from '#model/fixed.ts'

/** What stands for a figure that could not be measured. */
const UNMEASURED = '–'

/**
 * A fraction as a percentage.
 *
 * @example
 * percent(0.0512) // => '5.12 %'
 * percent(Number.NaN) // => '–'
 */
export function percent(fraction: number, places = 2): string {
  return Number.isFinite(fraction) ? `${fixed(fraction * 100, places)} %` : UNMEASURED
}

/**
 * Basis points.
 *
 * @example
 * bps(1.64) // => '1.6 bps'
 */
export function bps(value: number): string {
  return Number.isFinite(value) ? `${fixed(value, 1)} bps` : UNMEASURED
}

/** A plain number to so many places; `–` where unmeasured. */
export function plain(value: number, places = 2): string {
  return Number.isFinite(value) ? fixed(value, places) : UNMEASURED
}

/**
 * An exact amount rounded to cents, thousands parted.
 *
 * @example
 * amount(-1_234_567_891_000_000n) // => '-1,234,567.89'
 */
export function amount(nanos: bigint): string {
  const sign = nanos < 0n ? '-' : ''
  const cents = ((nanos < 0n ? -nanos : nanos) + HALF_CENT) / CENT
  const [whole = '0', fraction = ''] = format(cents * CENT, 2).split('.')
  return `${cents === 0n ? '' : sign}${parted(whole)}.${fraction}`
}

const CENT = 10_000_000n
const HALF_CENT = CENT / 2n

/**
 * An exact quantity, thousands parted, all its decimals.
 *
 * @example
 * units(-12_345_500_000_000n) // => '-12,345.5'
 */
export function units(nanos: bigint): string {
  const [whole = '0', fraction] = format(nanos).split('.')
  return `${parted(whole)}${fraction === undefined ? '' : `.${fraction}`}`
}

/** `0badcafe12…`: enough of a hash to name it by. */
export const shortHash = (hash: string): string => hash.slice(0, 12)

/**
 * `12 orders`, `1 order`.
 *
 * @example
 * counted(1, 'order') // => '1 order'
 */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`

/** −0 is 0. */
const fixed = (value: number, places: number): string => {
  const text = value.toFixed(places)
  return Number(text) === 0 ? text.replace('-', '') : text
}

const parted = (whole: string): string => whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',')
