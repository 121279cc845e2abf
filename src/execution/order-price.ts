/**
 * The order that works a line now: a marketable limit at the touch ± a collar, or a market order,
 * as the plan's line says; time in force always explicit.
 */
import { incrementAt, priceFrom, snapPrice } from '#model/border.ts'
import { greater, lesser, type Price, type Quantity } from '#model/fixed.ts'
import type { ClientOrderId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { isBuying, isReducing, type OrderRequest, type Side } from '#model/order.ts'
import type { PlanLine } from '#model/plan.ts'
import { SECOND_MS, type EpochMs } from '#model/time.ts'

export interface PricingRules {
  /** How far beyond the touch a marketable limit reaches, bps ≥ 0. */
  readonly collarBps: number
  /** Good-till-date of additions after now, ms, ≤ 600,000. */
  readonly addLifetimeMs: number
}

/** A two-sided, uncrossed quote: the caller checked it. */
export interface Touch {
  readonly bid: number
  readonly ask: number
}

/**
 * @param size - > 0, what remains of the line
 * @param now - engine's clock; a good-till-date is the next whole second of it, as IBKR's are
 */
export function orderFor(
  line: Pick<PlanLine, 'instrument' | 'side' | 'orderType'>,
  id: ClientOrderId,
  size: Quantity,
  instrument: Pick<Instrument, 'priceIncrements'>,
  touch: Touch,
  rules: PricingRules,
  now: EpochMs,
): OrderRequest {
  const base = { id, instrument: line.instrument, side: line.side, quantity: size }
  const lifetime = isReducing(line.side)
    ? ({ timeInForce: 'DAY' } as const)
    : ({ timeInForce: 'GTD', goodTill: wholeSecondAfter(now + rules.addLifetimeMs) } as const)
  if (line.orderType === 'MKT') return { ...base, orderType: 'MKT', ...lifetime }
  const limitPrice = marketableLimit(line.side, touch, instrument, rules.collarBps)
  return { ...base, orderType: 'LMT', limitPrice, ...lifetime }
}

/**
 * The far touch plus (buying) or minus (selling) the collar, on a price increment, rounded towards
 * the touch so that the collar is never exceeded; never short of the touch itself, or it would
 * not be marketable.
 *
 * @example
 * const cents = { priceIncrements: [{ from: price('0'), increment: price('0.01') }] }
 * marketableLimit('BUY', { bid: 9.99, ask: 10 }, cents, 10) // => price('10.01')
 */
export function marketableLimit(
  side: Side,
  { bid, ask }: Touch,
  { priceIncrements }: Pick<Instrument, 'priceIncrements'>,
  collarBps: number,
): Price {
  const collar = collarBps / 10_000
  if (isBuying(side)) {
    const touch = snapPrice(ask, priceIncrements, 'up')
    return greater(touch, snapPrice(ask * (1 + collar), priceIncrements, 'down'))
  }
  const touch = snapPrice(bid, priceIncrements, 'down')
  const reach = snapPrice(bid * (1 - collar), priceIncrements, 'up')
  return greater(lesser(touch, reach), incrementAt(priceFrom(bid), priceIncrements))
}

const wholeSecondAfter = (at: EpochMs): EpochMs => Math.ceil(at / SECOND_MS) * SECOND_MS
