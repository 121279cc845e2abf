/**
 * Market rules: IBKR's numbers for ladders of price increments.
 *
 * An instrument carries its ladder; clients learn it by number. Its class's usual rule is named where
 * the ladder is that rule's, then any rule with the same ladder; ladders nobody has numbered are
 * numbered in the order of the listing, so that one universe gives the same numbers every time.
 */
import { format } from '#model/fixed.ts'
import type { PriceIncrements } from '#model/instrument.ts'
import type { Listed } from '#exchange/listing.ts'
import { MARKET_RULES, marketRuleIdOf } from '#schedules/price-increments.ts'

export interface MarketRules {
  /** The number of a listing's ladder. */
  idOf(listing: Listed): number
  /** The ladder of a number; undefined for a number that none has. */
  ladder(id: number): readonly Step[] | undefined
}

/** From this price on, this increment; decimal text. */
export interface Step {
  readonly lowEdge: string
  readonly increment: string
}

/** @param listed - everything enumerable; a ladder met later gets the next number */
export function marketRulesOf(listed: readonly Listed[]): MarketRules {
  const ladders = new Map(MARKET_RULES)

  function idOf(of: Listed): number {
    const key = keyOf(of.priceIncrements)
    const usual = of.assetClass === 'IND' ? INDEX_RULE : marketRuleIdOf(of)
    const same = (id: number) => keyOf(ladders.get(id) ?? []) === key
    const known = same(usual) ? usual : [...ladders.keys()].find(same)
    if (known !== undefined) return known
    const id = Math.max(...ladders.keys()) + 1
    ladders.set(id, of.priceIncrements)
    return id
  }

  for (const of of listed) idOf(of)
  return {
    idOf,
    ladder: (id) =>
      ladders.get(id)?.map(({ from, increment }) => ({
        lowEdge: format(from),
        increment: format(increment),
      })),
  }
}

/** An index is quoted in cents. */
const INDEX_RULE = 26

const keyOf = (increments: PriceIncrements): string =>
  increments.map(({ from, increment }) => `${format(from)}:${format(increment)}`).join(' ')
