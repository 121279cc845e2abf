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
  /**
   * Likewise, but whoever else wants something of the gateway is served in between where it takes long. Leaps are made one
   * after the other.
   *
   * @returns when the venue is there, or the clock has stopped
   */
  leapTo(to: EpochMs): Promise<void>
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
      throw followsTheWall()
    },
    leapTo: async () => {
      throw followsTheWall()
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

const followsTheWall = () =>
  new GatewayError('wrong-clock', 'venue time follows the wall clock; start the gateway with the stepped clock to move it') // prettier-ignore

/**
 * How long a leap may keep everybody waiting, on the machine's clock. Long enough that leaps of minutes and hours are made in one
 * go, so that what a client sends meanwhile reaches the venue where the leap ends.
 */
export const LONGEST_SLICE_MS = 250

/**
 * Venue time stands still between calls.
 *
 * @param machine - the machine's clock, milliseconds
 */
export function steppedClock(
  desk: Desk,
  machine: () => number = () => performance.now(),
): GatewayClock {
  const stopped = new AbortController()
  let lastLeap: Promise<void> = Promise.resolve()

  async function leap(to: EpochMs): Promise<void> {
    while (!stopped.signal.aborted && desk.venue.now < to) {
      const sliceEnds = machine() + LONGEST_SLICE_MS
      desk.advance(to, () => machine() >= sliceEnds)
      if (desk.venue.now < to) await turnOfTheLoop()
    }
  }

  return {
    offsetMs: undefined,
    speed: 0,
    catchUp: () => {},
    advanceTo: (to) => desk.advance(to),
    leapTo: async (to) => {
      const mine = lastLeap.then(async () => leap(to))
      // Whoever asked hears of a failure; the next leap is another matter.
      lastLeap = mine.catch(() => {}).then(turnOfTheLoop)
      return mine
    },
    setSpeed() {
      throw new GatewayError('wrong-clock', 'venue time is stepped; start the gateway with the offset clock to change its speed') // prettier-ignore
    },
    stop: () => stopped.abort(),
  }
}

/** Sockets are read and written, timers run. */
const turnOfTheLoop = async (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })
