/** Level 1 and the levels behind it, as they are shown: the market maker's quotes and our resting orders. */
import { priceFromNanos } from '#model/border.ts'
import { plus, quantity } from '#model/fixed.ts'
import type { DayLevels } from '#exchange/book/level-tape.ts'
import { snappedOn, type LastPrice, type Line } from '#exchange/book/lines.ts'
import type { DepthLevel, VenueDepth, VenueQuote } from '#exchange/exchange.ts'
import type { QuoteTime } from '#exchange/market/quote-times.ts'

/** What a quote is put together from. */
export interface LevelOneParts {
  readonly line: Line
  readonly time: QuoteTime
  /** The market maker's; undefined while it quotes nothing. */
  readonly touch: { readonly bid: DepthLevel | undefined; readonly ask: DepthLevel | undefined } | undefined // prettier-ignore
  readonly own: VenueDepth
  readonly last: LastPrice | undefined
  /** The regular session so far. */
  readonly day: DayLevels | undefined
  readonly previousClose: number | undefined
  readonly isHalted: boolean
  /** Both sides at a price of 0. */
  readonly isZero: boolean
}

const NONE = quantity('0')
const ZERO: DepthLevel = { price: priceFromNanos(0), size: NONE }

/** Level 1 as it is shown. */
export function levelOne(parts: LevelOneParts): VenueQuote {
  const { line, time, last, day, isHalted } = parts
  const { bid, ask } = touchShown(parts)
  return {
    instrument: line.of.id,
    bid: bid?.price,
    ask: ask?.price,
    bidSize: bid?.size ?? NONE,
    askSize: ask?.size ?? NONE,
    last: last?.price,
    lastSize: last?.size ?? NONE,
    lastVenue: last?.venue,
    lastAt: last?.at,
    open: day?.open,
    high: day?.high,
    low: day?.low,
    previousClose: snappedOn(line, parts.previousClose),
    volume: day?.volume ?? NONE,
    at: time.at,
    halted: isHalted,
  }
}

function touchShown({ touch, own, isZero }: LevelOneParts): {
  readonly bid: DepthLevel | undefined
  readonly ask: DepthLevel | undefined
} {
  if (touch === undefined) return { bid: undefined, ask: undefined }
  if (isZero) return { bid: ZERO, ask: ZERO }
  if (own.bids.length === 0 && own.asks.length === 0) return touch
  const maker = {
    bids: touch.bid === undefined ? [] : [touch.bid],
    asks: touch.ask === undefined ? [] : [touch.ask],
  }
  const { bids, asks } = depthOf(maker, own)
  return { bid: bids[0], ask: asks[0] }
}

/** The market maker's levels and ours, best first, equal prices summed. */
export function depthOf(maker: VenueDepth, own: VenueDepth): VenueDepth {
  return {
    bids: merged(maker.bids, uncrossed(own.bids, maker.asks[0], 'bid'), 'bid'),
    asks: merged(maker.asks, uncrossed(own.asks, maker.bids[0], 'ask'), 'ask'),
  }
}

/** Our orders that the other side would not have met already. */
function uncrossed(
  own: readonly DepthLevel[],
  opposite: DepthLevel | undefined,
  which: 'bid' | 'ask',
): readonly DepthLevel[] {
  if (opposite === undefined) return own
  return own.filter(({ price }) => (which === 'bid' ? price < opposite.price : price > opposite.price)) // prettier-ignore
}

function merged(
  maker: readonly DepthLevel[],
  own: readonly DepthLevel[],
  which: 'bid' | 'ask',
): readonly DepthLevel[] {
  if (own.length === 0) return maker
  const levels = new Map(maker.map((level) => [level.price, level]))
  for (const { price, size } of own) {
    const there = levels.get(price) ?? { price, size: NONE }
    const ours = plus(there.own ?? NONE, size)
    levels.set(price, { ...there, size: plus(there.size, size), own: ours })
  }
  return [...levels.values()].toSorted((a, b) =>
    Number(which === 'bid' ? b.price - a.price : a.price - b.price),
  )
}
