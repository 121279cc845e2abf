/**
 * Acts on orders and executions from outside: what a person types into TWS, what an exchange takes back, what
 * becomes of the link.
 *
 * An execution is corrected under the same root with a higher suffix (.01 → .02), and the ledger is booked as if
 * it had always been so: later trades of the day follow from it. A bust is told as an execution of nothing. What an order
 * has filled changes with its executions; an order that ended stays ended.
 */
import {
  fractionOf,
  magnitude,
  minus,
  money,
  notional,
  plus,
  quantity,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import { execRootOf, type ExecId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import type { AccountDesk } from '#exchange/clearing/account-desk.ts'
import type { VenueControls } from '#exchange/controls.ts'
import type { VenueEvent, VenueExecution } from '#exchange/exchange.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'
import type { OrderDesk } from '#exchange/orders/order-desk.ts'
import { averagePriceOf, signed, type LiveOrder } from '#exchange/orders/venue-order.ts'
import type { OrderOwner } from '#exchange/terms.ts'

type Controls = Pick<
  VenueControls,
  'placeByHand' | 'correctExecution' | 'bustExecution' | 'setLink'
>

/** What the controls act on. */
export interface OrderControlParts {
  readonly desk: OrderDesk
  readonly blotter: Blotter
  readonly account: AccountDesk
  readonly now: () => EpochMs
}

/** How IBKR shows an order that no API client placed. */
const BY_HAND: OrderOwner = { clientId: 0, orderId: 0, orderRef: '' }
const NOTHING = quantity('0')
const FREE = money('0', 'USD')

/** An execution of today that is not known, or whose position has since been split or delivered, is left as it is. */
export function orderControls({ desk, blotter, account, now }: OrderControlParts): Controls {
  const restate = (
    execId: ExecId,
    at: Price | undefined,
    units: Quantity | undefined,
  ): readonly VenueEvent[] => {
    const before = blotter.execution(execId)
    const order = before === undefined ? undefined : blotter.live(before.permId)
    if (before === undefined || order === undefined) return []
    const after = revised(before, at ?? before.price, units ?? before.quantity)
    if (plus(order.filled, minus(after.quantity, before.quantity)) > order.terms.quantity) return []
    const booked = after.quantity === 0n ? undefined : tradeOf(after, order)
    const realizedPnl = account.rebook(tradeOf(before, order), booked, now())
    if (realizedPnl === 'unknown') return []
    recount(order, before, after)
    account.orderChanged(order)
    const { filled } = order
    const execution = {
      ...after,
      realizedPnl,
      cumulative: filled,
      averagePrice: averagePriceOf(order),
    }
    const isBust = after.quantity === 0n
    blotter.amend(execId, isBust ? undefined : execution)
    const told = { order: blotter.restate(order), execution }
    return [
      isBust
        ? { type: 'ExecutionBusted', ...told }
        : { type: 'ExecutionCorrected', ...told, replaces: execId },
      { type: 'PositionChanged', instrument: before.instrument },
    ]
  }

  return {
    placeByHand: (order) => desk.place({ ...order, owner: BY_HAND }, now()),
    correctExecution: (execId, price, units) =>
      units !== undefined && units <= 0n ? [] : restate(execId, price, units),
    bustExecution: (execId) => restate(execId, undefined, NOTHING),
    setLink: (up) => desk.setLink(up, now()),
  }
}

/** What the ledger knows of an execution; revisions have one key. */
const tradeOf = (execution: VenueExecution, { instrument, terms }: LiveOrder) => ({
  instrument,
  quantity: signed(terms, execution.quantity),
  price: execution.price,
  commission: execution.commission,
  commissionCurrency: execution.currency,
  key: execRootOf(execution.execId),
})

/** The same trade at another price or size, its fee in proportion. */
function revised(before: VenueExecution, price: Price, units: Quantity): VenueExecution {
  const commission = units === 0n ? FREE : fractionOf(before.commission, units, before.quantity)
  return { ...before, execId: nextRevision(before.execId), price, quantity: units, commission }
}

/** `0000e0d5.5a7b1c2d.01.01` → `….02`; two digits, as IBKR writes them. */
function nextRevision(execId: ExecId): ExecId {
  const revision = Number(execId.slice(execId.lastIndexOf('.') + 1)) + 1
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the venue is who names executions
  return `${execRootOf(execId)}.${String(revision).padStart(2, '0')}` as ExecId
}

function recount(order: LiveOrder, before: VenueExecution, after: VenueExecution): void {
  const worth = ({ quantity: units, price }: VenueExecution) =>
    notional(units, price, order.instrument)
  order.filled = plus(order.filled, minus(after.quantity, before.quantity))
  order.value = magnitude(plus(order.value, minus(worth(after), worth(before))))
  order.commission = plus(order.commission, minus(after.commission, before.commission))
  if (order.lastPrice === before.price && after.quantity > 0n) order.lastPrice = after.price
}
