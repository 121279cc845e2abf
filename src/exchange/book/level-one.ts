/** Level 1 and the levels behind it, as they are shown: the market maker's quotes and our resting orders. */
import { priceFromNanos, quantityFrom, quantityFromNanos, toNumber } from '#model/border.ts'
import { plus, quantity, type Price, type Quantity } from '#model/fixed.ts'
import { uniformAt } from '#numerics/random.ts'
import { keptOn, snappedOn, type Line } from '#exchange/book/lines.ts'
import { multipleBelow } from '#exchange/book/price-grid.ts'
import type { DepthLevel, VenueDepth, VenueQuote } from '#exchange/exchange.ts'
import type { DayTape } from '#exchange/market-model.ts'
import type { QuoteTime } from '#exchange/market/quote-times.ts'

/** What a quote is put together from. */
export interface LevelOneParts {
  readonly line: Line
  readonly time: QuoteTime
  /** The market maker's; undefined while it quotes nothing. */
  readonly touch: { readonly bid: DepthLevel | undefined; readonly ask: DepthLevel | undefined } | undefined // prettier-ignore
  readonly own: VenueDepth
  readonly last: Price | undefined
  readonly tape: DayTape | undefined
  readonly previousClose: number | undefined
  readonly isHalted: boolean
  /** Both sides at a price of 0. */
  readonly isZero: boolean
}

const NONE = quantity('0')
const ZERO: DepthLevel = { price: priceFromNanos(0), size: NONE }

/** Level 1 as it is shown. */
export function levelOne(parts: LevelOneParts): VenueQuote {
  const { line, time, tape, isHalted } = parts
  const { bid, ask } = touchShown(parts)
  return {
    instrument: line.of.id,
    bid: bid?.price,
    ask: ask?.price,
    bidSize: bid?.size ?? NONE,
    askSize: ask?.size ?? NONE,
    last: parts.last,
    lastSize: isHalted ? NONE : lastSize(line, time.tick, bid),
    open: keptOn(line, 'open', tape?.open),
    high: keptOn(line, 'high', tape?.high),
    low: keptOn(line, 'low', tape?.low),
    previousClose: snappedOn(line, parts.previousClose),
    volume: tape === undefined ? NONE : quantityFrom(tape.volume),
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

/** A print of up to the touch, at least a lot. */
function lastSize({ key, of }: Line, tick: number, touch: DepthLevel | undefined): Quantity {
  if (touch === undefined) return NONE
  const units = toNumber(touch.size) * uniformAt(key, tick * 2 + 1)
  const size = Math.max(Number(of.lot), Math.round(units * 1e9))
  return quantityFromNanos(multipleBelow(size, Number(of.lot)))
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
