/** A market of exactly what was listed, with chains and dividends where the universe file says so. */
import { factsByFile } from '#gateway/listed-instruments.ts'
import type { Listed } from '#exchange/listing.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { assembledMarket, type AssembledMarketSettings } from '#exchange/market/assembled-market.ts'
import { dividends, type DividendHabit } from '#exchange/market/dividends.ts'
import { indexStrikeStep } from '#exchange/market/index-market.ts'
import type { UniverseRow } from '#feeds/files/inputs/universe.ts'
import type { IsoDate } from '#model/time.ts'

export interface Listing {
  readonly listed: readonly Listed[]
  readonly universe: readonly UniverseRow[]
  readonly parts: AssembledMarketSettings['parts']
}

/** @param listing - with the rows of the universe file; none where there is no such file */
export function listedMarket(
  kind: MarketModel['kind'],
  dates: { readonly firstDate: IsoDate; readonly lastDate: IsoDate },
  { listed, universe, parts }: Listing,
): MarketModel {
  const facts = factsByFile(universe)
  const rows = new Map(universe.map((row) => [row.instrument, row]))
  const owner = new Map(parts.flatMap(({ ids, market }) => ids.map((id) => [id, market] as const)))
  const paid = dividends((id) => habitByFile(rows.get(id)), {
    dailyBars: (id, ...rest) => owner.get(id)?.dailyBars(id, ...rest) ?? [],
  })
  return assembledMarket({
    ...dates,
    kind,
    listed,
    parts: kind === 'replay' ? parts : parts.map(({ ids, market }) => ({ ids, market: { ...market, actionsOn: paid.on } })), // prettier-ignore
    optioned: listed.flatMap((of) => optionedBy(of, rows.get(of.id))),
    dividends: paid,
    factsOf: (of) => facts.get(of.id) ?? {},
  })
}

/** A yield in the file is paid in quarters, in the middle of March, June, September and December. */
const habitByFile = (row: UniverseRow | undefined): DividendHabit | undefined =>
  row === undefined || row.dividendYield === 0
    ? undefined
    : { yield: row.dividendYield, cycle: 2, day: 15 }

/** Chains on stocks and indices; options on futures have none. */
function optionedBy(of: Listed, row: UniverseRow | undefined): AssembledMarketSettings['optioned'] {
  const { id, symbol, currency } = of
  if (row?.optionsListed !== true) return []
  if (of.assetClass === 'STK') return [{ id, symbol, currency, style: 'american', liquid: true }]
  if (of.assetClass !== 'IND') return []
  const strikeStep = indexStrikeStep(symbol) ?? USUAL_STRIKE_STEP
  return [{ id, symbol, currency, style: 'european', liquid: true, strikeStep }]
}

const USUAL_STRIKE_STEP = 5
