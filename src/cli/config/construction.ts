/** How a configuration wants weights to be found, in the words of `construction`. */
import type { InstrumentId } from '#model/ids.ts'
import { readInstrumentId } from '#model/instrument-id.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { ConstructionSettings } from '#construction/construction-settings.ts'
import type { Config } from '#cli/config/schema.ts'

type Asked = Pick<Config, 'construction' | 'policy' | 'files' | 'forecasts' | 'screen'>

/** @returns else a message that begins with the field: `construction.doNotTrade.0: was …` */
export function constructionSettingsOf(config: Asked): Result<ConstructionSettings> {
  const { construction, policy, files } = config
  const { doNotTrade, doNotSell, trackingError, riskBudgets, ...same } = construction
  const budgeted = instrumentsIn('construction.riskBudgets', Object.keys(riskBudgets))
  if (!budgeted.ok) return budgeted
  const kept = instrumentsIn('construction.doNotTrade', doNotTrade)
  if (!kept.ok) return kept
  const unsold = instrumentsIn('construction.doNotSell', doNotSell)
  if (!unsold.ok) return unsold
  const crossed = construction.factorBands.findIndex(({ lower, upper }) => lower > upper)
  if (crossed >= 0) return err(`construction.factorBands.${crossed}.lower: was above upper, expected at most upper`) // prettier-ignore
  if (trackingError !== undefined && files.benchmark === undefined)
    return err('construction.trackingError: was set without files.benchmark, expected a file of weights that it is measured from') // prettier-ignore
  const lacking = needOfFundamentals(config)
  if (lacking !== undefined)
    return err(`${lacking} without files.fundamentals, expected a file of dated figures`)
  return ok({
    ...same,
    policies: [policy.kind, ...policy.fallback],
    riskBudgets: new Map(budgeted.value.map((id, i) => [id, Object.values(riskBudgets)[i]!])),
    doNotTrade: kept.value,
    doNotSell: unsold.value,
    ...(trackingError === undefined ? {} : { trackingError }),
  })
}

function instrumentsIn(field: string, words: readonly string[]): Result<readonly InstrumentId[]> {
  const ids: InstrumentId[] = []
  for (const [i, word] of words.entries()) {
    const id = readInstrumentId(word)
    if (!id.ok) return err(`${field}.${i}: ${id.error}`)
    ids.push(id.value)
  }
  return ok(ids)
}

/** Without the figures a screen keeps every name out and a feature says nothing of any. */
function needOfFundamentals({ files, screen, forecasts }: Asked): string | undefined {
  if (files.fundamentals !== undefined) return undefined
  if (screen.marketValue > 0) return 'screen.marketValue: was set'
  const at = forecasts.features.findIndex(({ kind }) => OF_FUNDAMENTALS.has(kind))
  return at < 0 ? undefined : `forecasts.features.${at}.kind: was "${forecasts.features[at]?.kind}"`
}

const OF_FUNDAMENTALS: ReadonlySet<string> = new Set(['value', 'size', 'quality'])
