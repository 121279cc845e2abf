/**
 * An instrument's price grid and lot in float nanos: `roundTo` and `incrementAt` of the exact numbers, for
 * those who make quotes by the million and cross to the ledger's numbers once.
 *
 * Exact for prices and sizes below nine million units, like the nanos themselves; see `floatNanos`.
 */
import { floatNanos } from '#model/border.ts'
import type { PriceIncrements } from '#model/instrument.ts'

/** The price steps of one market rule. Prices are whole nanos. */
export interface PriceGrid {
  /** The step that holds at a price. */
  incrementAt(nanos: number): number
  /** The multiple of its step that is nearest to a price in quote currency, half-even. */
  snap(price: number): number
}

const known = new WeakMap<PriceIncrements, PriceGrid>()

/** The grid of a market rule, worked out once. */
export function priceGridOf(increments: PriceIncrements): PriceGrid {
  const found = known.get(increments) ?? priceGrid(increments)
  known.set(increments, found)
  return found
}

function priceGrid(increments: PriceIncrements): PriceGrid {
  const rows = increments.map(({ from, increment }) => ({ from: Number(from), increment: Number(increment) })) // prettier-ignore
  const least = rows[0]?.increment ?? 1
  const incrementAt: PriceGrid['incrementAt'] = (nanos) => {
    const size = Math.abs(nanos)
    for (let i = rows.length - 1; i > 0; i--) {
      const row = rows[i]
      if (row !== undefined && row.from <= size) return row.increment
    }
    return least
  }
  const snap: PriceGrid['snap'] = (price) => {
    const nanos = floatNanos(price)
    return nearestMultiple(nanos, incrementAt(nanos))
  }
  return { incrementAt, snap }
}

/** Half-even, as `roundTo` does it. @param increment - > 0 */
export function nearestMultiple(nanos: number, increment: number): number {
  const rest = remainder(nanos, increment)
  if (rest === 0) return nanos
  const below = nanos - rest
  if (2 * rest < increment) return below
  if (2 * rest > increment) return below + increment
  return (below / increment) % 2 === 0 ? below : below + increment
}

/** The multiple at or below. @param increment - > 0 */
export const multipleBelow = (nanos: number, increment: number): number =>
  nanos - remainder(nanos, increment)

/** In [0, increment), also below zero. */
function remainder(nanos: number, increment: number): number {
  const rest = nanos % increment
  return rest < 0 ? rest + increment : rest
}
