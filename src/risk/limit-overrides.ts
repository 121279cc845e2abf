/**
 * A book's own limits: the table with some levels changed by the configuration.
 *
 * An override changes numbers only. Which side is dangerous, what a breach stops and what it sets
 * off stay the table's, and no row can be taken away.
 */
import { err, ok, type Result } from '#model/result.ts'
import { LIMITS, type Limit } from '#risk/limits.ts'

export interface LimitOverride {
  readonly warn?: number | undefined
  readonly breach?: number | undefined
}

/**
 * The table with overrides, by metric: `{ grossLeverage: { warn: 1.4, breach: 1.5 } }`.
 *
 * @returns a message naming the field for a metric the table lacks, a level that is no finite
 *   number ≥ 0, or a warning level on the far side of its breach
 */
export function withOverrides(
  overrides: Readonly<Record<string, LimitOverride>>,
  table: readonly Limit[] = LIMITS,
): Result<Limit[]> {
  const known = table.map(({ metric }) => metric)
  const stranger = Object.keys(overrides).find((name) => !known.some((metric) => metric === name))
  if (stranger !== undefined)
    return err(`limits.${stranger}: no such limit, expected one of ${known.join(', ')}`)
  const limits: Limit[] = []
  for (const row of table) {
    const limit = overridden(row, overrides[row.metric] ?? {})
    if (!limit.ok) return limit
    limits.push(limit.value)
  }
  return ok(limits)
}

function overridden(
  row: Limit,
  { warn = row.warn, breach = row.breach }: LimitOverride,
): Result<Limit> {
  for (const [level, value] of Object.entries({ warn, breach }))
    if (!Number.isFinite(value) || value < 0)
      return err(`limits.${row.metric}.${level}: was ${value}, expected a number ≥ 0`)
  if (row.direction === 'min' ? warn >= breach : warn <= breach) return ok({ ...row, warn, breach })
  const side = row.direction === 'min' ? 'at least' : 'at most'
  return err(
    `limits.${row.metric}.warn: was ${warn}, expected ${side} the breach level ${breach}, so that the warning comes first`,
  )
}
