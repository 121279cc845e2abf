/** Market data, asked of TWS: level 1 as a stream or once, and history. */
import { BarSizeSetting, MarketDataType, WhatToShow, type Contract } from '@stoqey/ib'
import type { HistoricalBar, TwsMessage } from '#tws/messages.ts'
import type { TwsSession } from '#tws/session.ts'

/**
 * Level 1 that keeps coming; takes one market data line until ended.
 *
 * Field 49 (halted) and the market data type come by themselves; no generic tick is asked for.
 *
 * @returns what ends it
 */
export function streamLevel1(
  session: TwsSession,
  contract: Contract,
  what: string,
  take: (message: TwsMessage) => void,
): () => void {
  return session.open({
    what: `quotes of ${what}`,
    send: (api, reqId) => api.reqMktData(reqId, contract, '', false, false),
    stop: (api, reqId) => api.cancelMktData(reqId),
    take,
  })
}

/**
 * Level 1 once; takes one line until TWS ends it, up to 11 s later (IBKR, "Market Data Snapshots").
 *
 * @param take - hears every tick, warnings too
 * @throws TwsError `refused` (not subscribed, no such contract), `timeout`, `not-connected`
 */
export const snapshotLevel1 = (
  session: TwsSession,
  contract: Contract,
  what: string,
  take: (message: TwsMessage) => void,
  timeoutMs: number,
): Promise<void> =>
  session.ask(
    {
      what: `a quote of ${what}`,
      numbered: true,
      send: (api, reqId) => api.reqMktData(reqId, contract, '', true, false),
      take(message) {
        take(message)
        return message.type === 'end' ? { value: undefined } : undefined
      },
      abandon: (api, reqId) => api.cancelMktData(reqId),
    },
    timeoutMs,
  )

/** Whether delayed data may stand in where live data is not subscribed. Holds for requests after it. */
export const allowDelayed = (session: TwsSession, allowed: boolean): Promise<void> =>
  session.send('query', (api) => {
    api.reqMarketDataType(allowed ? MarketDataType.DELAYED : MarketDataType.REALTIME)
  })

export interface DailyBarsRequest {
  readonly contract: Contract
  readonly what: string
  /** In TWS's words: `252 D`, `2 Y`. */
  readonly duration: string
  /** In UTC, `20240131-23:59:59`; empty is now, the only one that ADJUSTED_LAST knows. */
  readonly end: string
  readonly show: 'TRADES' | 'ADJUSTED_LAST' | 'MIDPOINT'
}

/**
 * Daily bars of regular hours, oldest first; the last may be unfinished.
 *
 * @throws TwsError `refused` with code 162 (no data, or too many requests), 200, 321
 */
export function dailyBars(
  session: TwsSession,
  request: DailyBarsRequest,
  timeoutMs: number,
): Promise<readonly HistoricalBar[]> {
  const bars: HistoricalBar[] = []
  const { contract, end, duration, show } = request
  return session.ask(
    {
      what: `daily bars of ${request.what}`,
      numbered: true,
      send: (api, reqId) =>
        api.reqHistoricalData(reqId, contract, end, duration, BarSizeSetting.DAYS_ONE, SHOWN[show], true, DATES_AS_TEXT, false), // prettier-ignore
      take(message) {
        if (message.type === 'bar') bars.push(message.bar)
        return message.type === 'end' ? { value: bars } : undefined
      },
      abandon: (api, reqId) => api.cancelHistoricalData(reqId),
    },
    timeoutMs,
  )
}

const SHOWN = {
  TRADES: WhatToShow.TRADES,
  ADJUSTED_LAST: WhatToShow.ADJUSTED_LAST,
  MIDPOINT: WhatToShow.MIDPOINT,
} as const

/** `yyyymmdd`; 2 would be seconds of the epoch. */
const DATES_AS_TEXT = 1
