/** What a subscriber was last told, so that only changes are sent. */
export type SentValues = Map<string, string>

/**
 * Whether a value is news, and remembers it.
 *
 * @param key - what the value is of, unique in its subscription
 */
export function isNews(sent: SentValues, key: string, value: string): boolean {
  if (sent.get(key) === value) return false
  sent.set(key, value)
  return true
}
