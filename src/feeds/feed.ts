/**
 * The port to market data. Adapters: feeds/ibkr (its own connection and client id), feeds/files,
 * feeds/synthetic.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { IsoDate } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { Quote } from '#marketdata/quote.ts'

export interface Feed {
  /** Opens the connection where there is one. @throws FeedError */
  connect(): Promise<void>

  /**
   * Streams level 1 of these instruments to the listener, replacing the earlier set. Lines the
   * account cannot have are refused by `FeedError`, naming how many there are.
   */
  subscribe(instruments: readonly Instrument[]): Promise<void>

  /**
   * One quote of each instrument, however many: from the stream where subscribed, else by
   * snapshots. Missing from the answer: no quote within the time.
   */
  quotes(instruments: readonly Instrument[], timeoutMs: number): Promise<ReadonlyMap<InstrumentId, Quote>> // prettier-ignore

  /**
   * Completed daily bars, oldest first, of at most `count` sessions up to and with `until`.
   *
   * @param adjusted - `splits` as IBKR's TRADES, `total-return` as its ADJUSTED_LAST
   * @throws FeedError `timeout`, `not-found`
   */
  dailyBars(
    instrument: Instrument,
    count: number,
    until: IsoDate,
    adjusted: 'splits' | 'total-return',
  ): Promise<readonly PriceBar[]>

  /** Changed quotes, at most one an instrument and 250 ms (IBKR samples so). One listener. */
  onQuote(listener: (quote: Quote) => void): void

  close(): Promise<void>
}

export class FeedError extends Error {
  override readonly name = 'FeedError'
  readonly kind: 'not-connected' | 'timeout' | 'not-found' | 'no-line' | 'unreadable'

  constructor(kind: FeedError['kind'], detail: string, options?: ErrorOptions) {
    super(`${kind}: ${detail}`, options)
    this.kind = kind
  }
}
