/**
 * What the plan predicted of a line, by spread, impact and commission.
 *
 * A plan keeps the sum only. Its limit price is the touch that it saw and the collar beyond, on the
 * price grid, so that the spread it reckoned with is found again exactly; rarely (a sale, as often as
 * the collar is wide: 20 bps, one in 500) two touches lead to one limit. Commission is by the
 * schedule; impact is what is left. Where one of them cannot be found, none is told but the sum.
 */
import { incrementAt, moneyFrom, priceFrom, snapPrice, toNumber } from '#model/border.ts'
import { minus, notional, plus, roundTo, type Price } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { isBuying } from '#model/order.ts'
import type { PlanLine } from '#model/plan.ts'
import { commissionScheduleOf, orderCommission } from '#schedules/commissions.ts'

/** Bps of notional, ≥ 0. */
export interface PredictedParts {
  readonly spreadBps: number
  readonly impactBps: number
  readonly commissionBps: number
}

/** Parts that come to more than the sum by this much were not its parts, bps. */
const TOLERANCE_BPS = 0.01

/**
 * @param collarBps - in force when the plan was made
 * @param rateOf - of a currency: units of the instrument's currency for one of it
 */
export function predictedParts(
  line: PlanLine,
  instrument: Instrument,
  collarBps: number,
  rateOf: (currency: string) => number | undefined,
): PredictedParts | undefined {
  const touch = touchBehind(line, instrument, collarBps)
  const commissionBps = commissionBpsOf(line, instrument, rateOf)
  if (touch === undefined || commissionBps === undefined) return undefined
  const mid = toNumber(line.guardPrice)
  const spreadBps = (Math.abs(toNumber(touch) - mid) / mid) * 10_000
  const impactBps = line.estimatedCostBps - spreadBps - commissionBps
  if (!(impactBps > -TOLERANCE_BPS)) return undefined
  return { spreadBps, impactBps: Math.max(0, impactBps), commissionBps }
}

/** The ask (buying) or the bid (selling) whose collar ends at the line's limit. */
function touchBehind(
  { side, limitPrice, guardPrice }: PlanLine,
  { priceIncrements }: Instrument,
  collarBps: number,
): Price | undefined {
  if (limitPrice === undefined || !(collarBps >= 0)) return undefined
  const [sign, snap] = isBuying(side) ? ([1, 'down'] as const) : ([-1, 'up'] as const)
  const factor = 1 + (sign * collarBps) / 10_000
  const near = toNumber(limitPrice) / factor
  const increment = incrementAt(priceFrom(near), priceIncrements)
  const nearest = roundTo(priceFrom(near), increment, 'half-even')
  const candidates = [nearest, minus(nearest, increment), plus(nearest, increment)]
  const fitting = candidates.filter((touch) => {
    const isBeyondMid = sign > 0 ? touch >= guardPrice : touch <= guardPrice
    return isBeyondMid && snapPrice(toNumber(touch) * factor, priceIncrements, snap) === limitPrice
  })
  return fitting.length === 1 ? fitting[0] : undefined
}

/** Bps of notional, by the schedule, as if the line were one order. */
function commissionBpsOf(
  { quantity, guardPrice }: PlanLine,
  instrument: Instrument,
  rateOf: (currency: string) => number | undefined,
): number | undefined {
  const schedule = commissionScheduleOf(instrument)
  const rate = schedule.currency === instrument.currency ? 1 : rateOf(schedule.currency)
  const worth = toNumber(notional(quantity, guardPrice, instrument))
  if (rate === undefined || !(worth > 0)) return undefined
  const value = moneyFrom(worth / rate, schedule.currency)
  return (
    ((toNumber(orderCommission(schedule, quantity, value, guardPrice)) * rate) / worth) * 10_000
  )
}
