/**
 * Net exposure as rows. Pairs that hedge count only as far as they are more than what they hedge
 * (risk/currency-hedges.ts). With X held of a currency apart from its pairs, and p of these, both signed by what they do to
 * net, they count
 *
 *     c = min(0, p + X) where X ≥ 0 and p ≤ 0        c = max(0, p + X) where X ≤ 0 and p ≥ 0        c = p otherwise
 *
 * which is no line, but lies between min(0, p + X) and max(0, p + X), and between min(0, p) and max(0, p), whatever is
 * traded. A least of lines from below, and a most of them from above, are rows, one for each line, so that with X ≥ 0
 *
 * - on the lower side the pairs count as nothing in one row and as p + X in another, which is exact where they hedge;
 * - on the upper side as nothing and as p: whoever hedges makes no room for more of what is hedged. Those beyond it as the
 *   book stands count as p + X instead, for they may be more than nothing leaves.
 *
 * Where X is short the sides change places. A bound keeps a hedge a hedge: between nothing and what it may hedge, or where
 * it is if that is further. Every choice of lines by currency is a row of its own, which is done for the few currencies with
 * most in pairs; those of others count whole.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { Currency } from '#model/fixed.ts'
import { netRates } from '#risk/currency-hedges.ts'
import type { Exposures } from '#risk/exposures.ts'
import type { Range } from '#construction/optimisation/name-bounds.ts'
import type { ValuedBook } from '#construction/valued-book.ts'

export interface NetExposure {
  /** What counts against the most that net may be, and against the least: each of the rows holds. */
  readonly above: readonly NetRow[]
  readonly below: readonly NetRow[]
  /** Between what pairs that hedge must stay, by place. */
  readonly hedges: ReadonlyMap<number, Range>
}

export interface NetRow {
  /** The currencies whose pairs it counts, of those that may hedge: `EUR+GBP`; '' none. */
  readonly counting: string
  readonly rates: Float64Array
}

/** Four are sixteen rows a side. */
const MOST_CURRENCIES = 4

/** Of the book as it stands. */
export function netExposureOf({ names }: Pick<ValuedBook, 'names'>): NetExposure {
  const book: Exposures = names.map(({ id, facts, weight }) => ({ ...facts, instrument: id, weight })) // prettier-ignore
  const shares = netRates(book)
  const places = [...names.keys()].filter((i) => shares[i]! < 1)
  const hedges = new Map(places.map((i) => [i, hedgeRange(book, places, i)]))
  const hedged = currenciesOf(book, shares)
  const pairs = new Set(hedged.flatMap((one) => one.pairs))
  const plain = Float64Array.from(book, (_, i) => (pairs.has(i) ? 0 : 1))
  return {
    above: rowsOf(plain, hedged.map(({ currency, above }) => ({ currency, lines: above }))), // prettier-ignore
    below: rowsOf(plain, hedged.map(({ currency, below }) => ({ currency, lines: below }))), // prettier-ignore
    hedges,
  }
}

/** What the pairs of a currency may count as, each what it adds to the rates. */
type Line = Float64Array

interface HedgedCurrency {
  readonly currency: Currency
  readonly pairs: readonly number[]
  readonly above: readonly Line[]
  readonly below: readonly Line[]
}

/** Those with pairs and with something that these may hedge, the largest pairs first. */
function currenciesOf(book: Exposures, shares: Float64Array): readonly HedgedCurrency[] {
  const pairsOf = Map.groupBy(book.keys(), (i) => book[i]!.assetClass === 'CASH' ? book[i]!.foreign?.currency : undefined) // prettier-ignore
  const sizeOf = (pairs: readonly number[]) => pairs.reduce((sum, i) => sum + Math.abs(book[i]!.weight), 0) // prettier-ignore
  return [...pairsOf]
    .flatMap(
      ([currency, pairs]): HedgedCurrency[] =>
      currency === undefined || !book.some((one) => isHeldIn(one, currency)) ? [] : [hedgedBy(book, shares, currency, pairs)], // prettier-ignore
    )
    .toSorted((a, b) => sizeOf(b.pairs) - sizeOf(a.pairs) || byCodeUnit(a.currency, b.currency))
    .slice(0, MOST_CURRENCIES)
}

function hedgedBy(
  book: Exposures,
  shares: Float64Array,
  currency: Currency,
  pairs: readonly number[],
): HedgedCurrency {
  // A pair of the other direction has its weight's sign against the currency's.
  const sign = book[pairs[0]!]!.foreign!.share
  const nothing = new Float64Array(book.length)
  const whole = nothing.map((_, i) => (pairs.includes(i) ? 1 : 0))
  const both = whole.map((rate, j) => isHeldIn(book[j]!, currency) ? sign * book[j]!.foreign!.share : rate) // prettier-ignore
  const held = book.reduce((sum, { weight }, j) => whole[j] === 1 ? sum : sum + both[j]! * weight, 0) // prettier-ignore
  const hedging = pairs.filter((i) => shares[i]! < 1)
  const isBeyond = hedging.some((i) => shares[i]! > 0)
  const own = isBeyond ? [both] : hedging.length === pairs.length ? [nothing] : [nothing, whole]
  return held >= 0
    ? { currency, pairs, above: own, below: [nothing, both] }
    : { currency, pairs, above: [nothing, both], below: own }
}

/** Every choice of a line by currency. */
function rowsOf(
  plain: Float64Array,
  currencies: readonly { readonly currency: Currency; readonly lines: readonly Line[] }[],
): readonly NetRow[] {
  return currencies.reduce<readonly NetRow[]>(
    (rows, { currency, lines }) =>
      rows.flatMap(({ counting, rates }) =>
        lines.map((line): NetRow => {
          const isCounted = line.some((rate) => rate !== 0)
          return {
            counting: !isCounted
              ? counting
              : counting === ''
                ? currency
                : `${counting}+${currency}`,
            rates: rates.map((rate, i) => rate + line[i]!),
          }
        }),
      ),
    [{ counting: '', rates: plain }],
  )
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
