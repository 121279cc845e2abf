/**
 * How many units of a stock the broker finds to lend where nobody states a number: as many as trade on an average
 * day.
 *
 * An assumption of ours: IBKR publishes the number by name (its "Shortable Shares", tick 89) and no rule for it.
 * Worked out once a day, from the sessions before, so that it is the same however time is stepped.
 */
import { quantity, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import { newYorkDate, previousTradingDay } from '#marketdata/calendar.ts'
import type { MarketModel } from '#exchange/market-model.ts'

/** Sessions whose volume is averaged. */
const SESSIONS = 90
/** IBKR says such numbers in round lots. */
const ROUND_LOT = 100
/** Of a name whose volume nobody knows yet, or whose bars have none. */
const UNKNOWN = 100_000

/** @returns units of a name that can be borrowed in all, now */
export function lendingSupply(
  market: Pick<MarketModel, 'dailyBars'>,
  now: () => EpochMs,
): (of: Instrument) => Quantity {
  const known = new Map<InstrumentId, { readonly day: IsoDate; readonly units: Quantity }>()
  return (of) => {
    const day = newYorkDate(now())
    const last = known.get(of.id)
    if (last?.day === day) return last.units
    const bars = market.dailyBars(of.id, SESSIONS, previousTradingDay(day), 'splits')
    const units = roundLots(bars.map(({ volume }) => volume))
    known.set(of.id, { day, units })
    return units
  }
}

function roundLots(volumes: readonly number[]): Quantity {
  const total = volumes.reduce((sum, of) => sum + of, 0)
  const average = total > 0 ? total / volumes.length : UNKNOWN
  return quantity(String(Math.floor(average / ROUND_LOT) * ROUND_LOT))
}
