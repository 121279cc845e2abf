/**
 * Secrets never reach a log, an error or a page. Two nets, because either has holes: the values
 * that we know to be secret, wherever they turn up, and whatever stands under a telling name.
 */

/** What stands in a secret's place. */
export const REDACTED = '<redacted>'

/** A shorter value would blot out ordinary words. */
const SHORTEST_SECRET = 6

const TELLING_NAME =
  /"(\w*(?:token|password|passphrase|secret|webhook|authorization|apikey|api_key)\w*)":"(?:[^"\\]|\\.)*"/gi

/**
 * Blots out secrets in text, also where JSON spells them with escapes.
 *
 * @param secrets - values; empty and very short ones are left alone
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const values = secrets.filter((secret) => secret.length >= SHORTEST_SECRET)
  const spellings = [...new Set(values.flatMap((value) => [value, inJson(value)]))]
  const longestFirst = spellings.toSorted((a, b) => b.length - a.length)
  return (text) => {
    let clean = text.replaceAll(TELLING_NAME, `"$1":"${REDACTED}"`)
    for (const spelling of longestFirst) clean = clean.replaceAll(spelling, REDACTED)
    return clean
  }
}

const inJson = (value: string): string => JSON.stringify(value).slice(1, -1)
