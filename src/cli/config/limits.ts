/** The limits of a configuration: the table, with the levels that the file changes. */
import type { Result } from '#model/result.ts'
import { withOverrides, type LimitOverride } from '#risk/limit-overrides.ts'
import { LIMITS, type Limit } from '#risk/limits.ts'
import type { Config } from '#cli/config/schema.ts'

/**
 * @returns the whole table, or a message that begins with the field: `limits.beta.warn: was …`
 */
export function limitsOf({ limits }: Pick<Config, 'limits'>): Result<Limit[]> {
  const overrides = LIMITS.flatMap((row): [string, LimitOverride][] => {
    const own = limits[row.metric]
    if (own === undefined) return []
    return [[row.metric, typeof own === 'number' ? inProportion(own, row) : own]]
  })
  return withOverrides(Object.fromEntries(overrides))
}

/** A number alone is the breach level; the warning keeps the table's ratio to it. */
const inProportion = (breach: number, row: Limit): LimitOverride => ({
  breach,
  warn: (breach * row.warn) / row.breach,
})
