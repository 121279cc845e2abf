/**
 * Counts trades and day trades of the last five business days, as the pattern-day-trader rule does.
 *
 * What is opened today and closed today is a day trade; closing it in parts is one, and what was held overnight
 * and is closed before anything is opened is none. A trade that is corrected or taken back changes what the later ones
 * of its day were, so the day is then counted anew.
 */
import { magnitude, minus, plus, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { IsoDate } from '#model/time.ts'
import { previousTradingDay } from '#marketdata/calendar.ts'
import { PATTERN_DAY_TRADER, type TradingDayCount } from '#schedules/pattern-day-trader.ts'

export interface DayTrades {
  /**
   * @param held - before the trade
   * @param traded - signed
   * @param key - what `restate` knows it by; absent: it stays as it is
   */
  count(of: Instrument, held: Quantity, traded: Quantity, date: IsoDate, key?: string): void
  /** A trade of today was of another size; zero: it was none. */
  restate(key: string, traded: Quantity, date: IsoDate): void
  /** Of the last five business days up to and with `date`. */
  window(date: IsoDate): readonly TradingDayCount[]
}

/** A trade of today. */
interface CountedTrade {
  readonly id: InstrumentId
  readonly key: string | undefined
  readonly held: Quantity
  readonly traded: Quantity
}

export function dayTrades(): DayTrades {
  const days = new Map<IsoDate, DayCount>()
  const opened = new Set<InstrumentId>()
  let trades: CountedTrade[] = []
  let today: IsoDate = ''
  const turnTo = (date: IsoDate) => {
    if (date === today) return
    opened.clear()
    trades = []
    today = date
  }
  const tally = (trade: CountedTrade) => {
    const day = days.get(today) ?? { dayTrades: 0, trades: 0 }
    days.set(today, counted(day, trade, opened))
  }
  return {
    count: (of, held, traded, date, key) => {
      if (of.assetClass !== 'STK' && of.assetClass !== 'OPT') return
      turnTo(date)
      const trade = { id: of.id, key, held, traded }
      trades.push(trade)
      tally(trade)
    },
    restate: (key, traded, date) => {
      turnTo(date)
      const place = trades.findIndex((one) => one.key === key)
      if (place < 0) return
      trades = restated(trades, place, traded)
      opened.clear()
      days.delete(today)
      for (const trade of trades) tally(trade)
    },
    window: (date) => {
      const found: TradingDayCount[] = []
      let day = date
      for (let i = 0; i < PATTERN_DAY_TRADER.window; i++) {
        const of = days.get(day)
        if (of !== undefined) found.unshift({ date: day, ...of })
        day = previousTradingDay(day)
      }
      for (const old of days.keys()) if (old < day) days.delete(old)
      return found
    },
  }
}

type DayCount = Omit<TradingDayCount, 'date'>

/** A day with one trade more. @param opened - what was opened on that day and not closed yet: changed in place */
function counted(day: DayCount, trade: CountedTrade, opened: Set<InstrumentId>): DayCount {
  const { id, held, traded } = trade
  if (traded === 0n) return day
  const closes = held !== 0n && held > 0n !== traded > 0n
  const isDayTrade = closes && opened.delete(id)
  if (!closes || magnitude(traded) > magnitude(held)) opened.add(id)
  return { dayTrades: day.dayTrades + Number(isDayTrade), trades: day.trades + 1 }
}

/** The day's trades as if one had been of another size: what its name's later ones began from moves with it. */
function restated(
  trades: readonly CountedTrade[],
  place: number,
  traded: Quantity,
): CountedTrade[] {
  const { id, traded: before } = trades[place] ?? { id: '', traded }
  const moved = minus(traded, before)
  return trades.map((trade, i) => {
    if (i === place) return { ...trade, traded }
    return i > place && trade.id === id ? { ...trade, held: plus(trade.held, moved) } : trade
  })
}

/** Whether a trade takes a position further from zero than it stands. */
export const adds = (held: Quantity, traded: Quantity): boolean =>
  magnitude(plus(held, traded)) > magnitude(held)

/** Whether a trade takes a position through zero to the other side. */
export const crosses = (held: Quantity, traded: Quantity): boolean => {
  const after = plus(held, traded)
  return held !== 0n && after !== 0n && held > 0n !== after > 0n
}
