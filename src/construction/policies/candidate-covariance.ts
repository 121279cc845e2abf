/**
 * The risk model of the candidates alone, as low rank plus diagonal. Whatever in it is no number, negative or zero is
 * refused with the name it belongs to: weights from a broken model would be traded.
 */
import { err, ok, type Result } from '#model/result.ts'
import { variancesOf, type LowRankCovariance } from '#numerics/low-rank-covariance.ts'
import { semidefiniteRoot } from '#numerics/portfolio/cholesky.ts'
import type { RiskModel } from '#risk/models/risk-model.ts'
import type { PolicyFacts, PolicyName } from '#construction/policies/policy-facts.ts'

/** @returns per trading day, in the order of the names */
export function candidateCovariance(
  { risk, noRisk }: Pick<PolicyFacts, 'risk' | 'noRisk'>,
  names: readonly PolicyName[],
): Result<LowRankCovariance> {
  if (risk === undefined)
    return err(`there is no risk model: ${noRisk ?? 'see that there are bars of the names'}`)
  const flaw = shapeFlaw(risk) ?? factorFlaw(risk)
  if (flaw !== undefined) return err(flaw)
  const root = semidefiniteRoot(risk.factorCovariance, risk.factors.length)
  if (root === undefined)
    return err(
      'the risk model is broken: its factor covariance has a negative eigenvalue, expected none',
    )
  const placeOf = new Map(risk.instruments.map((instrument, place) => [instrument, place]))
  const places: number[] = []
  for (const { instrument } of names) {
    const place = placeOf.get(instrument)
    if (place === undefined) return err(`${instrument} is missing from the risk model: give it bars, or leave it out of the universe`) // prettier-ignore
    const found = nameFlaw(risk, place)
    if (found !== undefined) return err(`${instrument} has ${found}`)
    places.push(place)
  }
  return withVariance(restricted(risk, root, places), names)
}

function shapeFlaw({
  instruments,
  factors,
  exposures,
  factorCovariance,
  specificVariance,
}: RiskModel): string | undefined {
  const [n, k] = [instruments.length, factors.length]
  const isRight = exposures.length === n * k && factorCovariance.length === k * k && specificVariance.length === n // prettier-ignore
  return isRight ? undefined : `the risk model is broken: of ${n} names and ${k} factors it has ${exposures.length} exposures, ${factorCovariance.length} factor covariances and ${specificVariance.length} specific variances` // prettier-ignore
}

function factorFlaw({ factors, factorCovariance }: RiskModel): string | undefined {
  const at = factorCovariance.findIndex((value) => !Number.isFinite(value))
  return at < 0 ? undefined : `the risk model is broken: a covariance of factor ${factors[Math.floor(at / factors.length)]} is ${factorCovariance[at]}, expected a number` // prettier-ignore
}

function nameFlaw(
  { factors, exposures, specificVariance }: RiskModel,
  place: number,
): string | undefined {
  const d = specificVariance[place]!
  if (!(d >= 0 && d < Infinity))
    return `a specific variance of ${d} in the risk model, expected one of 0 or more`
  const row = exposures.subarray(place * factors.length, (place + 1) * factors.length)
  const at = row.findIndex((value) => !Number.isFinite(value))
  return at < 0
    ? undefined
    : `an exposure of ${row[at]} to ${factors[at]} in the risk model, expected a number`
}

function restricted(
  { factors, exposures, specificVariance }: RiskModel,
  { root, rank }: { readonly root: Float64Array; readonly rank: number },
  places: readonly number[],
): LowRankCovariance {
  const k = factors.length
  const loadings = new Float64Array(places.length * rank)
  places.forEach((place, i) => {
    for (let j = 0; j < k; j++) {
      const exposure = exposures[place * k + j]!
      for (let c = 0; c < rank; c++) loadings[i * rank + c]! += exposure * root[j * rank + c]!
    }
  })
  return {
    n: places.length,
    factors: rank,
    loadings,
    specific: Float64Array.from(places, (place) => specificVariance[place]!),
  }
}

function withVariance(
  covariance: LowRankCovariance,
  names: readonly PolicyName[],
): Result<LowRankCovariance> {
  const still = variancesOf(covariance).findIndex((variance) => !(variance > 0))
  return still < 0
    ? ok(covariance)
    : err(`${names[still]!.instrument} has a variance of 0 in the risk model, expected one above 0: its price never moved; leave it out of the universe`) // prettier-ignore
}
