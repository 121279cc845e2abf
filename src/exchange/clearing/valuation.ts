/**
 * What prices the account: marks and currency rates, looked up once and kept for a while.
 *
 * Marks are those of the beginning of the present interval of venue time (`remarkMs`), so that asking more or
 * less often changes no figure; a trade in a name marks that name anew.
 */
import { NANOS, fractionOf, type Currency, type Money, type Price } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import { invariant } from '#model/invariant.ts'
import type { EpochMs } from '#model/time.ts'
import { ONE_TO_ONE } from '#exchange/clearing/clearing-settings.ts'

/** What prices the account. */
export interface Valuation {
  /** Undefined while there never was a price. */
  mark(instrument: InstrumentId): Price | undefined
  /** Base currency per unit of a currency, > 0. */
  rate(currency: Currency): Price
}

export interface Marks extends Valuation {
  /** The instant that the present marks are of. */
  readonly asOf: EpochMs
  /** Moves to the interval of `now`. @returns whether it is another one */
  moveTo(now: EpochMs): boolean
  /** Looks a name up anew. */
  forget(instrument: InstrumentId): void
  /** Looks everything up anew. */
  forgetAll(): void
}

/** Where marks come from. */
export interface MarkSource {
  mark(instrument: InstrumentId, now: EpochMs): Price | undefined
}

/** @param rates - base currency per unit where no pair is listed */
export function marksOf(
  source: MarkSource,
  base: Currency,
  rates: ReadonlyMap<Currency, Price>,
  remarkMs: number,
): Marks {
  const marks = new Map<InstrumentId, Price | undefined>()
  const found = new Map<Currency, Price>()
  let asOf = Number.NaN
  const mark: Valuation['mark'] = (id) => {
    if (marks.has(id)) return marks.get(id)
    const price = source.mark(id, asOf)
    marks.set(id, price)
    return price
  }
  const pairRate = (currency: Currency): Price | undefined => {
    const direct = mark(pairOf(currency, base))
    if (direct !== undefined) return direct
    const inverse = mark(pairOf(base, currency))
    return inverse === undefined ? rates.get(currency) : fractionOf(ONE_TO_ONE, NANOS, inverse)
  }
  const rate: Valuation['rate'] = (currency) => {
    if (currency === base) return ONE_TO_ONE
    const known = found.get(currency)
    if (known !== undefined) return known
    const price = pairRate(currency)
    invariant(
      price !== undefined,
      `${currency} has a pair to ${base} with a price, or a stated rate`,
    )
    found.set(currency, price)
    return price
  }
  const forgetAll = () => {
    marks.clear()
    found.clear()
  }
  return {
    get asOf() {
      return asOf
    },
    moveTo: (now) => {
      const interval = Math.floor(now / remarkMs) * remarkMs
      if (interval === asOf) return false
      asOf = interval
      forgetAll()
      return true
    },
    mark,
    rate,
    forget: (id) => {
      marks.delete(id)
      found.clear()
    },
    forgetAll,
  }
}

/** @param rate - base currency per unit */
export const toBase = (amount: Money<Currency>, rate: Price): Money<Currency> =>
  rate === NANOS ? amount : fractionOf(amount, rate, NANOS)

const pairOf = (symbol: Currency, currency: Currency): InstrumentId =>
  instrumentIdOf({ symbol, assetClass: 'CASH', currency })
