/** The venue's truth as the control port tells it: exact amounts as decimal text, times in UTC. */
import type { Desk } from '#gateway/desk.ts'
import type { Exchange, VenueExecution, VenueOrder } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { format } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { isoInstantOf } from '#model/time.ts'

/** JSON: bigints as decimals with up to nine places, maps as objects. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json } // prettier-ignore

/** Exact amounts become decimal text; what is absent is left out. */
export function jsonOf(value: unknown): Json {
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint') return format(value)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (Array.isArray(value)) return value.map(jsonOf)
  if (value instanceof Map) return jsonOf(Object.fromEntries(value))
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, jsonOf(field)]),
  )
}

/** Cash, positions, margin and profit, exact. */
export function ledgerView(venue: Exchange): Json {
  return jsonOf({
    at: isoInstantOf(venue.now),
    account: venue.account,
    baseCurrency: venue.baseCurrency,
    cash: venue.cash(),
    positions: venue.positions(),
    margin: venue.margin(),
    pnl: venue.pnl(),
  })
}

export const orderView = (of: VenueOrder): Json =>
  jsonOf({
    ...of,
    completedAt: of.completedAt === undefined ? undefined : isoInstantOf(of.completedAt),
  })

export const executionView = (of: VenueExecution): Json =>
  jsonOf({ ...of, at: isoInstantOf(of.at) })

/** Level 1 and the book of one listing. */
export function bookView({ venue }: Desk, id: InstrumentId, levels: number): Json {
  const quote = venue.quote(id)
  return jsonOf({
    quote: quote === undefined ? undefined : { ...quote, at: isoInstantOf(quote.at) },
    depth: venue.depth(id, levels),
    auction: venue.auction(id),
  })
}

export const listingView = ({ id, conId, symbol, assetClass, exchange, currency }: Listed): Json =>
  jsonOf({ id, conId, symbol, assetClass, exchange, currency })

/** The started clients. */
export const sessionsView = ({ sessions }: Desk): Json =>
  [...sessions.values()].map((session) => ({
    clientId: session.clientId,
    version: session.version,
    lines: session.lines.size,
    slow: session.isSlow(),
  }))
