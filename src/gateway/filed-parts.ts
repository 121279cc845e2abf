/**
 * The models that price a market out of files: what was recorded within days, what follows its daily bars, and futures
 * without either, which are carried on an index or on a series of front contracts.
 */
import type { MarketActions } from '#gateway/market-actions.ts'
import type { Recorded } from '#gateway/market-files.ts'
import type { Listed } from '#exchange/listing.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { actedPart } from '#exchange/market/acted-market.ts'
import type { AssembledMarketSettings } from '#exchange/market/assembled-market.ts'
import { futureRoot } from '#exchange/market/futures-cycle.ts'
import { followedBars, futuresMarket } from '#exchange/market/futures-market.ts'
import { asStock } from '#exchange/market/index-market.ts'
import { intradayMarket } from '#exchange/market/intraday-market.ts'
import { replayOf, type ReplaySeries } from '#exchange/market/replay-market.ts'
import { withPairDepth } from '#exchange/market/unsized-pairs.ts'
import { venueHours } from '#exchange/venue-hours.ts'
import type { TradedBars } from '#feeds/files/bars/traded-bars.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Forex, Future, Instrument } from '#model/instrument.ts'
import { isoDateOf, DAY_MS, type IsoDate } from '#model/time.ts'

/** A listing and what its prices are from: the recording first. */
export interface Sourced {
  readonly of: Listed
  readonly bars: TradedBars | undefined
  readonly recorded: Recorded | undefined
}

export interface FiledSettings {
  readonly seed: number
  /** Some of it with bars or a recording. */
  readonly sourced: readonly Sourced[]
  /** Series of front contracts, by what `bars` call them. */
  readonly fronts: readonly Future[]
  readonly bars: ReadonlyMap<string, TradedBars>
  readonly actions: MarketActions
}

type Parts = AssembledMarketSettings['parts']

/** The parts of the market, and the days that it has. */
export interface FiledParts {
  readonly parts: Parts
  readonly firstDate: IsoDate
  readonly lastDate: IsoDate
}

export function filedParts(settings: FiledSettings): FiledParts {
  const { sourced, fronts, actions } = settings
  const [recorded, barred] = [recordedMarket(sourced), barredMarket(settings)]
  const markets = [recorded, barred].filter((market) => market !== undefined)
  const idsOf = (has: (one: Sourced) => boolean) => sourced.filter(has).map(({ of }) => of.id)
  const acted = (ids: readonly InstrumentId[], market: MarketModel | undefined, knowsSplits: boolean): Parts =>
    market === undefined ? [] : [{ ids, market: actedPart(market, actions.book, knowsSplits) }] // prettier-ignore
  const carried = barred === undefined ? [] : carriedFutures(sourced, fronts, barred)
  const dates = markets.flatMap(({ firstDate, lastDate }) => [firstDate, lastDate]).toSorted()
  return {
    parts: [
      ...acted(idsOf(isRecorded), recorded, false),
      ...acted(idsOf(isBarred), barred, true),
      ...carried,
    ],
    firstDate: dates[0] ?? '',
    lastDate: dates.at(-1) ?? '',
  }
}

const isRecorded = ({ recorded }: Sourced): boolean => recorded !== undefined
const isBarred = ({ recorded, bars }: Sourced): boolean => recorded === undefined && bars !== undefined // prettier-ignore

/** What has a path of its own is priced as a stock is: an index is not traded, but followed. */
const instrumentOf = ({ of }: Sourced): Instrument => (of.assetClass === 'IND' ? asStock(of) : of)

function recordedMarket(sourced: readonly Sourced[]): MarketModel | undefined {
  const recorded = sourced.filter(isRecorded)
  if (recorded.length === 0) return undefined
  const market = intradayMarket({
    instruments: recorded.map(instrumentOf),
    recordings: new Map(recorded.map(({ of, recorded: found }) => [of.id, found?.series ?? []])),
    before: new Map(recorded.map(({ of, bars }) => [of.id, bars?.bars ?? []])),
  })
  return withPairDepth(market, pairsAmong(recorded), 'recorded')
}

const pairsAmong = (sourced: readonly Sourced[]): readonly Forex[] =>
  sourced.flatMap(({ of }) => (of.assetClass === 'CASH' ? [of] : []))

function barredMarket({ seed, sourced, fronts, bars }: FiledSettings): MarketModel | undefined {
  const barred = sourced.filter(isBarred)
  const series = new Map<InstrumentId, ReplaySeries>()
  for (const { of, bars: found } of barred)
    if (found !== undefined) series.set(of.id, seriesOf(found))
  for (const front of fronts) {
    const found = bars.get(front.localSymbol)
    if (found !== undefined && found.columns.length > 0) series.set(front.id, seriesOf(found))
  }
  if (series.size === 0) return undefined
  const market = replayOf({ seed, instruments: [...barred.map(instrumentOf), ...fronts], series })
  return withPairDepth(market, pairsAmong(barred), 'unknown')
}

/** Bars are made of columns when they are first asked for. */
function seriesOf(found: TradedBars): ReplaySeries {
  const dayAt = (place: number) => isoDateOf((found.columns.day[place] ?? 0) * DAY_MS)
  return {
    firstDate: dayAt(0),
    lastDate: dayAt(found.columns.length - 1),
    bars: () => found.bars,
    splits: found.splits,
    adjustedCloses: () => found.adjustedCloses,
  }
}

/** Futures without bars of their own. */
function carriedFutures(
  sourced: readonly Sourced[],
  fronts: readonly Future[],
  past: MarketModel,
): Parts {
  const futures = sourced
    .filter((one) => !isRecorded(one) && !isBarred(one))
    .flatMap(({ of }) => (of.assetClass === 'FUT' ? [of] : []))
  const indices = sourced
    .filter(isBarred)
    .flatMap(({ of }) => (of.assetClass === 'IND' ? [of] : []))
  const market = futuresMarket(
    {
      futures,
      drivers: new Map(indices.map((of) => [of.symbol, followedBars(past, of.id)])),
      fronts: new Map(fronts.map((of) => [futureRoot(of.symbol)?.follows ?? '', followedBars(past, of.id)])), // prettier-ignore
    },
    venueHours(),
  )
  return [{ ids: futures.map(({ id }) => id), market }]
}
