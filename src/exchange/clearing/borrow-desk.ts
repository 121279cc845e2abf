/** What can be borrowed to sell short: so many units of a name, which the lender may want back. */
import { minus, negate, quantity, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { UNLIMITED } from '#exchange/clearing/clearing-settings.ts'

export interface BorrowDesk {
  /** Units of a name that the account may be short of in all. */
  lendable(of: Instrument): Quantity
  /** Units that can still be borrowed, given what is held. */
  available(of: Instrument, held: Quantity): Quantity
  /** Whether a holding could be delivered: longs always, shorts as far as the lender lends. */
  covers(of: Instrument, holding: Quantity): boolean
  /** From now on. */
  set(instrument: InstrumentId, units: Quantity): void
}

const NONE = quantity('0')

/**
 * @param rows - by name; none of a name without a row that is not shortable
 * @param supply - of a shortable name without a row; absent: any number
 */
export function borrowDesk(
  rows: ReadonlyMap<InstrumentId, Quantity>,
  supply: (of: Instrument) => Quantity = () => UNLIMITED,
): BorrowDesk {
  const lent = new Map(rows)
  const lendable: BorrowDesk['lendable'] = (of) => {
    if (of.assetClass !== 'STK') return UNLIMITED
    return lent.get(of.id) ?? (of.shortable ? supply(of) : NONE)
  }
  return {
    lendable,
    available: (of, held) => {
      const left = minus(lendable(of), held < 0n ? negate(held) : NONE)
      return left > 0n ? left : NONE
    },
    covers: (of, holding) => holding >= 0n || negate(holding) <= lendable(of),
    set: (instrument, units) => {
      lent.set(instrument, units)
    },
  }
}
