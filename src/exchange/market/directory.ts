/**
 * Listings by every name they have.
 *
 * What is listed one by one stands in tables. Options of chains are made when they are asked for: their names and
 * numbers say everything about them (`option-chains.ts`), so a chain costs nothing until somebody looks at it.
 * Whether an option has expired is a question of the time, which a directory does not know: see `expiry.ts`.
 */
import { parseInstrumentName } from '#model/instrument-id.ts'
import { price } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Option } from '#model/instrument.ts'
import { dayNumberOf, type IsoDate } from '#model/time.ts'
import { previousTradingDay } from '#marketdata/calendar.ts'
import type {
  Directory,
  Listed,
  ListingFacts,
  OptionChain,
  OptionQuery,
} from '#exchange/listing.ts'
import {
  chainOption,
  expiriesOn,
  optionByConId,
  placesOf,
  strikesOn,
  tradingClassOf,
  type Optionable,
} from '#exchange/market/option-chains.ts'
import type { MarketModel } from '#exchange/market-model.ts'

export interface DirectorySettings {
  /** Enumerable listings. */
  readonly listed: readonly Listed[]
  /** What options are listed on, each in a place of its own. */
  readonly optionables: readonly Optionable[]
  /** Whose closes strikes are listed around. */
  readonly market: Pick<MarketModel, 'dailyBars'>
  /** What is known of a listing beyond its terms; what is absent is filled with what its terms say. */
  readonly factsOf: (of: Listed) => Partial<ListingFacts>
}

/** How many chain options are kept once made. */
const OPTIONS_KEPT = 50_000

/** Sessions whose prices strikes stand around. */
const RANGE_SESSIONS = 126

export function marketDirectory(settings: DirectorySettings): Directory {
  const plain = plainDirectory(settings.listed.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
  const optionables = new Map(settings.optionables.map((on) => [on.id, on]))
  const bySymbol = new Map(settings.optionables.map((on) => [`${on.symbol}.${on.currency}`, on]))
  const byPlace = new Map(
    settings.optionables.flatMap((on) =>
      Array.from({ length: placesOf(on) }, (_, i) => [on.place + i, on] as const),
    ),
  )
  const options = new Map<InstrumentId, Option>()
  const keep = (of: Option | undefined): Option | undefined => {
    if (of === undefined) return undefined
    if (options.size >= OPTIONS_KEPT) options.clear()
    options.set(of.id, of)
    return of
  }
  const ranges = priceRanges(settings.market)

  const byId: Directory['byId'] = (id) =>
    plain.byId(id) ?? options.get(id) ?? keep(optionNamed(id, bySymbol))
  const chains: Directory['chains'] = (underlying, date) => {
    const on = optionables.get(underlying)
    const range = on === undefined ? undefined : ranges(underlying, date)
    if (on === undefined || range === undefined) return []
    return [...expiriesOn(on, date)].map(([tradingClass, expiries]) => ({
      underlying,
      exchange: 'SMART',
      tradingClass,
      multiplier: 100n,
      expiries,
      strikes: unionOf(expiries.map((expiry) => strikesOn(on, range, daysTo(expiry, date)))),
    }))
  }
  return {
    listed: plain.listed,
    byId,
    byConId: (conId) => plain.byConId(conId) ?? keep(optionByConId(conId, (place) => byPlace.get(place))), // prettier-ignore
    chains,
    optionsOn: (underlying, date, asked) => {
      const on = optionables.get(underlying)
      const range = on === undefined ? undefined : ranges(underlying, date)
      const found =
        on === undefined || range === undefined ? [] : enumerated(on, range, date, asked)
      return found.map((of) => options.get(of.id) ?? keep(of) ?? of)
    },
    facts: (id) => {
      const of = byId(id)
      return of === undefined ? plain.facts(id) : { ...plainFacts(of, id), ...chainFacts(of, optionables), ...settings.factsOf(of) } // prettier-ignore
    },
  }
}

const daysTo = (expiry: IsoDate, date: IsoDate): number =>
  (dayNumberOf(expiry) ?? 0) - (dayNumberOf(date) ?? 0)

function optionNamed(
  id: InstrumentId,
  bySymbol: ReadonlyMap<string, Optionable>,
): Option | undefined {
  if (!id.includes('.OPT.')) return undefined
  const name = parseInstrumentName(id)
  if (!name.ok) return undefined
  const { symbol, currency, expiry = '', strike = '', right = 'C' } = name.value
  const on = bySymbol.get(`${symbol}.${currency}`)
  if (on === undefined) return undefined
  const date = `${expiry.slice(0, 4)}-${expiry.slice(4, 6)}-${expiry.slice(6)}`
  return chainOption(on, { expiry: date, strike: price(strike), right })
}

/** Every option of a day that agrees, by class, expiry, strike and right. */
function enumerated(
  on: Optionable,
  range: PriceRange,
  date: IsoDate,
  asked: OptionQuery,
): readonly Option[] {
  const { tradingClass, expiry: wanted = '', strike: only, right } = asked
  const rights = right === undefined ? (['C', 'P'] as const) : [right]
  return [...expiriesOn(on, date)]
    .filter(([name]) => tradingClass === undefined || name === tradingClass)
    .flatMap(([, expiries]) => expiries.filter((expiry) => expiry.startsWith(wanted)))
    .flatMap((expiry) => {
      const strikes = strikesOn(on, range, daysTo(expiry, date))
      const among = only === undefined ? strikes : strikes.filter((strike) => strike === only)
      return among.flatMap((strike) => rights.flatMap((side) => chainOption(on, { expiry, strike, right: side }) ?? [])) // prettier-ignore
    })
}

interface PriceRange {
  readonly low: number
  readonly high: number
}

/** Lowest and highest close of the half year before a day, kept for the day. */
function priceRanges(
  market: Pick<MarketModel, 'dailyBars'>,
): (underlying: InstrumentId, date: IsoDate) => PriceRange | undefined {
  const known = new Map<InstrumentId, { readonly date: IsoDate; readonly range: PriceRange | undefined }>() // prettier-ignore
  return (id, date) => {
    const last = known.get(id)
    if (last?.date === date) return last.range
    const closes = market
      .dailyBars(id, RANGE_SESSIONS, previousTradingDay(date), 'splits')
      .map(({ close }) => close)
    const range = closes.length === 0 ? undefined : { low: Math.min(...closes), high: Math.max(...closes) } // prettier-ignore
    known.set(id, { date, range })
    return range
  }
}

function unionOf(lists: readonly OptionChain['strikes'][]): OptionChain['strikes'] {
  return [...new Set(lists.flat())].toSorted((a, b) => Number(a - b))
}

/** An option is described by what it is on. */
function chainFacts(
  of: Listed,
  optionables: ReadonlyMap<InstrumentId, Optionable>,
): Partial<ListingFacts> {
  const on = of.assetClass === 'OPT' ? optionables.get(of.underlying) : undefined
  return on === undefined || of.assetClass !== 'OPT'
    ? {}
    : { tradingClass: tradingClassOf(on, of.expiry) }
}

/**
 * A directory of listings that were named one by one, without chains.
 *
 * @param listed - sorted by id
 */
export function plainDirectory(listed: readonly Listed[]): Directory {
  const byId = new Map(listed.map((of) => [of.id, of]))
  const byConId = new Map(listed.map((of) => [of.conId, of]))
  return {
    listed,
    byId: (id) => byId.get(id),
    byConId: (conId) => byConId.get(conId),
    chains: () => [],
    optionsOn: () => [],
    facts: (id) => plainFacts(byId.get(id), id),
  }
}

function plainFacts(of: Listed | undefined, id: InstrumentId): ListingFacts {
  return {
    longName: of?.symbol ?? id,
    stockType: of?.assetClass === 'STK' ? 'COMMON' : '',
    industry: of?.assetClass === 'STK' ? of.sector : '',
    category: '',
    subcategory: '',
    underlying: of?.assetClass === 'OPT' ? of.underlying : undefined,
    tradingClass: of?.symbol ?? id,
    secIds: [],
  }
}
