/** What tests say to the gateway about market data: contracts, and requests with most fields at rest. */
import { sessionOn } from '#marketdata/calendar.ts'
import { DESK_DEFAULTS, type Desk } from '#gateway/desk.ts'
import type { MarketDataTerms } from '#gateway/market-data/terms.ts'
import { parseSubscriptions } from '#gateway/market-data/terms.ts'
import {
  TEN_O_CLOCK,
  smallDesk,
  startedClient,
  type WireClient,
} from '#test/support/wire-client.ts'

/** The twelve fields of a contract. */
export const contractOf = (symbol: string, exchange = 'SMART'): readonly string[] => [
  '0',
  symbol,
  'STK',
  '',
  '0.0',
  '',
  '',
  exchange,
  '',
  'USD',
  '',
  '', // prettier-ignore
]

/** A desk whose market data differs, and a client that has started. */
export function dataClient(
  marketData: Partial<MarketDataTerms> = {},
  startAt = TEN_O_CLOCK,
): { readonly desk: Desk; readonly client: WireClient } {
  const desk = smallDesk(startAt, { ...DESK_DEFAULTS, marketData })
  return { desk, client: startedClient(desk) }
}

/** @param text - as on the command line */
export function subscribed(text: string): Pick<MarketDataTerms, 'subscriptions'> {
  const read = parseSubscriptions(text)
  if (!read.ok) throw new Error(read.error)
  return { subscriptions: read.value }
}

export const askQuotes = (
  client: WireClient,
  reqId: number,
  symbol: string,
  ticks = '',
  snapshot = 0,
  regulatory = 0,
): void =>
  // prettier-ignore
  client.say(1, 11, reqId, ...contractOf(symbol), 0, ticks, snapshot, regulatory, '')

export const askBook = (client: WireClient, reqId: number, symbol: string, more: { rows?: number; exchange?: string; smart?: 0 | 1 } = {}): void => // prettier-ignore
  client.say(10, 5, reqId, ...contractOf(symbol, more.exchange ?? 'SMART'), more.rows ?? 5, more.smart ?? 1, '') // prettier-ignore

export const askTicks = (
  client: WireClient,
  reqId: number,
  symbol: string,
  type: string,
  count = 0,
  ignoreSize = 0,
): void =>
  // prettier-ignore
  client.say(97, reqId, ...contractOf(symbol), type, count, ignoreSize)

export const askBars = (
  client: WireClient,
  reqId: number,
  symbol: string,
  show = 'TRADES',
  regular = 1,
  size = 5,
): void =>
  // prettier-ignore
  client.say(50, 3, reqId, ...contractOf(symbol), size, show, regular, '')

/** The code and the id of each error heard, as `id:code`. */
export const errorsIn = (messages: readonly (readonly string[])[]): string =>
  messages
    .filter(([id]) => id === '4')
    .map((fields) => `${fields[2]}:${fields[3]}`)
    .join(' ')

/** When the venue opens and closes on a day. */
export function hoursOn(date: string): { readonly opensAt: number; readonly closesAt: number } {
  const session = sessionOn(date, 'us-equity')
  if (session === undefined) throw new Error(`${date} is a trading day`)
  return session
}
