/** Names and cells as text, the same for every format. */

/** The one spelling of a column's name: `Adj Close` and `adj-close` are `adj_close`. */
export const columnName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')

/** A cell as a format gives it; empty for null and for what is neither text nor number. */
export function cellText(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : ''
}
