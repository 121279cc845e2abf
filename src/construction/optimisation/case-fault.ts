/** What is wrong with an optimisation case before any method sees it: the first fault, by name and field. */
import type { OptimisationCase } from '#construction/optimisation/optimisation-case.ts'

interface PerName {
  readonly field: string
  readonly values: Float64Array
  readonly isRight: (value: number) => boolean
  readonly expected: string
}

const isCost = (value: number): boolean => value >= 0 && value < Infinity
const isAbove0 = (value: number): boolean => value > 0 && value < Infinity
const isCountable = (value: number): boolean => !Number.isNaN(value)

/** @returns `AAPL.STK.USD uncertainty: was -0.1, expected a number ≥ 0`; undefined where nothing is wrong */
export function caseFault(of: OptimisationCase): string | undefined {
  return settingsFault(of) ?? faultPerName(of) ?? riskFault(of) ?? limitsFault(of)
}

function settingsFault({
  horizonDays,
  riskAversion,
  uncertaintyAversion,
}: OptimisationCase): string | undefined {
  if (!isAbove0(horizonDays)) return `horizonDays: was ${horizonDays}, expected a number above 0`
  if (!isAbove0(riskAversion)) return `riskAversion: was ${riskAversion}, expected a number above 0`
  if (isCost(uncertaintyAversion)) return undefined
  return `uncertaintyAversion: was ${uncertaintyAversion}, expected a number ≥ 0`
}

function faultPerName(of: OptimisationCase): string | undefined {
  const finite = { isRight: Number.isFinite, expected: 'a number' }
  const cost = { isRight: isCost, expected: 'a number ≥ 0' }
  const lists: readonly PerName[] = [
    { field: 'start', values: of.start, ...finite },
    { field: 'expectedReturn', values: of.expectedReturn, ...finite },
    { field: 'uncertainty', values: of.uncertainty, ...cost },
    { field: 'tradingCost', values: of.tradingCost, ...cost },
    { field: 'impact', values: of.impact, ...cost },
    { field: 'borrow', values: of.borrow, ...cost },
    { field: 'risk.specificVariance', values: of.risk.specificVariance, ...cost },
    ...(of.tracking === undefined
      ? []
      : [{ field: 'tracking.weights', values: of.tracking.weights, ...finite }]),
  ]
  for (const { field, values, isRight, expected } of lists) {
    if (values.length !== of.names.length)
      return `${field}: has ${values.length} values, expected one for each of ${of.names.length} names` // prettier-ignore
    const at = values.findIndex((value) => !isRight(value))
    if (at >= 0) return `${of.names[at]} ${field}: was ${values[at]}, expected ${expected}`
  }
  return undefined
}

function riskFault({ names, risk }: OptimisationCase): string | undefined {
  const k = risk.factors.length
  const stranger = names.findIndex((name, i) => risk.instruments[i] !== name)
  if (stranger >= 0)
    return `${names[stranger]} risk: the model has ${risk.instruments[stranger] ?? 'nothing'} in its place, expected the names of the case in their order` // prettier-ignore
  if (risk.exposures.length !== names.length * k)
    return `risk.exposures: has ${risk.exposures.length} values, expected ${names.length} × ${k}`
  const at = risk.exposures.findIndex((value) => !Number.isFinite(value))
  if (at >= 0)
    return `${names[Math.floor(at / k)]} risk.exposures to ${risk.factors[at % k]}: was ${risk.exposures[at]}, expected a number` // prettier-ignore
  if (risk.factorCovariance.length !== k * k)
    return `risk.factorCovariance: has ${risk.factorCovariance.length} values, expected ${k} × ${k}`
  const of = risk.factorCovariance.findIndex((value) => !Number.isFinite(value))
  if (of < 0) return undefined
  return `${risk.factors[Math.floor(of / k)]} risk.factorCovariance with ${risk.factors[of % k]}: was ${risk.factorCovariance[of]}, expected a number` // prettier-ignore
}

function limitsFault({ names, bounds, limits, tracking }: OptimisationCase): string | undefined {
  for (const { label, index, lower, upper } of bounds) {
    if (names[index] === undefined) return `${label}: is on name ${index} of ${names.length}`
    if (!(isCountable(lower) && isCountable(upper) && lower <= upper))
      return `${label}: was ${lower} to ${upper}, expected two numbers, the lower first`
  }
  for (const { name, measure, rates, lower, upper } of limits) {
    if (!(isCountable(lower) && isCountable(upper) && lower <= upper))
      return `${name}: was ${lower} to ${upper}, expected two numbers, the lower first`
    const isRight = measure === 'net' ? Number.isFinite : isCost
    const at = rates.findIndex((rate) => !isRight(rate))
    if (at >= 0)
      return `${names[at]} ${name}: counts ${rates[at]} of it, expected a number${measure === 'net' ? '' : ' ≥ 0'}` // prettier-ignore
    if (rates.length !== names.length)
      return `${name}: has ${rates.length} rates, expected one for each of ${names.length} names`
  }
  if (tracking === undefined || isAbove0(tracking.most)) return undefined
  return `tracking.most: was ${tracking.most}, expected a number above 0`
}
