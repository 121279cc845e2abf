/**
 * Single ticks of the past: so many before an instant, or from one on.
 *
 * The ticks of the last second of an answer are all in it, so that it may hold more than were asked for (IBKR's guide,
 * "Historical Tick Data"). Ticks are looked for in windows that double, so that a quiet night costs a few looks.
 */
import { isRegularAt } from '#gateway/market-data/trading-day.ts'
import { quoteTickOf, tradeTickOf } from '#gateway/market-data/wire-ticks.ts'
import {
  historicalTicks,
  historicalTicksBidAsk,
  historicalTicksLast,
} from '#gateway/messages/outgoing/ticks.ts'
import type { Message } from '#gateway/wire/field.ts'
import type { Exchange, VenueTick } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { format } from '#model/fixed.ts'
import { DAY_MS, MINUTE_MS, SECOND_MS, type EpochMs } from '#model/time.ts'

export const TICK_KINDS = ['TRADES', 'BID_ASK', 'MIDPOINT'] as const
export type TickKind = (typeof TICK_KINDS)[number]

export type TickRange = {
  readonly count: number
  readonly regularOnly: boolean
  /** Quotes of which only a size is another are passed over. */
  readonly ignoresSize: boolean
} & ({ readonly start: EpochMs } | { readonly end: EpochMs })

const FIRST_WINDOW_MS = MINUTE_MS
/** Longer than any closure of an exchange. */
const FARTHEST_MS = 12 * DAY_MS

/** @returns oldest first */
export function ticksOf(
  venue: Exchange,
  of: Listed,
  kind: TickKind,
  range: TickRange,
): readonly VenueTick[] {
  // prettier-ignore
  const wanted = wantedOf(venue, of, kind, range)
  return 'start' in range
    ? ticksFrom(venue, of, range.start, range.count, wanted)
    : ticksBefore(venue, of, Math.min(range.end, venue.now), range.count, wanted)
}

type Wanted = (ticks: readonly VenueTick[]) => readonly VenueTick[]

function ticksBefore(
  venue: Exchange,
  of: Listed,
  end: EpochMs,
  count: number,
  wanted: Wanted,
): readonly VenueTick[] {
  // prettier-ignore
  let found: readonly VenueTick[] = []
  let to = end
  for (let window = FIRST_WINDOW_MS; to > end - FARTHEST_MS; window *= 2) {
    const from = to - window
    found = wanted([...venue.ticks(of.id, from, to), ...found])
    if (found.length >= count) break
    to = from
  }
  const first = found.at(-count) ?? found[0]
  return first === undefined ? [] : found.filter(({ at }) => second(at) >= second(first.at))
}

function ticksFrom(
  venue: Exchange,
  of: Listed,
  start: EpochMs,
  count: number,
  wanted: Wanted,
): readonly VenueTick[] {
  // prettier-ignore
  let found: readonly VenueTick[] = []
  let from = start
  for (let window = FIRST_WINDOW_MS; from < venue.now && from < start + FARTHEST_MS; window *= 2) {
    const to = Math.min(venue.now, from + window)
    found = wanted([...found, ...venue.ticks(of.id, from, to)])
    if (found.length >= count) break
    from = to
  }
  const last = found[count - 1] ?? found.at(-1)
  return last === undefined ? [] : found.filter(({ at }) => second(at) <= second(last.at))
}

const second = (at: EpochMs): number => Math.floor(at / SECOND_MS)

function wantedOf(venue: Exchange, of: Listed, kind: TickKind, range: TickRange): Wanted {
  const type = kind === 'TRADES' ? 'trade' : 'quote'
  return (ticks) => {
    let last = ''
    return ticks.filter((tick) => {
      if (tick.type !== type) return false
      if (range.regularOnly && !isRegularAt(venue, of, tick.at)) return false
      const said = saidBy(tick, kind, range.ignoresSize)
      if (said === undefined || said === last) return false
      last = said
      return true
    })
  }
}

/** What makes a tick another than the one before; undefined where it says nothing. */
function saidBy(tick: VenueTick, kind: TickKind, ignoresSize: boolean): string | undefined {
  if (tick.type === 'trade') return `${tick.at} ${tick.price} ${tick.size} ${tick.venue}`
  const { bid, ask, bidSize, askSize } = tick
  if (kind === 'MIDPOINT') return bid === undefined || ask === undefined ? undefined : String(bid + ask) // prettier-ignore
  return ignoresSize ? `${bid} ${ask}` : `${bid} ${ask} ${bidSize} ${askSize}`
}

/** All of them in one message, which is the last one. */
export function pastTicksMessage(
  reqId: number,
  kind: TickKind,
  ticks: readonly VenueTick[],
): Message {
  // prettier-ignore
  if (kind === 'TRADES')
    return historicalTicksLast(reqId, ticks.flatMap((tick) => (tick.type === 'trade' ? [tradeTickOf(tick)] : [])), true) // prettier-ignore
  const quotes = ticks.flatMap((tick) => (tick.type === 'quote' ? [tick] : []))
  if (kind === 'BID_ASK') return historicalTicksBidAsk(reqId, quotes.map(quoteTickOf), true)
  const midpoints = quotes.map(({ at, bid = 0n, ask = 0n }) => ({
    time: Math.floor(at / SECOND_MS),
    price: format((bid + ask) / 2n),
  }))
  return historicalTicks(reqId, midpoints, true)
}
