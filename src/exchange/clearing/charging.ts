/**
 * What the broker charges an order: its plan's charges for all that filled so far, in the currency the
 * commission is taken in.
 *
 * Stocks, options and futures are charged in their own currency, so that cost and profit stay in one; a currency
 * trade in dollars, as the broker's price list has it.
 */
import {
  NANOS,
  fractionOf,
  minus,
  money,
  plus,
  quantity,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { AssetClass, Instrument } from '#model/instrument.ts'
import type { IsoDate } from '#model/time.ts'
import { chargesOf, type CommissionPlan } from '#schedules/tiered-commissions.ts'

/** An order's fills so far, or what they would be. */
export interface Filled {
  readonly instrument: Instrument
  readonly side: 'buy' | 'sell'
  readonly units: Quantity
  /** Of the units, those that added liquidity. */
  readonly added: Quantity
  /** Σ|notional| in the instrument's currency. */
  readonly value: Money<Currency>
  readonly averagePrice: Price
  readonly date: IsoDate
  /** Traded of the class in the month before the order, as `volumeBefore` had it; absent: until now. */
  readonly monthVolume?: Quantity
}

export interface Charging {
  readonly plan: CommissionPlan
  /** What commissions of an instrument are charged in. */
  currencyOf(of: Instrument): Currency
  /** Charges of an order in that currency; an exchange's rebate can make them negative. */
  chargeOf(filled: Filled): Money<Currency>
  /** Traded of an instrument's class in a day's month so far. */
  volumeBefore(of: Instrument, date: IsoDate): Quantity
  /**
   * Counts a fill into the month's volume; one of the day that was counted under the same key gives way to it.
   *
   * @param units - unsigned; zero takes back what the key stands for
   */
  count(of: Instrument, units: Quantity, value: Money<Currency>, date: IsoDate, key?: string): void
}

/** What price lists are in. */
const LIST_CURRENCY = 'USD'
const NONE = quantity('0')

/** @param rate - base currency per unit of a currency */
export function charging(plan: CommissionPlan, rate: (currency: Currency) => Price): Charging {
  const volumes = new Map<AssetClass, Quantity>()
  /** What was counted today, by key: a correction reverses what was counted, at the rate it was counted at. */
  const countedToday = new Map<string, Quantity>()
  let [month, today] = ['', '']
  const toList = (amount: Money<Currency>, from: Currency) =>
    from === LIST_CURRENCY ? amount : fractionOf(amount, rate(from), rate(LIST_CURRENCY))
  const fromList = (amount: Money<Currency>, to: Currency) =>
    to === LIST_CURRENCY ? amount : fractionOf(amount, rate(LIST_CURRENCY), rate(to))
  const volumeBefore: Charging['volumeBefore'] = ({ assetClass }, date) =>
    date.slice(0, 7) === month ? (volumes.get(assetClass) ?? NONE) : NONE
  return {
    plan,
    currencyOf,
    volumeBefore,
    chargeOf: (filled) => {
      const { instrument, side, units, added, averagePrice, date } = filled
      const { monthVolume = volumeBefore(instrument, date) } = filled
      const value = toList(filled.value, instrument.currency)
      const { total } = chargesOf(
        { instrument, side, filled: units, added, value, averagePrice, monthVolume, date }, // prettier-ignore
        plan,
      )
      return fromList(total, currencyOf(instrument))
    },
    count: (of, units, value, date, key) => {
      if (date.slice(0, 7) !== month) volumes.clear()
      if (date !== today) countedToday.clear()
      ;[month, today] = [date.slice(0, 7), date]
      const traded = of.assetClass === 'CASH' ? dollarsAsUnits(toList(value, of.currency)) : units
      const instead = key === undefined ? NONE : (countedToday.get(key) ?? NONE)
      if (key !== undefined) countedToday.set(key, traded)
      volumes.set(of.assetClass, plus(volumes.get(of.assetClass) ?? NONE, minus(traded, instead)))
    },
  }
}

const currencyOf = (of: Instrument): Currency =>
  of.assetClass === 'CASH' ? LIST_CURRENCY : of.currency

/** Forex tiers count dollars of value. */
const dollarsAsUnits = (value: Money<Currency>): Quantity => fractionOf(quantity('1'), value, NANOS)

/** The charge of one more fill; what was charged stays charged, but where an exchange pays for liquidity. */
export function furtherCharge(
  now: Money<Currency>,
  before: Money<Currency>,
  { passThrough }: CommissionPlan,
): Money<Currency> {
  const further = minus(now, before)
  return further < 0n && !passThrough ? money('0', 'USD') : further
}
