/**
 * The market behind the gateway: from the options to a model of prices and the moment it starts.
 *
 * Whoever wants to know what a gateway of the same options will list and quote calls the same
 * function: the demo draws its portfolio so.
 */
import { readTextFile } from '#gateway/input-files.ts'
import {
  factsByFile,
  frontSeries,
  listedInstruments,
  listingsOf,
} from '#gateway/listed-instruments.ts'
import { GatewayError, type GatewayOptions } from '#gateway/options.ts'
import { isSynthetic, syntheticTerms } from '#gateway/synthetic-terms.ts'
import type { Listed } from '#exchange/listing.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { assembledMarket, type AssembledMarketSettings } from '#exchange/market/assembled-market.ts'
import { dividends, type DividendHabit } from '#exchange/market/dividends.ts'
import { futureRoot, futuresListed } from '#exchange/market/futures-cycle.ts'
import { followedBars, futuresMarket } from '#exchange/market/futures-market.ts'
import { asStock, indexStrikeStep } from '#exchange/market/index-market.ts'
import { replayOf, type ReplaySeries } from '#exchange/market/replay-market.ts'
import { drawnParts, syntheticClasses } from '#exchange/market/synthetic-classes.ts'
import { syntheticMarket } from '#exchange/market/synthetic-market.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import { venueHours } from '#exchange/venue-hours.ts'
import { FeedError } from '#feeds/feed.ts'
import { readTradedBars, type TradedBars } from '#feeds/files/bars/traded-bars.ts'
import { readUniverse, type UniverseRow } from '#feeds/files/inputs/universe.ts'
import { newYorkInstant, sessionAt } from '#marketdata/calendar.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Future } from '#model/instrument.ts'
import { dayNumberOf, isoDateOf, DAY_MS, type EpochMs, type IsoDate } from '#model/time.ts'

export interface OpenedMarket {
  readonly market: MarketModel
  /** 10:00 New York of the first session. */
  readonly startAt: EpochMs
  /** Listed, but not trading. */
  readonly halted: readonly InstrumentId[]
}

type MarketOptions = Pick<GatewayOptions, 'seed' | 'market' | 'from' | 'universeFile'>

/** The day a synthetic market is entered when none is given. */
const SYNTHETIC_FROM: IsoDate = '2026-01-05'
/** The trading calendar ends with 2028, and a market goes on for a year. */
const YEARS = { first: 1997, last: 2027 }
/** History before the first day, for whoever estimates from it; and days that follow it. */
const PAST_DAYS = 1_100
const FUTURE_DAYS = 400
/** Ten in the morning, minutes: the opening's noise is over. */
const START_MINUTES = 600

/** @throws GatewayError `unreadable`, `bad-input`: naming file, line and what was expected */
export async function openMarket(options: MarketOptions): Promise<OpenedMarket> {
  const universe = await universeOf(options)
  const days = daysAround(options)
  const market = isSynthetic(options.market)
    ? synthetic(options, days, universe)
    : await replayed(options, days, universe)
  const halted = (universe ?? []).filter(({ status }) => status === 'halted')
  return { market, startAt: days.startAt, halted: halted.map(({ instrument }) => instrument) }
}

interface Days {
  readonly startAt: EpochMs
  readonly first: IsoDate
  readonly last: IsoDate
}

/** The first session on or after `from`, and what is read or drawn around it. */
function daysAround({ from, market }: MarketOptions): Days {
  const asked = from ?? (isSynthetic(market) ? SYNTHETIC_FROM : '')
  const day = dayNumberOf(asked)
  const year = Number(asked.slice(0, 4))
  if (day === undefined || year < YEARS.first || year > YEARS.last)
    throw new GatewayError('bad-input', `--from: was "${asked}", expected a day from ${YEARS.first} to ${YEARS.last} such as 2018-02-05`) // prettier-ignore
  const session = sessionAt(newYorkInstant(asked, 0), 'us-equity')
  return {
    startAt: newYorkInstant(session.date, START_MINUTES),
    first: isoDateOf((day - PAST_DAYS) * DAY_MS),
    last: isoDateOf((day + FUTURE_DAYS) * DAY_MS),
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
  { seed, market, universeFile }: MarketOptions,
  { first, last, startAt }: Days,
  universe: readonly UniverseRow[] | undefined,
): MarketModel {
  const { names, volatilityFactor, classes } = syntheticTerms(market)
  const dates = { firstDate: first, lastDate: last, entryDate: isoDateOf(startAt) }
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

interface Listing {
  readonly listed: readonly Listed[]
  readonly universe: readonly UniverseRow[]
  readonly parts: AssembledMarketSettings['parts']
}

/** A universe file's listing, with chains and dividends where it says so. */
function listedMarket(
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

/** What has bars is replayed; futures without any are carried on an index that has. */
async function replayed(
  { seed, market: file, universeFile }: MarketOptions,
  days: Days,
  universe: readonly UniverseRow[] | undefined,
): Promise<MarketModel> {
  const near = isoDateOf(days.startAt)
  const byFile = universe && listedInstruments(universe, universeFile ?? '', near)
  const bars = await barsOf(file, days, byFile)
  const fronts = [...bars].flatMap(([name, of]) => frontSeries(name, of) ?? [])
  const listed = [...(byFile ?? listingsOf(bars, near)), ...(byFile === undefined ? contractsOf(fronts, days) : [])] // prettier-ignore
  const series = seriesOf([...listed, ...fronts], bars)
  if (![...series.values()].some(({ lastDate }) => lastDate >= near))
    throw new GatewayError('bad-input', `--from: ${file} has no price bars of the listed names from ${near} to ${days.last}; choose a day that it covers`) // prettier-ignore
  const own = listed.filter(({ id }) => series.has(id))
  const instruments = own.map((of) => (of.assetClass === 'IND' ? asStock(of) : of))
  const past = replayOf({ seed, instruments: [...instruments, ...fronts], series })
  const carried = carriedFutures({ listed, own, fronts }, past)
  const { firstDate, lastDate } = past
  const parts = [{ ids: own.map(({ id }) => id), market: past }, ...carried]
  return listedMarket('replay', { firstDate, lastDate }, { listed, universe: universe ?? [], parts }) // prettier-ignore
}

function seriesOf(
  listed: readonly Listed[],
  bars: ReadonlyMap<string, TradedBars>,
): ReadonlyMap<InstrumentId, ReplaySeries> {
  return new Map(
    listed.flatMap((of) => {
      const found = bars.get(nameInBars(of))
      if (found === undefined || found.columns.length === 0) return []
      const dayAt = (place: number) => isoDateOf((found.columns.day[place] ?? 0) * DAY_MS)
      const series: ReplaySeries = {
        firstDate: dayAt(0),
        lastDate: dayAt(found.columns.length - 1),
        bars: () => found.bars,
        splits: found.splits,
        adjustedCloses: () => found.adjustedCloses,
      }
      return [[of.id, series] as const]
    }),
  )
}

/** How a market file spells a listing. */
function nameInBars(of: Listed): string {
  if (of.assetClass === 'FUT') return of.localSymbol
  return of.assetClass === 'CASH' ? `${of.symbol}.${of.currency}` : of.symbol
}

/** The dated contracts behind series of front ones: of their roots alone, while the file lasts. */
const contractsOf = (fronts: readonly Future[], { startAt, last }: Days): readonly Future[] =>
  futuresListed(isoDateOf(startAt), last).filter(({ symbol }) =>
    fronts.some((front) => front.symbol === symbol),
  )

interface Replayed {
  readonly listed: readonly Listed[]
  /** What has bars. */
  readonly own: readonly Listed[]
  readonly fronts: readonly Future[]
}

/** Futures without bars of their own: on a series of front contracts, or on an index that has bars. */
function carriedFutures(
  { listed, own, fronts }: Replayed,
  past: MarketModel,
): AssembledMarketSettings['parts'] {
  const replayedIds = new Set(own.map(({ id }) => id))
  const futures = listed.filter((of) => of.assetClass === 'FUT').filter(({ id }) => !replayedIds.has(id)) // prettier-ignore
  const indices = own.filter((of) => of.assetClass === 'IND')
  const market = futuresMarket(
    {
      futures,
      drivers: new Map(indices.map((of) => [of.symbol, followedBars(past, of.id)])),
      fronts: new Map(fronts.map((of) => [futureRoot(of.symbol)?.follows ?? '', followedBars(past, of.id)])), // prettier-ignore
    },
    venueHours(),
  )
  return [{ ids: futures.map(({ id }) => id), market }]
}

async function barsOf(
  file: string,
  { first, last }: Days,
  listed: readonly Listed[] | undefined,
): Promise<ReadonlyMap<string, TradedBars>> {
  const symbols = listed === undefined ? {} : { symbols: listed.map(nameInBars) }
  try {
    return await readTradedBars(file, { first, last, ...symbols })
  } catch (cause) {
    if (cause instanceof FeedError) throw new GatewayError('unreadable', cause.message, { cause })
    throw cause
  }
}
