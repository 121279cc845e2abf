/**
 * What a trade is expected to cost against the mid: half the quoted spread, market impact and
 * commission. Positive is cost. Predicted only: what a venue charges is the exchange's and the
 * broker's business.
 */
import { impactBps, type TradedName } from '#costs/impact.ts'

export interface ProposedTrade extends TradedName {
  /** Units × price × multiplier × fx at the mid, base currency > 0. */
  readonly notional: number
  /** (ask − bid) / (2 mid), fraction ≥ 0. */
  readonly halfSpread: number
  /** By the broker's schedule, base currency. */
  readonly commission: number
}

export interface TradeCost {
  readonly notional: number
  readonly spreadBps: number
  readonly impactBps: number
  /** Base currency. */
  readonly commission: number
  /** Spread + impact + commission, bps of notional. */
  readonly totalBps: number
}

/**
 * @example
 * tradeCost({ assetClass: 'STK', dailyVolatility: 0.02, dailyValue: 1e8,
 *   notional: 1e6, halfSpread: 1e-4, commission: 50 }).totalBps // => 21.5
 */
export function tradeCost(trade: ProposedTrade): TradeCost {
  const { notional, commission, halfSpread } = trade
  const spread = halfSpread * 10_000
  const impact = impactBps(trade, notional)
  const commissionBps = notional > 0 ? (commission / notional) * 10_000 : 0
  return {
    notional,
    spreadBps: spread,
    impactBps: impact,
    commission,
    totalBps: spread + impact + commissionBps,
  }
}

/**
 * The cost of many trades: money adds up, bps are weighted by notional.
 *
 * @returns all zero of no trades
 */
export function totalCost(trades: readonly TradeCost[]): TradeCost {
  const notional = trades.reduce((total, trade) => total + trade.notional, 0)
  const commission = trades.reduce((total, trade) => total + trade.commission, 0)
  const weighted = (bps: (trade: TradeCost) => number): number =>
    notional > 0
      ? trades.reduce((total, trade) => total + bps(trade) * trade.notional, 0) / notional
      : 0
  return {
    notional,
    spreadBps: weighted((trade) => trade.spreadBps),
    impactBps: weighted((trade) => trade.impactBps),
    commission,
    totalBps: weighted((trade) => trade.totalBps),
  }
}

/** A cost in money, base currency. */
export const costInMoney = ({ totalBps, notional }: TradeCost): number =>
  (totalBps / 10_000) * notional
