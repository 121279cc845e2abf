/**
 * How easily an option trades: spread by price and tenor, volume and size by how near the money and the expiry it is.
 *
 * Source: J. Wei & J. Zheng, "Trading Activity and Bid-Ask Spreads of Individual Equity Options", Journal of Banking &
 * Finance 34 (2010): spreads rise less than in proportion with the price, volume sits at the money and near.
 */
import { incrementAt, priceFrom, toNumber } from '#model/border.ts'
import type { Option } from '#model/instrument.ts'
import { DAY_MS, dayNumberOf, type EpochMs, type IsoDate } from '#model/time.ts'
import { lastTradeAt } from '#exchange/market/expiry.ts'
import type { Liquidity } from '#exchange/market-model.ts'

const OPTION_LIQUIDITY = {
  /** Spread in money: this times price to the exponent, more for each root of a year. */
  spread: 0.028,
  spreadExponent: 0.6,
  spreadByRootYear: 0.6,
  /** Contracts a day on one underlying, as a share of its units, spread over strikes and expiries. */
  volumeShare: 0.001,
  /** Contracts at the touch: at least, and as a share of the contract's day. */
  leastTouch: 4,
  touchShare: 0.04,
  mostTouch: 500,
} as const

const YEAR_MS = 365 * DAY_MS

/** Contracts of one option for one unit of the underlying: most at the money and in the nearest month. */
export function shareOfVolume(
  of: Pick<Option, 'expiry' | 'strike'>,
  spot: number,
  date: IsoDate,
): number {
  const days = Math.max(0, (dayNumberOf(of.expiry) ?? 0) - (dayNumberOf(date) ?? 0))
  const years = (days + 1) / 365
  const distance = Math.log(toNumber(of.strike) / spot) / (TYPICAL_VOLATILITY * Math.sqrt(years))
  const nearness = Math.exp((-distance * distance) / 2)
  return (OPTION_LIQUIDITY.volumeShare * nearness * 30) / (30 + days)
}

const TYPICAL_VOLATILITY = 0.35

/** An option at an instant. */
export interface Standing {
  readonly value: number
  readonly spot: number
  readonly delta: number
  readonly at: EpochMs
  /** Contracts on an average day. */
  readonly contracts: number
  /** Annual volatility of the underlying. */
  readonly volatility: number
}

/** The most a day's return may vary by for impact's sake: far options double and halve. */
const MOST_DAILY_VOLATILITY = 1

/** Between bid and ask, in quote currency: rises with the value and falls with time. */
export function spreadOf(of: Option, value: number, at: EpochMs): number {
  const { spread, spreadExponent, spreadByRootYear } = OPTION_LIQUIDITY
  const years = Math.max(0, (lastTradeAt(of) ?? at) - at) / YEAR_MS
  const usual =
    spread * Math.exp(spreadExponent * Math.log(value)) * (1 + spreadByRootYear * Math.sqrt(years))
  return Math.max(toNumber(incrementAt(priceFrom(value), of.priceIncrements)), usual)
}

/** How an option is quoted: wider in money the dearer it is and the longer it runs. */
export function liquidityOf(of: Option, standing: Standing): Liquidity {
  const { value, spot, delta, at, contracts, volatility } = standing
  const elasticity = (Math.abs(delta) * spot) / value
  const dailyVolatility = (elasticity * volatility) / Math.sqrt(252)
  return {
    spread: spreadOf(of, value, at) / value,
    touchSize: Math.min(
      OPTION_LIQUIDITY.mostTouch,
      OPTION_LIQUIDITY.leastTouch + contracts * OPTION_LIQUIDITY.touchShare,
    ),
    dailyVolume: Math.max(1, contracts),
    dailyVolatility: Math.min(MOST_DAILY_VOLATILITY, Math.max(0.002, dailyVolatility)),
  }
}
