/** The facts that ticks are made from, as the venue knows them; slow ones are remembered for a second. */
import { LATE_TICKS } from '#gateway/market-data/late-ticks.ts'
import type { Feed } from '#gateway/market-data/feed.ts'
import { dayAverage, type DayAverage } from '#gateway/market-data/day-average.ts'
import type { MinuteVolumes, Range, TickFacts } from '#gateway/market-data/tick-facts.ts'
import { isRegularAt } from '#gateway/market-data/trading-day.ts'
import type { Fundamentals } from '#gateway/market-data/terms.ts'
import type { Exchange, ListingFigures, VenueQuote } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import type { InstrumentId } from '#model/ids.ts'
import { MINUTE_MS, SECOND_MS, isoDateOf, type EpochMs } from '#model/time.ts'

export interface FactSources {
  readonly venue: Exchange
  readonly delayMs: number
  readonly fundamentals: Fundamentals
  /** Who is halted and why, as far as the venue said so. */
  readonly halts: ReadonlyMap<InstrumentId, 1 | 2>
  readonly figures: (of: Listed) => ListingFigures | undefined
  readonly average: DayAverage
}

/** @param halts - kept by the caller */
export function factSources(
  venue: Exchange,
  terms: Pick<FactSources, 'delayMs' | 'fundamentals'>,
  halts: ReadonlyMap<InstrumentId, 1 | 2>,
): FactSources {
  const known = new Map<InstrumentId, { readonly at: EpochMs; readonly figures: ListingFigures | undefined }>() // prettier-ignore
  const figures = ({ id }: Listed) => {
    const last = known.get(id)
    if (last !== undefined && venue.now < last.at + SECOND_MS) return last.figures
    const found = venue.figures(id)
    known.set(id, { at: venue.now, figures: found })
    return found
  }
  return { venue, ...terms, halts, figures, average: dayAverage(venue) }
}

/** What is known of a feed's instrument at one of its quotes. */
export function tickFacts(
  sources: FactSources,
  { listed, time }: Feed,
  quote: VenueQuote,
): TickFacts {
  // prettier-ignore
  const { venue, halts } = sources
  const isLate = time === 'delayed' || time === 'delayed-frozen'
  const at = isLate ? venue.now - sources.delayMs : venue.now
  return {
    listed,
    quote,
    isLate,
    halt: quote.halted ? (halts.get(listed.id) ?? 1) : 0,
    ratios: sources.fundamentals.get(listed.symbol)?.get('ratios'),
    tick: (live) => (isLate ? (LATE_TICKS.get(live) ?? live) : live),
    figures: () => sources.figures(listed),
    computations: once(() => venue.computations(listed.id)),
    auction: once(() => (isLate ? undefined : venue.auction(listed.id))),
    isRegular: () => isRegularAt(venue, listed, at),
    isPreOpen: once(() => !isLate && venue.auction(listed.id)?.kind === 'opening'),
    vwap: () => sources.average.at(listed, quote),
    range: (weeks) => rangeOf(venue, listed, weeks),
    minuteVolumes: () => minuteVolumes(venue, listed),
  }
}

/** Several ticks are made of one answer. */
function once<T>(ask: () => T): () => T {
  let answer: { readonly value: T } | undefined
  return () => (answer ??= { value: ask() }).value
}

const SESSIONS_A_WEEK = 5

function rangeOf(venue: Exchange, { id }: Listed, weeks: 13 | 26): Range | undefined {
  const bars = venue.dailyBars(id, weeks * SESSIONS_A_WEEK, isoDateOf(venue.now), 'splits')
  if (bars.length === 0) return undefined
  return {
    low: Math.min(...bars.map(({ low }) => low)),
    high: Math.max(...bars.map(({ high }) => high)),
  }
}

function minuteVolumes(venue: Exchange, { id, assetClass }: Listed): MinuteVolumes | undefined {
  if (assetClass !== 'STK') return undefined
  const to = venue.now
  const bars = venue.bars(id, { seconds: 60, from: to - 10 * MINUTE_MS, to, price: 'trades', outsideRegularHours: true }) // prettier-ignore
  const since = (minutes: number) =>
    bars.reduce((sum, bar) => (bar.at >= to - minutes * MINUTE_MS ? sum + bar.volume : sum), 0)
  return { 3: since(3), 5: since(5), 10: since(10) }
}
