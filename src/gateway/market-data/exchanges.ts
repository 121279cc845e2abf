/**
 * Which exchanges stand behind a composite quote, and the letters IBKR gives them in ticks 32, 33 and 84.
 *
 * The venue quotes one book, and each price of it stands on one market. Letters: the CTA and UTP participant codes (CTA
 * Multicast Specification, "Participant ID") and OPRA's (OPRA Pillar, Appendix B).
 */
import { venueNamed } from '#gateway/contracts/routes.ts'
import type { SmartComponent } from '#gateway/messages/outgoing/depth.ts'
import { makerAt } from '#exchange/book/makers.ts'
import type { Listed } from '#exchange/listing.ts'
import { fractionOf, roundTo, type Price, type Quantity } from '#model/fixed.ts'
import { ownEntry } from '#model/own-entry.ts'

/** IBKR's name and the tape's letter, in the order of their bits. */
const US_EQUITY: readonly (readonly [string, string])[] = [
  ['AMEX', 'A'],
  ['BEX', 'B'],
  ['NYSENAT', 'C'],
  ['FINRA', 'D'],
  ['PEARL', 'H'],
  ['ISE', 'I'],
  ['EDGEA', 'J'],
  ['DRCTEDGE', 'K'],
  ['LTSE', 'L'],
  ['CHX', 'M'],
  ['NYSE', 'N'],
  ['ARCA', 'P'],
  ['NASDAQ', 'Q'],
  ['MEMX', 'U'],
  ['IEX', 'V'],
  ['PSX', 'X'],
  ['BYX', 'Y'],
  ['BATS', 'Z'],
]

const US_OPTIONS: readonly (readonly [string, string])[] = [
  ['AMEX', 'A'],
  ['BOX', 'B'],
  ['CBOE', 'C'],
  ['EMERALD', 'D'],
  ['EDGX', 'E'],
  ['GEMINI', 'H'],
  ['ISE', 'I'],
  ['MERCURY', 'J'],
  ['MIAX', 'M'],
  ['PSE', 'N'],
  ['PEARL', 'P'],
  ['NASDAQOM', 'Q'],
  ['NASDAQBX', 'T'],
  ['CBOE2', 'W'],
  ['PHLX', 'X'],
  ['BATS', 'Z'],
]

/** IBKR's names for the two sets of letters, as TICK_REQ_PARAMS tells them. */
const COMPONENT_SETS: Readonly<Record<string, typeof US_EQUITY>> = {
  '9c0001': US_EQUITY,
  b30001: US_OPTIONS,
}

/** The set of letters a contract's ticks use; empty for what trades on one exchange. */
export function bboExchangeOf({ assetClass }: Listed): string {
  if (assetClass === 'STK') return '9c0001'
  return assetClass === 'OPT' ? 'b30001' : ''
}

/** @returns undefined for a set that there is not */
export function smartComponentsOf(bboExchange: string): readonly SmartComponent[] | undefined {
  return ownEntry(COMPONENT_SETS, bboExchange)?.map(([exchange, letter], bit) => ({
    bit,
    exchange,
    letter,
  }))
}

/** Exchanges that trade a stock or an option; one for futures, pairs and indices. */
export function exchangesOf(of: Listed): readonly string[] {
  const set = COMPONENT_SETS[bboExchangeOf(of)]
  return set === undefined ? [of.exchange] : set.map(([name]) => name)
}

/** The letter of an exchange in a contract's ticks, whichever of its names it goes by; empty where it has none. */
export function letterOf(of: Listed, exchange: string): string {
  const set = bboExchangeOf(of)
  const key = `${set} ${exchange}`
  const known = LETTERS.get(key)
  if (known !== undefined) return known
  const found = ownEntry(COMPONENT_SETS, set)?.find(([name, letter]) => name === venueNamed(exchange) || letter === exchange)?.[1] ?? '' // prettier-ignore
  LETTERS.set(key, found)
  return found
}

/** Worked out once a name. */
const LETTERS = new Map<string, string>()

/** The letter of the market that stands at a price. */
export const letterAt = (of: Listed, price: Price, side: 'bid' | 'ask'): string =>
  letterOf(of, marketAt(of, price, side))

/** The market that stands at a price of the composite book. */
export function marketAt(of: Listed, price: Price, side: 'bid' | 'ask'): string {
  return of.assetClass === 'IND' ? of.exchange : makerAt(of, Number(price), side)
}

/** Of a price that another market leads, one market alone shows so much. */
const FOLLOWER_SHARE = 4n

/**
 * What one market shows of a price of the composite book: all of it where it leads, a quarter in whole lots where
 * another does, and everything where it is the only market.
 */
export function shareOf(of: Listed, exchange: string, leader: string, size: Quantity): Quantity {
  if (of.assetClass !== 'STK' && of.assetClass !== 'OPT') return size
  if (venueNamed(exchange) === venueNamed(leader)) return size
  const part = roundTo(fractionOf(size, 1n, FOLLOWER_SHARE), of.lot, 'down')
  return part > of.lot ? part : of.lot
}

/** Nasdaq's book (TotalView) names who quotes; others are sums a price. */
export const showsMakers = (exchange: string): boolean => venueNamed(exchange) === 'NASDAQ'
