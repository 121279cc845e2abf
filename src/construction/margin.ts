/** What a holding ties up by the account's margin rules, in base currency. Estimates of the broker's figures. */
import { priceFrom, toNumber } from '#model/border.ts'
import { greater, notional, quantity, type Price, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import {
  futureMargin,
  optionMargin,
  stockMargin,
  type MarginRequirement,
} from '#schedules/margin.ts'
import { forexDeposit } from '#schedules/margin-presets.ts'
import type { ValuedName } from '#construction/valued-book.ts'

/** Base currency, both ≥ 0. */
export interface Margin {
  readonly initial: number
  readonly maintenance: number
}

/** Where the price of an option's underlying is looked up. */
export type Names = ReadonlyMap<InstrumentId, ValuedName>

/**
 * Margin of holding `held` of a name; a name without price or contract needs none that we know of.
 *
 * @param names - all names of the book, for the underlyings of options
 */
export function marginOf(name: ValuedName, held: Quantity, names: Names): Margin {
  const { instrument, price, fx } = name
  if (instrument === undefined || !(price > 0)) return { initial: 0, maintenance: 0 }
  const { initial, maintenance } = requirement(instrument, held, priceFrom(price), names)
  return { initial: toNumber(initial) * fx, maintenance: toNumber(maintenance) * fx }
}

function requirement(
  instrument: Instrument,
  held: Quantity,
  at: Price,
  names: Names,
): MarginRequirement {
  if (instrument.assetClass === 'FUT') return futureMargin(held, at, instrument)
  if (instrument.assetClass === 'CASH') return pairMargin(held, at, instrument)
  if (instrument.assetClass !== 'OPT') return stockMargin(held, at, instrument)
  const spot = names.get(instrument.underlying)?.price
  // Without the underlying's price the strike stands in: an option at the money needs most.
  const underlying = spot === undefined || !(spot > 0) ? instrument.strike : priceFrom(spot)
  return optionMargin(held, at, underlying, instrument)
}

/** A pair is two balances, which move against each other: the deposit of the dearer of its currencies. */
function pairMargin(held: Quantity, at: Price, pair: Instrument): MarginRequirement {
  const value = notional(held, at, pair)
  const deposit = greater(forexDeposit(value, pair.symbol), forexDeposit(value, pair.currency))
  return { initial: deposit, maintenance: deposit }
}

/** Margin that going from one holding to another frees; negative takes. */
export function marginFreed(name: ValuedName, from: Quantity, to: Quantity, names: Names): Margin {
  const [before, after] = [marginOf(name, from, names), marginOf(name, to, names)]
  return {
    initial: before.initial - after.initial,
    maintenance: before.maintenance - after.maintenance,
  }
}

/** A holding of nothing. */
export const FLAT: Quantity = quantity('0')
