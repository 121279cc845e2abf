/**
 * Level 1 of one instrument, put together from ticks. Pure.
 *
 * TWS sends a field at a time. What a field means is in the tables below (IBKR, "TWS API: Available
 * Tick Types"); the delayed twins of a field fill the same place and mark the quote as delayed.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import type { Quote } from '#marketdata/quote.ts'
import type { TwsMessage } from '#tws/messages.ts'

/** The ids of IBKR's ticks that we read; live and delayed. */
const PRICES: Readonly<Record<number, 'bid' | 'ask' | 'last' | 'close'>> = {
  1: 'bid',
  2: 'ask',
  4: 'last',
  9: 'close',
  66: 'bid',
  67: 'ask',
  68: 'last',
  75: 'close',
}

/** The bid's size comes by this tick only: the library drops it from the price tick. */
const SIZES: Readonly<Record<number, 'bidSize' | 'askSize' | 'volume'>> = {
  0: 'bidSize',
  3: 'askSize',
  8: 'volume',
  69: 'bidSize',
  70: 'askSize',
  74: 'volume',
}

const HALTED = new Set([49, 90])
const FIRST_DELAYED = 66
const LAST_DELAYED = 90

const KINDS: Readonly<Record<number, Quote['kind']>> = {
  1: 'live',
  2: 'frozen',
  3: 'delayed',
  4: 'delayed-frozen',
}

/** TWS's word for "there is none". */
const NO_PRICE = -1

export const emptyQuote = (instrument: InstrumentId, at: EpochMs): Quote => ({
  instrument,
  bid: undefined,
  ask: undefined,
  bidSize: undefined,
  askSize: undefined,
  last: undefined,
  close: undefined,
  volume: undefined,
  at,
  kind: 'live',
  halted: false,
})

/**
 * The quote after one message.
 *
 * @returns the same object when the message changes nothing
 */
export function withTick(quote: Quote, message: TwsMessage, at: EpochMs): Quote {
  const change = changeIn(quote, message)
  if (change === undefined || isNoChange(quote, change)) return quote
  return { ...quote, ...change, at }
}

function changeIn(quote: Quote, message: TwsMessage): Partial<Quote> | undefined {
  if (message.type === 'tickPrice') return priceChange(quote, message.field, message.price)
  if (message.type === 'tickSize') {
    const field = SIZES[message.field]
    return field === undefined ? undefined : { [field]: message.size }
  }
  // 0 trading, 1 halted by the exchange, 2 by the limit-up-limit-down bands; −1 not known
  if (message.type === 'tickGeneric')
    return HALTED.has(message.field) ? { halted: message.value > 0 } : undefined
  const kind = message.type === 'marketDataType' ? KINDS[message.kind] : undefined
  return kind === undefined ? undefined : { kind }
}

/** A delayed tick is delayed even where TWS did not announce it. */
function priceChange(
  { kind }: Quote,
  tick: number,
  price: number | undefined,
): Partial<Quote> | undefined {
  const field = PRICES[tick]
  if (field === undefined) return undefined
  const isUnannounced = kind === 'live' && tick >= FIRST_DELAYED && tick <= LAST_DELAYED
  const change = { [field]: price === NO_PRICE ? undefined : price }
  return isUnannounced ? { ...change, kind: 'delayed' } : change
}

function isNoChange(quote: Quote, change: Partial<Quote>): boolean {
  return Object.entries(change).every(([field, value]) => Reflect.get(quote, field) === value)
}

/** Whether all that a snapshot can bring is there, so that nobody needs to wait for its end. */
export const isComplete = ({ bid, ask, bidSize, askSize, last, close }: Quote): boolean =>
  [bid, ask, bidSize, askSize, last, close].every((value) => value !== undefined)

/** Whether it can be traded on, or never will be for now: both sides, or a halt. */
export const isTwoSided = ({ bid, ask, halted }: Quote): boolean =>
  halted || (bid !== undefined && ask !== undefined)

/** Whether anything is known at all. */
export const isEmpty = ({ bid, ask, last, close, halted }: Quote): boolean =>
  !halted && [bid, ask, last, close].every((value) => value === undefined)
