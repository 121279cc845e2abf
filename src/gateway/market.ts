/**
 * The market behind the gateway: from the options to a model of prices and the moment it starts.
 *
 * Whoever wants to know what a gateway of the same options will list and quote calls the same
 * function: the demo draws its portfolio so.
 */
import { readTextFile } from '#gateway/input-files.ts'
import { listedInstruments } from '#gateway/listed-instruments.ts'
import { GatewayError, type GatewayOptions } from '#gateway/options.ts'
import type { MarketModel } from '#exchange/exchange.ts'
import { syntheticMarket } from '#exchange/synthetic-market.ts'
import { syntheticUniverse } from '#exchange/synthetic-universe.ts'
import { readUniverse, type UniverseRow } from '#feeds/files/inputs/universe.ts'
import { newYorkInstant, sessionAt } from '#marketdata/calendar.ts'
import type { InstrumentId } from '#model/ids.ts'
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
/** History that a synthetic market has before that day, and days it goes on after. */
const SYNTHETIC_PAST_DAYS = 1_100
const SYNTHETIC_FUTURE_DAYS = 400
/** The trading calendar ends with 2028, the synthetic market a year before. */
const SYNTHETIC_YEARS = { first: 1997, last: 2027 }

/** Ten in the morning, minutes: the opening's noise is over. */
const START_MINUTES = 600

/** @throws GatewayError `unreadable`, `bad-input`: naming file, line and what was expected */
export async function openMarket(options: MarketOptions): Promise<OpenedMarket> {
  const universe = await universeOf(options)
  const market = synthetic(options, universe)
  const startAt = startOf(options.from ?? SYNTHETIC_FROM)
  const halted = (universe ?? []).filter(({ status }) => status === 'halted')
  return { market, startAt, halted: halted.map(({ instrument }) => instrument) }
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
  { seed, from = SYNTHETIC_FROM, universeFile }: MarketOptions,
  universe: readonly UniverseRow[] | undefined,
): MarketModel {
  const year = Number(from.slice(0, 4))
  const day = dayNumberOf(from)
  if (day === undefined || year < SYNTHETIC_YEARS.first || year > SYNTHETIC_YEARS.last)
    throw new GatewayError('bad-input', `--from: was "${from}", expected a day from ${SYNTHETIC_YEARS.first} to ${SYNTHETIC_YEARS.last} such as 2026-01-05`) // prettier-ignore
  const instruments =
    universe === undefined
      ? syntheticUniverse({ seed, count: SYNTHETIC_NAMES })
      : listedInstruments(universe, universeFile ?? '')
  const pair = instruments.find(({ assetClass }) => assetClass !== 'STK')
  if (pair !== undefined)
    throw new GatewayError('bad-input', `${universeFile}: ${pair.id} cannot be listed on the synthetic market, which has stocks only; choose a file of price bars with --market`) // prettier-ignore
  return syntheticMarket({
    seed,
    instruments,
    firstDate: isoDateOf((day - SYNTHETIC_PAST_DAYS) * DAY_MS),
    lastDate: isoDateOf((day + SYNTHETIC_FUTURE_DAYS) * DAY_MS),
  })
}

/** The first session on or after a day, at ten. */
function startOf(from: IsoDate): EpochMs {
  const session = sessionAt(newYorkInstant(from, 0), 'us-equity')
  return newYorkInstant(session.date, START_MINUTES)
}
