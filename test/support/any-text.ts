/**
 * Text of any Unicode characters, control characters first. As fast-check's `string({ unit:
 * 'binary' })`, which needs a second to get ready.
 */
import { type Arbitrary, array, integer } from 'fast-check'

/** @param most - characters */
export function anyText(least = 0, most = 10): Arbitrary<string> {
  return array(anyCodePoint, { minLength: least, maxLength: most }).map((points) =>
    String.fromCodePoint(...points),
  )
}

const FIRST_SURROGATE = 0xd800
const SURROGATES = 0x800

const anyCodePoint = integer({ min: 0, max: 0x10_ffff - SURROGATES }).map((n) =>
  n < FIRST_SURROGATE ? n : n + SURROGATES,
)
