/**
 * The generalised Hessian of the negated dual without the factors' own ½‖p‖²: Σ over names of EᵀJE, where J is how the
 * name's path answers (`response.ts`) and E what each multiplier pushes. A row or factor of a step pushes that step's
 * weight; what counts a trade pushes the weights to either side of it.
 */
import { ratesAt, type DualForm, type DualPoint } from '#numerics/multi-period/dual.ts'
import { responseOf, responseScratch } from '#numerics/multi-period/response.ts'

/** @returns upper half of (T·width)², row-major */
export function freeGram(form: DualForm, { charges, weights }: DualPoint): Float64Array {
  const { problem, terrain, width, turnoverEnd, spendingEnd } = form
  const { periods } = terrain
  const gram = new Float64Array((periods * width) ** 2)
  const response = new Float64Array(periods * periods)
  const scratch = responseScratch(periods)
  const rates = problem.steps.map(() => new Float64Array(width + spendingEnd - turnoverEnd))
  const moved = new Float64Array(periods + 1)
  for (let i = 0; i < problem.n; i++) {
    if (!responseOf(terrain, charges, i, weights, scratch, response)) continue
    let before = problem.start[i]!
    for (let t = 0; t < periods; t++) {
      const w = weights[i * periods + t]!
      ratesAt(form, i, problem.steps[t]!.scale, w, w - before, rates[t]!)
      before = w
    }
    addName(form, response, rates, moved, gram)
  }
  return gram
}

function addName(
  form: DualForm,
  response: Float64Array,
  rates: readonly Float64Array[],
  moved: Float64Array,
  gram: Float64Array,
): void {
  const { width, terrain } = form
  const { periods } = terrain
  for (let t = 0; t < periods; t++)
    for (let j = 0; j < width; j++) {
      if (!pushed(form, response, rates[t]!, t, j, moved)) continue
      const row = (t * width + j) * periods * width
      for (let k = t; k < periods; k++) {
        const [w, z] = [moved[k + 1]!, moved[k + 1]! - moved[k]!]
        if (w !== 0 || z !== 0) addStep(form, rates[k]!, w, z, gram, row + k * width)
      }
    }
}

/** How the path moves, from the second entry on, when multiplier j of step t pushes. Whether it does. */
function pushed(
  { grossEnd, turnoverEnd, spendingEnd, width, terrain }: DualForm,
  response: Float64Array,
  rates: Float64Array,
  t: number,
  j: number,
  moved: Float64Array,
): boolean {
  const { periods } = terrain
  const isTurnover = j >= grossEnd && j < turnoverEnd
  const isSpending = j >= turnoverEnd && j < spendingEnd
  const byTrade = isTurnover ? rates[j]! : isSpending ? rates[width + j - turnoverEnd]! : 0
  const byWeight = (isTurnover ? 0 : rates[j]!) + byTrade
  if (byWeight === 0 && byTrade === 0) return false
  const [row, rowBefore] = [t * periods, (t - 1) * periods]
  for (let k = 0; k < periods; k++)
    moved[k + 1] = byWeight * response[row + k]! - (t > 0 ? byTrade * response[rowBefore + k]! : 0)
  return true
}

/** Adds what a step's rows and factors see of a path that moves by w there, and whose trade moves by z. */
function addStep(
  { grossEnd, turnoverEnd, spendingEnd, width }: DualForm,
  rates: Float64Array,
  w: number,
  z: number,
  gram: Float64Array,
  to: number,
): void {
  for (let j = 0; j < grossEnd; j++) gram[to + j]! += rates[j]! * w
  for (let j = grossEnd; j < turnoverEnd; j++) gram[to + j]! += rates[j]! * z
  for (let j = turnoverEnd; j < width; j++) gram[to + j]! += rates[j]! * w
  for (let j = turnoverEnd; j < spendingEnd; j++)
    gram[to + j]! += rates[width + j - turnoverEnd]! * z
}
