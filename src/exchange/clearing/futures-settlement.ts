/**
 * The daily settlement of futures: each day's gain is paid in cash at the settlement price and the position goes on at
 * that price; on its last day it is settled for good.
 *
 * Contracts whose exchange delivers are settled in cash too: the broker closes out who does not want the goods.
 */
import { priceFrom } from '#model/border.ts'
import type { Price } from '#model/fixed.ts'
import type { Future } from '#model/instrument.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import { positionChanged, told, type HouseParts } from '#exchange/clearing/house-parts.ts'
import type { VenueEvent } from '#exchange/exchange.ts'

/** After the close of a day; a future without any price waits for one. */
export function settleFutures(
  parts: HouseParts,
  date: IsoDate,
  now: EpochMs,
): readonly VenueEvent[] {
  return parts.account.clearing.holdings().flatMap(({ instrument, quantity }) => {
    if (instrument.assetClass !== 'FUT' || quantity === 0n) return []
    const at = settlementPriceOf(instrument, parts, date, now)
    return at === undefined ? [] : settleOne(instrument, at, parts, date, now)
  })
}

function settleOne(
  of: Future,
  at: Price,
  parts: HouseParts,
  date: IsoDate,
  now: EpochMs,
): readonly VenueEvent[] {
  // prettier-ignore
  const { account, desk } = parts
  const variation = account.clearing.markToMarket(of.id, at)
  const paid = told('variation-margin', of.currency, variation, now, of.id)
  if (of.expiry > date) return [...paid, positionChanged(of.id)]
  const ended = desk.cancelOf(of, `${of.localSymbol} has expired.`, now)
  account.clearing.close(of.id, at)
  return [...ended, ...paid, positionChanged(of.id)]
}

function settlementPriceOf(
  of: Future,
  { market, board }: HouseParts,
  date: IsoDate,
  now: EpochMs,
): Price | undefined {
  // prettier-ignore
  const stated = market.settlementPrice?.(of.id, date)
  return stated === undefined ? board.mark(of.id, now) : priceFrom(stated)
}
