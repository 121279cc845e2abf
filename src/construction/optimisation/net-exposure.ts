/**
 * Net exposure as rows. Pairs that hedge count only as far as they are more than what they hedge
 * (risk/currency-hedges.ts): with X held of a currency and the pairs short of it at w ≤ 0, they count min(0, w + X). A row
 * must not count less than that is on the side that it bounds, so on the upper side
 *
 * - pairs within what they hedge count nothing, and min(0, w + X) ≤ 0 holds whatever is traded;
 * - pairs beyond it count whole, and what they hedge counts once more: min(0, w + X) ≤ w + X;
 *
 * and on the lower side they count by their share as the book stands, which holds while what is hedged stays. Where X is
 * short the sides change places. A bound keeps a hedge a hedge: between nothing and what it may hedge, or where it is if
 * that is further.
 */
import type { Currency } from '#model/fixed.ts'
import { netRates } from '#risk/currency-hedges.ts'
import type { Exposures } from '#risk/exposures.ts'
import type { Range } from '#construction/optimisation/name-bounds.ts'
import type { ValuedBook } from '#construction/valued-book.ts'

export interface NetExposure {
  /** What counts against the most that net may be, and against the least; the same array where they do not differ. */
  readonly above: Float64Array
  readonly below: Float64Array
  /** Between what pairs that hedge must stay, by place. */
  readonly hedges: ReadonlyMap<number, Range>
}

/** Of the book as it stands. */
export function netExposureOf({ names }: Pick<ValuedBook, 'names'>): NetExposure {
  const book: Exposures = names.map(({ id, facts, weight }) => ({ ...facts, instrument: id, weight })) // prettier-ignore
  const shares = netRates(book)
  const places = [...names.keys()].filter((i) => shares[i]! < 1)
  const hedges = new Map(places.map((i) => [i, hedgeRange(book, places, i)]))
  const beyond = places.filter((i) => shares[i]! > 0)
  if (beyond.length === 0) return { above: shares, below: shares, hedges }
  const [above, below] = [shares.slice(), shares.slice()]
  for (const i of beyond) (book[i]!.weight < 0 ? above : below)[i] = 1
  for (const currency of new Set(beyond.map((i) => book[i]!.foreign!.currency))) {
    const first = beyond.find((i) => book[i]!.foreign!.currency === currency)!
    const whole = book[first]!.weight < 0 ? above : below
    // A pair of the other direction has its weight's sign against the currency's.
    const sign = book[first]!.foreign!.share
    for (const [j, exposure] of book.entries())
      if (isHeldIn(exposure, currency)) whole[j]! += sign * exposure.foreign!.share
  }
  return { above, below, hedges }
}

function hedgeRange(book: Exposures, places: readonly number[], i: number): Range {
  const { weight, foreign } = book[i]!
  const others = places.filter((j) => j !== i && book[j]!.foreign?.currency === foreign?.currency)
  const taken = others.reduce((sum, j) => sum + Math.abs(book[j]!.weight), 0)
  const held = book.reduce((sum, one) => sum + (foreign !== undefined && isHeldIn(one, foreign.currency) ? one.foreign!.share * one.weight : 0), 0) // prettier-ignore
  const reach = Math.max(Math.abs(held) - taken, Math.abs(weight))
  return weight < 0 ? [-reach, 0] : [0, reach]
}

/** Whether it holds a currency apart from pairs. */
const isHeldIn = ({ assetClass, foreign }: Exposures[number], currency: Currency): boolean =>
  assetClass !== 'CASH' && foreign?.currency === currency
