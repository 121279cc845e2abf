/**
 * Implementation shortfall: what trading a line of a plan cost against having had it at once, whole
 * and for nothing at the price it was decided at. A. Perold, "The Implementation Shortfall: Paper
 * versus Reality", Journal of Portfolio Management 14 (1988), split as R. Kissell & M. Glantz,
 * "Optimal Trading Strategies" (2003), ch. 3, split it:
 *
 *   delay        s Σq (arrival − decision)          the mid moved before the first order went
 *   timing       s Σ q (reference − arrival)        it moved on while the line was worked
 *   spread       Σ q half spread                    of the quote that each order was priced by
 *   impact       s Σ q (price − reference) − spread what fills paid beyond it; negative: improvement
 *   fees         Σ commission
 *   opportunity  s (planned − Σq)₊ (end − decision) what was not traded moved away
 *
 * s is 1 of a purchase, −1 of a sale. Every benchmark is turned into money once and parts are
 * differences of these, so that they sum to the whole to the last nano.
 *
 * The reference of a fill is the last mid quoted before the second it is stamped with, at the
 * earliest the mid its order was priced at: so an order's own first push is impact, and what the
 * market did since, our earlier orders' push included, is timing.
 */
import { priceFrom } from '#model/border.ts'
import {
  fractionOf,
  magnitude,
  minus,
  money,
  NANOS,
  notional,
  plus,
  price,
  quantity,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { isBuying, type Side } from '#model/order.ts'

/** One fill with what it is held against. */
export interface BenchmarkedFill {
  /** Unsigned. */
  readonly quantity: Quantity
  readonly price: Price
  /** Mid of the quote before it. */
  readonly reference: Price
  /** Undefined where the quote that its order was priced by is not known: then it is part of the impact. */
  readonly halfSpread: Price | undefined
  /** Already in the currency of the result. */
  readonly fee: Money<Currency>
}

/** A line and what became of it. */
export interface BenchmarkedLine {
  readonly side: Side
  /** > 0 */
  readonly planned: Quantity
  readonly decision: Price
  /** The mid when the first order was submitted; the decision's where none was. */
  readonly arrival: Price
  readonly fills: readonly BenchmarkedFill[]
  /** The last mid or close; undefined where none is known: then the unfilled costs nothing that can be told. */
  readonly end: Price | undefined
  readonly instrument: Pick<Instrument, 'multiplier' | 'currency'>
  /** Of the result's currency per unit of the instrument's. */
  readonly rate: number
}

/** In one currency; positive is a cost. */
export interface CostParts {
  readonly delay: Money<Currency>
  readonly timing: Money<Currency>
  readonly spread: Money<Currency>
  readonly impact: Money<Currency>
  readonly fees: Money<Currency>
  readonly opportunity: Money<Currency>
  /** The sum of the six. */
  readonly total: Money<Currency>
}

/** The parts, and the two amounts that they are shares of. */
export interface Shortfall {
  readonly parts: CostParts
  /** Σ quantity × price of the fills, ≥ 0. */
  readonly traded: Money<Currency>
  /** What was planned, at the decision price, ≥ 0. */
  readonly planned: Money<Currency>
}

/** @returns money in the result's currency, exact to the nano */
export function shortfallOf(line: BenchmarkedLine): Shortfall {
  const { side, decision, arrival, fills, end } = line
  const filled = fills.reduce((sum, fill) => plus(sum, fill.quantity), NONE)
  const worth = worthIn(line)
  const sumOf = (value: (fill: BenchmarkedFill) => Money<Currency>) =>
    fills.reduce((sum, fill) => plus(sum, value(fill)), ZERO)
  const cost = (after: Money<Currency>, before: Money<Currency>) =>
    isBuying(side) ? minus(after, before) : minus(before, after)
  const [decided, arrived] = [worth(filled, decision), worth(filled, arrival)]
  const referred = sumOf((fill) => worth(fill.quantity, fill.reference))
  const traded = sumOf((fill) => worth(fill.quantity, fill.price))
  const spread = sumOf((fill) => worth(fill.quantity, fill.halfSpread ?? FREE))
  const left = minus(line.planned, filled)
  const unfilled = left > 0n ? left : NONE
  const parts = {
    delay: cost(arrived, decided),
    timing: cost(referred, arrived),
    spread,
    impact: minus(cost(traded, referred), spread),
    fees: sumOf(({ fee }) => fee),
    opportunity: end === undefined ? ZERO : cost(worth(unfilled, end), worth(unfilled, decision)),
  }
  return {
    parts: { ...parts, total: sumOfParts(parts) },
    traded: magnitude(traded),
    planned: magnitude(worth(line.planned, decision)),
  }
}

/** Parts of many shortfalls, one currency. */
export function sumOfCosts(costs: readonly CostParts[]): CostParts {
  const sumOf = (part: keyof CostParts) => costs.reduce((sum, of) => plus(sum, of[part]), ZERO)
  return {
    delay: sumOf('delay'),
    timing: sumOf('timing'),
    spread: sumOf('spread'),
    impact: sumOf('impact'),
    fees: sumOf('fees'),
    opportunity: sumOf('opportunity'),
    total: sumOf('total'),
  }
}

const sumOfParts = ({
  delay,
  timing,
  spread,
  impact,
  fees,
  opportunity,
}: Omit<CostParts, 'total'>) =>
  // prettier-ignore
  [delay, timing, spread, impact, fees, opportunity].reduce((sum, part) => plus(sum, part), ZERO)

/** Units × price × multiplier, in the result's currency. */
function worthIn({ instrument, rate }: BenchmarkedLine) {
  const nanosPerUnit: bigint = priceFrom(rate)
  return (size: Quantity, at: Price): Money<Currency> => {
    const worth = notional(size, at, instrument)
    return rate === 1 ? worth : fractionOf(worth, nanosPerUnit, NANOS)
  }
}

const NONE = quantity('0')
const ZERO: Money<Currency> = money('0', 'USD')
const FREE = price('0')
