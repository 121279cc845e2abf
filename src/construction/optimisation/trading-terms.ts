/**
 * What trading a unit of each name's exposure costs, and how much of it a day takes. A weight is exposure, but spread,
 * commission, impact and volume are of what changes hands, which of an option is its premium: `notionalShare` of traded
 * notional goes with a unit of exposure.
 *
 * - linear: half spread and the part of the commission that grows with the order (its minimum is for whole lots to mind);
 * - impact: Yσ√(notional / V) of notional (costs/impact.ts), so that b = Yσ·share·√(share·nav / V);
 * - participation: |z| ≤ x·V / (share·nav).
 *
 * Where no volume is known the order counts as a day of its own, as it does in costs/impact.ts: Yσ of what is traded,
 * and participation bounds nothing.
 */
import { toNumber } from '#model/border.ts'
import { quantity, type Currency } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { IMPACT } from '#costs/impact.ts'
import { commissionOf, liquidityOf } from '#construction/predicted-cost.ts'
import { notionalOf } from '#construction/trade.ts'
import type { ValuedName } from '#construction/valued-book.ts'

export interface TradingTerms {
  /** Notional that a unit of exposure trades, ≥ 0: 1 but of options. */
  readonly notionalShare: number
  /** a ≥ 0, of a unit of |z|. */
  readonly tradingCost: number
  /** b ≥ 0, of a unit of |z|^{3/2}. */
  readonly impact: number
  /** Most |z| that a usual day takes at a participation of 1; ∞ where its volume is unknown. */
  readonly dailyWeight: number
  /** s ≥ 0, of a unit short for one trading day. */
  readonly borrowPerDay: number
}

/** Sessions that an annual fee is spread over. */
export const TRADING_DAYS = 252

/** Large enough that a commission's minimum is no part of it. */
const LARGE_ORDER = quantity('1000000')

const UNTRADED: TradingTerms = { notionalShare: 1, tradingCost: 0, impact: 0, dailyWeight: Infinity, borrowPerDay: 0 } // prettier-ignore

/** @param nav - base currency > 0 */
export function tradingTermsOf(
  name: ValuedName,
  bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>,
  fx: ReadonlyMap<Currency, number>,
  nav: number,
): TradingTerms {
  const { instrument, price, quote, untradable } = name
  const borrowPerDay = instrument?.assetClass === 'STK' ? instrument.borrowRate / TRADING_DAYS : 0
  if (instrument === undefined || untradable !== undefined) return { ...UNTRADED, borrowPerDay }
  const { assetClass, multiplier } = instrument
  const notional = notionalOf(name, LARGE_ORDER)
  const share = notional / Math.abs(toNumber(LARGE_ORDER) * name.unitExposure)
  const halfSpread = ((quote?.ask ?? price) - (quote?.bid ?? price)) / (2 * price)
  const commission = commissionOf(name, LARGE_ORDER, fx) / notional
  const { dailyVolatility, dailyValue } = liquidityOf(bars.get(name.id) ?? [])
  const { Y, assumedDailyValue } = IMPACT[assetClass]
  const value = dailyValue === undefined ? assumedDailyValue : dailyValue * Number(multiplier) * name.fx // prettier-ignore
  const isKnown = value > 0
  const dailyWeight = isKnown ? value / (share * nav) : Infinity
  const atOnce = isKnown ? 0 : Y * dailyVolatility
  return {
    notionalShare: share,
    tradingCost: share * (halfSpread + commission + atOnce),
    impact: isKnown ? (Y * dailyVolatility * share) / Math.sqrt(dailyWeight) : 0,
    dailyWeight,
    borrowPerDay,
  }
}
