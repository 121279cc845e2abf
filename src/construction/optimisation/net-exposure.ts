/**
 * Net exposure as a row. Pairs that hedge count only as far as they are more than what they hedge
 * (risk/currency-hedges.ts), which is no sum: so the row counts each pair by its share as the book stands, and a bound
 * keeps a hedge a hedge, between nothing and what else is held in its currency less what other pairs hedge of it. A pair
 * that is beyond that already may come back, not go on. What the rest of the day's trades change of what is hedged is
 * left to the figures after whole lots.
 */
import type { Currency } from '#model/fixed.ts'
import { netRates } from '#risk/currency-hedges.ts'
import type { Exposures } from '#risk/exposures.ts'
import type { Range } from '#construction/optimisation/name-bounds.ts'
import type { ValuedBook } from '#construction/valued-book.ts'

export interface NetExposure {
  /** Share of each weight that counts, 0 to 1. */
  readonly rates: Float64Array
  /** Between what pairs that hedge must stay, by place. */
  readonly hedges: ReadonlyMap<number, Range>
}

/** Of the book as it stands. */
export function netExposureOf({ names }: Pick<ValuedBook, 'names'>): NetExposure {
  const book: Exposures = names.map(({ id, facts, weight }) => ({ ...facts, instrument: id, weight })) // prettier-ignore
  const rates = netRates(book)
  const places = [...names.keys()].filter((i) => rates[i]! < 1)
  const hedges = places.map((i): [number, Range] => {
    const { weight, foreign } = book[i]!
    const others = places.filter((j) => j !== i && book[j]!.foreign?.currency === foreign?.currency)
    const taken = others.reduce((sum, j) => sum + Math.abs(book[j]!.weight), 0)
    const room = Math.max(0, Math.abs(amountHeld(book, foreign?.currency)) - taken)
    const reach = Math.max(room, Math.abs(weight))
    return [i, weight < 0 ? [-reach, 0] : [0, reach]]
  })
  return { rates, hedges: new Map(hedges) }
}

/** What is held of a currency apart from pairs, signed. */
function amountHeld(book: Exposures, currency: Currency | undefined): number {
  return book.reduce(
    (sum, { assetClass, foreign, weight }) =>
      assetClass !== 'CASH' && foreign?.currency === currency && foreign !== undefined
        ? sum + foreign.share * weight
        : sum,
    0,
  )
}
