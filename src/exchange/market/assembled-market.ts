/**
 * A market put together from a listing and the models that price its classes: with a directory of it all, chains on
 * what has options, and options priced from what they are on.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { IsoDate } from '#model/time.ts'
import type { Listed, ListingFacts } from '#exchange/listing.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { composedMarket, type MarketPart } from '#exchange/market/composed-market.ts'
import { marketDirectory, plainDirectory } from '#exchange/market/directory.ts'
import type { Dividends } from '#exchange/market/dividends.ts'
import { MOST_PLACES, placesOf, type Optionable } from '#exchange/market/option-chains.ts'
import { optionMarket } from '#exchange/market/option-market.ts'

export interface AssembledMarketSettings {
  readonly kind: MarketModel['kind']
  readonly firstDate: IsoDate
  readonly lastDate: IsoDate
  /** Everything enumerable: options among it are priced by the option model unless a part holds them. */
  readonly listed: readonly Listed[]
  readonly parts: readonly { readonly ids: readonly InstrumentId[]; readonly market: MarketPart }[]
  /** What has chains, the most important first: there is room for some hundred and fifty. */
  readonly optioned: readonly Omit<Optionable, 'place'>[]
  readonly dividends: Dividends
  readonly factsOf: (of: Listed) => Partial<ListingFacts>
}

export function assembledMarket(settings: AssembledMarketSettings): MarketModel {
  const { listed, parts, factsOf, dividends } = settings
  const instruments = listed.filter((of) => of.assetClass !== 'IND')
  const common = { ...settings, instruments, parts }
  const underlyings = composedMarket({ ...common, directory: plainDirectory(listed) })
  const optionables = placed(settings.optioned)
  const directory = marketDirectory({ listed, optionables, market: underlyings, factsOf })
  const options = optionMarket({
    optionOf: (id) => {
      const of = directory.byId(id)
      return of?.assetClass === 'OPT' ? of : undefined
    },
    styleOf: (id) => (id.includes('.IND.') ? 'european' : 'american'),
    underlyings,
    dividends,
  })
  return composedMarket({ ...common, directory, options })
}

/** Each in its place of the numbering, until the numbers are used up. */
function placed(optioned: AssembledMarketSettings['optioned']): readonly Optionable[] {
  const found: Optionable[] = []
  let place = 0
  for (const on of optioned) {
    if (place + placesOf(on) > MOST_PLACES) break
    found.push({ ...on, place })
    place += placesOf(on)
  }
  return found
}
