/**
 * Daily returns of many names on one calendar, whatever days each of them traded on.
 *
 * Inside a name's own history a session without a bar returns 0 (the price stands; the next bar carries the whole move), and a
 * bar between sessions counts in the next one. Outside it there is NaN: what stands in for it is for who asks to say.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { IsoDate } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'

/** About a quarter; below it a name's own returns say more about luck than about the name. */
export const LEAST_DAYS = 60

export interface AlignedReturns {
  /** Sessions, oldest first, [T], T ≤ the days asked for. */
  readonly dates: readonly IsoDate[]
  /** Simple daily returns of names with `LEAST_DAYS` of them, in the order asked for, [T] each; NaN outside a history. */
  readonly own: ReadonlyMap<InstrumentId, Float64Array>
  /** The benchmark's; undefined where its history is shorter. */
  readonly index: Float64Array | undefined
  /** Bars with a positive price within the window of each name asked for, and how many others were passed over. */
  readonly counts: ReadonlyMap<InstrumentId, BarCount>
}

export interface BarCount {
  readonly priced: number
  readonly unpriced: number
}

/**
 * @param drivers - sorted, each once
 * @param bars - total-return daily bars, oldest first
 * @param windowDays - sessions at most
 */
export function alignedReturns(
  drivers: readonly InstrumentId[],
  bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>,
  benchmark: InstrumentId | undefined,
  windowDays: number,
): AlignedReturns {
  const histories = drivers.map((id) => [id, historyOf(bars.get(id) ?? [], windowDays)] as const)
  const long = histories.filter(([, history]) => isLong(history))
  const index = historyOf(benchmark === undefined ? [] : (bars.get(benchmark) ?? []), windowDays)
  const all = long.map(([, history]) => history)
  const days = sessions(isLong(index) ? [...all, index] : all).slice(-windowDays - 1)
  return {
    dates: days.slice(1),
    own: new Map(long.map(([id, history]) => [id, returnsOn(days, history)])),
    index: isLong(index) ? returnsOn(days, index) : undefined,
    counts: new Map(
      histories.map(([id, { dates, unpriced }]) => [id, { priced: dates.length, unpriced }]),
    ),
  }
}

/** Closes by date, oldest first. */
interface History {
  readonly dates: readonly IsoDate[]
  readonly closes: readonly number[]
  readonly unpriced: number
}

const isLong = ({ dates }: History): boolean => dates.length > LEAST_DAYS

/** Bars without a price are passed over; of two bars of one day the later counts. */
function historyOf(bars: readonly PriceBar[], windowDays: number): History {
  const [dates, closes]: [IsoDate[], number[]] = [[], []]
  let [unpriced, priced] = [0, 0]
  for (let i = bars.length - 1; i >= 0 && priced <= windowDays; i--) {
    const { date, close } = bars[i]!
    if (!(close > 0 && Number.isFinite(close))) {
      unpriced += 1
      continue
    }
    priced += 1
    if (dates.at(-1) === date) continue
    dates.push(date)
    closes.push(close)
  }
  return { dates: dates.toReversed(), closes: closes.toReversed(), unpriced }
}

/**
 * The dates on which at least half of the names that then had a history traded: one stray row on a holiday makes no
 * session.
 */
function sessions(histories: readonly History[]): IsoDate[] {
  const traded = new Map<IsoDate, number>()
  const begun = new Map<IsoDate, number>()
  const ended = new Map<IsoDate, number>()
  for (const { dates } of histories) {
    for (const date of dates) traded.set(date, (traded.get(date) ?? 0) + 1)
    const [first, last] = [dates[0], dates.at(-1)]
    if (first !== undefined) begun.set(first, (begun.get(first) ?? 0) + 1)
    if (last !== undefined) ended.set(last, (ended.get(last) ?? 0) + 1)
  }
  let alive = 0
  return [...traded.keys()].toSorted(byCodeUnit).filter((date) => {
    alive += begun.get(date) ?? 0
    const isSession = 2 * (traded.get(date) ?? 0) >= alive
    alive -= ended.get(date) ?? 0
    return isSession
  })
}

/** Simple returns from session to session of the last close known then; NaN outside the history. */
function returnsOn(days: readonly IsoDate[], { dates, closes }: History): Float64Array {
  const last = dates.at(-1) ?? ''
  const returns = new Float64Array(Math.max(0, days.length - 1))
  let next = 0
  let before = Number.NaN
  for (const [t, day] of days.entries()) {
    while (next < dates.length && dates[next]! <= day) next += 1
    const price = day > last ? Number.NaN : (closes[next - 1] ?? Number.NaN)
    if (t > 0) returns[t - 1] = price / before - 1
    before = price
  }
  return returns
}
