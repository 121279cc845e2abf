/** What is forecast of the candidates, over the planning horizon, checked. */
import { err, ok, type Result } from '#model/result.ts'
import type { PolicyFacts, PolicyName } from '#construction/policies/policy-facts.ts'

export interface Views {
  /** r̂, [n]; 0 where nothing is forecast. */
  readonly expectedReturn: Float64Array
  /** ρ ≥ 0, [n]; ∞ where nothing is forecast. */
  readonly uncertainty: Float64Array
}

/** @returns an error where nothing is forecast of any, or a forecast is no number */
export function viewsOf(names: readonly PolicyName[], { forecasts }: PolicyFacts): Result<Views> {
  const expectedReturn = new Float64Array(names.length)
  const uncertainty = new Float64Array(names.length).fill(Infinity)
  let found = 0
  for (const [i, { instrument }] of names.entries()) {
    const forecast = forecasts.get(instrument)
    if (forecast === undefined) continue
    if (!Number.isFinite(forecast.expectedReturn)) return err(`${instrument} has a forecast of ${forecast.expectedReturn}, expected a number`) // prettier-ignore
    if (!(forecast.uncertainty >= 0 && forecast.uncertainty < Infinity)) return err(`the forecast of ${instrument} has an uncertainty of ${forecast.uncertainty}, expected a number of 0 or more`) // prettier-ignore
    expectedReturn[i] = forecast.expectedReturn
    uncertainty[i] = forecast.uncertainty
    found += 1
  }
  return found > 0
    ? ok({ expectedReturn, uncertainty })
    : err(`there is no forecast of any of the ${names.length} names that may be held`)
}
