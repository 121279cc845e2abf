/**
 * Whether the conditions of an order hold.
 *
 * IBKR reads a list of conditions from left to right, each joined to the next by *and* or *or*, without
 * precedence: `a or b and c` is `(a or b) and c`. A threshold counts as reached when the value is at it. Between two
 * looks what counts is the whole way of the price, not where it ended: a spike fires a condition whoever looks
 * how often.
 *
 * Which prices count, and whether two quotes running have to show them, is the trigger method's to say (`triggers.ts`).
 */
import { toNumber } from '#model/border.ts'
import type { Price, Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { methodFor, pricesOf } from '#exchange/orders/triggers.ts'
import type { OrderConditions, VenueCondition } from '#exchange/terms.ts'

/** What is known of an instrument's prices at a look. */
export interface PriceView {
  readonly assetClass: AssetClass | 'IND'
  /** Level 1 now, and the quote before it. */
  readonly quote: TouchPrices
  readonly before: TouchPrices | undefined
  /** Lowest and highest trade since the look before. */
  readonly traded: { readonly low: number; readonly high: number } | undefined
  readonly previousClose: Price | undefined
  /** Units traded today. */
  readonly volume: Quantity
}

/** The best prices of one quote. */
export interface TouchPrices {
  readonly bid: Price | undefined
  readonly ask: Price | undefined
  readonly last: Price | undefined
}

/** What conditions are held against. */
export interface ConditionView {
  readonly now: EpochMs
  /** Undefined while nothing is quoted. */
  prices(instrument: InstrumentId): PriceView | undefined
  /** Excess liquidity over net liquidation value. */
  cushion(): number
  /** Whether the account has traded what an execution condition names since the order was placed. */
  hasTraded(condition: Extract<VenueCondition, { readonly type: 'execution' }>): boolean
}

/** Left to right, each joined to the next. */
export function conditionsHold({ all }: OrderConditions, view: ConditionView): boolean {
  let holds = true
  let joins: VenueCondition['joins'] = 'and'
  for (const condition of all) {
    const holdsToo = conditionHolds(condition, view)
    holds = joins === 'and' ? holds && holdsToo : holds || holdsToo
    joins = condition.joins
  }
  return holds
}

/** Whether one condition holds. */
export function conditionHolds(condition: VenueCondition, view: ConditionView): boolean {
  if (condition.type === 'time') return reaches(condition.isMore, view.now, condition.at)
  if (condition.type === 'margin')
    return reaches(condition.isMore, view.cushion(), condition.cushion)
  if (condition.type === 'execution') return view.hasTraded(condition)
  const prices = view.prices(condition.instrument)
  return prices !== undefined && marketReaches(condition, prices)
}

type MarketCondition = Extract<VenueCondition, { readonly instrument: InstrumentId }>

function marketReaches(condition: MarketCondition, prices: PriceView): boolean {
  const { isMore } = condition
  if (condition.type === 'volume')
    return reaches(isMore, toNumber(prices.volume), toNumber(condition.volume))
  if (condition.type === 'price') return priceReaches(prices, condition)
  if (prices.previousClose === undefined) return false
  const level = toNumber(prices.previousClose) * (1 + condition.change)
  return reaches(isMore, furthest(prices, isMore), level)
}

type PriceCondition = Extract<VenueCondition, { readonly type: 'price' }>

/** Whether a price has come to a condition's level by its trigger method; trades between two quotes count as last prices. */
function priceReaches(
  prices: PriceView,
  { isMore, price, triggerMethod }: PriceCondition,
): boolean {
  const { source, isDouble } = methodFor(triggerMethod, prices.assetClass)
  const level = toNumber(price)
  const reachedBy = (quote: TouchPrices | undefined): boolean =>
    quote !== undefined && pricesOf(source, isMore, quote).some((at) => reaches(isMore, toNumber(at), level)) // prettier-ignore
  if (isDouble) return reachedBy(prices.before) && reachedBy(prices.quote)
  const counts = source === 'last' || source === 'either'
  return reachedBy(prices.quote) || (counts && reaches(isMore, furthest(prices, isMore), level))
}

/** The trade that went furthest since the look before. */
function furthest({ traded, quote }: PriceView, isMore: boolean): number | undefined {
  const last = numberOf(quote.last)
  if (traded === undefined || last === undefined) return last
  return isMore ? Math.max(last, traded.high) : Math.min(last, traded.low)
}

const numberOf = (value: Price | undefined): number | undefined =>
  value === undefined ? undefined : toNumber(value)

function reaches(isMore: boolean, value: number | undefined, level: number): boolean {
  if (value === undefined) return false
  return isMore ? value >= level : value <= level
}
