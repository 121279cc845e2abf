/** The venue's bars in the words of the wire, by what is shown. */
import { wireFigures } from '#gateway/market-data/bar-streams.ts'
import type { WireBar } from '#gateway/messages/outgoing/history.ts'
import type { VenueBar } from '#exchange/exchange.ts'

/** −1 stands for "there is none". */
const NONE = -1

export const tradeBar = (date: string, bar: VenueBar): WireBar => ({
  date,
  ...wireFigures(bar, 'trades'),
})

export const quoteBar = (date: string, bar: VenueBar): WireBar => ({
  date,
  ...wireFigures(bar, 'midpoint'),
})

/**
 * IBKR's BID_ASK: the average bid, the highest ask, the lowest bid, the average ask ("Historical Data Types"). The
 * average over time is taken of a bar's four prices.
 */
export function bidAskBar(date: string, bid: VenueBar, ask: VenueBar): WireBar {
  return {
    date,
    open: average(bid),
    high: ask.high,
    low: bid.low,
    close: average(ask),
    volume: NONE,
    wap: NONE,
    barCount: NONE,
  }
}

const average = ({ open, high, low, close }: VenueBar): number =>
  Math.round(((open + high + low + close) / 4) * 1e6) / 1e6
