/**
 * How many business days after a trade its money and its securities change hands.
 *
 * Sources: SEC Rule 15c6-1, as amended for T+3 (1995-06-07), T+2 (2017-09-05) and T+1 (2024-05-28); OCC
 * By-Laws (options premiums on the next business day); spot currencies settle by custom on the second day,
 * pairs of the US and the Canadian dollar on the first; futures pay their variation every day.
 */
import type { Instrument } from '#model/instrument.ts'
import type { IsoDate } from '#model/time.ts'

/** US stocks, by the first trade date of the cycle. */
export const US_STOCK_CYCLES: readonly (readonly [since: IsoDate, days: number])[] = [
  ['1995-06-07', 3],
  ['2017-09-05', 2],
  ['2024-05-28', 1],
]

/** Before 1995. */
const FIVE_DAYS = 5

/** Business days from a trade to its settlement. */
export function settlementLag(
  of: Pick<Instrument, 'assetClass' | 'symbol' | 'currency'>,
  tradeDate: IsoDate,
): number {
  if (of.assetClass === 'OPT') return 1
  if (of.assetClass === 'FUT') return 0
  if (of.assetClass === 'CASH') return isUsdCad(of) ? 1 : 2
  return US_STOCK_CYCLES.findLast(([since]) => since <= tradeDate)?.[1] ?? FIVE_DAYS
}

const isUsdCad = ({ symbol, currency }: Pick<Instrument, 'symbol' | 'currency'>): boolean =>
  (symbol === 'USD' && currency === 'CAD') || (symbol === 'CAD' && currency === 'USD')
