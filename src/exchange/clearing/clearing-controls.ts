/** Acts on the account from outside: borrow, liquidation, corporate actions, transfers. */
import { InvariantError } from '#model/invariant.ts'
import type { VenueControls } from '#exchange/controls.ts'

type Controls = Pick<VenueControls, 'setBorrowable' | 'liquidate' | 'act' | 'transfer'>

/** Acts on the account from outside: borrow, liquidation, corporate actions, transfers. */
export function clearingControls(): Controls {
  const missing = (): never => {
    throw new InvariantError('this control is not built yet')
  }
  return { setBorrowable: missing, liquidate: missing, act: missing, transfer: missing }
}
