/**
 * What is on its way to the clients of a stream: gathered by client, sent as one run of bytes.
 *
 * Where nothing looks at single messages (no fault is armed, the link is up) the bytes go to the wire as they are;
 * else each message takes the usual way.
 */
import type { Session } from '#gateway/session.ts'
import type { AddressedPart } from '#gateway/wire/stream-part.ts'

export interface Outbox {
  add(session: Session, parts: readonly AddressedPart[]): void
  flush(): void
}

export function outbox(): Outbox {
  const waiting = new Map<Session, AddressedPart[]>()
  return {
    add: (session, parts) => {
      if (parts.length === 0) return
      const known = waiting.get(session)
      if (known === undefined) waiting.set(session, [...parts])
      else known.push(...parts)
    },
    flush: () => {
      if (waiting.size === 0) return
      for (const [session, parts] of waiting) session.sendParts(parts)
      waiting.clear()
    },
  }
}
