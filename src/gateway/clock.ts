/**
 * What moves venue time. Offset: the wall clock plus a constant, one to one. Stepped: whoever holds
 * the gateway, by `advanceTo`, and nothing else.
 */
import { SAMPLE_MS, type Desk } from '#gateway/desk.ts'
import { GatewayError } from '#gateway/options.ts'
import type { EpochMs } from '#model/time.ts'

export interface GatewayClock {
  /** Venue minus wall time, milliseconds; undefined when stepped. */
  readonly offsetMs: number | undefined
  /** Brings the venue up to the clock: called before a request is answered. */
  catchUp(): void
  /** @throws GatewayError `wrong-clock` */
  advanceTo(to: EpochMs): void
  stop(): void
}

/** The venue's own events are waited for this long at least, so that a busy market costs no spinning. */
const LEAST_WAIT_MS = 10

/** Venue time runs with the machine's. */
export function offsetClock(desk: Desk): GatewayClock {
  const offsetMs = desk.venue.now - Date.now()
  let timer: NodeJS.Timeout | undefined

  const catchUp = () => desk.advance(Math.max(desk.venue.now, Date.now() + offsetMs))
  const tick = () => {
    catchUp()
    const wait = desk.nextAt() - desk.venue.now
    timer = setTimeout(tick, Math.min(SAMPLE_MS, Math.max(LEAST_WAIT_MS, wait)))
  }
  tick()

  return {
    offsetMs,
    catchUp,
    advanceTo() {
      throw new GatewayError('wrong-clock', 'venue time follows the wall clock; start the gateway with the stepped clock to move it') // prettier-ignore
    },
    stop: () => clearTimeout(timer),
  }
}

/** Venue time stands still between calls. */
export function steppedClock(desk: Desk): GatewayClock {
  return {
    offsetMs: undefined,
    catchUp: () => {},
    advanceTo: (to) => desk.advance(to),
    stop: () => {},
  }
}
