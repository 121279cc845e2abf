/**
 * What a unit of each name's exposure takes of the margin cushion, by the account's maintenance rules
 * (construction/margin.ts). A long option is paid for and has no loan value, so that it takes what it is worth; a short
 * one brings its premium, which its requirement holds again, so that it takes the rest of the requirement.
 */
import { toNumber } from '#model/border.ts'
import { negate, quantity } from '#model/fixed.ts'
import { marginOf, type Names } from '#construction/margin.ts'
import type { ValuedName } from '#construction/valued-book.ts'

export interface MarginRates {
  /** Of a unit of exposure long, and of one short, ≥ 0. */
  readonly long: number
  readonly short: number
}

const UNIT = quantity('1')

/** A name whose exposure is unknown takes nothing that we know of. */
export function marginRatesOf(name: ValuedName, names: Names): MarginRates {
  const { instrument, unitExposure, unitCash } = name
  if (!Number.isFinite(unitExposure) || unitExposure === 0) return { long: 0, short: 0 }
  const takenBy = (sign: 1 | -1): number => {
    const { maintenance } = marginOf(name, sign > 0 ? UNIT : negate(UNIT), names)
    const premium = instrument?.assetClass === 'OPT' ? sign * unitCash : 0
    return Math.max(0, (maintenance + premium) / Math.abs(unitExposure)) * toNumber(UNIT)
  }
  const [bought, sold] = [takenBy(1), takenBy(-1)]
  return unitExposure > 0 ? { long: bought, short: sold } : { long: sold, short: bought }
}
