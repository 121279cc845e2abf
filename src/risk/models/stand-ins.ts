/**
 * Rows of a risk model for names that it could not be estimated from: too short a history, or none.
 *
 * Such a name gets the mean exposures of its sector, as its sector's mean return would, and a specific variance like that of the
 * sector's median name, so that its whole variance is no less than the median name's. The mean alone would look like a
 * diversified fund: a name nobody knows would seem the safest of all.
 */
import { medianInPlace } from '#numerics/median.ts'
import type { FactorForm } from '#risk/models/factor-form.ts'
import type { AbsentName, EstimatedName } from '#risk/models/risk-data.ts'

export interface StandIn {
  /** [k] */
  readonly exposures: Float64Array
  readonly specificVariance: number
  /** What stands in, in words. */
  readonly by: string
}

/**
 * One for each name that is absent.
 *
 * @param form - of `estimated`, in that order
 */
export function standIns(
  absent: readonly AbsentName[],
  estimated: readonly EstimatedName[],
  form: FactorForm,
): readonly StandIn[] {
  if (absent.length === 0) return []
  const variances = form.specificVariance.map((specific, i) => specific + factorVariance(form, rowOf(form, i))) // prettier-ignore
  return absent.map((name) => standInOf(name, estimated, form, variances))
}

function standInOf(
  { sector, reason }: AbsentName,
  estimated: readonly EstimatedName[],
  form: FactorForm,
  variances: Float64Array,
): StandIn {
  const peers = [...estimated.keys()].filter((i) => estimated[i]!.sector === sector)
  const like = peers.length > 0 ? peers : [...estimated.keys()]
  const exposures = meanRow(form, like)
  const specific = medianInPlace(Float64Array.from(like, (i) => form.specificVariance[i]!))
  const whole = medianInPlace(Float64Array.from(like, (i) => variances[i]!))
  const group = peers.length > 0 ? `the ${peers.length} names of ${sector}` : `all ${like.length} names (${sector} has none with a history)` // prettier-ignore
  return {
    exposures,
    specificVariance: Math.max(specific, whole - factorVariance(form, exposures)),
    by: `${reason}: the mean exposures of ${group}, with the variance of their median`,
  }
}

function meanRow(form: FactorForm, of: readonly number[]): Float64Array {
  const mean = new Float64Array(form.factors.length)
  for (const i of of) rowOf(form, i).forEach((value, j) => (mean[j]! += value / of.length))
  return mean
}

const rowOf = ({ exposures, factors }: FactorForm, i: number): Float64Array =>
  exposures.subarray(i * factors.length, (i + 1) * factors.length)

/** xᵀΣx of a row of exposures. */
function factorVariance({ factors, factorCovariance }: FactorForm, x: Float64Array): number {
  const k = factors.length
  let total = 0
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) total += x[i]! * factorCovariance[i * k + j]! * x[j]!
  return Math.max(0, total)
}
