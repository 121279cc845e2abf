/** What many lines cost together: money added, basis points of what was traded. */
import { toNumber } from '#model/border.ts'
import { fractionOf, money, plus, type Currency, type Money } from '#model/fixed.ts'
import { isBuying } from '#model/order.ts'
import type { LineCost } from '#execution/cost-analysis/line-cost.ts'
import { sumOfCosts, type CostParts } from '#execution/cost-analysis/shortfall.ts'

export interface CostTotal {
  readonly lines: number
  readonly fills: number
  readonly traded: Money<Currency>
  readonly planned: Money<Currency>
  readonly parts: CostParts
  /** Each part / what was traded; NaN where nothing was. */
  readonly bps: Readonly<Record<keyof CostParts, number>>
  /** The whole / what was planned: Perold's share of the paper portfolio's trade. */
  readonly shortfallOfPlannedBps: number
  /** Half spread, impact and fees / what was traded: what a prediction is about. */
  readonly executionBps: number
  /** By the plans, weighted by what was traded. */
  readonly predictedBps: number
  /** Against the mid that each order was priced by, fees left out, as a run's summary has it. */
  readonly slippageBps: number
  /** Filled / planned, by notional at the decision price. */
  readonly fillRate: number
  /** Fills whose commission is not reported yet, and is not in the fees. */
  readonly feesPending: number
}

/** @param lines - all in one currency */
export function costTotalOf(lines: readonly LineCost[]): CostTotal {
  const parts = sumOfCosts(lines.map((line) => line.parts))
  const traded = lines.reduce((sum, line) => plus(sum, line.traded), ZERO)
  const planned = lines.reduce((sum, line) => plus(sum, line.planned), ZERO)
  const ofTraded = (amount: number) => ratio(amount, toNumber(traded)) * 10_000
  const weighted = (bps: (line: LineCost) => number) => ofTraded(sumOver(lines, (line) => (line.traded === 0n ? 0 : toNumber(line.traded) * bps(line)) / 10_000)) // prettier-ignore
  return {
    lines: lines.length,
    fills: lines.reduce((sum, line) => sum + line.fills.length, 0),
    traded,
    planned,
    parts,
    bps: {
      delay: ofTraded(toNumber(parts.delay)),
      timing: ofTraded(toNumber(parts.timing)),
      spread: ofTraded(toNumber(parts.spread)),
      impact: ofTraded(toNumber(parts.impact)),
      fees: ofTraded(toNumber(parts.fees)),
      opportunity: ofTraded(toNumber(parts.opportunity)),
      total: ofTraded(toNumber(parts.total)),
    },
    shortfallOfPlannedBps: ratio(toNumber(parts.total), toNumber(planned)) * 10_000,
    executionBps: ofTraded(toNumber(executionCostOf(parts))),
    predictedBps: weighted(({ line }) => line.estimatedCostBps),
    slippageBps: ofTraded(sumOver(lines, slippageOf)),
    fillRate: ratio(toNumber(filledOf(lines)), toNumber(planned)),
    feesPending: lines.reduce((sum, { unknown }) => sum + unknown.fees, 0),
  }
}

/** Spread, impact and fees. */
export const executionCostOf = ({ spread, impact, fees }: CostParts): Money<Currency> =>
  plus(plus(spread, impact), fees)

/** Exact, so that what was filled whole is 1. */
const filledOf = (lines: readonly LineCost[]): Money<Currency> =>
  lines.reduce((sum, { planned, filled, line }) => plus(sum, fractionOf(planned, filled, line.quantity)), ZERO) // prettier-ignore

/** Of what was planned, by quantity. */
export const filledShare = ({ filled, line }: LineCost): number =>
  toNumber(filled) / toNumber(line.quantity)

/** s Σ q (price − mid that its order was priced by), in the line's currency. */
function slippageOf({ fills, line, instrument, rate }: LineCost): number {
  const sign = isBuying(line.side) ? 1 : -1
  const unit = Number(instrument.multiplier) * rate
  return sumOver(fills, ({ quantity, price, order }) => sign * (toNumber(price) - order.arrivalMid) * toNumber(quantity) * unit) // prettier-ignore
}

const sumOver = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0)

const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : Number.NaN)

const ZERO: Money<Currency> = money('0', 'USD')
