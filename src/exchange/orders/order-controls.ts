/** Acts on orders and executions from outside. */
import { InvariantError } from '#model/invariant.ts'
import type { VenueControls } from '#exchange/controls.ts'

type Controls = Pick<
  VenueControls,
  'placeByHand' | 'correctExecution' | 'bustExecution' | 'setLink'
>

/** Acts on orders and executions from outside. */
export function orderControls(): Controls {
  const missing = (): never => {
    throw new InvariantError('this control is not built yet')
  }
  return {
    placeByHand: missing,
    correctExecution: missing,
    bustExecution: missing,
    setLink: missing,
  }
}
