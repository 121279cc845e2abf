/**
 * Level 1 of one instrument as the wire has it, shared by all lines on it.
 *
 * IBKR samples: of each value a client hears the latest, a few times a second. A feed keeps the latest of each
 * tick with the version it changed at, and a line the version it was told, so that telling costs what changed,
 * encoding is done once for all clients, and one that reads slowly later hears the latest only.
 */
import { TICK_RULES } from '#gateway/market-data/tick-rules.ts'
import type { MarketDataLine } from '#gateway/market-data/line.ts'
import type { TickFacts, TickRule } from '#gateway/market-data/tick-facts.ts'
import { streamPart, type AddressedPart, type StreamPart } from '#gateway/wire/stream-part.ts'
import type { Listed } from '#exchange/listing.ts'

/** When its quotes are from: now, some minutes ago, or the end of the last session (of then). */
export type FeedTime = 'live' | 'delayed' | 'frozen' | 'delayed-frozen'

export interface Feed {
  readonly listed: Listed
  readonly time: FeedTime
  readonly lines: Set<MarketDataLine>
  /** Generic ticks that any of its lines asked for. */
  readonly asked: Set<number>
  readonly slots: (Slot | undefined)[]
  /** Raised by every update that brought something. */
  version: number
}

interface Slot {
  value: bigint | number | string
  part: StreamPart
  version: number
}

/** A feed that knows nothing yet. */
export function newFeed(listed: Listed, time: FeedTime): Feed {
  return { listed, time, lines: new Set(), asked: new Set(), slots: [], version: 0 }
}

/**
 * Takes what is known now.
 *
 * @param slow - slow figures are looked at too
 * @returns whether anything changed
 */
export function updateFeed(feed: Feed, facts: TickFacts, slow: boolean): boolean {
  const version = feed.version + 1
  TICK_RULES.forEach((rule, at) => {
    if ((rule.isSlow === true && !slow) || !isAsked(rule, feed.asked)) return
    const value = rule.value(facts)
    const slot = feed.slots[at]
    if (value === undefined || slot?.value === value) return
    const part = streamPart(rule.message(facts))
    if (slot === undefined) feed.slots[at] = { value, part, version }
    else Object.assign(slot, { value, part, version })
    feed.version = version
  })
  return feed.version === version
}

/** What a line has not been told, in TWS's order; it counts as told from then on. */
export function newsFor(line: MarketDataLine): readonly AddressedPart[] {
  const { feed, reqId, seen } = line
  const news: AddressedPart[] = []
  feed.slots.forEach((slot, at) => {
    const rule = TICK_RULES[at]
    if (slot === undefined || rule === undefined || slot.version <= seen) return
    if (isHeard(rule, line)) news.push({ reqId, part: slot.part })
  })
  line.seen = feed.version
  return news
}

const isAsked = ({ asked }: TickRule, of: ReadonlySet<number>): boolean =>
  asked === undefined || asked.some((tick) => of.has(tick))

const isHeard = (rule: TickRule, { generic, shown }: MarketDataLine): boolean =>
  isAsked(rule, generic) && (shown !== 'part' || rule.isFree === true)
