/** A match becomes a trade: counted in its order, charged, settled, named and recorded. */
import { greater, minus, type Price, type Quantity } from '#model/fixed.ts'
import type { ExecId } from '#model/ids.ts'
import type { AssetClass, Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { randomKey, uniformAt } from '#numerics/random.ts'
import { commissionScheduleOf } from '#schedules/commissions.ts'
import type { AccountDesk } from '#exchange/clearing/account-desk.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'
import type { VenueEvent, VenueExecution } from '#exchange/exchange.ts'
import { averagePriceOf, countFill, leavesOf, shownAs, signed, type LiveOrder } from '#exchange/orders/venue-order.ts' // prettier-ignore
import { invariant } from '#model/invariant.ts'

export interface Settlement {
  /**
   * Books one fill; an order it completes ends.
   *
   * @param units - unsigned, at most what is left of the order
   * @param liquidity - whether the order took what stood in the book, or stood there itself
   */
  execute(
    order: LiveOrder,
    units: Quantity,
    at: Price,
    liquidity: VenueExecution['liquidity'],
    now: EpochMs,
  ): readonly VenueEvent[]
}

/** Where IBKR's smart router prints US stock trades; other classes print at their exchange. */
const STOCK_VENUES = ['NASDAQ', 'ARCA', 'BATS', 'NYSE', 'EDGEA', 'IEX', 'MEMX', 'DRCTEDGE'] as const
const OTHER_VENUES: Readonly<Partial<Record<AssetClass, string>>> = { OPT: 'CBOE', CASH: 'IDEALPRO' } // prettier-ignore

/** @param seed - with the start it names executions, so that a later run of the venue repeats none */
export function settlement(
  account: AccountDesk,
  blotter: Blotter,
  seed: number,
  startAt: EpochMs,
): Settlement {
  const key = randomKey(seed, 'executions', startAt)
  const firstNumber = Math.floor(uniformAt(key, 0) * 0x1_0000_0000)
  let executed = 0

  const execute: Settlement['execute'] = (order, units, at, liquidity, now) => {
    invariant(units > 0n && units <= leavesOf(order), 'a fill is above zero and within the order')
    countFill(order, units, at)
    const averagePrice = averagePriceOf(order)
    // What was charged stays charged, even where the average has come to a cheaper tier.
    const charged = greater(account.commissionSoFar(order, averagePrice, now), order.commission)
    const commission = minus(charged, order.commission)
    order.commission = charged
    const { currency } = commissionScheduleOf(order.instrument)
    const realizedPnl = account.clearing.settle({
      instrument: order.instrument,
      quantity: signed(order.terms, units),
      price: at,
      commission,
      commissionCurrency: currency,
    })
    const number = ++executed
    const execution: VenueExecution = {
      execId: execIdOf(firstNumber + number),
      permId: order.permId,
      owner: order.terms.owner,
      instrument: order.instrument.id,
      side: order.terms.action === 'BUY' ? 'BOT' : 'SLD',
      quantity: units,
      price: at,
      venue: venueOf(order.instrument, uniformAt(key, number)),
      at: now,
      cumulative: order.filled,
      averagePrice,
      liquidity,
      commission,
      currency,
      realizedPnl,
    }
    blotter.record(execution)
    const done = leavesOf(order) === 0n
    const shown = done ? blotter.end(order, 'filled', '', now) : shownAs(order)
    return [
      { type: 'Traded', order: shown, execution },
      { type: 'PositionChanged', instrument: order.instrument.id },
    ]
  }
  return { execute }
}

/** IBKR's form: server, number, part, revision. */
function execIdOf(number: number): ExecId {
  const hex = (number % 0x1_0000_0000).toString(16).padStart(8, '0')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the venue is who names executions
  return `0000e0d5.${hex}.01.01` as ExecId
}

function venueOf(of: Instrument, draw: number): string {
  if (of.assetClass === 'STK')
    return STOCK_VENUES[Math.floor(draw * STOCK_VENUES.length)] ?? STOCK_VENUES[0]
  return OTHER_VENUES[of.assetClass] ?? of.exchange
}
