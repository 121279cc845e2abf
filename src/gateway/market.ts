/**
 * The market behind the gateway: from the options to a model of prices and the moment it starts.
 *
 * Whoever wants to know what a gateway of the same options will list and quote calls the same
 * function: the demo draws its portfolio so.
 */
import { filedMarket, type FiledMarketOptions } from '#gateway/filed-market.ts'
import { readTextFile } from '#gateway/input-files.ts'
import { listedInstruments } from '#gateway/listed-instruments.ts'
import { listedMarket } from '#gateway/listed-market.ts'
import { daysAround, type MarketDays } from '#gateway/market-days.ts'
import { GatewayError } from '#gateway/options.ts'
import { isSynthetic, syntheticTerms } from '#gateway/synthetic-terms.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { drawnParts, syntheticClasses } from '#exchange/market/synthetic-classes.ts'
import { syntheticMarket } from '#exchange/market/synthetic-market.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import { readUniverse, type UniverseRow } from '#feeds/files/inputs/universe.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import { quantityFrom } from '#model/border.ts'
import type { Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'

export interface OpenedMarket {
  readonly market: MarketModel
  /** 10:00 New York of the first session, unless a time was asked for. */
  readonly startAt: EpochMs
  /** Listed, but not trading. */
  readonly halted: readonly InstrumentId[]
  /** Units that can be borrowed, of names of which the universe says it. */
  readonly borrowable: ReadonlyMap<InstrumentId, Quantity>
}

type MarketOptions = FiledMarketOptions

/** The day a synthetic market is entered when none is given. */
const SYNTHETIC_FROM = '2026-01-05'

/** @throws GatewayError `unreadable`, `bad-input`: naming file, line and what was expected */
export async function openMarket(options: MarketOptions): Promise<OpenedMarket> {
  const universe = await universeOf(options)
  const { market, startAt } = isSynthetic(options.market)
    ? synthetic(options, universe)
    : await filedMarket(options, universe)
  const rows = universe ?? []
  return {
    market,
    startAt,
    halted: rows.flatMap(({ instrument, status }) => (status === 'halted' ? [instrument] : [])),
    borrowable: new Map(rows.flatMap(({ instrument, borrowQuantity }) => (borrowQuantity === undefined ? [] : [[instrument, quantityFrom(borrowQuantity)]]))), // prettier-ignore
  }
}

async function universeOf({
  universeFile,
}: MarketOptions): Promise<readonly UniverseRow[] | undefined> {
  if (universeFile === undefined) return undefined
  const rows = readUniverse(await readTextFile(universeFile), universeFile)
  if (!rows.ok) throw new GatewayError('bad-input', rows.error)
  return rows.value
}

/** Without a universe file everything that the market can draw; with one, what it lists and no more. */
function synthetic(
  options: MarketOptions,
  universe: readonly UniverseRow[] | undefined,
): { readonly market: MarketModel; readonly startAt: EpochMs } {
  if (options.actionsFile !== undefined)
    throw new GatewayError('bad-input', `--actions: was ${options.actionsFile}, expected none: a synthetic market draws its own corporate actions`) // prettier-ignore
  const days = daysAround(options.from ?? SYNTHETIC_FROM)
  return { market: syntheticOf(options, days, universe), startAt: days.startAt }
}

function syntheticOf(
  { seed, market, universeFile }: MarketOptions,
  { first, last, startAt }: MarketDays,
  universe: readonly UniverseRow[] | undefined,
): MarketModel {
  const { names, volatilityFactor, classes } = syntheticTerms(market)
  const dates = { firstDate: first, lastDate: last, entryDate: newYorkDate(startAt) }
  const drawn = { seed, ...dates, volatilityFactor }
  if (universe === undefined) {
    const stocks = syntheticUniverse({ seed, count: names })
    return syntheticClasses({ ...drawn, stocks, classes })
  }
  const listed = listedInstruments(universe, universeFile ?? '', dates.entryDate)
  const stocks = listed.filter((of) => of.assetClass === 'STK')
  const stockMarket = syntheticMarket({ ...drawn, instruments: stocks })
  const others = listed.filter((of) => of.assetClass !== 'STK')
  const { parts } = drawnParts({ ...drawn, listed: others })
  const own = { ids: stocks.map(({ id }) => id), market: stockMarket }
  return listedMarket('synthetic', dates, { listed, universe, parts: [own, ...parts] })
}
