/**
 * What the broker does when an account keeps less than it must: it waits out the grace, cancels the orders, and
 * closes what frees most, as much as it takes.
 *
 * What closing frees is tried, not estimated, so that the leg that guards a short is not the one to go. The broker's
 * orders are market orders of its own, order id −1, and their executions say that they are liquidations.
 */
import { fractionOf, magnitude, minus, money, negate, plus, quantity, roundTo, type Currency, type Money, type Quantity } from '#model/fixed.ts' // prettier-ignore
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import type { Holding } from '#exchange/clearing/holdings.ts'
import type { HouseParts } from '#exchange/clearing/house-parts.ts'
import { BROKERS_OWN } from '#exchange/clearing/settlement.ts'
import type { VenueEvent } from '#exchange/exchange.ts'
import { leavesOf } from '#exchange/orders/venue-order.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'

type Events = readonly VenueEvent[]

export interface Liquidation {
  /** Looks for a deficiency; closes something when it has lasted. */
  check(now: EpochMs): Events
  /** When to look next. */
  nextAt(now: EpochMs): EpochMs
  /** Closes a position whole; without one, as much as the margin needs. */
  liquidate(instrument: InstrumentId | undefined, now: EpochMs): Events
  /** Buys or sells so many units for the broker. @param units - signed */
  order(instrument: InstrumentId, units: Quantity, why: string, now: EpochMs): Events
}

/** Closes a twentieth more than is missing, so that the next tick does not open the gap again. */
const MARGIN_OF_SAFETY = { numerator: 21n, denominator: 20n } as const
/** With so much of net liquidation in excess the broker looks less often: [share, times the interval]. */
const LOOKS: readonly (readonly [number, number])[] = [
  [0.5, 15],
  [0.25, 5],
]

export function liquidation(parts: HouseParts): Liquidation {
  const { account, desk, orders, board } = parts
  let deficientSince: EpochMs | undefined

  const order: Liquidation['order'] = (instrument, units, why, now) => {
    if (units === 0n) return []
    const terms: NewVenueOrder = {
      instrument,
      action: units > 0n ? 'BUY' : 'SELL',
      quantity: magnitude(units),
      orderType: 'MKT',
      timeInForce: 'DAY',
      outsideRegularHours: false,
      owner: { clientId: -1, orderId: BROKERS_OWN, orderRef: why },
    }
    return desk.place(terms, now)
  }

  /** Units of a holding that the broker is closing already, unsigned. */
  const underway = ({ instrument }: Holding): Quantity =>
    orders.openOf(instrument.id).reduce<Quantity>((sum, one) => one.terms.owner.orderId === BROKERS_OWN ? plus(sum, leavesOf(one)) : sum, NONE) // prettier-ignore

  /** Orders go first, in every name that has one of a client: they might add, or close what is being closed. */
  const cancelOrders = (now: EpochMs): Events => {
    const names = new Set(orders.allOpen().flatMap(({ instrument, terms }) => terms.owner.orderId === BROKERS_OWN ? [] : [instrument.id])) // prettier-ignore
    return [...names].toSorted().flatMap((id) => {
      const of = board.instrument(id)
      return of === undefined ? [] : desk.cancelOf(of, 'The account does not meet its margin.', now)
    })
  }

  /** What closing frees, most first; what frees nothing is left alone. */
  const relief = (now: EpochMs) =>
    account.clearing
      .holdings()
      .filter((held) => held.quantity !== 0n)
      .map((held) => ({
        held,
        closing: underway(held),
        frees: minus(account.excessAfterClosing(held, now), account.figures(now).excessLiquidity),
      })) // prettier-ignore
      .filter(({ frees }) => frees > 0n)
      .toSorted((a, b) => (a.frees > b.frees ? -1 : a.frees < b.frees ? 1 : 0))

  const restore = (now: EpochMs): Events => {
    const { numerator, denominator } = MARGIN_OF_SAFETY
    const excess = account.figures(now).excessLiquidity
    const positions = relief(now)
    // What is being closed already will free its part.
    let missing = positions.reduce((left, { held, closing, frees }) => minus(left, fractionOf(frees, closing, magnitude(held.quantity))), fractionOf(excess, -numerator, denominator)) // prettier-ignore
    const events: VenueEvent[] = []
    for (const { held, closing, frees } of positions) {
      if (missing <= 0n) break
      if (closing > 0n) continue
      events.push(...order(held.instrument.id, closingUnits(held, missing, frees), 'LIQUIDATION', now)) // prettier-ignore
      missing = minus(missing, frees)
    }
    return events
  }

  /** All of a holding, in place of whatever is ordered in it. */
  const closeOut = (instrument: InstrumentId, now: EpochMs): Events => {
    const of = board.instrument(instrument)
    const ended = of === undefined ? [] : desk.cancelOf(of, LIQUIDATED, now)
    return [...ended, ...order(instrument, fractionOf(account.clearing.held(instrument), -1n, 1n), 'LIQUIDATION', now)] // prettier-ignore
  }

  const check: Liquidation['check'] = (now) => {
    const rule = account.settings.liquidation
    if (rule === undefined || account.figures(now).excessLiquidity >= 0n) {
      deficientSince = undefined
      return []
    }
    deficientSince ??= now
    if (now - deficientSince < rule.graceMs) return []
    return [...cancelOrders(now), ...restore(now)]
  }

  return {
    check,
    nextAt: (now) => {
      const { liquidation: rule } = account.settings
      if (rule === undefined) return Infinity
      return (Math.floor(now / rule.everyMs) + lookFactor(now)) * rule.everyMs
    },
    liquidate: (instrument, now) => {
      if (instrument === undefined) return [...cancelOrders(now), ...restore(now)]
      return closeOut(instrument, now)
    },
    order,
  }

  function lookFactor(now: EpochMs): number {
    if (deficientSince !== undefined) return 1
    const { excessLiquidity, netLiquidation } = account.figures(now)
    if (netLiquidation <= ZERO) return 1
    const cushion = Number(excessLiquidity) / Number(netLiquidation)
    return LOOKS.find(([share]) => cushion >= share)?.[1] ?? 1
  }
}

/** As much of a holding as frees what is missing, whole lots, at most all of it; signed as the closing trade. */
function closingUnits(
  { instrument, quantity: units }: Holding,
  missing: Money<Currency>,
  frees: Money<Currency>,
): Quantity {
  // prettier-ignore
  if (missing >= frees) return fractionOf(units, -1n, 1n)
  const part = fractionOf(units, negate(missing), frees)
  const whole = roundTo(part, instrument.lot, 'away-from-zero')
  return magnitude(whole) > magnitude(units) ? fractionOf(units, -1n, 1n) : whole
}

const LIQUIDATED = 'The position is being liquidated.'
const ZERO = money('0', 'USD')
const NONE = quantity('0')
