/** Acts on orders and executions from outside: what a person types into TWS, what an exchange takes back. */
import type { EpochMs } from '#model/time.ts'
import { InvariantError } from '#model/invariant.ts'
import type { AccountDesk } from '#exchange/clearing/account-desk.ts'
import type { VenueControls } from '#exchange/controls.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'
import type { OrderDesk } from '#exchange/orders/order-desk.ts'
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
  now(): EpochMs
}

/** How IBKR shows an order that no API client placed. */
const BY_HAND: OrderOwner = { clientId: 0, orderId: 0, orderRef: '' }

export function orderControls({ desk, now }: OrderControlParts): Controls {
  const missing = (): never => {
    throw new InvariantError('this control is not built yet')
  }
  return {
    placeByHand: (order) => desk.place({ ...order, owner: BY_HAND }, now()),
    correctExecution: missing,
    bustExecution: missing,
    setLink: (up) => desk.setLink(up, now()),
  }
}
