/**
 * One client's connection from its first byte to its last: handshake, START_API, then requests.
 *
 * Transport-free: bytes come in by `receive`, frames go out by what it was given, so that tests need
 * no socket. What a client sends can end its own connection and nothing else.
 */
import type { Desk } from '#gateway/desk.ts'
import { ERRORS, FARMS } from '#gateway/error-codes.ts'
import { INCOMING } from '#gateway/messages/message-ids.ts'
import { errorMessage, managedAccounts, nextValidId } from '#gateway/messages/outgoing/session.ts'
import { answerRequest } from '#gateway/requests/handlers.ts'
import { newSession, type Session } from '#gateway/session.ts'
import { wireTime } from '#gateway/venue-time.ts'
import { textsOf, type Message } from '#gateway/wire/field.ts'
import { FieldReader } from '#gateway/wire/field-reader.ts'
import { fieldsOf, frameOf, frameReader } from '#gateway/wire/frame.ts'
import { NEWEST_VERSION, negotiate, parseVersionRange } from '#gateway/wire/handshake.ts'
import type { Buffer } from 'node:buffer'

/** The way back to one client. */
export interface Wire {
  write(frame: Buffer): void
  /** Bytes written that the client has not taken yet. */
  waiting(): number
  /** Ends the connection after what was written; for the log, why. */
  end(reason: string): void
}

export interface Connection {
  receive(chunk: Buffer): void
  /** The connection is gone: subscriptions end, orders stay. */
  closed(): void
}

/** Beyond this a client is behind, and sampled data waits until it has caught up. */
const SLOW_BYTES = 262_144
/** Beyond this it is given up: whatever it asked for, it does not read. */
const MOST_WAITING_BYTES = 16_777_216

/** @param desk - shared by all connections */
export function openConnection(desk: Desk, wire: Wire): Connection {
  const reader = frameReader()
  let version: number | undefined
  let session: Session | undefined
  let over = false

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
    if (session !== undefined) answerRequest(desk, session, fields)
    else if (Number(fields[0]) === INCOMING.START_API) start(new FieldReader(fields, 1), spoken)
    else sendError(ERRORS.notStarted())
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
    if (desk.sessions.has(clientId)) {
      sendError(ERRORS.clientIdInUse())
      end(`client id ${clientId} is in use`)
      return
    }
    session = newSession(spoken, clientId, { send, isSlow: () => wire.waiting() > SLOW_BYTES })
    desk.sessions.set(clientId, session)
    send(managedAccounts(desk.venue.account))
    send(nextValidId(desk.orders.nextOrderId(clientId)))
    for (const farm of FARMS) sendError(farm)
  }

  function sendError({ code, text }: { readonly code: number; readonly text: string }): void {
    send(errorMessage(-1, code, text))
  }

  function send(message: Message): void {
    if (over) return
    wire.write(frameOf(textsOf(message)))
    if (wire.waiting() > MOST_WAITING_BYTES) end('the client does not read')
  }

  function end(reason: string): void {
    if (over) return
    closed()
    wire.end(reason)
  }

  function closed(): void {
    over = true
    if (session === undefined) return
    for (const { instrument } of session.lines.values()) desk.venue.unwatch(instrument.id)
    session.lines.clear()
    desk.sessions.delete(session.clientId)
    session = undefined
  }

  return { receive, closed }
}
