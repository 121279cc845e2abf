/** The names a demo may hold: alive on its first day, with a year of history, no penny stocks, traded enough. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { FUND_SECTOR } from '#exchange/market/index-market.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { isSynthetic } from '#gateway/synthetic-terms.ts'
import type { Instrument } from '#model/instrument.ts'
import { DAY_MS, isoDateOf, type EpochMs } from '#model/time.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import { LEAST_NAMES, type DemoName } from '#cli/demo/portfolio.ts'
import { CliError } from '#cli/exit-codes.ts'

export interface ListedName extends DemoName {
  readonly listed: Instrument
}

/** Price bars that risk wants, with some to spare. */
const LEAST_BARS = 300
const LEAST_PRICE = 5
/** A day's trading, USD: a demo's orders must not be a large part of it. */
const LEAST_DAILY_VALUE = 50_000_000
/** More names than this add nothing to a demo but waiting. */
const MOST_NAMES = 160

/**
 * @param sectors - by symbol; a market's own sectors hold where it is empty
 * @param startAt - venue time at which the demo begins
 * @returns names sorted by instrument, drawn by seed where there are more than enough
 * @throws CliError when the market has too few on that day
 */
export function demoNames(
  market: MarketModel,
  startAt: EpochMs,
  sectors: ReadonlyMap<string, string>,
  seed: number,
): readonly ListedName[] {
  const stream = randomStream(randomKey(seed, 'demo names'))
  const drawn = market.instruments
    .filter(
      ({ assetClass, currency, sector }) =>
        assetClass === 'STK' && currency === 'USD' && sector !== FUND_SECTOR,
    ) // prettier-ignore
    .map((listed) => ({ listed, key: stream.uniform() }))
    .toSorted((a, b) => a.key - b.key)
    .values()
    .flatMap(({ listed }) => nameOf(listed, market, startAt, sectors))
    .take(MOST_NAMES)
    .toArray()
  if (drawn.length < LEAST_NAMES)
    throw new CliError(
      `only ${drawn.length} names of the market trade enough, have ${LEAST_BARS} bars before ${isoDateOf(startAt)} and a price of $${LEAST_PRICE} or more, expected ${LEAST_NAMES}: choose a later --from`,
    )
  return drawn.toSorted((a, b) => (a.instrument < b.instrument ? -1 : 1))
}

function nameOf(
  listed: Instrument,
  market: MarketModel,
  startAt: EpochMs,
  sectors: ReadonlyMap<string, string>,
): readonly ListedName[] {
  const price = market.fairPrice(listed.id, startAt)
  if (price === undefined || price < LEAST_PRICE) return []
  const dayBefore = isoDateOf(startAt - DAY_MS)
  const bars = market.dailyBars(listed.id, LEAST_BARS, dayBefore, 'splits')
  const last = bars.at(-1)
  if (last === undefined || bars.length < LEAST_BARS) return []
  if (last.close * last.volume < LEAST_DAILY_VALUE) return []
  const sector = sectors.get(listed.symbol) ?? listed.sector
  const shortable = listed.assetClass === 'STK' && listed.shortable
  return [{ instrument: listed.id, sector, shortable, price, listed }]
}

const SECTOR_ROWS = z.array(z.object({ symbol: z.string(), gics_sector: z.string() }))

/**
 * Sectors of the names in a file of price bars, from `reference/sector_map.csv` beside its folder.
 *
 * @returns by symbol; empty for a synthetic market, or where there is no such file
 */
export async function sectorsBeside(market: string): Promise<ReadonlyMap<string, string>> {
  if (isSynthetic(market)) return new Map()
  const [first = ''] = market.split(',')
  const file = join(dirname(first), '..', 'reference', 'sector_map.csv')
  const text = await readFile(file, 'utf8').catch(() => 'symbol,gics_sector\n')
  const rows = SECTOR_ROWS.parse(parse(text, { columns: true, bom: true }))
  return new Map(rows.map((row) => [row.symbol, row.gics_sector]))
}
