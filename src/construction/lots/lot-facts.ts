/** A valued book's names as lots, and whole lots back as quantities: the border between weights and orders. */
import { priceFrom, quantityFrom, toNumber } from '#model/border.ts'
import type { Currency, Quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { commissionScheduleOf, type CommissionSchedule } from '#schedules/commissions.ts'
import { FLAT } from '#construction/margin.ts'
import type { LotFacts } from '#construction/lots/lot-problem.ts'
import { notionalOf } from '#construction/trade.ts'
import type { ValuedBook, ValuedName } from '#construction/valued-book.ts'

/**
 * One a name, in the order of the book. A maximum that beats the least commission (1 % of a very small order) is not
 * counted: the cost is then the larger one.
 *
 * @param fx - base currency per unit of each currency
 */
export function lotFactsOf(book: ValuedBook, fx: ReadonlyMap<Currency, number>): LotFacts[] {
  return book.names.map((name) => {
    const { instrument, untradable } = name
    if (instrument === undefined || untradable !== undefined)
      return { ...NONE, untradable: untradable ?? 'the broker does not describe it' }
    return lotOf(name, instrument, book.nav, fx)
  })
}

/** Signed change of each name's holding. */
export function quantitiesOf(book: ValuedBook, changes: Float64Array): Quantity[] {
  return book.names.map(
    ({ instrument }, i) =>
    instrument === undefined || changes[i] === 0 ? FLAT : quantityFrom(toNumber(instrument.lot) * changes[i]!), // prettier-ignore
  )
}

const NONE: LotFacts = { weight: 0, held: 0, value: 0, cash: 0, minimumFee: 0, feeRate: 0 }

function lotOf(
  name: ValuedName,
  instrument: Instrument,
  nav: number,
  fx: ReadonlyMap<Currency, number>,
): LotFacts {
  const units = toNumber(instrument.lot)
  const weight = (units * name.unitExposure) / nav
  const schedule = commissionScheduleOf(instrument)
  const rate = fx.get(schedule.currency) ?? name.fx
  const value = notionalOf(name, instrument.lot)
  const fee = lotFee(schedule, units, name.price) * rate + (value * Number(schedule.valueMillionths)) / 1e6 // prettier-ignore
  return {
    weight,
    held: toNumber(name.held) / units,
    value: value / nav,
    cash: (units * name.unitCash) / nav,
    minimumFee: (toNumber(schedule.minimum) * rate) / nav,
    feeRate: fee / nav / Math.abs(weight),
  }
}

/** By the unit, in the schedule's currency. */
function lotFee({ perUnit }: CommissionSchedule, units: number, at: number): number {
  const price = priceFrom(at)
  const tier = perUnit.findLast(({ from }) => from <= price) ?? perUnit[0]
  return tier === undefined ? 0 : units * toNumber(tier.charge)
}
