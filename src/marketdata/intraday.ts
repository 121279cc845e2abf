/**
 * What happened within days, as columns: bars of trades, bars of quotes, single trades, single quotes.
 *
 * Rows exist only where something happened. Prices are as the source has them: a side that nobody quoted is
 * NaN, and a bid above its ask stays so; what that means is for whoever uses it to decide.
 */
import type { EpochMs } from '#model/time.ts'

export type IntradaySeries = TradeBars | QuoteBars | Trades | Quotes

interface IntradayRows {
  readonly length: number
  /** UTC milliseconds, a bar's start; rising within bars, never falling within ticks. */
  readonly time: Float64Array
}

/** Open, high, low and close of a price. */
export interface PriceColumns {
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
}

export interface TradeBars extends IntradayRows, PriceColumns {
  readonly kind: 'trade-bars'
  /** How long a bar lasts. */
  readonly barMs: number
  /** Units traded, ≥ 0. */
  readonly volume: Float64Array
}

export interface QuoteBars extends IntradayRows {
  readonly kind: 'quote-bars'
  readonly barMs: number
  readonly bid: PriceColumns
  readonly ask: PriceColumns
  /** Units at the bar's last bid; NaN where the source does not say. */
  readonly bidSize: Float64Array
  readonly askSize: Float64Array
}

export interface Trades extends IntradayRows {
  readonly kind: 'trades'
  readonly price: Float64Array
  /** Units, ≥ 0. */
  readonly size: Float64Array
  /** Where, and under which sale condition, in the source's letters. */
  readonly exchange: CodedTexts
  readonly condition: CodedTexts
}

export interface Quotes extends IntradayRows {
  readonly kind: 'quotes'
  /** A row may change one side only, and one exchange's: the other side is NaN. */
  readonly bid: Float64Array
  readonly bidSize: Float64Array
  readonly ask: Float64Array
  readonly askSize: Float64Array
  readonly exchange: CodedTexts
  readonly condition: CodedTexts
}

/** Few texts, many rows: the text of row i is `names[codes[i]]`. */
export interface CodedTexts {
  /** The first is empty: the source does not say. */
  readonly names: readonly string[]
  readonly codes: Uint16Array
}

/**
 * Position of the last row at or before an instant; −1 before the first.
 *
 * @example
 * rowUntil({ length: 2, time: Float64Array.of(10, 20) }, 15) // => 0
 */
export function rowUntil({ time, length }: IntradayRows, at: EpochMs): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((time[middle] ?? at) <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}
