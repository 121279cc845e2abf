/** Messages of history: bars, their updates, schedules, head time stamps, ticks, histograms, real-time bars. */
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import type { Message } from '#gateway/wire/field.ts'

/** A bar as the wire has it. */
export interface WireBar {
  /** `20180205`, or with a time and zone, or epoch seconds. */
  readonly date: string
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** −1 where what is shown has none (midpoint, bid, ask). */
  readonly volume: number
  readonly wap: number
  readonly barCount: number
}

export const historicalData = (
  reqId: number,
  start: string,
  end: string,
  bars: readonly WireBar[],
): Message => ({
  msgId: OUTGOING.HISTORICAL_DATA,
  reqId,
  startDateStr: start,
  endDateStr: end,
  itemCount: bars.length,
  bars: bars.map(({ date, open, high, low, close, volume, wap, barCount }) => ({
    date,
    open,
    high,
    low,
    close,
    volume,
    wap,
    barCount,
  })),
})

export const headTimestamp = (reqId: number, text: string): Message => ({
  msgId: OUTGOING.HEAD_TIMESTAMP,
  reqId,
  headTimestamp: text,
})

/** The unfinished bar of a request that is kept up to date; its fields stand in an order of their own. */
export const historicalDataUpdate = (reqId: number, bar: WireBar): Message => ({
  msgId: OUTGOING.HISTORICAL_DATA_UPDATE,
  reqId,
  barCount: bar.barCount,
  date: bar.date,
  open: bar.open,
  close: bar.close,
  high: bar.high,
  low: bar.low,
  wap: bar.wap,
  volume: bar.volume,
})

/** A session of a schedule, `20180205-09:30:00` in the schedule's zone. */
export interface WireSession {
  readonly start: string
  readonly end: string
  readonly refDate: string
}

export const historicalSchedule = (
  reqId: number,
  zone: string,
  sessions: readonly WireSession[],
): Message => ({
  msgId: OUTGOING.HISTORICAL_SCHEDULE,
  reqId,
  start: sessions[0]?.start ?? '',
  end: sessions.at(-1)?.end ?? '',
  tz: zone,
  count: sessions.length,
  sessions: sessions.map(({ start, end, refDate }) => ({ s: start, e: end, refDate })),
})

/** @param time - epoch seconds of the bar's start */
export const realTimeBar = (reqId: number, time: number, bar: Omit<WireBar, 'date'>): Message => ({
  msgId: OUTGOING.REAL_TIME_BARS,
  version: 3,
  reqId,
  time,
  open: bar.open,
  high: bar.high,
  low: bar.low,
  close: bar.close,
  volume: bar.volume,
  wap: bar.wap,
  count: bar.barCount,
})

/** One price level of a histogram and what was traded at it. */
export interface HistogramLevel {
  readonly price: string
  readonly size: string
}

export const histogramData = (reqId: number, levels: readonly HistogramLevel[]): Message => ({
  msgId: OUTGOING.HISTOGRAM_DATA,
  reqId,
  count: levels.length,
  levels: levels.map(({ price, size }) => ({ price, size })),
})
