/**
 * International securities identification numbers that can be nobody's: country code `ZZ`, which ISO 3166 leaves to
 * its users, nine characters, and the check digit.
 *
 * Source: ISO 6166: letters count as 10 to 35, and the digits of the whole satisfy Luhn's rule.
 */

/**
 * @param conId - the contract's number, > 0: up to nine digits stand as they are, more in base 36
 *
 * @example
 * privateIsin(900_000_001) // => 'ZZ9000000017'
 */
export function privateIsin(conId: number): string {
  const body = conId < 1_000_000_000 ? String(conId) : conId.toString(36).toUpperCase()
  const name = `ZZ${body.padStart(9, '0')}`
  return `${name}${checkDigit(name)}`
}

/** The digit that makes an identification number of eleven characters whole. */
export function checkDigit(name: string): number {
  const digits = Array.from(name, (letter) => Number.parseInt(letter, 36)).join('')
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits.charAt(digits.length - 1 - i)) * (i % 2 === 0 ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return (10 - (sum % 10)) % 10
}
