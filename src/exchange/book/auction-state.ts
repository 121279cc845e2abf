/**
 * The auction that is collecting orders, as its exchange announces it: indicative price, units that would
 * trade, what is left over.
 *
 * Others' interest is out of balance while orders are collected, by a hashed amount that is paired off
 * little by little, so that the auction itself is balanced but for our own orders.
 *
 * Sources: Nasdaq Rule 4754(a)(7), NYSE Rule 7.35(c): order imbalance information from ten minutes before the close
 * and (Nasdaq Rule 4752(a)) from five minutes before the open.
 */
import { snapPrice } from '#model/border.ts'
import type { Instrument } from '#model/instrument.ts'
import { MINUTE_MS, type EpochMs } from '#model/time.ts'
import { uniformAt } from '#numerics/random.ts'
import { runAuction, type AuctionOrder } from '#exchange/book/auction.ts'
import type { AuctionState } from '#exchange/exchange.ts'
import type { Liquidity } from '#exchange/market-model.ts'
import type { PrintRun } from '#exchange/market/prints.ts'

export type AuctionKind = AuctionState['kind']

/** How long before an auction its imbalance is told. */
export const AUCTION_TOLD_MS: Readonly<Record<AuctionKind, number>> = {
  opening: 5 * MINUTE_MS,
  closing: 10 * MINUTE_MS,
}

/** Others' imbalance when it is first told, at most, as a share of what the auction trades. */
const FIRST_IMBALANCE = 0.4
/** It is told anew every ten seconds (NYSE) and drawn anew as often, with this share of it. */
const PACE_MS = 10_000
const NOISE = 0.3

/** The auction of a run that is collecting orders at an instant. */
export function auctionCollecting(run: PrintRun, at: EpochMs): AuctionKind | undefined {
  const { opensAt, closesAt, knots } = run
  if (knots.opening > 0 && at >= opensAt - AUCTION_TOLD_MS.opening && at < opensAt) return 'opening'
  if (knots.closing > 0 && at >= closesAt - AUCTION_TOLD_MS.closing && at < closesAt) return 'closing' // prettier-ignore
  return undefined
}

/** @param shift - factor that our own trading has put on the price */
export function auctionState(
  of: Instrument,
  run: PrintRun,
  kind: AuctionKind,
  at: EpochMs,
  shift: number,
  liquidity: Liquidity,
  orders: readonly AuctionOrder[],
): AuctionState {
  const { prices, opening, closing } = run.knots
  const volume = kind === 'opening' ? opening : closing
  const price = kind === 'opening' ? prices[0] : prices.at(-1)
  const outcome = runAuction({
    of,
    reference: snapPrice((price ?? 0) * shift, of.priceIncrements, 'half-even'),
    volume,
    imbalance: Math.round(volume * imbalanceAt(run, kind, at)),
    dailyVolatility: liquidity.dailyVolatility,
    orders,
  })
  return { kind, price: outcome.price, matched: outcome.matched, imbalance: outcome.imbalance }
}

/** Signed, as a share of what the auction trades: 0 when it is held. */
function imbalanceAt(
  { knots, opensAt, closesAt }: PrintRun,
  kind: AuctionKind,
  at: EpochMs,
): number {
  const heldAt = kind === 'opening' ? opensAt : closesAt
  const left = Math.max(0, heldAt - at) / AUCTION_TOLD_MS[kind]
  const first = 2 * uniformAt(knots.key, IMBALANCE_DRAWS + (kind === 'opening' ? 0 : 1)) - 1
  const noise = 2 * uniformAt(knots.key, IMBALANCE_DRAWS + 2 + Math.floor((heldAt - at) / PACE_MS)) - 1 // prettier-ignore
  return FIRST_IMBALANCE * left * ((1 - NOISE) * first + NOISE * noise)
}

/** Under the draws of prints and markets. */
const IMBALANCE_DRAWS = 0x2000_0000
