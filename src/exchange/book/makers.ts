/**
 * Who stands behind a level of the book: the market that shows it, as IBKR's depth names it.
 *
 * Names are IBKR's exchange codes (Contract details, valid exchanges), single letters those of the consolidated
 * tapes: CTA, "Consolidated Tape System Multicast Output Binary Specification", participant ids; UTP, "Data Feed
 * Services Specification", market centre ids.
 */
import type { AssetClass, Instrument } from '#model/instrument.ts'

/** A market and its letter on the tape. */
export interface Market {
  readonly name: string
  /** On the consolidated tape; the whole name where there is none. */
  readonly letter: string
  /** Share of prints it reports. Cboe, "U.S. Equities Market Volume Summary", rounded. */
  readonly share: number
}

/** `FINRA` reports what traded off exchange. */
export const STOCK_MARKETS: readonly Market[] = [
  { name: 'FINRA', letter: 'D', share: 0.38 },
  { name: 'ISLAND', letter: 'Q', share: 0.17 },
  { name: 'ARCA', letter: 'P', share: 0.1 },
  { name: 'NYSE', letter: 'N', share: 0.1 },
  { name: 'BATS', letter: 'Z', share: 0.08 },
  { name: 'DRCTEDGE', letter: 'K', share: 0.08 },
  { name: 'IEX', letter: 'V', share: 0.03 },
  { name: 'BYX', letter: 'Y', share: 0.03 },
  { name: 'EDGEA', letter: 'J', share: 0.03 },
]

/** Those that show quotes. */
const LIT = STOCK_MARKETS.filter(({ name }) => name !== 'FINRA')

const OPTION_MARKETS = ['CBOE', 'PHLX', 'ISE', 'AMEX', 'BOX', 'MIAX', 'BATS', 'PSE'] as const

const FIXED: Readonly<Partial<Record<AssetClass, string>>> = { FUT: 'CME', CASH: 'IDEALPRO' }

type Quoted = Pick<Instrument, 'assetClass'> & { readonly exchange?: string }

/** The market whose offer or bid stands at a price, in nanos; the same whenever it is looked at. */
export function makerAt(of: Quoted, price: number, side: 'bid' | 'ask'): string {
  const place = scattered(price) + (side === 'ask' ? 1 : 0)
  if (of.assetClass === 'STK') return LIT[place % LIT.length]?.name ?? 'ISLAND'
  if (of.assetClass === 'OPT') return OPTION_MARKETS[place % OPTION_MARKETS.length] ?? 'CBOE'
  return of.exchange ?? FIXED[of.assetClass] ?? 'SMART'
}

/** The market that reports a print. @param draw - in [0, 1) */
export function printedOn(of: Quoted, draw: number): Market {
  if (of.assetClass === 'STK') return stockMarketAt(draw)
  const name =
    of.assetClass === 'OPT'
      ? (OPTION_MARKETS[Math.floor(draw * OPTION_MARKETS.length)] ?? 'CBOE')
      : (of.exchange ?? FIXED[of.assetClass] ?? 'SMART')
  return { name, letter: name, share: 1 }
}

const FIRST_MARKET: Market = { name: 'FINRA', letter: 'D', share: 0.38 }

function stockMarketAt(draw: number): Market {
  let left = draw
  for (const market of STOCK_MARKETS) {
    left -= market.share
    if (left < 0) return market
  }
  return FIRST_MARKET
}

/** A whole number that neighbours do not share: Knuth's multiplicative hash of the price in 1/10,000. */
const scattered = (price: number): number =>
  (Math.imul(Math.round(price / 100_000), 0x9e37_79b1) >>> 12) & 0xf_ffff
