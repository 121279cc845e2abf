/**
 * One client's connection from its first byte to its last: handshake, START_API, then requests.
 *
 * Transport-free: bytes come in by `receive`, frames go out by what it was given, so that tests need
 * no socket. What a client sends can end its own connection and nothing else.
 */
import type { Buffer } from 'node:buffer'
import type { Desk } from '#gateway/desk.ts'
import { ERRORS, FARMS } from '#gateway/error-codes.ts'
import { INCOMING } from '#gateway/messages/message-ids.ts'
import { errorMessage, managedAccounts, nextValidId } from '#gateway/messages/outgoing/session.ts'
import { answerRequest } from '#gateway/requests/handlers.ts'
import { heldFrames } from '#gateway/sessions/held-frames.ts'
import { pacing } from '#gateway/sessions/pacing.ts'
import { SLOW_CLIENTS } from '#gateway/sessions/slow-clients.ts'
import { dropStreams, newSession, type Session } from '#gateway/session.ts'
import { wireTime } from '#gateway/venue-time.ts'
import { textsOf, type Message } from '#gateway/wire/field.ts'
import { FieldReader } from '#gateway/wire/field-reader.ts'
import { fieldsOf, frameOf, frameReader } from '#gateway/wire/frame.ts'
import { framesOf, type AddressedPart } from '#gateway/wire/stream-part.ts'
import { framesOfWritten, written, type Written } from '#gateway/wire/written.ts'
import { NEWEST_VERSION, negotiate, parseVersionRange } from '#gateway/wire/handshake.ts'

/** The way back to one client. */
export interface Wire {
  write(frame: Buffer): void
  /** Bytes written that the client has not taken yet. */
  waiting(): number
  /** Ends the connection after what was written; for the log, why. */
  end(reason: string): void
  /** Ends it at once. */
  cut(): void
}

export interface Connection {
  receive(chunk: Buffer): void
  /** The connection is gone: subscriptions end, orders stay. */
  closed(): void
}

/** TWS serves 32 API clients. */
const MOST_SESSIONS = 32

/** @param desk - shared by all connections */
export function openConnection(desk: Desk, wire: Wire): Connection {
  const reader = frameReader()
  let version: number | undefined
  let session: Session | undefined
  let over = false
  const allowance = pacing(desk.settings.pacing)
  const slow = { ...SLOW_CLIENTS, ...desk.settings.slowClients }
  /** When the last message that had to wait is read. */
  let readUntil = 0
  let holds = 0
  const held = heldFrames()

  function receive(chunk: Buffer): void {
    if (over) return
    const frames = reader.push(chunk)
    if (!frames.ok) {
      end(frames.error)
      return
    }
    for (const payload of frames.value) {
      if (over) return
      if (version === undefined) shakeHands(payload.toString('latin1'))
      else take(fieldsOf(payload), version)
    }
  }

  /** A client that we cannot serve is told our newest version, by which it knows why it is cut off. */
  function shakeHands(text: string): void {
    const range = parseVersionRange(text)
    if (!range.ok) {
      end(range.error)
      return
    }
    version = negotiate(range.value)
    wire.write(frameOf([String(version ?? NEWEST_VERSION), wireTime(desk.venue.now)]))
    if (version === undefined)
      end(`the client speaks ${range.value.min}..${range.value.max}, we speak 176..178`)
  }

  function take(fields: readonly string[], spoken: number): void {
    if (session !== undefined) pace(session, fields)
    else if (Number(fields[0]) === INCOMING.START_API) start(new FieldReader(fields, 1), spoken)
    else sendError(ERRORS.notStarted())
  }

  /** A client that writes too fast is read more slowly, or told off and at last dropped. */
  function pace(client: Session, fields: readonly string[]): void {
    const at = Math.max(desk.venue.now, readUntil)
    const paced = allowance.take(at)
    if (paced.type === 'reject') {
      sendError(ERRORS.tooFast())
      if (paced.last) end('the client writes too fast')
      return
    }
    if (paced.type === 'pass' && paced.warning !== undefined)
      sendError({ code: 0, text: paced.warning })
    readUntil = paced.type === 'wait' ? at + paced.ms : at
    const wait = readUntil - desk.venue.now
    if (wait <= 0) request(client, fields)
    else
      desk.later(wait, () => {
        if (!over) request(client, fields)
      })
  }

  function request(client: Session, fields: readonly string[]): void {
    if (desk.settings.logsMessages) desk.log.add(desk.venue.now, client.clientId, 'in', fields)
    desk.faults.request(client, fields, (said) => {
      if (!over) answerRequest(desk, client, said)
    })
  }

  /** START_API: version, clientId, optional capabilities. */
  function start(fields: FieldReader, spoken: number): void {
    fields.skip()
    const clientId = fields.id('clientId')
    if (fields.problem !== undefined || clientId < 0) {
      sendError(ERRORS.unreadable(fields.problem ?? `clientId: was ${clientId}, expected ≥ 0`))
      end('no client id')
      return
    }
    if (desk.sessions.has(clientId) || desk.lingering.has(clientId)) {
      sendError(ERRORS.clientIdInUse())
      end(`client id ${clientId} is in use`)
      return
    }
    if (desk.sessions.size >= MOST_SESSIONS) {
      end(`${MOST_SESSIONS} clients are connected already`)
      return
    }
    const started = newSession(spoken, clientId, {
      send: (message) => tell(started, message),
      sendParts: (parts) => tellParts(started, parts),
      sendWritten: (messages) => tellWritten(started, messages),
      deliver: send,
      isSlow: () => wire.waiting() > slow.conflatedFromBytes,
      link: { write: (bytes) => wire.write(bytes), hold, cut, end },
    })
    session = started
    desk.sessions.set(clientId, session)
    started.send(managedAccounts(desk.venue.account))
    started.send(nextValidId(desk.orders.nextOrderId(clientId)))
    for (const farm of FARMS) sendError(farm)
  }

  function sendError({ code, text }: { readonly code: number; readonly text: string }): void {
    send(errorMessage(-1, code, text))
  }

  /** Faults first, then the link to IBKR, then the wire. */
  function tell(client: Session, message: Message): void {
    desk.faults.message(client, message, (said) => desk.connectivity.pass(client, said, send))
  }

  /** Straight to the wire while nobody looks at single messages; else one by one. */
  function tellParts(client: Session, parts: readonly AddressedPart[]): void {
    if (isWatched() || !parts.every(({ part }) => part.isPlain))
      for (const { reqId, part } of parts) tell(client, part.message(reqId))
    else writeAll(framesOf(parts))
  }

  /** Likewise. */
  function tellWritten(client: Session, messages: readonly Written[]): void {
    if (isWatched()) for (const one of messages) tell(client, one.message())
    else writeAll(framesOfWritten(messages))
  }

  const isWatched = (): boolean =>
    holds > 0 || desk.settings.logsMessages || !desk.connectivity.isUp || !desk.faults.isIdle

  function writeAll(frames: Buffer): void {
    if (over) return
    wire.write(frames)
    dropIfDeaf()
  }

  function dropIfDeaf(): void {
    if (wire.waiting() + held.bytes > slow.mostBytes) end('the client does not read')
  }

  /** Keeps frames back until it is released; then they leave together. */
  function hold(): () => void {
    holds += 1
    return () => {
      holds -= 1
      const whole = holds > 0 || over ? undefined : held.take()
      if (whole !== undefined) wire.write(whole)
    }
  }

  function cut(): void {
    if (over) return
    closed()
    wire.cut()
  }

  function send(message: Message): void {
    if (over) return
    const frame = framesOfWritten([written(message)])
    if (desk.settings.logsMessages)
      desk.log.add(desk.venue.now, session?.clientId ?? -1, 'out', textsOf(message))
    if (holds > 0) held.add(frame)
    else wire.write(frame)
    dropIfDeaf()
  }

  function end(reason: string): void {
    if (over) return
    closed()
    wire.end(reason)
  }

  function closed(): void {
    over = true
    if (session === undefined) return
    dropStreams(desk, session)
    desk.sessions.delete(session.clientId)
    session = undefined
  }

  return { receive, closed }
}
