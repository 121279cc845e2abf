/** Listings by every name they have. */
import type { InstrumentId } from '#model/ids.ts'
import type { Directory, Listed, ListingFacts } from '#exchange/listing.ts'

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
