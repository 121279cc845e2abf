/**
 * Waves: which orders of a phase may be open together.
 *
 * While orders are open, each may be filled or not, and the market picks the corner. A wave is a
 * set of orders whose worst corner is, for every figure, no worse than max(limit, where the wave
 * started). Orders of different names fill independently and gross, net, one position and cash
 * are sums over names, so each figure's worst corner is found by taking every order on the side
 * that hurts: exact at any size, with no corner ever listed.
 *
 * Orders join in the order given (covers first, then by margin freed); one that does not fit waits
 * for the room that the wave before it makes. One that fits into no wave goes alone, for waiting
 * longer would not help it.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'

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
  readonly sectors: ReadonlyMap<InstrumentId, string>
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
  const ranges = new Map<InstrumentId, Range>()
  let [gross, netHigh, netLow, cash] = [base.gross, base.netHigh, base.netLow, base.cash]
  for (const order of pending) {
    const weight = start.weights.get(order.instrument) ?? 0
    const before = ranges.get(order.instrument) ?? { low: weight, high: weight }
    const range = widened(before, order.weight)
    const next = {
      gross: gross + furthest(range) - furthest(before),
      netHigh: netHigh + range.high - before.high,
      netLow: netLow + range.low - before.low,
      cash: cash + Math.min(0, order.cash),
    }
    const fits =
      next.gross <= held.gross + TOLERANCE &&
      Math.max(next.netHigh, -next.netLow) <= held.net + TOLERANCE &&
      furthest(range) <= Math.max(held.position, furthest(before)) + TOLERANCE &&
      next.cash >= held.cash - TOLERANCE
    if (!fits) continue
    ranges.set(order.instrument, range)
    wave.push(order)
    ;({ gross, netHigh, netLow, cash } = next)
  }
  return wave.length > 0 ? wave : pending.slice(0, 1)
}

/** Float sums of a few hundred weights are good to this. */
const TOLERANCE = 1e-9

/** The worst corner of each figure with a set of orders open. */
export function cornersOf(book: WaveBook, open: readonly WaveOrder[]): CornerFigures {
  const ranges = new Map<InstrumentId, Range>()
  for (const [name, weight] of book.weights) ranges.set(name, { low: weight, high: weight })
  for (const { instrument, weight } of open)
    ranges.set(instrument, widened(ranges.get(instrument) ?? { low: 0, high: 0 }, weight))
  const sectors = new Map<string, number>()
  let [gross, netHigh, netLow, position] = [0, 0, 0, 0]
  for (const name of [...ranges.keys()].toSorted(byCodeUnit)) {
    const range = ranges.get(name)!
    const size = furthest(range)
    gross += size
    netHigh += range.high
    netLow += range.low
    position = Math.max(position, size)
    const sector = book.sectors.get(name) ?? 'unknown'
    sectors.set(sector, (sectors.get(sector) ?? 0) + size)
  }
  const cash = open.reduce((total, order) => total + Math.min(0, order.cash), book.cash)
  return { gross, netHigh, netLow, position, sector: Math.max(0, ...sectors.values()), cash }
}

/** Where a name's weight may lie. */
interface Range {
  readonly low: number
  readonly high: number
}

const widened = ({ low, high }: Range, change: number): Range =>
  change > 0 ? { low, high: high + change } : { low: low + change, high }

const furthest = ({ low, high }: Range): number => Math.max(Math.abs(low), Math.abs(high))

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
