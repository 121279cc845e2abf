/**
 * Currency pairs out of files, which have prices and at most quotes, but neither sizes nor volumes: they are as deep as
 * the pair is elsewhere, and where nobody quoted, the spread is the pair's usual one too.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Forex } from '#model/instrument.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { pairLiquidity } from '#exchange/market/forex-market.ts'
import { venueHours } from '#exchange/venue-hours.ts'

/** @param spreads - `recorded`: the market's own are kept */
export function withPairDepth(
  market: MarketModel,
  pairs: readonly Forex[],
  spreads: 'recorded' | 'unknown',
): MarketModel {
  if (pairs.length === 0) return market
  const hours = venueHours()
  const pairOf = new Map<InstrumentId, Forex>(pairs.map((of) => [of.id, of]))
  const liquidity: MarketModel['liquidity'] = (id, at) => {
    const [of, found] = [pairOf.get(id), market.liquidity(id, at)]
    if (of === undefined || found === undefined) return found
    const usual = pairLiquidity(of, found.dailyVolatility, at, hours.regular(of, at).date)
    return spreads === 'recorded' ? { ...usual, spread: found.spread } : usual
  }
  return {
    ...market,
    liquidity,
    // Its bounds are of the spreads that are replaced here.
    priceRange: (id, from, to) => (pairOf.has(id) ? undefined : market.priceRange?.(id, from, to)),
  }
}
