/**
 * What one unit of an instrument stands for, in money: the exposure that leverage, sector and
 * position limits count, and the cash that buying it takes. They differ where a contract is not
 * paid for: a future costs nothing to enter, a currency pair only changes one cash for another.
 */
import { toNumber } from '#model/border.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument, Option } from '#model/instrument.ts'
import { DAY_MS, dayNumberOf, type EpochMs } from '#model/time.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { blackScholesDelta, blackScholesPrice, impliedVolatility } from '#pricing/black-scholes.ts'

/** Prices as of one moment. */
export interface PriceView {
  readonly asOf: EpochMs
  /** The price an instrument is valued at, quote currency a unit; undefined when there is none. */
  priceOf(instrument: InstrumentId): number | undefined
}

export interface UnitValue {
  /** Quote currency of exposure per unit: price × multiplier; an option's is Δ × spot × multiplier. */
  readonly exposure: number
  /** Quote currency paid for one unit: price × multiplier; 0 for futures and forex. */
  readonly cash: number
}

/**
 * The value of one unit (share, contract, unit of base currency) held long.
 *
 * @returns undefined where a price is missing, or an option's price admits no volatility: the
 *   exposure is then unknown, never zero
 */
export function unitValueOf(of: Instrument, view: PriceView): UnitValue | undefined {
  const price = view.priceOf(of.id)
  if (price === undefined || !Number.isFinite(price)) return undefined
  const value = price * Number(of.multiplier)
  if (of.assetClass === 'STK') return { exposure: value, cash: value }
  if (of.assetClass !== 'OPT') return { exposure: value, cash: 0 }
  const delta = deltaOf(of, price, view)
  const spot = view.priceOf(of.underlying)
  if (delta === undefined || spot === undefined) return undefined
  return { exposure: delta * spot * Number(of.multiplier), cash: value }
}

/** Listed US options stop trading at 16:00 New York: minutes of the day. */
const EXPIRY_MINUTES = 16 * 60
/** Rate differences of a few per cent move the delta of options under a year by hundredths. */
const RATE = 0

/** Black–Scholes delta at the volatility that the option's own price implies. */
function deltaOf(of: Option, price: number, view: PriceView): number | undefined {
  const spot = view.priceOf(of.underlying)
  if (spot === undefined || dayNumberOf(of.expiry) === undefined) return undefined
  const left = newYorkInstant(of.expiry, EXPIRY_MINUTES) - view.asOf
  const years = Math.max(0, left) / (365 * DAY_MS)
  const european = { right: of.right, spot, strike: toNumber(of.strike), years, rate: RATE }
  const volatility = years === 0 ? 0 : impliedVolatility(european, price)
  // Below intrinsic value by a tick of spread: as good as exercised.
  if (volatility === undefined && price < blackScholesPrice(european, 0))
    return blackScholesDelta(european, 0)
  return volatility === undefined ? undefined : blackScholesDelta(european, volatility)
}
