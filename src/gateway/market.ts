/**
 * The market behind the gateway: from the options to a model of prices and the moment it starts.
 *
 * Whoever wants to know what a gateway of the same options will list and quote calls the same
 * function: the demo draws its portfolio so.
 */
import { readTextFile } from '#gateway/input-files.ts'
import { listedInstruments, stocksOf } from '#gateway/listed-instruments.ts'
import { GatewayError, type GatewayOptions } from '#gateway/options.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { replayMarket } from '#exchange/market/replay-market.ts'
import { syntheticClasses } from '#exchange/market/synthetic-classes.ts'
import { syntheticMarket } from '#exchange/market/synthetic-market.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import { FeedError } from '#feeds/feed.ts'
import { readTradedBars, type TradedBars } from '#feeds/files/bars/traded-bars.ts'
import { readUniverse, type UniverseRow } from '#feeds/files/inputs/universe.ts'
import { newYorkInstant, sessionAt } from '#marketdata/calendar.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Stock } from '#model/instrument.ts'
import { dayNumberOf, isoDateOf, DAY_MS, type EpochMs, type IsoDate } from '#model/time.ts'

export interface OpenedMarket {
  readonly market: MarketModel
  /** 10:00 New York of the first session. */
  readonly startAt: EpochMs
  /** Listed, but not trading. */
  readonly halted: readonly InstrumentId[]
}

type MarketOptions = Pick<GatewayOptions, 'seed' | 'market' | 'from' | 'universeFile'>

/** How many names a synthetic market has when no universe file says. */
const SYNTHETIC_NAMES = 500
/** The day a synthetic market is entered when none is given. */
const SYNTHETIC_FROM: IsoDate = '2026-01-05'
/** The trading calendar ends with 2028, and a market goes on for a year. */
const YEARS = { first: 1997, last: 2027 }
/** History before the first day, for whoever estimates from it; and days that follow it. */
const PAST_DAYS = 1_100
const FUTURE_DAYS = 400
/** Ten in the morning, minutes: the opening's noise is over. */
const START_MINUTES = 600

/** @throws GatewayError `unreadable`, `bad-input`: naming file, line and what was expected */
export async function openMarket(options: MarketOptions): Promise<OpenedMarket> {
  const universe = await universeOf(options)
  const days = daysAround(options)
  const market =
    options.market === 'synthetic'
      ? synthetic(options, days, universe)
      : await replayed(options, days, universe)
  const halted = (universe ?? []).filter(({ status }) => status === 'halted')
  return { market, startAt: days.startAt, halted: halted.map(({ instrument }) => instrument) }
}

interface Days {
  readonly startAt: EpochMs
  readonly first: IsoDate
  readonly last: IsoDate
}

/** The first session on or after `from`, and what is read or drawn around it. */
function daysAround({ from, market }: MarketOptions): Days {
  const asked = from ?? (market === 'synthetic' ? SYNTHETIC_FROM : '')
  const day = dayNumberOf(asked)
  const year = Number(asked.slice(0, 4))
  if (day === undefined || year < YEARS.first || year > YEARS.last)
    throw new GatewayError('bad-input', `--from: was "${asked}", expected a day from ${YEARS.first} to ${YEARS.last} such as 2018-02-05`) // prettier-ignore
  const session = sessionAt(newYorkInstant(asked, 0), 'us-equity')
  return {
    startAt: newYorkInstant(session.date, START_MINUTES),
    first: isoDateOf((day - PAST_DAYS) * DAY_MS),
    last: isoDateOf((day + FUTURE_DAYS) * DAY_MS),
  }
}

async function universeOf({
  universeFile,
}: MarketOptions): Promise<readonly UniverseRow[] | undefined> {
  if (universeFile === undefined) return undefined
  const rows = readUniverse(await readTextFile(universeFile), universeFile)
  if (!rows.ok) throw new GatewayError('bad-input', rows.error)
  return rows.value
}

function synthetic(
  { seed, universeFile }: MarketOptions,
  { first, last, startAt }: Days,
  universe: readonly UniverseRow[] | undefined,
): MarketModel {
  const dates = { firstDate: first, lastDate: last }
  if (universe !== undefined) {
    const instruments = listedInstruments(universe, universeFile ?? '')
    return syntheticMarket({ seed, instruments, ...dates })
  }
  const stocks = syntheticUniverse({ seed, count: SYNTHETIC_NAMES })
  return syntheticClasses({ seed, stocks, ...dates, entryDate: isoDateOf(startAt) })
}

/** Without a universe file, every symbol of the file is a US stock of no known sector. */
async function replayed(
  { seed, market: file, universeFile }: MarketOptions,
  days: Days,
  universe: readonly UniverseRow[] | undefined,
): Promise<MarketModel> {
  const listed =
    universe === undefined ? undefined : listedInstruments(universe, universeFile ?? '')
  const bySymbol = await barsOf(file, days, listed)
  const instruments = listed ?? stocksOf([...bySymbol.keys()])
  const series = instruments.flatMap((of) => {
    const found = bySymbol.get(of.symbol)
    return found === undefined ? [] : [{ id: of.id, ...found }]
  })
  const start = isoDateOf(days.startAt)
  if (!series.some(({ bars }) => bars.some(({ date }) => date >= start)))
    throw new GatewayError('bad-input', `--from: ${file} has no price bars of the listed names from ${start} to ${days.last}; choose a day that it covers`) // prettier-ignore
  const closes = series.filter(({ adjustedCloses }) => adjustedCloses !== undefined)
  return replayMarket({
    seed,
    instruments,
    bars: new Map(series.map(({ id, bars }) => [id, bars])),
    splits: new Map(series.map(({ id, splits }) => [id, splits])),
    adjustedCloses: new Map(closes.map(({ id, adjustedCloses }) => [id, adjustedCloses ?? []])),
  })
}

async function barsOf(
  file: string,
  { first, last }: Days,
  listed: readonly Stock[] | undefined,
): Promise<ReadonlyMap<string, TradedBars>> {
  const symbols = listed === undefined ? {} : { symbols: listed.map(({ symbol }) => symbol) }
  try {
    return await readTradedBars(file, { first, last, ...symbols })
  } catch (cause) {
    if (cause instanceof FeedError) throw new GatewayError('unreadable', cause.message, { cause })
    throw cause
  }
}
