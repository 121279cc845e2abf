/** The last messages of every client, both ways, as the control port shows them. */
import { INCOMING, OUTGOING } from '#gateway/messages/message-ids.ts'
import { isoInstantOf, type EpochMs } from '#model/time.ts'

export interface LoggedMessage {
  readonly seq: number
  /** Venue time, UTC. */
  readonly at: string
  readonly clientId: number
  readonly direction: 'in' | 'out'
  /** `PLACE_ORDER`, `ORDER_STATUS`. */
  readonly message: string
  /** Message id first. */
  readonly fields: readonly string[]
}

export interface LogQuery {
  readonly after?: number | undefined
  readonly clientId?: number | undefined
  readonly message?: string | undefined
  readonly limit?: number | undefined
}

export interface MessageLog {
  add(at: EpochMs, clientId: number, direction: 'in' | 'out', fields: readonly string[]): void
  /** Oldest first, the last `limit` of those that fit. */
  read(query: LogQuery): readonly LoggedMessage[]
}

const KEPT = 10_000
const USUAL_LIMIT = 200

const NAMES = {
  in: new Map<number, string>(Object.entries(INCOMING).map(([name, id]) => [id, name])),
  out: new Map<number, string>(Object.entries(OUTGOING).map(([name, id]) => [id, name])),
}

export function messageLog(): MessageLog {
  const ring: LoggedMessage[] = []
  let seq = 0
  return {
    add(at, clientId, direction, fields) {
      const [id = ''] = fields
      const message = NAMES[direction].get(Number(id)) ?? id
      ring[seq % KEPT] = { seq, at: isoInstantOf(at), clientId, direction, message, fields }
      seq += 1
    },
    read({ after = -1, clientId, message, limit = USUAL_LIMIT }) {
      const first = seq % KEPT
      const inOrder = ring.length < KEPT ? ring : [...ring.slice(first), ...ring.slice(0, first)]
      return inOrder
        .filter(
          (one) =>
            one.seq > after &&
            (clientId === undefined || one.clientId === clientId) &&
            (message === undefined || one.message === message),
        )
        .slice(-limit)
    },
  }
}
