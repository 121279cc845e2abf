/**
 * The pre-trade gate: the last look at every order before it may be sent, by rules that do not
 * depend on how the order came about. Only what it approves fits the broker's port.
 *
 * The rules stand in one list and are asked in order; the first refusal is the answer, and names
 * what was found and what was expected. A reduction is never refused because a limit is breached:
 * that would lock the risk in. What cannot be priced is refused either way.
 */
import { incrementAt, toNumber } from '#model/border.ts'
import {
  format,
  magnitude,
  minus,
  negate,
  plus,
  quantity,
  type Currency,
  type Money,
  type Quantity,
} from '#model/fixed.ts'
import type { ClientOrderId, InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { isBuying, isReducing, type OrderRequest } from '#model/order.ts'
import { approve, type RiskApproved, type RiskRefused } from '#risk/approve.ts'
import { CLASS_LIMITS } from '#risk/class-limits.ts'
import type { ForeignHolding } from '#risk/exposures.ts'
import { issuerOf } from '#risk/issuer.ts'
import { describeLatch, latchesForbid, type Latch } from '#risk/latch.ts'
import { isInside, type Limit, type Metric } from '#risk/limits.ts'
import { furthestFromMid } from '#risk/price-collar.ts'
import { worstFigures, type OpenBook, type OpenName } from '#risk/worst-position.ts'

export interface GateContext {
  readonly settings: GateThresholds
  readonly limits: readonly Limit[]
  readonly latches: readonly Latch[]
  /** The order's instrument. */
  readonly instrument: Instrument
  /** Mid of a fresh, uncrossed quote, quote currency; undefined where there is none. */
  readonly mid: number | undefined
  /** Base currency per unit of the instrument's currency, > 0. */
  readonly fx: number
  /** Filled positions and working orders, other people's too; the order at hand is not in it yet. */
  readonly book: OpenBook
  /** Base currency of exposure of one unit of the order's instrument. */
  readonly unitExposure: number
  /** What it holds of a currency that is not the account's; absent where nothing. */
  readonly foreign?: ForeignHolding | undefined
  /** What the broker still grants for additions of stocks, working additions taken off; base currency. */
  readonly buyingPower: Money<Currency>
  /** What is left for initial margin of additions, that of working ones taken off; base currency. */
  readonly availableFunds: Money<Currency>
  /** Initial margin, premium included, that one unit of the order takes; base currency ≥ 0. */
  readonly unitMargin: number
  /** Every id ever submitted in this journal. */
  readonly usedIds: { has(id: ClientOrderId): boolean }
  /** Orders the run has sent so far. */
  readonly ordersSent: number
}

/** As configured; see `gate` in ballast.yaml. */
export interface GateThresholds {
  /** A limit price further than this from the mid is refused, bps > 0. */
  readonly collarBps: number
  /** Largest notional of one order, base currency, > 0. */
  readonly maximumOrderNotional: number
  /** Orders a run may send, > 0: a bound on runaway loops. */
  readonly maximumOrdersPerRun: number
}

/** Asks every rule about an order. Pure. */
export function gate(
  context: GateContext,
  order: OrderRequest,
): RiskApproved<OrderRequest> | RiskRefused<OrderRequest> {
  return approve(order, (asked) => {
    for (const rule of RULES) {
      const refusal = rule(context, asked)
      if (refusal !== undefined) return refusal
    }
    return undefined
  })
}

/** A reason to refuse, or undefined. */
type Rule = (context: GateContext, order: OrderRequest) => string | undefined

const RULES: readonly Rule[] = [
  wellFormed,
  neverTwice,
  withinRun,
  notLatched,
  priced,
  withinCollar,
  withinNotional,
  noFlip,
  borrowable,
  withinLimits,
  withinBuyingPower,
]

function wellFormed(
  { instrument }: GateContext,
  { instrument: id, quantity: size, orderType, limitPrice, timeInForce, goodTill }: OrderRequest,
): string | undefined {
  if (instrument.id !== id) return `instrument: ${id} was asked about with the facts of ${instrument.id}` // prettier-ignore
  if (size <= 0n) return `quantity: was ${format(size)}, expected more than 0`
  if (size % instrument.lot !== 0n)
    return `quantity: was ${format(size)}, expected a multiple of the lot ${format(instrument.lot)}`
  if ((orderType === 'LMT') !== (limitPrice !== undefined))
    return `limit price: ${orderType} came ${limitPrice === undefined ? 'without' : 'with'} one`
  if (limitPrice !== undefined) {
    const increment = incrementAt(limitPrice, instrument.priceIncrements)
    if (limitPrice % increment !== 0n)
      return `limit price: was ${format(limitPrice)}, expected a multiple of ${format(increment)}`
  }
  if ((timeInForce === 'GTD') !== (goodTill !== undefined))
    return `time in force: ${timeInForce} came ${goodTill === undefined ? 'without' : 'with'} a date`
  return undefined
}

function neverTwice({ usedIds }: GateContext, { id }: OrderRequest): string | undefined {
  return usedIds.has(id) ? `duplicate: ${id} was already submitted, expected a new id` : undefined
}

function withinRun({ ordersSent, settings }: GateContext): string | undefined {
  if (ordersSent < settings.maximumOrdersPerRun) return undefined
  return `orders of this run: ${ordersSent} were sent, at most ${settings.maximumOrdersPerRun} are allowed`
}

function notLatched(
  { latches, instrument }: GateContext,
  { side }: OrderRequest,
): string | undefined {
  const trade = { instrument: instrument.id, sector: instrument.sector, adds: !isReducing(side) }
  const latch = latchesForbid(latches, trade)
  return latch === undefined ? undefined : `latch: ${describeLatch(latch)}`
}

function priced({ mid, fx, book }: GateContext): string | undefined {
  if (mid === undefined || !(mid > 0)) return 'quote: there is no fresh two-sided quote to judge the order by' // prettier-ignore
  if (!(fx > 0) || !Number.isFinite(fx)) return `exchange rate: was ${fx}, expected a number > 0`
  if (!(book.nav > 0)) return `net asset value: was ${book.nav}, expected more than 0`
  return undefined
}

function withinCollar(
  { mid = Number.NaN, settings, instrument }: GateContext,
  { limitPrice }: OrderRequest,
): string | undefined {
  if (limitPrice === undefined) return undefined
  const away = Math.abs(toNumber(limitPrice) - mid)
  const allowed = furthestFromMid(instrument, mid, settings.collarBps)
  if (away <= allowed + mid * ROUNDING) return undefined
  const [awayBps, allowedBps] = [away, allowed].map((of) => (of / mid) * 10_000)
  return `price collar: limit ${format(limitPrice)} is ${awayBps?.toFixed(1)} bps from the mid ${mid}, at most ${rounded(allowedBps)} bps are allowed`
}

/** A distance at the collar is inside it, whatever its last bit. */
const ROUNDING = 1e-12
const rounded = (bps = Number.NaN): string => String(Number(bps.toFixed(1)))

function withinNotional(context: GateContext, order: OrderRequest): string | undefined {
  const { maximumOrderNotional } = context.settings
  const value = notionalOf(context, order)
  if (value <= maximumOrderNotional) return undefined
  return `notional: was ${value.toFixed(2)}, at most ${maximumOrderNotional} is allowed for one order`
}

/** A reduction ends at flat; an addition starts there. What is working counts as filled. */
function noFlip(context: GateContext, { side, quantity: size }: OrderRequest): string | undefined {
  const { held, workingBuys, workingSells } = openNameOf(context)
  const available: Readonly<Record<OrderRequest['side'], Quantity | undefined>> = {
    SELL: minus(held, workingSells),
    COVER: negate(plus(held, workingBuys)),
    BUY: held < 0n ? NONE : undefined,
    SHORT: held > 0n ? NONE : undefined,
  }
  const most = available[side]
  if (most === undefined || size <= most) return undefined
  if (!isReducing(side)) return `position: ${format(held)} is held, ${side} expects it closed first`
  return `position: ${side} ${format(size)} would cross zero, at most ${format(most > 0n ? most : NONE)} can be reduced (held ${format(held)}, working orders, also of others, taken off)`
}

function borrowable({ instrument }: GateContext, { side }: OrderRequest): string | undefined {
  if (side !== 'SHORT' || instrument.assetClass !== 'STK' || instrument.shortable) return undefined
  return 'borrow: the universe says that this stock cannot be shorted'
}

const HELD_TO = [
  ['largestPosition', 'position'],
  ['largestSector', 'sector'],
  ['grossLeverage', 'gross'],
  ['netLeverage', 'net'],
] as const satisfies readonly (readonly [Metric, string])[]

/** Additions only: the book as it would be in the worst corner, held against the breach levels. */
function withinLimits(context: GateContext, order: OrderRequest): string | undefined {
  if (isReducing(order.side)) return undefined
  const after = worstFigures(withOrder(context, order), order.instrument)
  for (const [metric, figure] of HELD_TO) {
    const limit = context.limits.find((row) => row.metric === metric)
    if (limit === undefined || isInside(after[figure], limit.breach, limit.direction)) continue
    return `${metric}: would be ${after[figure].toFixed(4)} with all that is working filled, at most ${limit.breach} is allowed`
  }
  const { assetClass } = context.instrument
  const most = CLASS_LIMITS[assetClass].leverage
  if (after.assetClass <= most) return undefined
  return `class ${assetClass}: would be ${after.assetClass.toFixed(4)} with all that is working filled, at most ${most} is allowed`
}

/** Stocks are bought by buying power; every class takes margin, a bought option its premium. */
function withinBuyingPower(context: GateContext, order: OrderRequest): string | undefined {
  if (isReducing(order.side)) return undefined
  const needed = context.instrument.assetClass === 'STK' ? notionalOf(context, order) : 0
  const granted = toNumber(context.buyingPower)
  if (needed > 0 && needed > granted)
    return `buying power: the order takes ${needed.toFixed(2)}, ${granted.toFixed(2)} is left`
  const margin = toNumber(order.quantity) * context.unitMargin
  const available = toNumber(context.availableFunds)
  if (margin <= available) return undefined
  return `available funds: the order takes ${margin.toFixed(2)} of initial margin, ${available.toFixed(2)} is left`
}

/** Base currency, at the mid. */
function notionalOf(
  { instrument, mid = Number.NaN, fx }: GateContext,
  { quantity: size }: OrderRequest,
): number {
  return toNumber(magnitude(size)) * mid * Number(instrument.multiplier) * fx
}

function openNameOf({ book, instrument, unitExposure, foreign }: GateContext): OpenName {
  const { sector, assetClass } = instrument
  return (
    book.names.get(instrument.id) ?? {
      sector,
      assetClass,
      issuer: issuerOf(instrument),
      foreign,
      held: NONE,
      workingBuys: NONE,
      workingSells: NONE,
      unitExposure,
    }
  )
}

function withOrder(
  context: GateContext,
  { side, quantity: size, instrument }: OrderRequest,
): OpenBook {
  const open = openNameOf(context)
  const added: OpenName = isBuying(side)
    ? { ...open, workingBuys: plus(open.workingBuys, size) }
    : { ...open, workingSells: plus(open.workingSells, size) }
  const names = new Map<InstrumentId, OpenName>([...context.book.names, [instrument, added]])
  return { nav: context.book.nav, names }
}

const NONE: Quantity = quantity('0')
