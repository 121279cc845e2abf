/**
 * Currency pairs in the net of a book. A pair is exposure like any other, and counts in gross and net, unless it is a
 * hedge: short the currency that something else is held in. Counted against the stocks that it protects, it would make
 * room for more of them, though their prices fall no less for it.
 *
 * The rule: in each currency other than the account's, what is held there apart from pairs (stocks and options by what
 * was paid for them; futures are not paid for) is set against the pairs that go the other way. They count only as far as they are more
 * than that, each by the same share. Pairs that go the same way count whole.
 *
 * After Directive 2010/43/EU, article 42(3): hedging arrangements may be taken account of in exposure where they disregard no
 * material risk and reduce risk clearly.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { Currency } from '#model/fixed.ts'
import type { Exposure, Exposures } from '#risk/exposures.ts'

/**
 * How much of each weight counts in net, 0 to 1, in the order of the book: Σ rateᵢ·wᵢ is its net leverage. Of names that
 * are no pair it is 1. The rates hold for the weights given; a pair not held has 1, for it hedges nothing yet.
 */
export function netRates(book: Exposures): Float64Array {
  const held = amountsHeld(book)
  const opposed = amountsOpposed(book, held)
  return Float64Array.from(book, (exposure) => {
    const { currency } = exposure.foreign ?? {}
    if (currency === undefined || !isHedge(exposure, held)) return 1
    return Math.max(0, 1 - Math.abs(held.get(currency) ?? 0) / (opposed.get(currency) ?? 0))
  })
}

/** Σw, signed, hedges apart; NaN where a weight is. */
export function netLeverage(book: Exposures): number {
  const rates = netRates(book)
  return book.reduce((total, { weight }, i) => total + rates[i]! * weight, 0)
}

/** What is held of each currency apart from pairs, fractions of net asset value. */
function amountsHeld(book: Exposures): ReadonlyMap<Currency, number> {
  const amounts = new Map<Currency, number>()
  for (const { assetClass, foreign, weight } of inOrder(book)) {
    if (assetClass === 'CASH' || foreign === undefined) continue
    add(amounts, foreign.currency, foreign.share * weight)
  }
  return amounts
}

/** Σ|w| of the pairs that go against it. */
function amountsOpposed(
  book: Exposures,
  held: ReadonlyMap<Currency, number>,
): ReadonlyMap<Currency, number> {
  const amounts = new Map<Currency, number>()
  for (const exposure of inOrder(book))
    if (exposure.foreign !== undefined && isHedge(exposure, held))
      add(amounts, exposure.foreign.currency, Math.abs(exposure.weight))
  return amounts
}

function isHedge(
  { assetClass, foreign, weight }: Exposure,
  held: ReadonlyMap<Currency, number>,
): boolean {
  if (assetClass !== 'CASH' || foreign === undefined) return false
  return foreign.share * weight * (held.get(foreign.currency) ?? 0) < 0
}

/** Sums of floats depend on their order, which is the names' whatever the caller's was. */
const inOrder = (book: Exposures): Exposures =>
  book.some(({ foreign }) => foreign !== undefined)
    ? book.toSorted((a, b) => byCodeUnit(a.instrument, b.instrument))
    : []

const add = (sums: Map<Currency, number>, currency: Currency, amount: number): void =>
  void sums.set(currency, (sums.get(currency) ?? 0) + amount)
