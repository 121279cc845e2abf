/** What changed from one plan to another, line by line. */
import { byCodeUnit } from '#model/canonical-json.ts'
import { plus, quantity, type Quantity } from '#model/fixed.ts'
import { signedQuantity } from '#model/order.ts'
import type { Plan } from '#model/plan.ts'
import { percent, shortHash, units } from '#cli/render/figures.ts'
import type { Ink } from '#cli/render/ink.ts'
import { alignedTable, left, right } from '#cli/render/table.ts'

export interface PlanDifference {
  readonly instrument: string
  /** Signed, of all the lines of a name; undefined: no line. */
  readonly before: Quantity | undefined
  readonly after: Quantity | undefined
  readonly targetBefore: number | undefined
  readonly targetAfter: number | undefined
}

/** Names whose trade or target differs, sorted by instrument; empty: the plans trade the same. */
export function planDifferences(one: Plan, other: Plan): readonly PlanDifference[] {
  const [before, after] = [tradesOf(one), tradesOf(other)]
  const [targetsBefore, targetsAfter] = [targetsOf(one), targetsOf(other)]
  const names = [...before.keys(), ...after.keys(), ...targetsBefore.keys(), ...targetsAfter.keys()]
  return [...new Set(names)]
    .toSorted(byCodeUnit)
    .map((instrument) => ({
      instrument,
      before: before.get(instrument),
      after: after.get(instrument),
      targetBefore: targetsBefore.get(instrument),
      targetAfter: targetsAfter.get(instrument),
    }))
    .filter((row) => row.before !== row.after || row.targetBefore !== row.targetAfter)
}

/** Both halves of a flip together: what the name's holding would change by. */
function tradesOf({ phases }: Plan): ReadonlyMap<string, Quantity> {
  const trades = new Map<string, Quantity>()
  for (const line of [...phases.A, ...phases.B])
    trades.set(
      line.instrument,
      plus(trades.get(line.instrument) ?? quantity('0'), signedQuantity(line)),
    )
  return trades
}

const targetsOf = ({ weights }: Plan): ReadonlyMap<string, number> =>
  new Map(weights.map(({ instrument, target }) => [instrument, target]))

/** What changed from one plan to the other, a row for each name that differs. */
export function renderPlanDifference(one: Plan, other: Plan, ink: Ink): string {
  const differences = planDifferences(one, other)
  const title = `${ink.bold(shortHash(one.planId))} → ${ink.bold(shortHash(other.planId))}`
  if (differences.length === 0) return `${title}: both trade the same towards the same targets`
  const columns = [left('instrument'), right('trade'), right('→'), right('target'), right('→')]
  const rows = differences.map((row) => [
    row.instrument,
    row.before === undefined ? '–' : units(row.before),
    row.after === undefined ? '–' : units(row.after),
    percent(row.targetBefore ?? Number.NaN),
    percent(row.targetAfter ?? Number.NaN),
  ])
  return `${title}\n${alignedTable(columns, rows, ink)}`
}
