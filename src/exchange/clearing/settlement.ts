/** A match becomes a trade: counted in its order, charged, settled, named and recorded. */
import { plus, quantity, type Price, type Quantity } from '#model/fixed.ts'
import { execRootOf, type ExecId } from '#model/ids.ts'
import type { AssetClass } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { randomKey, uniformAt } from '#numerics/random.ts'
import type { AccountDesk } from '#exchange/clearing/account-desk.ts'
import { furtherCharge } from '#exchange/clearing/charging.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'
import type { VenueEvent, VenueExecution } from '#exchange/exchange.ts'
import { auctionOf } from '#exchange/orders/type-terms.ts'
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

/** Where IBKR's smart router prints US stock trades; an auction prints on the primary exchange, the rest at their own. */
const STOCK_VENUES = ['NASDAQ', 'ARCA', 'BATS', 'NYSE', 'EDGEA', 'IEX', 'MEMX', 'DRCTEDGE'] as const
const OTHER_VENUES: Readonly<Partial<Record<AssetClass, string>>> = { OPT: 'CBOE', CASH: 'IDEALPRO' } // prettier-ignore

const NONE = quantity('0')

/** The order id of what the broker itself orders: a liquidation, a buy-in. */
export const BROKERS_OWN = -1

/** @param seed - with the start it names executions, so that a later run of the venue repeats none */
export function settlement(
  account: AccountDesk,
  blotter: Blotter,
  seed: number,
  startAt: EpochMs,
): Settlement {
  const key = randomKey(seed, 'executions', startAt)
  const firstNumber = Math.floor(uniformAt(key, 0) * 0x1_0000_0000)
  const added = new WeakMap<LiveOrder, Quantity>()
  let executed = 0

  const execute: Settlement['execute'] = (order, units, at, liquidity, now) => {
    invariant(units > 0n && units <= leavesOf(order), 'a fill is above zero and within the order')
    countFill(order, units, at)
    const averagePrice = averagePriceOf(order)
    const adding = plus(added.get(order) ?? NONE, liquidity === 'added' ? units : NONE)
    added.set(order, adding)
    const charged = account.commissionSoFar(order, averagePrice, now, adding)
    const commission = furtherCharge(charged, order.commission, account.charging.plan)
    order.commission = plus(order.commission, commission)
    const currency = account.charging.currencyOf(order.instrument)
    const execId = execIdOf(firstNumber + ++executed)
    const realizedPnl = account.book(
      {
        instrument: order.instrument,
        quantity: signed(order.terms, units),
        price: at,
        commission,
        commissionCurrency: currency,
        key: execRootOf(execId),
      },
      now,
    )
    account.orderChanged(order)
    const execution: VenueExecution = {
      execId,
      permId: order.permId,
      owner: order.terms.owner,
      instrument: order.instrument.id,
      side: order.terms.action === 'BUY' ? 'BOT' : 'SLD',
      quantity: units,
      price: at,
      venue: venueOf(order, uniformAt(key, executed)),
      at: now,
      cumulative: order.filled,
      averagePrice,
      liquidity,
      commission,
      currency,
      realizedPnl,
      ...(order.terms.owner.orderId === BROKERS_OWN ? { isLiquidation: true } : {}),
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

function venueOf({ instrument: of, terms }: LiveOrder, draw: number): string {
  if (terms.route !== undefined) return terms.route
  if (of.assetClass !== 'STK' || of.exchange !== 'SMART') return OTHER_VENUES[of.assetClass] ?? of.exchange // prettier-ignore
  const inAuction = auctionOf(terms) !== undefined || of.currency !== 'USD'
  if (inAuction && of.primaryExchange !== '') return of.primaryExchange
  return STOCK_VENUES[Math.floor(draw * STOCK_VENUES.length)] ?? STOCK_VENUES[0]
}
