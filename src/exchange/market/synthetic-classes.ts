/**
 * The synthetic market of every class: its stocks, and beside them funds, indices, futures, currencies and options.
 *
 * The stocks are those of `synthetic-market.ts`, price for price; nothing that is listed beside them changes them.
 * Everything else is drawn from the same factors, so that an index moves with its stocks, a future with its index,
 * and an option with what it is on.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Future, Instrument, Stock } from '#model/instrument.ts'
import type { IsoDate } from '#model/time.ts'
import { tradingDays } from '#marketdata/calendar.ts'
import type { Index, Listed, ListingFacts } from '#exchange/listing.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { companyFacts } from '#exchange/market/company-names.ts'
import {
  composedMarket,
  type ComposedMarketSettings,
  type MarketPart,
} from '#exchange/market/composed-market.ts'
import { marketDirectory, plainDirectory } from '#exchange/market/directory.ts'
import {
  dividendHabit,
  dividends,
  type DividendHabit,
  type Dividends,
} from '#exchange/market/dividends.ts'
import { currencyName, currencyPairs, currencyWorths, forexMarket } from '#exchange/market/forex-market.ts' // prettier-ignore
import { futureRoot, futuresListed } from '#exchange/market/futures-cycle.ts'
import { futuresMarket } from '#exchange/market/futures-market.ts'
import {
  FUND_SECTOR,
  fundListing,
  indexIdOf,
  indexListing,
  indexMarket,
  syntheticFunds,
  syntheticIndices,
} from '#exchange/market/index-market.ts'
import { privateIsin } from '#exchange/market/isin.ts'
import { MOST_PLACES, placesOf, type Optionable } from '#exchange/market/option-chains.ts'
import { optionMarket } from '#exchange/market/option-market.ts'
import { syntheticDrivers } from '#exchange/market/synthetic-drivers.ts'
import { dailyValueOf, syntheticMarket } from '#exchange/market/synthetic-market.ts'
import { venueHours } from '#exchange/venue-hours.ts'

export interface SyntheticClassesSettings {
  readonly seed: number
  readonly stocks: readonly Stock[]
  readonly firstDate: IsoDate
  readonly lastDate: IsoDate
  /** The day on which the market is entered: levels are today's then, and futures are listed from then on. */
  readonly entryDate: IsoDate
}

/** On how many of the most traded stocks options are listed; the first few dozen have weeklies. */
const OPTIONED_STOCKS = 100
const LIQUID_STOCKS = 40

/** @throws InvariantError when there is no session between the dates */
export function syntheticClasses(settings: SyntheticClassesSettings): MarketModel {
  const { seed, firstDate, lastDate } = settings
  const market = enumerableMarket(settings)
  const optionables = optioned(settings, market)
  const styles = new Map(optionables.map(({ id, style }) => [id, style]))
  const listed = new Map(market.listed.map((of) => [of.id, of]))
  const directory = marketDirectory({
    listed: market.listed,
    optionables,
    market: market.model,
    factsOf: (of) => factsOf(of, seed, listed),
  })
  const options = optionMarket({
    optionOf: (id) => {
      const of = directory.byId(id)
      return of?.assetClass === 'OPT' ? of : undefined
    },
    styleOf: (id) => styles.get(id) ?? 'american',
    underlyings: market.model,
    dividends: market.dividends,
  })
  const { parts, instruments } = market
  return composedMarket({ kind: 'synthetic', firstDate, lastDate, parts, instruments, directory, options }) // prettier-ignore
}

interface EnumerableMarket {
  readonly model: MarketModel
  readonly parts: ComposedMarketSettings['parts']
  readonly instruments: readonly Instrument[]
  readonly listed: readonly Listed[]
  readonly funds: readonly Stock[]
  readonly indices: readonly Index[]
  readonly dividends: Dividends
}

/** Everything but the options. */
function enumerableMarket(settings: SyntheticClassesSettings): EnumerableMarket {
  const { seed, stocks, firstDate, lastDate, entryDate } = settings
  const hours = venueHours()
  const dates = tradingDays(firstDate, lastDate)
  const worths = currencyWorths({ seed, dates, entryDate })
  const drivers = new Map([...worths, ...syntheticDrivers({ seed, dates, entryDate })])
  const funds = syntheticFunds(new Set(stocks.map(({ symbol }) => symbol)))
  const indices = syntheticIndices()
  const futures = futuresListed(entryDate, lastDate)
  const pairs = currencyPairs()
  const stockMarket = syntheticMarket({ seed, instruments: stocks, firstDate, lastDate })
  const indexed = indexMarket({ indices, funds, drivers }, hours)
  const fundIds = new Set(funds.map(({ id }) => id))
  const paid = dividends((id) => habitOf(seed, id, fundIds), {
    dailyBars: (id, ...rest) => (fundIds.has(id) ? indexed : stockMarket).dailyBars(id, ...rest),
  })
  const paying = (market: MarketPart): MarketPart => ({ ...market, actionsOn: paid.on })
  const parts = [
    { ids: stocks.map(({ id }) => id), market: paying(stockMarket) },
    { ids: funds.map(({ id }) => id), market: paying(indexed) },
    { ids: indices.map(({ id }) => id), market: indexed },
    { ids: futures.map(({ id }) => id), market: futuresMarket({ futures, drivers }, hours) },
    { ids: pairs.map(({ id }) => id), market: forexMarket({ pairs, worths }, hours) },
  ]
  const instruments = [...stocks, ...funds, ...futures, ...pairs]
  const listed = [...instruments, ...indices]
  const directory = plainDirectory(listed)
  const model = composedMarket({ kind: 'synthetic', firstDate, lastDate, parts, instruments, directory }) // prettier-ignore
  return { model, parts, instruments, listed, funds, indices, dividends: paid }
}

/** A stock's habit is drawn; a fund passes on what it holds. */
function habitOf(
  seed: number,
  id: InstrumentId,
  funds: ReadonlySet<InstrumentId>,
): DividendHabit | undefined {
  if (!funds.has(id)) return dividendHabit(seed, id)
  const yields = fundListing(id.slice(0, id.indexOf('.')))?.yield ?? 0
  return yields === 0 ? undefined : { yield: yields, cycle: 2, day: 18 }
}

/** Indices that options are listed on, and how far apart their strikes are. */
const INDEX_STRIKES: Readonly<Record<string, number>> = { SPX: 5, NDX: 25, RUT: 5 }

/** The indices first, then the funds, then the stocks by what they trade; each in its place of the numbering. */
function optioned(
  { seed, stocks }: SyntheticClassesSettings,
  { funds, indices }: EnumerableMarket,
): readonly Optionable[] {
  const values = new Map(stocks.map(({ id }) => [id, dailyValueOf(seed, id)]))
  const byValue = stocks.toSorted((a, b) => (values.get(b.id) ?? 0) - (values.get(a.id) ?? 0))
  const taken = new Set(indices.map(({ symbol }) => symbol))
  const found: Optionable[] = []
  let place = 0
  const add = (on: Omit<Optionable, 'place'>) => {
    if (place + placesOf(on) > MOST_PLACES) return
    found.push({ ...on, place })
    place += placesOf(on)
  }
  for (const { id, symbol, currency } of indices) {
    const strikeStep = INDEX_STRIKES[symbol]
    if (strikeStep !== undefined)
      add({ id, symbol, currency, style: 'european', liquid: true, strikeStep })
  }
  for (const { id, symbol, currency } of funds)
    add({ id, symbol, currency, style: 'american', liquid: true })
  const named = byValue.filter(({ symbol }) => !taken.has(symbol)).slice(0, OPTIONED_STOCKS)
  for (const [i, { id, symbol, currency }] of named.entries())
    add({ id, symbol, currency, style: 'american', liquid: i < LIQUID_STOCKS })
  return found
}

/** What a data base would say of a listing. */
function factsOf(
  of: Listed,
  seed: number,
  listed: ReadonlyMap<InstrumentId, Listed>,
): Partial<ListingFacts> {
  const secIds = [['ISIN', privateIsin(of.conId)]] as const
  if (of.assetClass === 'CASH')
    return { longName: currencyName(of.symbol), tradingClass: `${of.symbol}.${of.currency}` }
  if (of.assetClass === 'IND') return { longName: indexListing(of.symbol)?.name ?? of.symbol }
  if (of.assetClass === 'FUT') return futureFacts(of, listed)
  if (of.assetClass === 'OPT') {
    const on = listed.get(of.underlying)
    const { longName = of.symbol, industry = '', category = '', subcategory = '' } = on === undefined ? {} : factsOf(on, seed, listed) // prettier-ignore
    return { longName, industry, category, subcategory, underlying: of.underlying }
  }
  const fund = fundListing(of.symbol)
  if (of.sector === FUND_SECTOR && fund !== undefined)
    return { longName: fund.name, stockType: 'ETF', industry: 'Funds', category: 'Equity Fund', secIds } // prettier-ignore
  return { ...companyFacts(seed, of.symbol, of.sector), secIds }
}

function futureFacts(of: Future, listed: ReadonlyMap<InstrumentId, Listed>): Partial<ListingFacts> {
  const root = futureRoot(of.symbol)
  const on = indexIdOf(root?.follows ?? '')
  return {
    longName: root?.name ?? of.symbol,
    underlying: listed.has(on) ? on : undefined,
    tradingClass: of.symbol,
  }
}
