/**
 * One instrument's recorded day or days, from whatever was recorded, as two rows of time: the best quote and the
 * prints.
 *
 * Single quotes are joined into the best of all exchanges, each standing until its exchange says otherwise, or another
 * one trades through it. A bar of
 * quotes stands for its first and its last quote. A bar of trades stands for four prints, at its open, its two
 * extremes (the nearer one to the open first) and its close, that share its volume: so bars made of them are the
 * recorded ones.
 */
import type { EpochMs } from '#model/time.ts'
import type { IntradaySeries, QuoteBars, Quotes, TradeBars, Trades } from '#marketdata/intraday.ts'

/** The best quote from its instant on; NaN where a side is empty or a size was not recorded. */
export interface QuoteRows {
  readonly length: number
  readonly time: Float64Array
  readonly bid: Float64Array
  readonly ask: Float64Array
  readonly bidSize: Float64Array
  readonly askSize: Float64Array
}

export interface PrintRows {
  readonly length: number
  readonly time: Float64Array
  readonly price: Float64Array
  readonly size: Float64Array
  readonly venue: (row: number) => string
  readonly conditions: (row: number) => string
}

export interface Recording {
  readonly quotes: QuoteRows
  readonly prints: PrintRows
}

/** Single quotes and trades go before bars of them. */
export function recordingOf(series: readonly IntradaySeries[]): Recording {
  const find = <K extends IntradaySeries['kind']>(kind: K) =>
    series.find((one): one is Extract<IntradaySeries, { kind: K }> => one.kind === kind)
  const [quotes, quoteBars] = [find('quotes'), find('quote-bars')]
  const [trades, tradeBars] = [find('trades'), find('trade-bars')]
  return {
    quotes: quotes ? bestOf(quotes) : quoteBars ? endsOf(quoteBars) : NO_QUOTES,
    prints: trades ? printsOf(trades) : tradeBars ? fourOf(tradeBars) : NO_PRINTS,
  }
}

const quoteRows = (length: number): QuoteRows => ({
  length,
  time: new Float64Array(length),
  bid: new Float64Array(length),
  ask: new Float64Array(length),
  bidSize: new Float64Array(length),
  askSize: new Float64Array(length),
})

const NO_QUOTES = quoteRows(0)
const NO_PRINTS: PrintRows = {
  length: 0,
  time: new Float64Array(0),
  price: new Float64Array(0),
  size: new Float64Array(0),
  venue: () => '',
  conditions: () => '',
}

/** One side of one exchange. */
interface Standing {
  readonly price: number
  readonly size: number
}

function bestOf(quotes: Quotes): QuoteRows {
  const rows = quoteRows(quotes.length)
  const bids = new Map<number, Standing>()
  const asks = new Map<number, Standing>()
  for (let i = 0; i < quotes.length; i++) {
    const exchange = quotes.exchange.codes[i] ?? 0
    stand(bids, exchange, quotes.bid[i], quotes.bidSize[i])
    stand(asks, exchange, quotes.ask[i], quotes.askSize[i])
    outlive(asks, exchange, (ask) => ask < (quotes.bid[i] ?? NaN))
    outlive(bids, exchange, (bid) => bid > (quotes.ask[i] ?? NaN))
    const [bid, ask] = [best(bids, 1), best(asks, -1)]
    rows.time[i] = quotes.time[i] ?? 0
    rows.bid[i] = bid.price
    rows.bidSize[i] = bid.size
    rows.ask[i] = ask.price
    rows.askSize[i] = ask.size
  }
  return rows
}

/** A price of 0 takes the side away; one that is not said leaves it. */
function stand(
  side: Map<number, Standing>,
  exchange: number,
  price: number | undefined,
  size: number | undefined,
): void {
  if (price === undefined || Number.isNaN(price)) return
  if (price <= 0) side.delete(exchange)
  else side.set(exchange, { price, size: size ?? NaN })
}

/**
 * A newer quote that trades through what other exchanges show ends it: exchanges may not cross each other (Regulation
 * NMS, rule 610(d)), so that theirs were gone already, and the recording does not say it.
 */
function outlive(
  side: Map<number, Standing>,
  exchange: number,
  isCrossed: (price: number) => boolean,
): void {
  for (const [other, { price }] of side) if (other !== exchange && isCrossed(price)) side.delete(other) // prettier-ignore
}

/** Highest (1) or lowest (−1) price, its sizes summed. */
function best(side: ReadonlyMap<number, Standing>, sign: 1 | -1): Standing {
  let [price, size] = [NaN, NaN]
  for (const each of side.values()) {
    if (Number.isNaN(price) || sign * (each.price - price) > 0) ({ price, size } = each)
    else if (each.price === price) size += each.size
  }
  return { price, size }
}

function endsOf(bars: QuoteBars): QuoteRows {
  const rows = quoteRows(2 * bars.length)
  for (let i = 0; i < bars.length; i++) {
    const start = bars.time[i] ?? 0
    for (const [row, at, end] of [
      [2 * i, start, 'open'],
      [2 * i + 1, start + bars.barMs - 1, 'close'],
    ] as const) {
      rows.time[row] = at
      rows.bid[row] = bars.bid[end][i] ?? NaN
      rows.ask[row] = bars.ask[end][i] ?? NaN
      rows.bidSize[row] = bars.bidSize[i] ?? NaN
      rows.askSize[row] = bars.askSize[i] ?? NaN
    }
  }
  return rows
}

function printsOf({ length, time, price, size, exchange, condition }: Trades): PrintRows {
  return {
    length,
    time,
    price,
    size,
    venue: (row) => exchange.names[exchange.codes[row] ?? 0] ?? '',
    conditions: (row) => condition.names[condition.codes[row] ?? 0] ?? '',
  }
}

const PRINTS_A_BAR = 4

function fourOf(bars: TradeBars): PrintRows {
  const length = PRINTS_A_BAR * bars.length
  const [time, price, size] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)] // prettier-ignore
  for (let i = 0; i < bars.length; i++) {
    const [open, high, low, close] = [bars.open[i] ?? 0, bars.high[i] ?? 0, bars.low[i] ?? 0, bars.close[i] ?? 0] // prettier-ignore
    const turns = high - open < open - low ? [high, low] : [low, high]
    const volume = bars.volume[i] ?? 0
    const each = Math.floor(volume / PRINTS_A_BAR)
    for (const [j, at] of [open, ...turns, close].entries()) {
      const row = PRINTS_A_BAR * i + j
      time[row] = (bars.time[i] ?? 0) + Math.floor(((bars.barMs - 1) * j) / (PRINTS_A_BAR - 1))
      price[row] = at
      size[row] = j === PRINTS_A_BAR - 1 ? volume - each * j : each
    }
  }
  return { length, time, price, size, venue: () => '', conditions: () => '' }
}

/** Position of the first row at or after an instant; the length where there is none. */
export function firstFrom(
  { time, length }: Pick<QuoteRows, 'time' | 'length'>,
  at: EpochMs,
): number {
  // prettier-ignore
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((time[middle] ?? at) < at) low = middle + 1
    else high = middle
  }
  return low
}
