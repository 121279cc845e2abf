/** What was mended in the data of a risk model, in words that the plan prints: one sentence a kind, the first names of each. */
import type { InstrumentId } from '#model/ids.ts'
import type { AlignedReturns } from '#risk/aligned-returns.ts'
import { ROBUST_DEVIATIONS, type Outlier } from '#risk/models/outliers.ts'
import type { EstimatedName } from '#risk/models/risk-data.ts'

/** Names that one sentence lists at most. */
const MOST_LISTED = 5

interface Mended {
  readonly aligned: AlignedReturns
  readonly benchmark: InstrumentId | undefined
  readonly outliers: readonly Outlier[]
  readonly estimated: readonly EstimatedName[]
}

/** Empty where nothing was mended. */
export function notesOf({ aligned, benchmark, outliers, estimated }: Mended): readonly string[] {
  const T = aligned.dates.length
  const unpriced = [...aligned.counts].filter(([, count]) => count.unpriced > 0)
  const short = estimated.filter(({ first, end }) => end - first < T)
  return [
    benchmark !== undefined && aligned.index === undefined
      ? `the benchmark ${benchmark} has too short a history: the equal-weighted mean of the names is the market`
      : '',
    sentence(
      'bars without a positive price were passed over, and the next bar carries the whole move: ',
      unpriced.map(([id, count]) => `${id} ${count.unpriced}`),
    ),
    sentence(
      `${outliers.length} of ${T * estimated.length} returns lay beyond ${ROBUST_DEVIATIONS} robust standard deviations and were cut back: `,
      outliers.map(({ instrument, t, found, kept }) => `${instrument} ${aligned.dates[t]} ${percent(found)} to ${percent(kept)}`), // prettier-ignore
    ),
    sentence(
      `histories shorter than ${T} days were completed by their regression on their sector, and the variance that it leaves added for it: `,
      short.map(({ driver, first, end }) => `${driver} has ${end - first}`),
    ),
  ].filter((note) => note !== '')
}

function sentence(opening: string, parts: readonly string[]): string {
  if (parts.length === 0) return ''
  const rest = parts.length > MOST_LISTED ? ` and ${parts.length - MOST_LISTED} more` : ''
  return `${opening}${parts.slice(0, MOST_LISTED).join(', ')}${rest}`
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
