/**
 * Counts trades and day trades of the last five business days, as the pattern-day-trader rule does.
 *
 * What is opened today and closed today is a day trade; closing it in parts is one, and what was held overnight
 * and is closed before anything is opened is none.
 */
import { magnitude, plus, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { IsoDate } from '#model/time.ts'
import { previousTradingDay } from '#marketdata/calendar.ts'
import { PATTERN_DAY_TRADER, type TradingDayCount } from '#schedules/pattern-day-trader.ts'

export interface DayTrades {
  /** @param held - before the trade; @param traded - signed */
  count(of: Instrument, held: Quantity, traded: Quantity, date: IsoDate): void
  /** Of the last five business days up to and with `date`. */
  window(date: IsoDate): readonly TradingDayCount[]
}

export function dayTrades(): DayTrades {
  const days = new Map<IsoDate, { dayTrades: number; trades: number }>()
  const opened = new Set<InstrumentId>()
  let today: IsoDate = ''
  return {
    count: (of, held, traded, date) => {
      if (of.assetClass !== 'STK' && of.assetClass !== 'OPT') return
      if (date !== today) opened.clear()
      today = date
      const day = days.get(date) ?? { dayTrades: 0, trades: 0 }
      days.set(date, day)
      day.trades++
      const closes = held !== 0n && held > 0n !== traded > 0n
      if (closes && opened.delete(of.id)) day.dayTrades++
      if (!closes || magnitude(traded) > magnitude(held)) opened.add(of.id)
    },
    window: (date) => {
      const found: TradingDayCount[] = []
      let day = date
      for (let i = 0; i < PATTERN_DAY_TRADER.window; i++) {
        const counted = days.get(day)
        if (counted !== undefined) found.unshift({ date: day, ...counted })
        day = previousTradingDay(day)
      }
      for (const old of days.keys()) if (old < day) days.delete(old)
      return found
    },
  }
}

/** Whether a trade takes a position further from zero than it stands. */
export const adds = (held: Quantity, traded: Quantity): boolean =>
  magnitude(plus(held, traded)) > magnitude(held)

/** Whether a trade takes a position through zero to the other side. */
export const crosses = (held: Quantity, traded: Quantity): boolean => {
  const after = plus(held, traded)
  return held !== 0n && after !== 0n && held > 0n !== after > 0n
}
