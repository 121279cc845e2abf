/** The venue's ticks in the words of the wire. */
import type { QuoteTick, TradeTick } from '#gateway/messages/outgoing/ticks.ts'
import type { VenueTick } from '#exchange/exchange.ts'
import { format } from '#model/fixed.ts'

const PAST_LIMIT = 1
const UNREPORTED = 2

export const tradeTickOf = (tick: Extract<VenueTick, { type: 'trade' }>): TradeTick => ({
  time: Math.floor(tick.at / 1000),
  price: format(tick.price),
  size: format(tick.size),
  mask: (tick.pastLimit ? PAST_LIMIT : 0) + (tick.unreported ? UNREPORTED : 0),
  exchange: tick.venue,
  conditions: tick.conditions,
})

/** A side that is not there is 0 with size 0, as in IBKR's tick-by-tick quotes. */
export const quoteTickOf = (tick: Extract<VenueTick, { type: 'quote' }>): QuoteTick => ({
  time: Math.floor(tick.at / 1000),
  bidPrice: format(tick.bid ?? 0n),
  askPrice: format(tick.ask ?? 0n),
  bidSize: tick.bid === undefined ? '0' : format(tick.bidSize),
  askSize: tick.ask === undefined ? '0' : format(tick.askSize),
  mask: 0,
})
