/**
 * Waves: which orders of a phase may be open together.
 *
 * While orders are open, each may be filled or not, and the market picks the corner. A wave is a
 * set of orders whose worst corner is, for every figure, no worse than max(limit, where the wave
 * started). Orders of different names fill independently and gross, net, one issuer's position and cash
 * are sums over names, so each figure's worst corner is found by taking every order on the side
 * that hurts (`risk/corners.ts`): exact at any size, with no corner ever listed.
 *
 * Orders join in the order given (covers first, then by margin freed); one that does not fit waits
 * for the room that the wave before it makes. One that fits into no wave goes alone, for waiting
 * longer would not help it.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import {
  furthest,
  issuerRanges,
  netRange,
  worstGross,
  worstSectors,
  type Range,
  type RangedExposure,
} from '#risk/corners.ts'
import type { ExposureFacts } from '#risk/exposures.ts'
import { countsByName } from '#risk/issuer-weights.ts'

export interface WaveOrder {
  readonly id: string
  readonly instrument: InstrumentId
  /** Change of the name's weight when filled whole, signed. */
  readonly weight: number
  /** Change of cash when filled whole, fraction of net asset value: a purchase is negative. */
  readonly cash: number
}

export interface WaveBook {
  /** Weights by name, signed. */
  readonly weights: ReadonlyMap<InstrumentId, number>
  /** Which limits count each name; one that is not there counts as a name of its own. */
  readonly facts: ReadonlyMap<InstrumentId, ExposureFacts>
  /** Fraction of net asset value; negative is borrowed. */
  readonly cash: number
}

/** What the worst corner is held to; fractions of net asset value. */
export interface WaveBounds {
  readonly gross: number
  /** Of |net|. */
  readonly net: number
  readonly position: number
  /** Cash at least. */
  readonly cash: number
}

/** Figures of a book at their worst corners. */
export interface CornerFigures {
  readonly gross: number
  /** Net with only the buys filled, and with only the sells. */
  readonly netHigh: number
  readonly netLow: number
  readonly position: number
  readonly sector: number
  /** Cash with only the buys filled. */
  readonly cash: number
}

export interface Waves {
  /** 1, 2, …, by order id. */
  readonly numbers: ReadonlyMap<string, number>
  /** The worst of all waves' corners, earlier waves filled whole. */
  readonly worst: CornerFigures
  /** The book with all orders filled whole. */
  readonly after: WaveBook
}

export function assignWaves(
  book: WaveBook,
  orders: readonly WaveOrder[],
  bounds: WaveBounds,
): Waves {
  const numbers = new Map<string, number>()
  let [pending, start, worst] = [orders, book, cornersOf(book, [])]
  for (let number = 1; pending.length > 0; number++) {
    const wave = nextWave(start, pending, bounds)
    for (const { id } of wave) numbers.set(id, number)
    worst = worseOf(worst, cornersOf(start, wave))
    start = filled(start, wave)
    pending = pending.filter(({ id }) => !numbers.has(id))
  }
  return { numbers, worst, after: start }
}

/** As many of the pending orders as fit together, asked in order; the first alone when none fits. */
function nextWave(
  start: WaveBook,
  pending: readonly WaveOrder[],
  bounds: WaveBounds,
): readonly WaveOrder[] {
  const base = cornersOf(start, [])
  const held = {
    gross: Math.max(bounds.gross, base.gross),
    net: Math.max(bounds.net, Math.abs(base.netHigh)),
    position: Math.max(bounds.position, base.position),
    cash: Math.min(bounds.cash, base.cash),
  }
  const wave: WaveOrder[] = []
  const ranges = rangesOf(start, [])
  const issuers = new Map(issuerRanges([...ranges.values()]))
  let { gross, netHigh, netLow, cash } = base
  for (const order of pending) {
    const before = ranges.get(order.instrument) ?? flatRange(start, order.instrument)
    const range = { ...before, ...widened(before, order.weight) }
    const net = netWith(ranges, before, range, { low: netLow, high: netHigh })
    const issuer = issuers.get(range.issuer)
    const position = countsByName(range) ? widened(issuer ?? before, order.weight) : undefined
    const next = {
      gross: gross + furthest(range) - furthest(before),
      netHigh: net.high,
      netLow: net.low,
      cash: cash + Math.min(0, order.cash),
    }
    const fits =
      next.gross <= held.gross + TOLERANCE &&
      Math.max(next.netHigh, -next.netLow) <= held.net + TOLERANCE &&
      (position === undefined ||
        furthest(position) <= Math.max(held.position, furthest(issuer ?? before)) + TOLERANCE) && // prettier-ignore
      next.cash >= held.cash - TOLERANCE
    if (!fits) continue
    ranges.set(order.instrument, range)
    if (position !== undefined) issuers.set(range.issuer, position)
    wave.push(order)
    ;({ gross, netHigh, netLow, cash } = next)
  }
  return wave.length > 0 ? wave : pending.slice(0, 1)
}

/** Float sums of a few hundred weights are good to this. */
const TOLERANCE = 1e-9

/** Net once a name's range is another: by the difference, but where hedges are about, which hang together. */
function netWith(
  ranges: ReadonlyMap<InstrumentId, RangedExposure>,
  before: RangedExposure,
  after: RangedExposure,
  net: Range,
): Range {
  if (after.foreign !== undefined)
    return netRange([...new Map([...ranges, [after.instrument, after]]).values()])
  return { low: net.low + after.low - before.low, high: net.high + after.high - before.high }
}

/** The worst corner of each figure with a set of orders open. */
export function cornersOf(book: WaveBook, open: readonly WaveOrder[]): CornerFigures {
  const names = [...rangesOf(book, open).values()]
  const net = netRange(names)
  return {
    gross: worstGross(names),
    netHigh: net.high,
    netLow: net.low,
    position: largest(issuerRanges(names).values().map(furthest)),
    sector: largest(worstSectors(names).values()),
    cash: open.reduce((total, order) => total + Math.min(0, order.cash), book.cash),
  }
}

const largest = (figures: Iterable<number>): number =>
  Iterator.from(figures).reduce((most, figure) => Math.max(most, figure), 0)

/** Where each name's weight may lie, sorted by name. */
function rangesOf(book: WaveBook, open: readonly WaveOrder[]): Map<InstrumentId, RangedExposure> {
  // prettier-ignore
  const names = new Set([...book.weights.keys(), ...open.map(({ instrument }) => instrument)])
  const ranges = new Map([...names].toSorted(byCodeUnit).map((id) => [id, flatRange(book, id)]))
  for (const { instrument, weight } of open) {
    const range = ranges.get(instrument)!
    ranges.set(instrument, { ...range, ...widened(range, weight) })
  }
  return ranges
}

/** A name with nothing open. */
function flatRange({ weights, facts }: WaveBook, instrument: InstrumentId): RangedExposure {
  const weight = weights.get(instrument) ?? 0
  const known = facts.get(instrument) ?? { sector: 'unknown', issuer: instrument, assetClass: undefined } // prettier-ignore
  return { ...known, instrument, low: weight, high: weight }
}

const widened = ({ low, high }: Range, change: number): Range =>
  change > 0 ? { low, high: high + change } : { low: low + change, high }

/** Figure by figure the worse of two. */
export function worseOf(a: CornerFigures, b: CornerFigures): CornerFigures {
  return {
    gross: Math.max(a.gross, b.gross),
    netHigh: Math.max(a.netHigh, b.netHigh),
    netLow: Math.min(a.netLow, b.netLow),
    position: Math.max(a.position, b.position),
    sector: Math.max(a.sector, b.sector),
    cash: Math.min(a.cash, b.cash),
  }
}

function filled(book: WaveBook, orders: readonly WaveOrder[]): WaveBook {
  const weights = new Map(book.weights)
  for (const { instrument, weight } of orders)
    weights.set(instrument, (weights.get(instrument) ?? 0) + weight)
  return { ...book, weights, cash: orders.reduce((total, { cash }) => total + cash, book.cash) }
}
