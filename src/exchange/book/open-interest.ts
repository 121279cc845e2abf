/**
 * How many contracts are open, and what the options on an underlying trade together: figures that exchanges count
 * and publish, from how much each contract trades.
 *
 * Open interest is a multiple of an average day's volume, as of the session before: nobody counts it within the day. It
 * varies by contract and day, and needs no history, so that whoever asks gets the same. Sources: CME Group, "Volume and
 * Open Interest Reports" (E-mini S&P 500: 2.2 m open on 1.6 m a day); OCC, "Annual Report 2023" (some 480 m options
 * open on 44 m a day).
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { DAY_MS, dayNumberOf, type EpochMs, type IsoDate } from '#model/time.ts'
import { newYorkInstant, previousTradingDay } from '#marketdata/calendar.ts'
import { randomKey, uniformAt } from '#numerics/random.ts'
import { volumeUntil } from '#exchange/book/print-runs.ts'
import type { ListingFigures } from '#exchange/exchange.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { shareOfVolume } from '#exchange/market/option-liquidity.ts'

/** Days of average volume that are open, by class, and by how much a contract's own figure may differ. */
const OPEN_INTEREST = { FUT: 1.4, OPT: 11, variation: 0.2 } as const

/** Shortly before the stock market's close, New York minutes. */
const COUNTED_AT = 955

/** Contracts that are open on a day; undefined for what has none. */
export function openInterest(
  market: MarketModel,
  of: Instrument,
  day: IsoDate,
  now: EpochMs,
): number | undefined {
  if (of.assetClass !== 'FUT' && of.assetClass !== 'OPT') return undefined
  const counted = newYorkInstant(previousTradingDay(day), COUNTED_AT)
  const liquidity = market.liquidity(of.id, counted) ?? market.liquidity(of.id, now)
  if (liquidity === undefined) return undefined
  const draw = uniformAt(randomKey(0, 'open interest', of.id), dayNumberOf(day) ?? now / DAY_MS)
  const varied = 1 + OPEN_INTEREST.variation * (2 * draw - 1)
  return Math.round(OPEN_INTEREST[of.assetClass] * liquidity.dailyVolume * varied)
}

/** What the chains of an underlying trade for each unit of it: calls, and as many puts. */
export function chainShare(market: MarketModel, of: Instrument, day: IsoDate): number | undefined {
  const chains = market.directory?.chains(of.id, day) ?? []
  const spot = market.dailyBar(of.id, day)?.open
  if (chains.length === 0 || spot === undefined) return undefined
  let share = 0
  for (const { expiries, strikes } of chains)
    for (const expiry of expiries)
      for (const strike of strikes) share += shareOfVolume({ expiry, strike }, spot, day)
  return share
}

type ChainFigures = Pick<
  ListingFigures,
  'optionVolume' | 'optionOpenInterest' | 'averageOptionVolume'
>

/** Of all options on an underlying, today until now. @param share - `chainShare`; undefined: there are none */
export function chainFigures(
  market: MarketModel,
  id: InstrumentId,
  share: number | undefined,
  averageVolume: number,
  now: EpochMs,
): ChainFigures {
  if (share === undefined) return {}
  const [traded, usual] = [share * volumeUntil(market, id, now), share * averageVolume].map(Math.round) // prettier-ignore
  const open = Math.round(OPEN_INTEREST.OPT * (usual ?? 0))
  return {
    optionVolume: { calls: traded ?? 0, puts: traded ?? 0 },
    optionOpenInterest: { calls: open, puts: open },
    averageOptionVolume: 2 * (usual ?? 0),
  }
}
