/** Disturbs the market from outside: halts and bad quotes. */
import { InvariantError } from '#model/invariant.ts'
import type { VenueControls } from '#exchange/controls.ts'

type Controls = Pick<VenueControls, 'halt' | 'resume' | 'disturb'>

/** Disturbs the market from outside: halts and bad quotes. */
export function marketControls(): Controls {
  const missing = (): never => {
    throw new InvariantError('this control is not built yet')
  }
  return { halt: missing, resume: missing, disturb: missing }
}
