/**
 * A market data line: one client's stream of one instrument's level 1.
 *
 * IBKR samples: a client hears a name's changes at most four times a second, and of each value only
 * the latest. So a line remembers what it sent and sends what differs.
 */
import { isNews, type SentValues } from '#gateway/account/sent-values.ts'
import {
  TICK,
  tickGeneric,
  tickPrice,
  tickSize,
  tickString,
} from '#gateway/messages/outgoing/market-data.ts'
import type { Message } from '#gateway/wire/field.ts'
import type { VenueQuote } from '#exchange/exchange.ts'
import { toNumber } from '#model/border.ts'
import { format, type Price, type Quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'

export interface MarketDataLine {
  readonly instrument: Instrument
  /** Generic tick types asked for besides the usual ones. */
  readonly generic: ReadonlySet<number>
  readonly sent: SentValues
  /** IBKR's market data type it was last told; 0 before the first. */
  type: number
}

/** Prices that come with a size, and the tick type of that size. */
const SIDES: readonly {
  readonly price: number
  readonly size: number
  readonly of: (quote: VenueQuote) => readonly [Price | undefined, Quantity]
}[] = [
  { price: TICK.BID, size: TICK.BID_SIZE, of: (quote) => [quote.bid, quote.bidSize] },
  { price: TICK.ASK, size: TICK.ASK_SIZE, of: (quote) => [quote.ask, quote.askSize] },
  { price: TICK.LAST, size: TICK.LAST_SIZE, of: (quote) => [quote.last, quote.lastSize] },
]

const DAY_PRICES: readonly {
  readonly tick: number
  readonly of: (quote: VenueQuote) => Price | undefined
}[] = [
  { tick: TICK.HIGH, of: (quote) => quote.high },
  { tick: TICK.LOW, of: (quote) => quote.low },
  { tick: TICK.CLOSE, of: (quote) => quote.previousClose },
  { tick: TICK.OPEN, of: (quote) => quote.open },
]

/** Generic tick requests that ask for the mark price. */
const MARK_REQUESTS = [221, 232]
const SHORTABLE_REQUEST = 236

/** IBKR: above 2.5 at least 1,000 shares can be shorted; above 1.5 after locating; below, none. */
const SHORTABLE = { yes: '3.0', no: '1.0' }

/** What has changed since the line was last told, in the order TWS sends it. */
export function changedTicks(reqId: number, line: MarketDataLine, quote: VenueQuote): Message[] {
  return [
    ...SIDES.flatMap((side) => sideTicks(reqId, line, side, quote)),
    ...news(line, TICK.VOLUME, format(quote.volume), (text) => tickSize(reqId, TICK.VOLUME, text)),
    ...DAY_PRICES.flatMap(({ tick, of }) => {
      const price = of(quote)
      if (price === undefined) return []
      return news(line, tick, format(price), (text) => tickPrice(reqId, tick, text, '0'))
    }),
    ...news(line, TICK.HALTED, quote.halted ? '1' : '0', (text) =>
      tickGeneric(reqId, TICK.HALTED, text),
    ),
    ...genericTicks(reqId, line, quote),
  ]
}

/** A side with nothing is −1 with size 0, but nothing is said of a last price that never was. */
function sideTicks(
  reqId: number,
  line: MarketDataLine,
  side: (typeof SIDES)[number],
  quote: VenueQuote,
): Message[] {
  const [price, size] = side.of(quote)
  if (price === undefined && side.price === TICK.LAST) return []
  const text = price === undefined ? '-1' : format(price)
  const sizeText = price === undefined ? '0' : format(size)
  const priceNews = news(line, side.price, text, () =>
    tickPrice(reqId, side.price, text, sizeText, side.price === TICK.LAST ? 0 : 1),
  )
  const sizeNews = news(line, side.size, sizeText, () => tickSize(reqId, side.size, sizeText))
  const traded = side.price === TICK.LAST && priceNews.length + sizeNews.length > 0
  return [...priceNews, ...sizeNews, ...(traded ? [lastTime(reqId, quote)] : [])]
}

const lastTime = (reqId: number, quote: VenueQuote): Message =>
  tickString(reqId, TICK.LAST_TIMESTAMP, String(Math.floor(quote.at / 1000)))

function genericTicks(reqId: number, line: MarketDataLine, quote: VenueQuote): Message[] {
  const messages: Message[] = []
  if (MARK_REQUESTS.some((asked) => line.generic.has(asked))) {
    const { bid, ask } = quote
    const mark = bid !== undefined && ask !== undefined ? midText(bid, ask) : undefined
    if (mark !== undefined)
      messages.push(
        ...news(line, TICK.MARK_PRICE, mark, () => tickPrice(reqId, TICK.MARK_PRICE, mark, '0')),
      )
  }
  if (line.generic.has(SHORTABLE_REQUEST) && line.instrument.assetClass === 'STK') {
    const value = line.instrument.shortable ? SHORTABLE.yes : SHORTABLE.no
    messages.push(
      ...news(line, TICK.SHORTABLE, value, () => tickGeneric(reqId, TICK.SHORTABLE, value)),
    )
  }
  return messages
}

const midText = (bid: Price, ask: Price): string => String((toNumber(bid) + toNumber(ask)) / 2)

function news(
  line: MarketDataLine,
  tick: number,
  value: string,
  message: (text: string) => Message,
): Message[] {
  return isNews(line.sent, String(tick), value) ? [message(value)] : []
}
