/**
 * Has the world moved away from a plan? (See ARCHITECTURE.md, truth and identity.) A plan is stale when a quantity or
 * an own order differs, cash moved more than max(100, 1 bp of net asset value), a guard price
 * moved more than the configured bps, or it expired.
 */
import { isoInstantOf, type EpochMs } from '#model/time.ts'
import { toNumber } from '#model/border.ts'
import type { BrokerSnapshot } from '#model/account.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import {
  format,
  fractionOf,
  greater,
  magnitude,
  minus,
  money,
  plus,
  quantity,
  type Currency,
  type Money,
} from '#model/fixed.ts'
import type { ClientOrderId, InstrumentId } from '#model/ids.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import { midOf, type Quote } from '#marketdata/quote.ts'
import type { PlanBasis } from '#engine/state.ts'

/** Why a plan is too old; undefined while it is not. `expires` is the first instant at which it is. */
export function expiredReason(plan: Pick<Plan, 'expires'>, now: EpochMs): string | undefined {
  if (now < plan.expires) return undefined
  return `the plan expired at ${isoInstantOf(plan.expires)}; make a new one with \`plan\``
}

/**
 * Why a plan does not stand on this book any more; undefined while it does.
 *
 * @param ownOrders - ours that are open now, sorted
 * @param variation - most that futures may have settled in cash, by currency; none where there are none
 */
export function movedReason(
  plan: Pick<Plan, 'nav'>,
  basis: PlanBasis,
  snapshot: Pick<BrokerSnapshot, 'positions' | 'cash'>,
  ownOrders: readonly ClientOrderId[],
  variation: ReadonlyMap<Currency, Money<Currency>> = new Map(),
): string | undefined {
  return (
    positionMoved(basis, snapshot) ??
    orderMoved(basis, ownOrders) ??
    cashMoved(plan, basis, snapshot, variation)
  )
}

function positionMoved(
  basis: PlanBasis,
  { positions }: Pick<BrokerSnapshot, 'positions'>,
): string | undefined {
  const held = new Map(positions.map((row) => [row.instrument, row.quantity]))
  const names = [...new Set([...basis.positions.keys(), ...held.keys()])].toSorted(byCodeUnit)
  for (const name of names) {
    const [then, now] = [basis.positions.get(name) ?? FLAT, held.get(name) ?? FLAT]
    if (then !== now)
      return `${name}: the plan was made for ${format(then)}, the account holds ${format(now)}; make a new plan`
  }
  return undefined
}

function orderMoved(basis: PlanBasis, now: readonly ClientOrderId[]): string | undefined {
  const [then, current] = [new Set(basis.ownOrders), new Set(now)]
  const changed = [...then.symmetricDifference(current)].toSorted(byCodeUnit)[0]
  if (changed === undefined) return undefined
  const what = current.has(changed) ? 'was not open when the plan was made, and is' : 'was open when the plan was made, and is not any more' // prettier-ignore
  return `our order ${changed} ${what}; make a new plan`
}

/** 1 bp of net asset value, at least 100 units of the currency. */
const LEAST_CASH_MOVE: Money<Currency> = money('100', 'USD')

function cashMoved(
  { nav }: Pick<Plan, 'nav'>,
  basis: PlanBasis,
  { cash }: Pick<BrokerSnapshot, 'cash'>,
  variation: ReadonlyMap<Currency, Money<Currency>>,
): string | undefined {
  const least = greater(LEAST_CASH_MOVE, fractionOf(magnitude(nav), 1n, 10_000n))
  const held = new Map(cash.map((row) => [row.currency, row.amount]))
  for (const currency of [...new Set([...basis.cash.keys(), ...held.keys()])].toSorted()) {
    const moved = minus(held.get(currency) ?? NOTHING, basis.cash.get(currency) ?? NOTHING)
    const allowed = plus(least, variation.get(currency) ?? NOTHING)
    if (magnitude(moved) > allowed)
      return `cash in ${currency} moved by ${format(moved, 2)} since the plan was made, at most ${format(allowed, 2)} is allowed; make a new plan`
  }
  return undefined
}

/**
 * The guard price that moved furthest, when it moved too far; undefined otherwise. A line without
 * a two-sided quote is not judged here: it is not traded either.
 *
 * @param guardBps - the furthest a mid may be from its guard price, bps of what a line's scale is
 * @param scaleOf - in price: the guard price of most; of an option what it stands for, delta × underlying, for its premium
 *   moves by many times the share that its underlying does
 */
export function guardReason<Line extends Pick<PlanLine, 'instrument' | 'guardPrice'>>(
  lines: readonly Line[],
  quotes: ReadonlyMap<InstrumentId, Quote>,
  guardBps: number,
  scaleOf: (line: Line) => number = ({ guardPrice }) => toNumber(guardPrice),
): string | undefined {
  const worst = lines
    .map((line) => {
      const { instrument, guardPrice } = line
      const guard = toNumber(guardPrice)
      const quote = quotes.get(instrument)
      const mid = quote === undefined ? undefined : midOf(quote)
      return { instrument, guard, mid, bps: mid === undefined ? 0 : (Math.abs(mid - guard) / scaleOf(line)) * 10_000 } // prettier-ignore
    })
    .reduce((most, line) => (line.bps > most.bps ? line : most), NOT_MOVED)
  if (worst.bps <= guardBps) return undefined
  return `${worst.instrument}: the plan was made at ${worst.guard}, the mid is ${worst.mid} (${worst.bps.toFixed(1)} bps away, at most ${guardBps} are allowed); make a new plan`
}

interface Moved {
  readonly instrument: string
  readonly guard: number
  readonly mid: number | undefined
  readonly bps: number
}

const NOT_MOVED: Moved = { instrument: '', guard: 0, mid: undefined, bps: 0 }
const FLAT = quantity('0')
const NOTHING: Money<Currency> = money('0', 'USD')
