/**
 * The synthetic market of every class: its stocks, and beside them funds, indices, futures, currencies and options.
 *
 * The stocks are those of `synthetic-market.ts`, price for price; nothing that is listed beside them changes them.
 * Everything else is drawn from the same factors, so that an index moves with its stocks, a future with its index,
 * and an option with what it is on.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Future, Stock } from '#model/instrument.ts'
import { DAY_MS, dayNumberOf, isoDateOf, type IsoDate } from '#model/time.ts'
import { tradingDays } from '#marketdata/calendar.ts'
import type { Index, Listed, ListingFacts } from '#exchange/listing.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { assembledMarket, type AssembledMarketSettings } from '#exchange/market/assembled-market.ts'
import { companyFacts } from '#exchange/market/company-names.ts'
import type { MarketPart } from '#exchange/market/composed-market.ts'
import { dividendHabit, dividends, type DividendHabit } from '#exchange/market/dividends.ts'
import { currencyName, currencyPairs, currencyWorths, forexMarket } from '#exchange/market/forex-market.ts' // prettier-ignore
import { futureRoot, futuresListed } from '#exchange/market/futures-cycle.ts'
import { futuresMarket } from '#exchange/market/futures-market.ts'
import {
  FUND_SECTOR,
  fundListing,
  indexIdOf,
  indexListing,
  indexMarket,
  indexStrikeStep,
  syntheticFunds,
  syntheticIndices,
} from '#exchange/market/index-market.ts'
import { privateIsin } from '#exchange/market/isin.ts'
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
  /** All volatilities times this, > 0; 1 where absent. */
  readonly volatilityFactor?: number
  /** Classes listed beside the stocks; all where absent. Funds come with the indices. */
  readonly classes?: ReadonlySet<Listed['assetClass']>
}

/** On how many of the most traded stocks options are listed; the first few dozen have weeklies. */
const OPTIONED_STOCKS = 100
const LIQUID_STOCKS = 40

/** @throws InvariantError when there is no session between the dates */
export function syntheticClasses(settings: SyntheticClassesSettings): MarketModel {
  const { seed, stocks, firstDate, lastDate } = settings
  const { funds, indices, others } = listedBeside(settings)
  const beside = [...funds, ...indices, ...others]
  const stockMarket = syntheticMarket({ ...settings, instruments: stocks })
  const drawn = drawnParts({ ...settings, listed: beside })
  const fundIds = new Set(funds.map(({ id }) => id))
  const paid = dividends((id) => habitOf(seed, id, fundIds), {
    dailyBars: (id, ...rest) =>
      (fundIds.has(id) ? drawn.indexed : stockMarket).dailyBars(id, ...rest),
  })
  const listed: readonly Listed[] = [...stocks, ...beside]
  const byId = new Map(listed.map((of) => [of.id, of]))
  return assembledMarket({
    kind: 'synthetic',
    firstDate,
    lastDate,
    listed,
    parts: [{ ids: stocks.map(({ id }) => id), market: stockMarket }, ...drawn.parts].map(
      ({ ids, market }) => ({ ids, market: { ...market, actionsOn: paid.on } }),
    ),
    optioned: isListed(settings, 'OPT') ? optioned(settings, funds, indices) : [],
    dividends: paid,
    factsOf: (of) => factsOf(of, seed, byId),
  })
}

const isListed = ({ classes }: SyntheticClassesSettings, of: Listed['assetClass']): boolean =>
  classes?.has(of) ?? true

/** What is listed of the classes that are asked for. */
function listedBeside(settings: SyntheticClassesSettings) {
  const { stocks, entryDate, lastDate } = settings
  const tickers = new Set(stocks.map(({ symbol }) => symbol))
  const futures = isListed(settings, 'FUT') ? futuresListed(yearBefore(entryDate), lastDate) : []
  const pairs = isListed(settings, 'CASH') ? currencyPairs() : []
  return {
    funds: isListed(settings, 'IND') ? syntheticFunds(tickers) : [],
    indices: isListed(settings, 'IND') ? syntheticIndices() : [],
    others: [...futures, ...pairs],
  }
}

/** Contracts that have ended are known for another year, as IBKR's are for two. */
const yearBefore = (date: IsoDate): IsoDate => isoDateOf(((dayNumberOf(date) ?? 0) - 365) * DAY_MS)

/** The drawn prices of what is no company: currencies, futures, indices and the funds that hold them. */
export interface DrawnParts {
  readonly parts: AssembledMarketSettings['parts']
  /** Funds and indices. */
  readonly indexed: MarketPart
}

/**
 * @param settings - `listed`: what is to be priced; stocks other than the funds of `index-market.ts` have no price here
 */
export function drawnParts(
  settings: Omit<SyntheticClassesSettings, 'stocks'> & { readonly listed: readonly Listed[] },
): DrawnParts {
  const { seed, firstDate, lastDate, entryDate, listed, volatilityFactor = 1 } = settings
  const hours = venueHours()
  const dates = tradingDays(firstDate, lastDate)
  const worths = currencyWorths({ seed, dates, entryDate, volatilityFactor })
  const drivers = new Map([
    ...worths,
    ...syntheticDrivers({ seed, dates, entryDate, volatilityFactor }),
  ])
  const futures = listed.filter((of) => of.assetClass === 'FUT')
  const pairs = listed.filter((of) => of.assetClass === 'CASH')
  const indices = listed.filter((of) => of.assetClass === 'IND')
  const funds = listed.filter((of) => of.assetClass === 'STK')
  const indexed = indexMarket({ indices, funds, drivers }, hours)
  return {
    indexed,
    parts: [
      { ids: idsOf([...funds, ...indices]), market: indexed },
      { ids: idsOf(futures), market: futuresMarket({ futures, drivers }, hours) },
      { ids: idsOf(pairs), market: forexMarket({ pairs, worths }, hours) },
    ],
  }
}

const idsOf = (of: readonly Listed[]) => of.map(({ id }) => id)

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

/** The indices first, then the funds, then the stocks by what they trade. */
function optioned(
  { seed, stocks }: SyntheticClassesSettings,
  funds: readonly Stock[],
  indices: readonly Index[],
): AssembledMarketSettings['optioned'] {
  const values = new Map(stocks.map(({ id }) => [id, dailyValueOf(seed, id)]))
  const byValue = stocks.toSorted((a, b) => (values.get(b.id) ?? 0) - (values.get(a.id) ?? 0))
  const taken = new Set(indices.map(({ symbol }) => symbol))
  const named = byValue.filter(({ symbol }) => !taken.has(symbol)).slice(0, OPTIONED_STOCKS)
  const ofIndices = indices.flatMap((of) => {
    const strikeStep = indexStrikeStep(of.symbol)
    return strikeStep === undefined ? [] : [{ ...optionableOf(of), style: 'european' as const, liquid: true, strikeStep }] // prettier-ignore
  })
  const ofFunds = funds.map((of) => ({ ...optionableOf(of), liquid: true }))
  const ofStocks = named.map((of, i) => ({ ...optionableOf(of), liquid: i < LIQUID_STOCKS }))
  return [...ofIndices, ...ofFunds, ...ofStocks]
}

const optionableOf = ({ id, symbol, currency }: Stock | Index) => ({
  id,
  symbol,
  currency,
  style: 'american' as const,
})

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
