/**
 * What moves venue time. Offset: the wall clock plus a constant, one to one unless its speed is changed for
 * looking. Stepped: whoever holds the gateway, by `advanceTo`, and nothing else.
 */
import { SAMPLE_MS, type Desk } from '#gateway/desk.ts'
import { GatewayError } from '#gateway/options.ts'
import type { EpochMs } from '#model/time.ts'

export interface GatewayClock {
  /** Venue minus wall time, milliseconds; undefined when stepped, or when it does not run one to one. */
  readonly offsetMs: number | undefined
  /** Venue seconds a second; 0 when stepped. */
  readonly speed: number
  /** Brings the venue up to the clock: called before a request is answered. */
  catchUp(): void
  /** @throws GatewayError `wrong-clock` */
  advanceTo(to: EpochMs): void
  /** @param factor - > 0; @throws GatewayError `wrong-clock` when stepped */
  setSpeed(factor: number): void
  stop(): void
}

/** The venue's own events are waited for this long at least, so that a busy market costs no spinning. */
const LEAST_WAIT_MS = 5

/** Venue time runs with the machine's. */
export function offsetClock(desk: Desk): GatewayClock {
  let [wallFrom, venueFrom, speed] = [Date.now(), desk.venue.now, 1]
  const offsetMs = venueFrom - wallFrom
  let changed = false
  let timer: NodeJS.Timeout | undefined

  const venueTime = () => venueFrom + Math.floor((Date.now() - wallFrom) * speed)
  const catchUp = () => desk.advance(Math.max(desk.venue.now, venueTime()))
  const tick = () => {
    catchUp()
    const wait = (desk.nextAt() - desk.venue.now) / speed
    timer = setTimeout(tick, Math.min(SAMPLE_MS, Math.max(LEAST_WAIT_MS, wait)))
  }
  tick()

  return {
    get offsetMs() {
      return changed ? undefined : offsetMs
    },
    get speed() {
      return speed
    },
    catchUp,
    advanceTo() {
      throw new GatewayError('wrong-clock', 'venue time follows the wall clock; start the gateway with the stepped clock to move it') // prettier-ignore
    },
    setSpeed(factor) {
      catchUp()
      wallFrom = Date.now()
      venueFrom = desk.venue.now
      speed = factor
      changed = true
    },
    stop: () => clearTimeout(timer),
  }
}

/** Venue time stands still between calls. */
export function steppedClock(desk: Desk): GatewayClock {
  return {
    offsetMs: undefined,
    speed: 0,
    catchUp: () => {},
    advanceTo: (to) => desk.advance(to),
    setSpeed() {
      throw new GatewayError('wrong-clock', 'venue time is stepped; start the gateway with the offset clock to change its speed') // prettier-ignore
    },
    stop: () => {},
  }
}
