/** How kinds are put together that answer instead of the gateway, or touch what it says. */
import { z } from 'zod'
import type { ErrorAnswer } from '#gateway/error-codes.ts'
import { fault, onTime, type AnyFaultKind, type FaultContext } from '#gateway/faults/fault.ts'
import { errorMessage } from '#gateway/messages/outgoing/session.ts'
import { orderStatus, type OrderStatusWord } from '#gateway/messages/outgoing/orders.ts'
import type { DeskOrder } from '#gateway/orders/order-registry.ts'
import type { Session } from '#gateway/session.ts'
import { format, minus } from '#model/fixed.ts'

export const NO_PARAMETERS = z.strictObject({})

interface Told {
  readonly does: string
  readonly seen: string
}

/** The request never gets there, and the client reads an error instead. @param idAt - where its id stands */
export const refusedWith = (
  told: Told,
  message: string,
  idAt: number,
  { code, text }: ErrorAnswer,
): AnyFaultKind =>
  fault({
    ...told,
    parameters: NO_PARAMETERS,
    effect: {
      on: 'request',
      of: [message],
      act: (_context, _params, { session, fields }) => {
        session.deliver(errorMessage(Number(fields[idAt]), code, text))
        return { type: 'drop' }
      },
    },
  })

/** Messages that are not sent. */
export const unsaid = (told: Told, of: readonly string[]): AnyFaultKind =>
  fault({
    ...told,
    parameters: NO_PARAMETERS,
    effect: { on: 'message', of, act: () => [] },
  })

/** Messages in which fields stand otherwise. */
export const changed = (
  told: Told,
  of: readonly string[],
  fields: Readonly<Record<string, string | number>>,
): AnyFaultKind =>
  fault({
    ...told,
    parameters: NO_PARAMETERS,
    effect: {
      on: 'message',
      of,
      act: (_context, _params, message) => onTime({ ...message, ...known(message, fields) }),
    },
  })

/** Only what the message has: a field too many would be another fault. */
const known = (
  message: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, string | number>>,
): Readonly<Record<string, string | number>> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name in message))

/** The clients that something happens to: the one named, or all. */
export const concerned = ({ desk, session }: FaultContext): readonly Session[] =>
  session === undefined ? [...desk.sessions.values()] : [session]

/** ORDER_STATUS with a word that the order has not earned. */
export const pretendedStatus = (
  { venue }: Pick<DeskOrder, 'venue'>,
  status: OrderStatusWord,
): ReturnType<typeof orderStatus> =>
  orderStatus({
    orderId: venue.owner.orderId,
    status,
    filled: format(venue.filled),
    remaining: format(minus(venue.quantity, venue.filled)),
    avgFillPrice: format(venue.averagePrice),
    permId: venue.permId,
    lastFillPrice: format(venue.lastPrice),
    clientId: venue.owner.clientId,
    whyHeld: '',
  })
