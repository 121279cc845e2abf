/**
 * What can be traded: stock, option, future, forex.
 *
 * An instrument carries everything that turns a quantity into money and a price into one the
 * venue accepts. It comes from the broker's contract details joined with the universe file
 * (sector, borrow); it is never guessed.
 */
import type { Currency, Price, Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { IsoDate } from '#model/time.ts'

export type AssetClass = 'STK' | 'OPT' | 'FUT' | 'CASH'

/** What all four classes have. */
interface InstrumentBase {
  readonly id: InstrumentId
  /** IBKR's contract id, > 0; changes in a corporate action that changes the security. */
  readonly conId: number
  /** Ticker of the stock, of the underlying, root of the future, base currency of the pair. */
  readonly symbol: string
  /** Where orders go: `SMART` for stocks and options, `CME`, `IDEALPRO`. */
  readonly exchange: string
  /** ISO 4217, the currency prices and profits are in. */
  readonly currency: Currency
  /** Units per contract: 1 for stocks and forex, 100 for US equity options, 50 for an E-mini. */
  readonly multiplier: bigint
  readonly priceIncrements: PriceIncrements
  /** The least quantity step an order may have, > 0: 1 share, 1 contract. */
  readonly lot: Quantity
  /** Economic sector by the universe file; `unknown` is one bucket, limited like any other. */
  readonly sector: string
}

export interface Stock extends InstrumentBase {
  readonly assetClass: 'STK'
  readonly primaryExchange: string
  /** By the universe file; the broker may still say 404 on the day. */
  readonly shortable: boolean
  /** Annual fee for a borrowed share, a fraction ≥ 0. */
  readonly borrowRate: number
}

export interface Option extends InstrumentBase {
  readonly assetClass: 'OPT'
  readonly underlying: InstrumentId
  readonly expiry: IsoDate
  readonly strike: Price
  readonly right: 'C' | 'P'
}

export interface Future extends InstrumentBase {
  readonly assetClass: 'FUT'
  /** `ESZ6` */
  readonly localSymbol: string
  readonly expiry: IsoDate
}

export interface Forex extends InstrumentBase {
  readonly assetClass: 'CASH'
}

export type Instrument = Stock | Option | Future | Forex

/**
 * The price steps a venue accepts, by price (IBKR's market rule). Sorted by `from`, the first
 * at 0; the last whose `from` ≤ |price| holds.
 */
export type PriceIncrements = readonly PriceIncrement[]

export interface PriceIncrement {
  readonly from: Price
  /** > 0 */
  readonly increment: Price
}
