/** Faults of orders and of what is said about them. */
import { z } from 'zod'
import type { Desk } from '#gateway/desk.ts'
import { ERRORS } from '#gateway/error-codes.ts'
import { fault, type AnyFaultKind, type RequestOnWay } from '#gateway/faults/fault.ts'
import {
  NO_PARAMETERS,
  changed,
  pretendedStatus,
  refusedWith,
  unsaid,
} from '#gateway/faults/kinds/answers.ts'
import { duration } from '#gateway/faults/spec.ts'
import { subjectOfRequest } from '#gateway/faults/subject.ts'
import { errorMessage } from '#gateway/messages/outgoing/session.ts'
import { orderStatus } from '#gateway/messages/outgoing/orders.ts'
import type { DeskOrder } from '#gateway/orders/order-registry.ts'
import { refuse } from '#gateway/session.ts'

const ABOUT_ORDERS = ['OPEN_ORDER', 'ORDER_STATUS', 'EXECUTION_DATA', 'COMMISSION_REPORT']
/** Where the order id stands in PLACE_ORDER and in CANCEL_ORDER. */
const PLACED_ID = 1
const CANCELED_ID = 2

export const ORDER_FAULTS: Readonly<Record<string, AnyFaultKind>> = {
  'placement-lost': fault({
    does: 'PLACE_ORDER is never seen: no order, no answer.',
    seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#93, #242',
    parameters: NO_PARAMETERS,
    effect: { on: 'request', of: ['PLACE_ORDER'], act: () => ({ type: 'drop' }) },
  }),

  'placement-unacknowledged': unsaid(
    {
      does: 'The order lives at the venue and nothing is said of it.',
      seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#93; ib-api-reloaded/ib_async#66',
    },
    ABOUT_ORDERS,
  ),

  'cut-before-placement': fault({
    does: 'The connection drops as PLACE_ORDER arrives; the order is lost.',
    seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#242',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'request',
      of: ['PLACE_ORDER'],
      act: (_context, _params, { session }) => {
        session.link.cut()
        return { type: 'drop' }
      },
    },
  }),

  'cut-after-placement': fault({
    does: 'The connection drops right after PLACE_ORDER took effect, before anything of it is read.',
    seen: 'hummingbot/hummingbot#8457; scrtlabs/catalyst#317',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'request',
      of: ['PLACE_ORDER'],
      act: (_context, _params, { session }) => {
        session.link.hold()
        return { type: 'then', run: () => session.link.cut() }
      },
    },
  }),

  'order-held': fault({
    does: '399: the order reaches the exchange later, as one placed outside the session does.',
    seen: 'IBKR’s guide, Order Submission',
    parameters: z.strictObject({ by: duration.prefault('30s') }),
    effect: {
      on: 'request',
      of: ['PLACE_ORDER'],
      act: (_context, { by }, { session, fields }) => {
        const text = 'Order Message:\nWarning: your order will not be placed at the exchange until the next session.' // prettier-ignore
        refuse(session, Number(fields[PLACED_ID]), { code: 399, text })
        return { type: 'delay', ms: by }
      },
    },
  }),

  'price-refused': refusedWith(
    {
      does: '110 on a new order or a change: the price is off the increment. An order that is changed stays.',
      seen: 'erdewit/ib_insync#502',
    },
    'PLACE_ORDER',
    PLACED_ID,
    ERRORS.badIncrement(),
  ),

  'margin-rejected': fault({
    does: '201 for lack of margin, as Inactive or as Cancelled.',
    seen: 'erdewit/ib_insync#245; thetagang#709: rejection has two shapes',
    parameters: z.strictObject({ as: z.enum(['Inactive', 'Cancelled']).default('Inactive') }),
    effect: {
      on: 'request',
      of: ['PLACE_ORDER'],
      act: (context, { as }, request) => {
        reject(context.desk, request, as)
        return { type: 'drop' }
      },
    },
  }),

  'duplicate-order-id': refusedWith(
    { does: '103 for an id that was free.', seen: 'erdewit/ib_insync#644; rust-ibapi#350' },
    'PLACE_ORDER',
    PLACED_ID,
    ERRORS.duplicateOrderId(),
  ),

  'placement-refused': fault({
    does: 'An error of any code answers the order: 200, 460, 10015 and others have been seen to.',
    seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#245',
    parameters: z.strictObject({
      code: z.int().min(1).default(460),
      text: z.string().default('No trading permissions.'),
    }),
    effect: {
      on: 'request',
      of: ['PLACE_ORDER'],
      act: (_context, { code, text }, { session, fields }) => {
        refuse(session, Number(fields[PLACED_ID]), { code, text })
        return { type: 'drop' }
      },
    },
  }),

  'preset-changed-order': fault({
    does: '10349 although a time in force was given; the order goes on.',
    seen: 'ib-api-reloaded/ib_async#191; pst-group/pysystemtrade#1580',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'request',
      of: ['PLACE_ORDER'],
      act: (_context, _params, { session, fields }) => ({
        type: 'then',
        run: () => refuse(session, Number(fields[PLACED_ID]), ERRORS.tifPreset()),
      }),
    },
  }),

  'change-shown-as-cancel': fault({
    does: 'A change is refused and the order is reported Cancelled, while it goes on working.',
    seen: 'erdewit/ib_insync#502',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'request',
      of: ['PLACE_ORDER'],
      act: ({ desk }, _params, request) => {
        const order = orderOf(desk, request)
        if (order === undefined) return { type: 'pass' }
        request.session.deliver(pretendedStatus(order, 'Cancelled'))
        refuse(request.session, order.venue.owner.orderId, ERRORS.badIncrement())
        return { type: 'drop' }
      },
    },
  }),

  'change-too-early': refusedWith(
    { does: '2102: the order is still being processed; the change is lost.', seen: 'IBKR’s message codes' }, // prettier-ignore
    'PLACE_ORDER',
    PLACED_ID,
    { code: 2102, text: 'Unable to modify this order as it is still being processed.' },
  ),

  'two-perm-ids': fault({
    does: 'A change makes a second order at the venue with the same reference; the first one lives on.',
    seen: 'nautechsystems/nautilus_trader#4564',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'request',
      of: ['PLACE_ORDER'],
      act: ({ desk }, _params, request) => {
        const order = orderOf(desk, request)
        if (order === undefined) return { type: 'pass' }
        doubleUp(desk, order)
        return { type: 'drop' }
      },
    },
  }),

  'cancel-unacknowledged': fault({
    does: 'CANCEL_ORDER is never seen: the order works on.',
    seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#248',
    parameters: NO_PARAMETERS,
    effect: { on: 'request', of: ['CANCEL_ORDER'], act: () => ({ type: 'drop' }) },
  }),

  'cancel-late': fault({
    does: 'CANCEL_ORDER takes effect later: what fills meanwhile is filled.',
    seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#240, #256, #257',
    parameters: z.strictObject({ by: duration.prefault('5s') }),
    effect: {
      on: 'request',
      of: ['CANCEL_ORDER'],
      act: (_context, { by }) => ({ type: 'delay', ms: by }),
    },
  }),

  'cancel-not-found': cancelAnswered(
    '10147: the id that needs to be cancelled is not found, though it works.',
    (orderId) => ERRORS.cancelNotFound(orderId),
  ),

  'cancel-too-late': cancelAnswered(
    '10148: the order cannot be cancelled, state Filled, though it works.',
    (orderId) => ERRORS.cancelTooLate(orderId, 'Filled'),
  ),

  'status-duplicated': fault({
    does: 'ORDER_STATUS comes several times.',
    seen: 'IBKR’s guide: duplicates are normal; QuantConnect/Lean PR#851',
    parameters: z.strictObject({ copies: z.int().min(1).max(10).default(1) }),
    effect: {
      on: 'message',
      of: ['ORDER_STATUS'],
      act: (_context, { copies }, message) =>
        Array.from({ length: copies + 1 }, () => ({ message, afterMs: 0 })),
    },
  }),

  'status-missing': unsaid(
    {
      does: 'ORDER_STATUS does not come: executions are all there is.',
      seen: 'IBKR’s guide: no status is guaranteed; pst-group/pysystemtrade#188',
    },
    ['ORDER_STATUS'],
  ),

  'status-late': fault({
    does: 'ORDER_STATUS comes late, after others that were said later.',
    seen: 'QuantConnect/Lean PR#851',
    parameters: z.strictObject({ by: duration.prefault('2s') }),
    effect: {
      on: 'message',
      of: ['ORDER_STATUS'],
      act: (_context, { by }, message) => [{ message, afterMs: by }],
    },
  }),

  'fill-before-open-order': fault({
    does: 'OPEN_ORDER and ORDER_STATUS come late, executions on time: a fill of an order not heard of.',
    seen: 'nautechsystems/nautilus_trader#3949, #3958',
    parameters: z.strictObject({ by: duration.prefault('1s') }),
    effect: {
      on: 'message',
      of: ['OPEN_ORDER', 'ORDER_STATUS'],
      act: (_context, { by }, message) => [{ message, afterMs: by }],
    },
  }),

  'fill-after-cancel': fault({
    does: 'The order is reported Cancelled (202), and then its fill comes.',
    seen: 'pst-group/pysystemtrade#1580',
    parameters: z.strictObject({ by: duration.prefault('1s') }),
    effect: {
      on: 'message',
      of: ['EXECUTION_DATA'],
      act: ({ desk, session }, { by }, message) => {
        const order = desk.orders.byPermId(Number(message['permId']))
        if (order !== undefined && session !== undefined) {
          session.deliver(pretendedStatus(order, 'Cancelled'))
          session.deliver(errorMessage(order.venue.owner.orderId, 202, 'Order Canceled - reason:'))
        }
        return [{ message, afterMs: by }]
      },
    },
  }),

  'perm-id-late': changed(
    {
      does: 'The permanent id is 0 at first.',
      seen: 'ib-api-reloaded/ib_async#175',
    },
    ['OPEN_ORDER', 'ORDER_STATUS'],
    { permId: 0 },
  ),

  'filled-quantity-unset': changed(
    {
      does: 'Filled quantities of orders are unset.',
      seen: 'nautechsystems/nautilus_trader#3471',
    },
    ['COMPLETED_ORDER'],
    { filledQuantity: '' },
  ),

  'order-id-zero': changed(
    {
      does: 'Orders are listed with order id 0.',
      seen: 'nautechsystems/nautilus_trader#3465, #3472',
    },
    ['OPEN_ORDER', 'ORDER_STATUS'],
    { orderId: 0 },
  ),
}

function cancelAnswered(
  does: string,
  answer: (orderId: number) => { readonly code: number; readonly text: string },
): AnyFaultKind {
  return fault({
    does,
    seen: 'erdewit/ib_insync#656, #690; QuantConnect/Lean.Brokerages.InteractiveBrokers#248',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'request',
      of: ['CANCEL_ORDER'],
      act: (_context, _params, { session, fields }) => {
        const orderId = Number(fields[CANCELED_ID])
        refuse(session, orderId, answer(orderId))
        return { type: 'drop' }
      },
    },
  })
}

const orderOf = (desk: Desk, { session, fields }: RequestOnWay): DeskOrder | undefined =>
  desk.orders.find(session.clientId, Number(fields[PLACED_ID]))

/** A rejection that the venue knows nothing of: the id is spent, the order never was. */
function reject(desk: Desk, { session, fields }: RequestOnWay, as: 'Inactive' | 'Cancelled'): void {
  const orderId = Number(fields[PLACED_ID])
  const { clientId } = session
  const about = subjectOfRequest(desk, session, fields)
  desk.orders.useId(clientId, orderId)
  session.deliver(
    orderStatus({
      orderId,
      status: as,
      filled: '0',
      remaining: about.quantity ?? '0',
      avgFillPrice: '0',
      permId: 0,
      lastFillPrice: '0',
      clientId,
      whyHeld: '',
    }),
  )
  refuse(session, orderId, ERRORS.rejected('YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR EQUITY WITH LOAN VALUE [0.00 USD] MUST EXCEED THE INITIAL MARGIN [1.00 USD]')) // prettier-ignore
}

/** The same order once more: its id now names the second, its reference both. */
function doubleUp(desk: Desk, { instrument, route, request, venue }: DeskOrder): void {
  const { permId: _permId, status: _status, filled: _filled, ...terms } = venue
  const events = desk.venue.place(terms)
  const placed = events.flatMap((event) => ('order' in event ? [event.order] : []))[0]
  if (placed === undefined) return
  desk.orders.add({ instrument, route, request, venue: placed })
  desk.publish(events)
}
