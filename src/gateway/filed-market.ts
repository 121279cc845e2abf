/**
 * A market out of files: which of the listed names they tell of, under which names, and whether the day that is asked
 * for is one of theirs. What is made of that is in `filed-parts.ts`.
 *
 * Daily bars of a recorded name are its history before the recording. Prices are as traded.
 */
import { filedParts, type Sourced } from '#gateway/filed-parts.ts'
import { frontSeries, listingsOf, type FileSubject } from '#gateway/file-listings.ts'
import { listedInstruments } from '#gateway/listed-instruments.ts'
import { listedMarket } from '#gateway/listed-market.ts'
import { marketActions, readActionsFile, type MarketActions } from '#gateway/market-actions.ts'
import { daysAfter, daysAround, type MarketDays } from '#gateway/market-days.ts'
import { coveredDays, marketFiles, readDailyBars, readRecordings, recordedTime, type MarketFiles, type Recorded } from '#gateway/market-files.ts' // prettier-ignore
import { GatewayError, type GatewayOptions } from '#gateway/options.ts'
import type { Listed } from '#exchange/listing.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { futuresListed } from '#exchange/market/futures-cycle.ts'
import { splitBars } from '#feeds/files/bars/split-bars.ts'
import type { TradedBars } from '#feeds/files/bars/traded-bars.ts'
import { subjectNames } from '#feeds/files/columns/subjects.ts'
import { listedName } from '#feeds/files/inputs/listed-name.ts'
import type { UniverseRow } from '#feeds/files/inputs/universe.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import type { Future } from '#model/instrument.ts'
import { dayNumberOf, isoDateOf, DAY_MS, type EpochMs, type IsoDate } from '#model/time.ts'

export type FiledMarketOptions = Pick<
  GatewayOptions,
  'seed' | 'market' | 'from' | 'universeFile' | 'marketZone' | 'actionsFile'
>

type Universe = readonly UniverseRow[] | undefined

/** What the files hold, by the names that they have. */
interface Sources {
  readonly bars: ReadonlyMap<string, TradedBars>
  readonly recordings: ReadonlyMap<string, Recorded>
}

/**
 * @returns the market, and when it is entered
 * @throws GatewayError `unreadable`, `bad-input`: naming file, line and what was expected
 */
export async function filedMarket(
  options: FiledMarketOptions,
  universe: Universe,
): Promise<{ readonly market: MarketModel; readonly startAt: EpochMs }> {
  const files = await marketFiles(options.market)
  const actionsFile = await readActionsFile(options.actionsFile)
  const recordings = await recordingsOf(files, options, universe)
  const days = daysOf(options, recordings)
  const near = newYorkDate(days.startAt)
  const byFile = universe && listedInstruments(universe, options.universeFile ?? '', near)
  const wanted = byFile && marketActions(actionsFile, byFile)
  const symbols = wanted?.listed.flatMap((of) => namesOf(of, wanted))
  const bars = await readDailyBars(files.daily, { first: days.first, last: days.last, ...(symbols && { symbols }) }, actionsFile.factorFile) // prettier-ignore
  const fronts = [...bars].flatMap(([name, of]) => frontSeries(name, of) ?? [])
  const held = { bars, recordings }
  const actions = wanted ?? marketActions(actionsFile, [...listingsOf(subjectsOf(held), near), ...contractsOf(fronts, days)]) // prettier-ignore
  const sourced = actions.listed.map((of) => sourcedBy(of, actions, held))
  await refuseUncovered(options, files, near, sourced, symbols)
  const { parts, ...dates } = filedParts({ seed: options.seed, sourced, fronts, bars, actions })
  const listing = { listed: actions.listed, universe: universe ?? [], parts }
  return { market: listedMarket('replay', dates, listing), startAt: days.startAt }
}

/** Every name of a file whose first day is not known yet: what a contract is called depends on it. */
async function recordingsOf(
  files: MarketFiles,
  { from, marketZone }: FiledMarketOptions,
  universe: Universe,
): Promise<ReadonlyMap<string, Recorded>> {
  const days = from === undefined ? undefined : daysAround(from)
  const time = days && { from: midnightOf(days.first), until: midnightOf(days.last) }
  const wanted = days && universe && listedInstruments(universe, '', newYorkDate(days.startAt)).flatMap(subjectNames) // prettier-ignore
  return readRecordings(files.intraday, {
    ...time,
    ...(wanted && { symbols: wanted }),
    ...(marketZone !== undefined && { zone: marketZone }),
  })
}

const midnightOf = (date: IsoDate): EpochMs => (dayNumberOf(date) ?? 0) * DAY_MS

/** What was recorded says itself when it begins; of daily bars a person must. */
function daysOf({ from }: FiledMarketOptions, recordings: ReadonlyMap<string, Recorded>) {
  const recorded = recordedTime(recordings.values())
  return from === undefined && recorded !== undefined ? daysAfter(recorded.first) : daysAround(from ?? '') // prettier-ignore
}

const subjectsOf = ({ bars, recordings }: Sources): ReadonlyMap<string, FileSubject> =>
  new Map<string, FileSubject>([...recordings, ...bars])

/** The dated contracts behind series of front ones: of their roots alone, while the file lasts. */
const contractsOf = (fronts: readonly Future[], { startAt, last }: MarketDays): readonly Future[] =>
  futuresListed(newYorkDate(startAt), last).filter(({ symbol }) =>
    fronts.some((front) => front.symbol === symbol),
  )

/** How files may spell a listing: its own names, then those it had before or has afterwards. */
const namesOf = (of: Listed, { alsoKnownAs }: MarketActions): readonly string[] => [
  ...subjectNames(of),
  ...(alsoKnownAs.get(of.id) ?? []).map((id) => listedName(id).symbol),
]

function sourcedBy(of: Listed, actions: MarketActions, { bars, recordings }: Sources): Sourced {
  const names = namesOf(of, actions)
  // A series of front contracts is no dated one's own.
  const own = of.assetClass === 'FUT' ? names.slice(0, 1) : names
  const found = own.flatMap((name) => bars.get(name) ?? [])[0]
  return {
    of,
    bars: found === undefined || found.columns.length === 0 ? undefined : splitBars(found, actions.book.splits(of.id)), // prettier-ignore
    recorded: names.flatMap((name) => recordings.get(name) ?? [])[0],
  }
}

/** The day must be one of the recording's, or else of the bars'. */
async function refuseUncovered(
  { market, from = '', marketZone }: FiledMarketOptions,
  files: MarketFiles,
  near: IsoDate,
  sourced: readonly Sourced[],
  symbols: readonly string[] | undefined,
): Promise<void> {
  const covered = files.intraday.length > 0 ? recordedDays(sourced) : daysOfBars(sourced, near)
  if (covered !== undefined && covered.first <= near && near <= covered.last) return
  const whole =
    files.intraday.length > 0
      ? recordedDaysOf(await readRecordings(files.intraday, { ...(symbols && { symbols }), ...(marketZone !== undefined && { zone: marketZone }) })) // prettier-ignore
      : await coveredDays(files.daily, symbols)
  if (whole === undefined)
    throw new GatewayError('bad-input', `--market: ${market} has none of the listed names, expected some of those in the universe`) // prettier-ignore
  throw new GatewayError('bad-input', `--from: was "${from}", expected a day from ${whole.first} to ${whole.last}, which ${market} covers`) // prettier-ignore
}

interface DaysCovered {
  readonly first: IsoDate
  readonly last: IsoDate
}

const recordedDays = (sourced: readonly Sourced[]): DaysCovered | undefined =>
  recordedDaysOf(new Map(sourced.flatMap(({ of, recorded }) => (recorded === undefined ? [] : [[of.id, recorded]])))) // prettier-ignore

function recordedDaysOf(recordings: ReadonlyMap<string, Recorded>): DaysCovered | undefined {
  const time = recordedTime(recordings.values())
  return time && { first: newYorkDate(time.first), last: newYorkDate(time.last) }
}

/** Of a name that has bars around the day; undefined where none has. */
function daysOfBars(sourced: readonly Sourced[], near: IsoDate): DaysCovered | undefined {
  const all = sourced.flatMap(({ bars }) => (bars === undefined ? [] : [daysIn(bars)]))
  return all.find(({ first, last }) => first <= near && near <= last)
}

function daysIn({ columns: { day } }: TradedBars): DaysCovered {
  return { first: isoDateOf((day[0] ?? 0) * DAY_MS), last: isoDateOf((day.at(-1) ?? 0) * DAY_MS) }
}
