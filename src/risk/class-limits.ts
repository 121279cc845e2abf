/**
 * The limits of each asset class, as one table: how much of it there may be by notional, and what a unit of it ties up.
 *
 * Notional: Σ|w| of a class is at most its usual leverage, and always inside the portfolio's own gross limit. Margin:
 * Σ rateᵢ|wᵢ| over all classes is at most the net asset value, so that the book could be opened anew. Both are the rates of
 * `schedules/margin-presets.ts`, where their source stands (Regulation T's half for stocks; NFA's 2 % for major pairs).
 */
import type { AssetClass } from '#model/instrument.ts'
import { CLASS_RATES } from '#schedules/margin-presets.ts'

export interface ClassLimit {
  /** Most Σ|w| of the class, fraction of net asset value. */
  readonly leverage: number
  /** Initial margin of a unit of |w|, fraction. */
  readonly marginRate: number
}

const limitOf = (assetClass: AssetClass): ClassLimit => {
  const { leverage, initialBps } = CLASS_RATES[assetClass]
  return { leverage, marginRate: Number(initialBps) / 10_000 }
}

/** Stocks 2 and 0.5, options 10 and 0.1, futures 20 and 0.05, forex 50 and 0.02. */
export const CLASS_LIMITS: Readonly<Record<AssetClass, ClassLimit>> = {
  STK: limitOf('STK'),
  OPT: limitOf('OPT'),
  FUT: limitOf('FUT'),
  CASH: limitOf('CASH'),
}

/** Most Σ rate·|w| over all classes, fraction of net asset value. */
export const MARGIN_AVAILABLE = 1

/** What the broker does not describe is taken for a stock. */
export const classOf = ({ assetClass }: { readonly assetClass: AssetClass | undefined }): AssetClass => assetClass ?? 'STK' // prettier-ignore
