/**
 * The order state machine: the whole of it, in one table.
 *
 * Fill progress is a quantity (FIX CumQty), not a state, so FIX's PartiallyFilled is derived
 * for display and never stored. `InDoubt` is ours: we do not know what became of the order, and
 * only the broker's snapshots may say. `docs/order-states.md` is generated from this table.
 */
// prettier-ignore
export type OrderState =
  | 'Initialized' | 'Submitted' | 'Working' | 'PendingCancel' | 'InDoubt' // open
  | 'Denied' | 'NotSent' | 'Rejected' | 'Canceled' | 'Expired' | 'Filled' // closed

// prettier-ignore
export type OrderEvent =
  | 'denied' // by our own risk gate; it never left the building
  | 'submitted' | 'accepted' | 'rejected' | 'partlyFilled' | 'filled'
  | 'cancelRequested' | 'cancelRejected' | 'canceled' | 'expired'
  | 'contactLost' | 'provenNotSent'

type Row = Readonly<Partial<Record<OrderEvent, OrderState>>>

const WHILE_OPEN: Row = {
  rejected: 'Rejected',
  filled: 'Filled',
  canceled: 'Canceled', // unasked too: an IOC remainder, a trading halt, the close
  expired: 'Expired',
  contactLost: 'InDoubt',
}

// prettier-ignore
export const TRANSITIONS: Readonly<Record<OrderState, Row>> = {
  Initialized:   { denied: 'Denied', submitted: 'Submitted' },
  // The intent is on disk before the socket write, so Submitted may also be proven not sent: by the adapter itself.
  Submitted:     { ...WHILE_OPEN, accepted: 'Working', partlyFilled: 'Working', cancelRequested: 'PendingCancel', provenNotSent: 'NotSent' },
  Working:       { ...WHILE_OPEN, accepted: 'Working', partlyFilled: 'Working', cancelRequested: 'PendingCancel' },
  PendingCancel: { ...WHILE_OPEN, accepted: 'PendingCancel', partlyFilled: 'PendingCancel', cancelRequested: 'PendingCancel', cancelRejected: 'Working', provenNotSent: 'NotSent' },
  InDoubt:       { ...WHILE_OPEN, accepted: 'Working', partlyFilled: 'Working', cancelRequested: 'InDoubt', provenNotSent: 'NotSent' },

  // A fill that crosses our cancel on the wire, or a rejection that was not one, is still a trade:
  // closed is not deaf. Corrections and busts change the execution ledger, never the state.
  Canceled:      { partlyFilled: 'Canceled', filled: 'Filled' },
  Expired:       { partlyFilled: 'Expired', filled: 'Filled' },
  Rejected:      { partlyFilled: 'Rejected', filled: 'Filled' },
  NotSent:       { partlyFilled: 'NotSent', filled: 'Filled' },
  Filled:        { partlyFilled: 'Filled', filled: 'Filled' },

  Denied:        {},
}

/**
 * The state after `event`, or undefined when the table has no such transition.
 *
 * Undefined is an answer, not an error: the report is late, doubled, or the broker knows
 * something we do not; the next snapshot tells which.
 */
export function next(state: OrderState, event: OrderEvent): OrderState | undefined {
  return TRANSITIONS[state][event]
}

/** May still trade without anything new from us. */
export function isOpen(state: OrderState): boolean {
  return next(state, 'contactLost') !== undefined || state === 'Initialized'
}
