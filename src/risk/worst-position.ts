/**
 * A book with orders open: each name lies somewhere between all its sells filled and no buys, and
 * all its buys filled and no sells. Which corner is worst differs by figure, so each figure is
 * taken at its own worst corner; as names fill independently, that is exact.
 */
import { toNumber } from '#model/border.ts'
import { minus, plus, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { classOf } from '#risk/class-limits.ts'
import {
  furthest,
  issuerRanges,
  netRange,
  worstGross,
  worstSectors,
  type Range,
} from '#risk/corners.ts'
import type { ExposureFacts } from '#risk/exposures.ts'
import { countsByName } from '#risk/issuer-weights.ts'

/** One name of the book, with what is working in it. */
export interface OpenName extends ExposureFacts {
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
  /** |Σw| of one issuer; 0 of what counts by its class. */
  readonly position: number
  /** Σ over issuers of |Σw| in one sector; 0 of what counts by its class. */
  readonly sector: number
  /** Σ|w| of one asset class. */
  readonly assetClass: number
  readonly gross: number
  /** The larger of |net| with only buys filled and |net| with only sells filled, hedges apart. */
  readonly net: number
}

/** @param instrument - the name whose issuer's, sector's and class's weights are asked for */
export function worstFigures(book: OpenBook, instrument: InstrumentId): WorstFigures {
  const { nav } = book
  // In base currency: summed as money and divided once, so that a round sum is not a hair over its limit.
  const names = [...book.names].map(([id, name]) => ({ ...name, ...rangeOf(name), instrument: id }))
  const asked = book.names.get(instrument)
  const named = asked !== undefined && countsByName(asked) ? asked : undefined
  const net = netRange(names)
  return {
    position: named === undefined ? 0 : furthest(issuerRanges(names).get(named.issuer) ?? FLAT) / nav, // prettier-ignore
    sector: named === undefined ? 0 : (worstSectors(names).get(named.sector) ?? 0) / nav,
    assetClass: asked === undefined ? 0 : worstGross(names.filter((name) => classOf(name) === classOf(asked))) / nav, // prettier-ignore
    gross: worstGross(names) / nav,
    net: furthest(net) / nav,
  }
}

const FLAT: Range = { low: 0, high: 0 }

function rangeOf({ held, workingBuys, workingSells, unitExposure }: OpenName): Range {
  const bought = toNumber(plus(held, workingBuys)) * unitExposure
  const sold = toNumber(minus(held, workingSells)) * unitExposure
  return { low: Math.min(bought, sold), high: Math.max(bought, sold) }
}
