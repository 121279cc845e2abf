/**
 * Whether a request for market data is answered live, late, in part or not at all, and in which words.
 *
 * Codes and texts: IBKR's list of message codes; which of them ends a request, `docs/gateway.md` says.
 */
import { primaryExchangeOf } from '#gateway/contracts/routes.ts'
import type { ErrorAnswer } from '#gateway/error-codes.ts'
import type { LiveAccess, MarketDataSubscriptions } from '#gateway/market-data/terms.ts'
import type { Listed } from '#exchange/listing.ts'

/** IBKR's market data types. */
export const DATA_TYPE = { live: 1, frozen: 2, delayed: 3, delayedFrozen: 4 } as const

/** What a line shows. `part`: only what needs no subscription, and late prices where they were asked for. */
export type LineMode = 'live' | 'delayed' | 'part'

export type Access =
  { readonly shown: LineMode; readonly notice?: ErrorAnswer } | { readonly refusal: ErrorAnswer }

/** @param wanted - the market data type that the client last asked for */
export function accessTo(of: Listed, wanted: number, terms: MarketDataSubscriptions): Access {
  const held = liveAccess(of, terms)
  if (held === 'full') return { shown: 'live' }
  const wantsLate = wanted === DATA_TYPE.delayed || wanted === DATA_TYPE.delayedFrozen

  const hint = terms.delayed ? `Delayed market data is available.${nameOf(of)}` : ''
  if (held === 'part' || held === 'tws-part') {
    const notice = held === 'part' ? answer(10090, PART + hint) : answer(10091, PART_API + hint)
    return { shown: wantsLate && terms.delayed ? 'delayed' : 'part', notice }
  }
  if (wantsLate && terms.delayed) return { shown: 'delayed', notice: answer(10167, SHOWN_LATE) }
  if (wantsLate) return { refusal: answer(10168, NOT_EVEN_LATE) }
  if (!terms.delayed) return { refusal: answer(10186, NOT_EVEN_LATE) }
  return { refusal: held === 'tws' ? answer(10089, API + hint) : answer(354, NONE + hint) }
}

/** Whether every price arrives live: what history, depth and single ticks need. */
export const isSubscribed = (of: Listed, terms: MarketDataSubscriptions): boolean =>
  liveAccess(of, terms) === 'full'

/** Forex costs nothing at IBKR: it is there unless it is taken away by name. */
function liveAccess(of: Listed, { named, others }: MarketDataSubscriptions): LiveAccess {
  for (const name of [listingOf(of), of.exchange, of.assetClass]) {
    const held = named.get(name)
    if (held !== undefined) return held
  }
  return of.assetClass === 'CASH' ? 'full' : others
}

const listingOf = (of: Listed): string =>
  of.assetClass === 'IND' ? of.exchange : primaryExchangeOf(of) || of.exchange

/** `AAPL NASDAQ.NMS/TOP/ALL`, as IBKR names what is missing. */
function nameOf(of: Listed): string {
  const listing = listingOf(of)
  return `${of.symbol} ${listing}${/^(NASDAQ|ISLAND)$/.test(listing) ? '.NMS' : ''}/TOP/ALL`
}

const answer = (code: number, text: string): ErrorAnswer => ({ code, text })

const NONE = 'Requested market data is not subscribed.'
const SHOWN_LATE = 'Requested market data is not subscribed. Displaying delayed market data.'
const NOT_EVEN_LATE = 'Requested market data is not subscribed. Delayed market data is not enabled.'
const API =
  "Requested market data requires additional subscription for API. See link in 'Market Data Connections' dialog for more details."
const PART =
  'Part of requested market data is not subscribed. Subscription-independent ticks are still active.'
const PART_API =
  "Part of requested market data requires additional subscription for API. See link in 'Market Data Connections' dialog for more details."

/** `No market data permissions for NASDAQ STK`, as history and single ticks are refused. */
export const noPermissions = (of: Listed): string =>
  `No market data permissions for ${listingOf(of)} ${of.assetClass}`
