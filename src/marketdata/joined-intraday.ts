/** What was recorded of one instrument in several files, put together: a file a day is how recordings are kept. */
import type {
  CodedTexts,
  IntradaySeries,
  PriceColumns,
  QuoteBars,
  Quotes,
  TradeBars,
  Trades,
} from '#marketdata/intraday.ts'

/**
 * The earlier and then the later of two recordings.
 *
 * @returns undefined where that is none: another kind, bars of another length, or times that overlap
 */
export function joinedIntraday(a: IntradaySeries, b: IntradaySeries): IntradaySeries | undefined {
  const [one, two] = (a.time[0] ?? 0) <= (b.time[0] ?? 0) ? [a, b] : [b, a]
  if ((one.time.at(-1) ?? -Infinity) >= (two.time[0] ?? Infinity)) return undefined
  if (one.kind === 'trade-bars' && two.kind === 'trade-bars') return joinedTradeBars(one, two)
  if (one.kind === 'quote-bars' && two.kind === 'quote-bars') return joinedQuoteBars(one, two)
  if (one.kind === 'trades' && two.kind === 'trades') return joinedTrades(one, two)
  if (one.kind === 'quotes' && two.kind === 'quotes') return joinedQuotes(one, two)
  return undefined
}

const rows = (one: IntradaySeries, two: IntradaySeries) => ({
  length: one.length + two.length,
  time: joined(one.time, two.time),
})

function joinedTradeBars(one: TradeBars, two: TradeBars): TradeBars | undefined {
  if (one.barMs !== two.barMs) return undefined
  return { ...one, ...rows(one, two), ...joinedPrices(one, two), volume: joined(one.volume, two.volume) } // prettier-ignore
}

function joinedQuoteBars(one: QuoteBars, two: QuoteBars): QuoteBars | undefined {
  if (one.barMs !== two.barMs) return undefined
  const bars = { bid: joinedPrices(one.bid, two.bid), ask: joinedPrices(one.ask, two.ask) }
  return { ...one, ...rows(one, two), ...bars, ...joinedSizes(one, two) }
}

function joinedTrades(one: Trades, two: Trades): Trades {
  const [price, size] = [joined(one.price, two.price), joined(one.size, two.size)]
  return { ...one, ...rows(one, two), price, size, ...joinedLetters(one, two) }
}

function joinedQuotes(one: Quotes, two: Quotes): Quotes {
  const [bid, ask] = [joined(one.bid, two.bid), joined(one.ask, two.ask)]
  return { ...one, ...rows(one, two), bid, ask, ...joinedSizes(one, two), ...joinedLetters(one, two) } // prettier-ignore
}

function joined(one: Float64Array, two: Float64Array): Float64Array {
  const all = new Float64Array(one.length + two.length)
  all.set(one)
  all.set(two, one.length)
  return all
}

const joinedPrices = (one: PriceColumns, two: PriceColumns): PriceColumns => ({
  open: joined(one.open, two.open),
  high: joined(one.high, two.high),
  low: joined(one.low, two.low),
  close: joined(one.close, two.close),
})

type Sizes = Pick<Quotes, 'bidSize' | 'askSize'>
type Letters = Pick<Quotes, 'exchange' | 'condition'>

const joinedSizes = (one: Sizes, two: Sizes): Sizes => ({
  bidSize: joined(one.bidSize, two.bidSize),
  askSize: joined(one.askSize, two.askSize),
})

const joinedLetters = (one: Letters, two: Letters): Letters => ({
  exchange: joinedTexts(one.exchange, two.exchange),
  condition: joinedTexts(one.condition, two.condition),
})

/** Each file numbers its texts for itself. */
function joinedTexts(one: CodedTexts, two: CodedTexts): CodedTexts {
  const names = [...new Set([...one.names, ...two.names])]
  const codeOf = two.names.map((name) => names.indexOf(name))
  const codes = new Uint16Array(one.codes.length + two.codes.length)
  codes.set(one.codes)
  for (let i = 0; i < two.codes.length; i++)
    codes[one.codes.length + i] = codeOf[two.codes[i] ?? 0] ?? 0
  return { names, codes }
}
