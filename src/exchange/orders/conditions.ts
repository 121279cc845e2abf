/**
 * Whether the conditions of an order hold.
 *
 * IBKR reads a list of conditions from left to right, each joined to the next by *and* or *or*, without
 * precedence: `a or b and c` is `(a or b) and c`. A threshold counts as reached when the value is at it. Between two
 * looks what counts is the whole way of the price, not where it ended: a spike fires a condition whoever looks
 * how often.
 *
 * Trigger methods (IBKR, "Modify the stop trigger method"): bid/ask methods take the bid for a rise and the ask
 * for a fall; the double ones ask for two quotes in a row; the default is the last price, for options two
 * quotes in a row, for forex bid/ask.
 */
import { toNumber } from '#model/border.ts'
import type { Price, Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { OrderConditions, TriggerMethod, VenueCondition } from '#exchange/terms.ts'

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
type Method = Exclude<TriggerMethod, 0>

/** Whether a price has come to a condition's level by its trigger method. */
export function priceReaches(prices: PriceView, condition: Omit<PriceCondition, 'joins'>): boolean {
  const { isMore, triggerMethod } = condition
  const method = triggerMethod === 0 ? DEFAULT_METHOD[prices.assetClass] : triggerMethod
  const level = toNumber(condition.price)
  return METHODS[method](prices, (value) => reaches(isMore, value, level), isMore)
}

/** What method 0 stands for. */
const DEFAULT_METHOD: Readonly<Record<PriceView['assetClass'], Method>> = {
  STK: 2,
  FUT: 2,
  IND: 2,
  OPT: 1,
  CASH: 4,
}

type Reached = (value: number | undefined) => boolean

/** Each method: which prices have to have reached the level. */
const METHODS: Readonly<
  Record<Method, (of: PriceView, reached: Reached, isMore: boolean) => boolean>
> = {
  1: ({ before, quote }, reached, isMore) =>
    reached(touchOf(before, isMore)) && reached(touchOf(quote, isMore)),
  2: (of, reached, isMore) => reached(furthest(of, isMore)),
  3: ({ before, quote }, reached) =>
    reached(numberOf(before?.last)) && reached(numberOf(quote.last)),
  4: ({ quote }, reached, isMore) => reached(touchOf(quote, isMore)),
  7: (of, reached, isMore) => reached(furthest(of, isMore)) || reached(touchOf(of.quote, isMore)),
  8: ({ quote }, reached) => reached(midpointOf(quote)),
}

const touchOf = (quote: TouchPrices | undefined, isMore: boolean): number | undefined =>
  numberOf(isMore ? quote?.bid : quote?.ask)

/** The trade that went furthest since the look before. */
function furthest({ traded, quote }: PriceView, isMore: boolean): number | undefined {
  const last = numberOf(quote.last)
  if (traded === undefined || last === undefined) return last
  return isMore ? Math.max(last, traded.high) : Math.min(last, traded.low)
}

function midpointOf({ bid, ask }: TouchPrices): number | undefined {
  return bid === undefined || ask === undefined ? undefined : (toNumber(bid) + toNumber(ask)) / 2
}

const numberOf = (value: Price | undefined): number | undefined =>
  value === undefined ? undefined : toNumber(value)

function reaches(isMore: boolean, value: number | undefined, level: number): boolean {
  if (value === undefined) return false
  return isMore ? value >= level : value <= level
}
