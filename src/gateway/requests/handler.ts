/**
 * How a request is answered: one function a message, looked up by its id in `handlers.ts`.
 *
 * A handler reads its fields, asks `fields.problem` before it acts, and answers through the
 * session. It never throws for anything a client may send.
 */
import type { Desk } from '#gateway/desk.ts'
import { ERRORS } from '#gateway/error-codes.ts'
import { refuse, type Session } from '#gateway/session.ts'
import type { FieldReader } from '#gateway/wire/field-reader.ts'

export type Handler = (desk: Desk, session: Session, fields: FieldReader) => void

/** Refuses with 320 when a field could not be read; true when it did. */
export function refusedUnreadable(session: Session, reqId: number, fields: FieldReader): boolean {
  if (fields.problem === undefined) return false
  refuse(session, reqId, ERRORS.unreadable(fields.problem))
  return true
}
