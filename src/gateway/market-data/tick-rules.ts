/**
 * Level 1 as a table: which value is told by which tick, to whom, and when it is worth telling again.
 *
 * A rule's value says by being another that there is something new; its messages are made only then. Ticks, their
 * numbers and what asks for them: IBKR's "Available Tick Types". Nothing is told that the venue does not know.
 */
import { letterAt, letterOf } from '#gateway/market-data/exchanges.ts'
import { dividendText, figureTick } from '#gateway/market-data/figure-ticks.ts'
import { computationTick } from '#gateway/market-data/option-ticks.ts'
import type { TickFacts, TickRule } from '#gateway/market-data/tick-facts.ts'
import {
  PRICE_ATTRIBUTES,
  TICK,
  tickGeneric,
  tickPrice,
  tickSize,
  tickString,
} from '#gateway/messages/outgoing/market-data.ts'
import { toNumber } from '#model/border.ts'
import { format, type Price, type Quantity } from '#model/fixed.ts'

/** Told for −1: no side, no size. */
const NO_PRICE = -1n

type Side = 'bid' | 'ask' | 'last'
const SIZE_OF = { bid: 'bidSize', ask: 'askSize', last: 'lastSize' } as const
const SIDE_TICKS = {
  bid: { price: TICK.BID, size: TICK.BID_SIZE, letters: TICK.BID_EXCHANGE },
  ask: { price: TICK.ASK, size: TICK.ASK_SIZE, letters: TICK.ASK_EXCHANGE },
  last: { price: TICK.LAST, size: TICK.LAST_SIZE, letters: TICK.LAST_EXCHANGE },
} as const

/**
 * A bid or an ask that is not there is −1 with size 0; of a last price that never was, or of a pair, whose trades
 * nobody reports, nothing is said.
 */
function sidePrice(side: Side): TickRule {
  const { price: tick } = SIDE_TICKS[side]
  return {
    value: (facts) => {
      if (side === 'last' && isUnreported(facts)) return undefined
      const price = facts.quote[side]
      return price ?? (side === 'last' || !isQuoted(facts) ? undefined : NO_PRICE)
    },
    message: (facts) => {
      const price = facts.quote[side]
      return tickPrice(0, facts.tick(tick), priceText(price), sizeText(facts, side), attributes(facts, side)) // prettier-ignore
    },
  }
}

function sideSize(side: Side): TickRule {
  return {
    value: (facts) => {
      if (side === 'last' && isUnreported(facts)) return undefined
      if (facts.quote[side] === undefined) return side === 'last' || !isQuoted(facts) ? undefined : 0n // prettier-ignore
      return facts.listed.assetClass === 'IND' ? undefined : facts.quote[SIZE_OF[side]]
    },
    message: (facts) => tickSize(0, facts.tick(SIDE_TICKS[side].size), sizeText(facts, side)),
  }
}

/** Which exchange posts it, by letter; live only, and only where there are several. */
function sideLetter(side: 'bid' | 'ask'): TickRule {
  const letter = (facts: TickFacts): string | undefined => {
    const price = facts.quote[side]
    if (facts.isLate || price === undefined || !hasLetters(facts)) return undefined
    return letterAt(facts.listed, price, side)
  }
  return {
    value: letter,
    message: (facts) => tickString(0, SIDE_TICKS[side].letters, letter(facts) ?? ''),
  }
}

const hasLetters = ({ listed }: TickFacts): boolean =>
  listed.assetClass === 'STK' || listed.assetClass === 'OPT'

/** An index is published, not quoted. */
const isQuoted = ({ listed }: TickFacts): boolean => listed.assetClass !== 'IND'

const priceText = (price: bigint | undefined): string =>
  price === undefined ? '-1' : format(price)

const sizeText = ({ quote, listed }: TickFacts, side: Side): string =>
  quote[side] === undefined || listed.assetClass === 'IND' ? '0' : format(quote[SIZE_OF[side]])

function attributes(facts: TickFacts, side: Side): number {
  if (side === 'last' || facts.quote[side] === undefined) return 0
  return PRICE_ATTRIBUTES.canAutoExecute + (facts.isPreOpen() ? PRICE_ATTRIBUTES.preOpen : 0)
}

/** What a trade is known by: the tape has no number for it. Odd lots, which set no last price, are none. */
const tradeKey = ({ quote }: TickFacts): string | undefined =>
  quote.last === undefined
    ? undefined
    : `${quote.last} ${quote.lastSize} ${quote.lastAt ?? quote.volume}`

/** When the last trade was printed. */
const tradedAt = ({ quote }: TickFacts): number => quote.lastAt ?? quote.at

/** Pairs are quoted and not reported; their trades are nobody's news. */
const isUnreported = ({ listed }: TickFacts): boolean => listed.assetClass === 'CASH'
const isTraded = (facts: TickFacts): boolean =>
  !isUnreported(facts) && facts.listed.assetClass !== 'IND'

function dayPrice(tick: number, of: 'high' | 'low' | 'previousClose' | 'open'): TickRule {
  return {
    value: ({ quote }) => quote[of],
    message: (facts) => tickPrice(0, facts.tick(tick), priceText(facts.quote[of]), '0'),
  }
}

const volume: TickRule = {
  value: (facts) => (isTraded(facts) ? facts.quote.volume : undefined),
  message: (facts) => tickSize(0, facts.tick(TICK.VOLUME), format(facts.quote.volume)),
}

const lastTime: TickRule = {
  value: (facts) => (isTraded(facts) ? tradeKey(facts) : undefined),
  message: (facts) =>
    tickString(0, facts.tick(TICK.LAST_TIMESTAMP), String(Math.floor(tradedAt(facts) / 1000))),
}

const lastExchange: TickRule = {
  value: (facts) => (facts.isLate || !hasLetters(facts) ? undefined : lastLetter(facts)),
  message: (facts) => tickString(0, TICK.LAST_EXCHANGE, lastLetter(facts) ?? ''),
}

function lastLetter({ quote, listed }: TickFacts): string | undefined {
  if (quote.last === undefined) return undefined
  const printed = quote.lastVenue === undefined ? '' : letterOf(listed, quote.lastVenue)
  return printed === '' ? letterAt(listed, quote.last, 'ask') : printed
}

const halted: TickRule = {
  value: ({ halt }) => halt,
  message: (facts) => tickGeneric(0, facts.tick(TICK.HALTED), String(facts.halt)),
}

const mark: TickRule = {
  asked: [221, 232],
  value: ({ quote }) => midpoint(quote) ?? quote.last,
  message: ({ quote }) => tickPrice(0, TICK.MARK_PRICE, priceText(midpoint(quote) ?? quote.last), '0'), // prettier-ignore
}

const slowMark: TickRule = { ...mark, asked: [619], isSlow: true, message: ({ quote }) => tickPrice(0, TICK.SLOW_MARK_PRICE, priceText(midpoint(quote) ?? quote.last), '0') } // prettier-ignore

const midpoint = ({ bid, ask }: TickFacts['quote']): bigint | undefined =>
  bid === undefined || ask === undefined ? undefined : (bid + ask) / 2n

/** `price;size;time;total volume;VWAP;whether one market maker filled it`. */
function rtVolume(asked: number, tick: number): TickRule {
  return {
    asked: [asked],
    value: (facts) => (isTraded(facts) ? tradeKey(facts) : undefined),
    message: (facts) => {
      const { last, lastSize, volume: total } = facts.quote
      const fields = [priceText(last), format(lastSize), tradedAt(facts), format(total), facts.vwap(), 'true'] // prettier-ignore
      return tickString(0, tick, fields.join(';'))
    },
  }
}

const lastRegularTrade: TickRule = {
  asked: [318],
  value: (facts) => (facts.isRegular() && !isUnreported(facts) ? facts.quote.last : undefined),
  message: ({ quote }) => tickPrice(0, TICK.LAST_RTH_TRADE, priceText(quote.last), '0'),
}

function auctionTick(
  tick: number,
  of: (facts: TickFacts) => Price | Quantity | undefined,
): TickRule {
  // prettier-ignore
  return {
    asked: [225],
    value: of,
    message: (facts) => {
      const value = of(facts)
      const text = value === undefined ? '0' : format(value)
      return tick === TICK.AUCTION_PRICE ? tickPrice(0, tick, text, '0') : tickSize(0, tick, text)
    },
  }
}

/** IBKR: above 2.5 at least 1,000 shares can be shorted; above 1.5 after locating; below, none. */
function shortability({ listed, figures }: TickFacts): string | undefined {
  if (listed.assetClass !== 'STK') return undefined
  if (!listed.shortable) return '1.0'
  const units = figures()?.shortableUnits
  return units === undefined || toNumber(units) >= 1_000 ? '3.0' : '2.0'
}

const shortable: TickRule = {
  asked: [236],
  isFree: true,
  isSlow: true,
  value: shortability,
  message: (facts) => tickGeneric(0, TICK.SHORTABLE, shortability(facts) ?? '1.0'),
}

const shortableShares: TickRule = {
  asked: [236],
  isFree: true,
  isSlow: true,
  value: ({ listed, figures }) =>
    listed.assetClass === 'STK' ? figures()?.shortableUnits : undefined,
  message: ({ figures }) =>
    tickSize(0, TICK.SHORTABLE_SHARES, format(figures()?.shortableUnits ?? 0n)),
}

const dividends: TickRule = {
  asked: [456],
  isFree: true,
  isSlow: true,
  value: (facts) => dividendText(facts),
  message: (facts) => tickString(0, TICK.IB_DIVIDENDS, dividendText(facts) ?? ''),
}

const ratios: TickRule = {
  asked: [258],
  isFree: true,
  isSlow: true,
  value: ({ ratios: text }) => text,
  message: ({ ratios: text }) => tickString(0, TICK.FUNDAMENTAL_RATIOS, text ?? ''),
}

/** In the order in which TWS tells them. */
export const TICK_RULES: readonly TickRule[] = [
  sidePrice('bid'),
  sideSize('bid'),
  sidePrice('ask'),
  sideSize('ask'),
  sideLetter('bid'),
  sideLetter('ask'),
  sidePrice('last'),
  sideSize('last'),
  lastTime,
  lastExchange,
  volume,
  dayPrice(TICK.HIGH, 'high'),
  dayPrice(TICK.LOW, 'low'),
  dayPrice(TICK.CLOSE, 'previousClose'),
  dayPrice(TICK.OPEN, 'open'),
  halted,
  computationTick('bid', TICK.BID_OPTION),
  computationTick('ask', TICK.ASK_OPTION),
  computationTick('last', TICK.LAST_OPTION),
  computationTick('model', TICK.MODEL_OPTION),
  mark,
  slowMark,
  rtVolume(233, TICK.RT_VOLUME),
  rtVolume(375, TICK.RT_TRADE_VOLUME),
  lastRegularTrade,
  auctionTick(TICK.AUCTION_VOLUME, ({ auction }) => auction()?.matched),
  auctionTick(TICK.AUCTION_PRICE, ({ auction }) => auction()?.price),
  auctionTick(TICK.AUCTION_IMBALANCE, ({ auction }) => auction()?.imbalance),
  auctionTick(TICK.REGULATORY_IMBALANCE, ({ auction }) =>
    auction()?.kind === 'closing' ? auction()?.imbalance : undefined,
  ),
  shortable,
  shortableShares,
  dividends,
  ratios,
  ...figureTick,
]
