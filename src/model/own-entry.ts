/**
 * What a table holds under a name that came from outside.
 *
 * Plain objects answer to `constructor` and `toString` too; a name that somebody else chose must not find those.
 *
 * @returns undefined for a name that the table has not itself
 */
export function ownEntry<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
