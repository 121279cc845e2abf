/**
 * The valued book as policies see it. A name that the broker does not describe cannot be traded; it counts as a stock of
 * its own sector, so that what is held of it takes room of the limits.
 */
import { issuerOf } from '#risk/issuer.ts'
import { cashShare } from '#construction/constraints.ts'
import type { PolicyName } from '#construction/policies/policy-facts.ts'
import type { ValuedBook, ValuedName } from '#construction/valued-book.ts'

/** In the order of the book. */
export function policyNames({ names }: Pick<ValuedBook, 'names'>): PolicyName[] {
  return names.map(policyName)
}

function policyName(name: ValuedName): PolicyName {
  const { id, instrument, sector, weight, untradable } = name
  return {
    instrument: id,
    issuer: instrument === undefined ? id : issuerOf(instrument),
    assetClass: instrument?.assetClass ?? 'STK',
    sector,
    weight,
    cashShare: cashShare(name),
    tradable: instrument !== undefined && untradable === undefined,
  }
}
