/** Why names that the optimum trades get no order in whole lots, in words. */
import type { Room, Run } from '#construction/lots/allowed-changes.ts'
import { bestChange, nearestChange } from '#construction/lots/best-change.ts'
import { tradingCostOf } from '#construction/lots/lot-cost.ts'
import { chargeOf, gainOf, viewOf, weightAfter, type LotLedger } from '#construction/lots/lot-ledger.ts' // prettier-ignore
import type { SkippedName } from '#construction/lots/lot-problem.ts'
import { percent } from '#construction/reasons.ts'

/** A trade of less is none: what a solver leaves of a name that is best kept. */
const NO_TRADE = 1e-7

/** @param ledger - as the search left it */
export function skippedNames(
  ledger: LotLedger,
  runs: readonly (readonly Run[])[],
): readonly SkippedName[] {
  const { of, optimum } = ledger.problem
  return of.names.flatMap((_, i) => {
    const isWanted = Math.abs(optimum.weights[i]! - of.start[i]!) > NO_TRADE
    return isWanted && ledger.changes[i] === 0 ? [{ index: i, reason: reasonOf(ledger, runs[i]!, i) }] : [] // prettier-ignore
  })
}

function reasonOf(ledger: LotLedger, runs: readonly Run[], i: number): string {
  const { of, optimum, lots, nav, minimumTicket } = ledger.problem
  const { untradable, weight, value } = lots[i]!
  if (untradable !== undefined) return untradable
  const wanted = (optimum.weights[i]! - of.start[i]!) / weight
  const worth = Math.abs(wanted) * value * nav
  if (runs.length === 0) return withoutRoom(ledger.rooms[i]!, Math.abs(weight))
  if (Math.abs(wanted) < 0.5)
    return `the trade of ${percent(Math.abs(wanted * weight))} is less than half a lot, which is ${percent(Math.abs(weight))}` // prettier-ignore
  if (worth < minimumTicket)
    return `the trade is worth ${worth.toFixed(2)}, the minimum ticket is ${minimumTicket}`
  return withoutGain(ledger, runs, i, wanted)
}

function withoutRoom({ lower, upper }: Room, lot: number): string {
  return `one lot is ${percent(lot)}, its limits leave it between ${percent(lower)} and ${percent(upper)}: kept as it is` // prettier-ignore
}

/** Whether the trade does not pay its whole cost, or limits leave no room for it. */
function withoutGain(ledger: LotLedger, runs: readonly Run[], i: number, wanted: number): string {
  const view = viewOf(ledger, i)
  const change = nearestChange(runs, wanted)
  const cost = tradingCostOf(ledger.problem, i, weightAfter(ledger, i, change), change)
  const gain = gainOf(ledger, view, change) - gainOf(ledger, view, 0) + cost
  if (gain <= cost)
    return `what it gains, ${bps(gain)}, is less than what it costs in whole lots, ${bps(cost)}`
  const isBlocked = chargeOf(ledger, view, change) > chargeOf(ledger, view, 0)
  const left = isBlocked ? 'no room or cash for a lot of it' : 'no better use of it'
  return bestChange(ledger, view, runs, 'whole').gain > 0 ? 'other names come first' : `rounding the others to whole lots left ${left}` // prettier-ignore
}

/** Of net asset value. */
const bps = (fraction: number): string => `${(fraction * 10_000).toFixed(2)} bps`
