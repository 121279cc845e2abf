/**
 * A book with orders open: each name lies somewhere between all its sells filled and no buys, and
 * all its buys filled and no sells. Which corner is worst differs by figure, so each figure is
 * taken at its own worst corner; as names fill independently, that is exact.
 */
import { toNumber } from '#model/border.ts'
import { minus, plus, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'

/** One name of the book, with what is working in it. */
export interface OpenName {
  readonly sector: string
  /** Filled position, signed. */
  readonly held: Quantity
  /** Leaves of open buys and covers, ≥ 0. */
  readonly workingBuys: Quantity
  /** Leaves of open sells and shorts, ≥ 0. */
  readonly workingSells: Quantity
  /** Base currency of exposure of one unit: price × multiplier × fx; an option's by its delta. */
  readonly unitExposure: number
}

export interface OpenBook {
  /** Net asset value, base currency, > 0. */
  readonly nav: number
  /** Every name held or with a working order. */
  readonly names: ReadonlyMap<InstrumentId, OpenName>
}

/** Figures at their worst corners, fractions of net asset value. */
export interface WorstFigures {
  /** |w| of one name. */
  readonly position: number
  /** Σ|w| of one sector. */
  readonly sector: number
  readonly gross: number
  /** The larger of |net| with only buys filled and |net| with only sells filled. */
  readonly net: number
}

/** @param instrument - the name whose position, and whose sector's weight, are asked for */
export function worstFigures(book: OpenBook, instrument: InstrumentId): WorstFigures {
  const asked = book.names.get(instrument)
  let [sector, gross, highest, lowest] = [0, 0, 0, 0]
  for (const name of book.names.values()) {
    const { low, high, worst } = exposureRange(name)
    gross += worst
    highest += high
    lowest += low
    if (name.sector === asked?.sector) sector += worst
  }
  return {
    position: asked === undefined ? 0 : exposureRange(asked).worst / book.nav,
    sector: sector / book.nav,
    gross: gross / book.nav,
    net: Math.max(Math.abs(highest), Math.abs(lowest)) / book.nav,
  }
}

/** Base currency: summed as money and divided once, so that a round sum is not a hair over its limit. */
function exposureRange({ held, workingBuys, workingSells, unitExposure }: OpenName): {
  readonly low: number
  readonly high: number
  readonly worst: number
} {
  const bought = toNumber(plus(held, workingBuys)) * unitExposure
  const sold = toNumber(minus(held, workingSells)) * unitExposure
  return {
    low: Math.min(bought, sold),
    high: Math.max(bought, sold),
    worst: Math.max(Math.abs(bought), Math.abs(sold)),
  }
}
