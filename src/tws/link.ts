/**
 * The state of the link, as a table: what TWS says of its own upstream, and the life of our socket.
 *
 *   state    | lost (1100) | restored-data-lost (1101) | restored (1102) | socket-lost | ready
 *   up       | degraded    | up, subscribe anew        | –               | down        | –
 *   degraded | –           | up, subscribe anew        | up              | down        | –
 *   down     | –           | –                         | –               | –           | up, subscribe anew
 *
 * 1100 repeats while it lasts and is told once. A degraded link keeps its socket: tearing it down
 * costs the client id (error 326) and gains nothing.
 */
import type { LinkMeaning } from '#tws/codes.ts'

export type LinkState = 'up' | 'degraded' | 'down'

export type LinkEvent = LinkMeaning | 'ready'

export interface LinkMove {
  readonly to: LinkState
  /** TWS has forgotten our subscriptions. */
  readonly subscribeAnew: boolean
}

const TABLE: Readonly<Record<LinkState, Readonly<Partial<Record<LinkEvent, LinkMove>>>>> = {
  up: {
    lost: { to: 'degraded', subscribeAnew: false },
    'restored-data-lost': { to: 'up', subscribeAnew: true },
    'socket-lost': { to: 'down', subscribeAnew: false },
  },
  degraded: {
    'restored-data-lost': { to: 'up', subscribeAnew: true },
    restored: { to: 'up', subscribeAnew: false },
    'socket-lost': { to: 'down', subscribeAnew: false },
  },
  down: {
    ready: { to: 'up', subscribeAnew: true },
  },
}

/** What an event does; undefined: nothing. */
export const moveOf = (from: LinkState, event: LinkEvent): LinkMove | undefined => TABLE[from][event] // prettier-ignore
