/**
 * Cash dividends of a market that never was: who pays, how much, when.
 *
 * Three names in four pay each quarter, in months of the name's own cycle, a quarter of a yield that it keeps, on the
 * close of the year before; so a dividend is known from New Year on, and later ones are expected at the same amount.
 * Prices are price returns: the drop on the ex-date is in the day's move already.
 *
 * Source of the levels: S&P Dow Jones Indices, "S&P 500 Dividends" 2023: about 400 of 500 names pay, 2 % in the median.
 */
import { priceFrom } from '#model/border.ts'
import type { InstrumentId } from '#model/ids.ts'
import { DAY_MS, dayNumberOf, isoDateOf, type IsoDate } from '#model/time.ts'
import { isTradingDay, nextTradingDay } from '#marketdata/calendar.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import type { CorporateAction } from '#exchange/controls.ts'
import type { MarketModel } from '#exchange/market-model.ts'

/** One name's habit. */
export interface DividendHabit {
  /** Annual, a fraction of the price. */
  readonly yield: number
  /** 0 to 2: pays in months 1, 4, 7, 10 and so on. */
  readonly cycle: number
  /** Day of the month from which the next trading day is the ex-date. */
  readonly day: number
}

const HABITS = {
  payers: 0.75,
  medianYield: 0.019,
  logDeviation: 0.5,
  highestYield: 0.06,
  /** Days from ex-date to payment. */
  paidAfterDays: 21,
} as const

/** @returns undefined for a name that pays nothing */
export function dividendHabit(seed: number, id: InstrumentId): DividendHabit | undefined {
  const stream = randomStream(randomKey(seed, 'dividends', id))
  if (stream.uniform() >= HABITS.payers) return undefined
  const drawn = HABITS.medianYield * Math.exp(HABITS.logDeviation * stream.normal())
  return {
    yield: Math.min(HABITS.highestYield, drawn),
    cycle: stream.below(3),
    day: 4 + stream.below(20),
  }
}

/** Dividends of all names of a market. */
export interface Dividends {
  /** What goes ex on a date. */
  readonly on: (id: InstrumentId, date: IsoDate) => readonly CorporateAction[]
  /** Ex-dates after `from` up to `to`, with the amounts expected on `from`, oldest first. */
  readonly expected: (id: InstrumentId, from: IsoDate, to: IsoDate) => readonly { readonly date: IsoDate; readonly amount: number }[] // prettier-ignore
}

/**
 * @param habitOf - undefined for a name that pays nothing
 * @param market - whose closes amounts are taken on
 */
export function dividends(
  habitOf: (id: InstrumentId) => DividendHabit | undefined,
  market: Pick<MarketModel, 'dailyBars'>,
): Dividends {
  const habits = new Map<InstrumentId, DividendHabit | undefined>()
  const habit = (id: InstrumentId): DividendHabit | undefined => {
    if (!habits.has(id)) habits.set(id, habitOf(id))
    return habits.get(id)
  }
  /** A quarter of the yield on the close of the year before, in whole cents. */
  const amountIn = (id: InstrumentId, of: DividendHabit, year: number): number => {
    const [bar] = market.dailyBars(id, 1, `${year - 1}-12-31`, 'splits')
    return bar === undefined
      ? 0
      : Math.max(0.01, Math.round((bar.close * of.yield * 100) / 4) / 100)
  }
  return {
    on: (id, date) => {
      const of = habit(id)
      if (of === undefined || exDateIn(of, date) !== date) return []
      const amount = amountIn(id, of, Number(date.slice(0, 4)))
      if (amount === 0) return []
      const paid = isoDateOf(((dayNumberOf(date) ?? 0) + HABITS.paidAfterDays) * DAY_MS)
      return [{ type: 'dividend', instrument: id, date, amount: priceFrom(amount), payDate: paid }]
    },
    expected: (id, from, to) => {
      const of = habit(id)
      if (of === undefined) return []
      const amount = amountIn(id, of, Number(from.slice(0, 4)))
      if (amount === 0) return []
      return exDates(of, from, to).map((date) => ({ date, amount }))
    },
  }
}

/** The ex-date in the month of a date; undefined in a month without one. */
function exDateIn({ cycle, day }: DividendHabit, date: IsoDate): IsoDate | undefined {
  const month = Number(date.slice(5, 7))
  if ((month - 1) % 3 !== cycle) return undefined
  const from = `${date.slice(0, 8)}${String(day).padStart(2, '0')}`
  return isTradingDay(from) ? from : nextTradingDay(from)
}

function exDates(of: DividendHabit, from: IsoDate, to: IsoDate): readonly IsoDate[] {
  const found: IsoDate[] = []
  let [year, month] = [Number(from.slice(0, 4)), Number(from.slice(5, 7))]
  for (;;) {
    const first = `${year}-${String(month).padStart(2, '0')}-01`
    if (first > to) return found
    const date = exDateIn(of, first)
    if (date !== undefined && date > from && date <= to) found.push(date)
    if (month === 12) [year, month] = [year + 1, 1]
    else month += 1
  }
}
