/** What a change of so many lots costs: the case's terms, and what the least commission of each order adds to them. */
import type { LotFacts, LotProblem } from '#construction/lots/lot-problem.ts'

/**
 * a|z| + b|z|^{3/2} and the excess of least commissions, fraction of net asset value.
 *
 * @param w - weight after the change
 * @param change - in lots
 */
export function tradingCostOf(
  { of, lots }: LotProblem,
  i: number,
  w: number,
  change: number,
): number {
  // prettier-ignore
  if (change === 0) return 0
  const z = Math.abs(w - of.start[i]!)
  return z * (of.tradingCost[i]! + of.impact[i]! * Math.sqrt(z)) + excessFee(lots[i]!, change)
}

/** What least commissions add to the linear rate; a change through zero is two orders. */
export function excessFee(lot: LotFacts, change: number): number {
  if (lot.minimumFee === 0 || change === 0) return 0
  const [held, size] = [Math.abs(lot.held), Math.abs(change)]
  const isFlip = lot.held * change < 0 && size > held
  return isFlip ? orderExcess(lot, held) + orderExcess(lot, size - held) : orderExcess(lot, size)
}

const orderExcess = ({ minimumFee, feeRate, weight }: LotFacts, size: number): number =>
  Math.max(0, minimumFee - feeRate * size * Math.abs(weight))
