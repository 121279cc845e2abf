/**
 * The link between the gateway and IBKR's servers: up, or down while clients stay connected to us.
 *
 * Down, a client hears 1100 and nothing that comes from the servers: market data is lost, what happens to
 * its orders is told when the link is back. 1101 says that market data must be asked for again, 1102 that it goes on.
 * Source: IBKR's guide, "System Message Codes"; QuantConnect/Lean.Brokerages.InteractiveBrokers#249 for fills inside an outage.
 */
import type { Desk } from '#gateway/desk.ts'
import { FARMS } from '#gateway/error-codes.ts'
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import { errorMessage } from '#gateway/messages/outgoing/session.ts'
import { dropStreams, type Session } from '#gateway/session.ts'
import type { Message } from '#gateway/wire/field.ts'

export interface Connectivity {
  readonly isUp: boolean
  /** 1100 to everybody; again at every call. */
  lose(desk: Desk): void
  /** 1101 or 1102 to everybody, then what was held back. @param keepsData - whether subscriptions survived */
  restore(desk: Desk, keepsData: boolean): void
  /** Passes a message, holds it until the link is back, or drops it. */
  pass(session: Session, message: Message, deliver: (message: Message) => void): void
}

/** What happens to orders is told late; the rest of what comes from the servers is lost. */
const TOLD_LATE: ReadonlySet<number> = new Set([
  OUTGOING.ORDER_STATUS,
  OUTGOING.OPEN_ORDER,
  OUTGOING.EXECUTION_DATA,
  OUTGOING.COMMISSION_REPORT,
  OUTGOING.POSITION,
  OUTGOING.PORTFOLIO_VALUE,
])
/** What TWS answers itself, link or no link. */
const OWN: ReadonlySet<number> = new Set([
  OUTGOING.ERR_MSG,
  OUTGOING.NEXT_VALID_ID,
  OUTGOING.MANAGED_ACCTS,
  OUTGOING.CURRENT_TIME,
  OUTGOING.OPEN_ORDER_END,
  OUTGOING.COMPLETED_ORDERS_END,
  OUTGOING.EXECUTION_DATA_END,
  OUTGOING.POSITION_END,
  OUTGOING.ACCT_DOWNLOAD_END,
  OUTGOING.ACCOUNT_SUMMARY_END,
])

const LOST = 'Connectivity between IB and Trader Workstation has been lost.'
const RESTORED_LOST =
  'Connectivity between IB and Trader Workstation has been restored - data lost.*Market and account data subscription requests must be resubmitted'
const RESTORED_KEPT =
  'Connectivity between IB and Trader Workstation has been restored - data maintained. All data farms are connected: usfarm; ushmds; secdefnj.'

export function connectivity(): Connectivity {
  let isUp = true
  let held: { readonly session: Session; readonly message: Message }[] = []

  return {
    get isUp() {
      return isUp
    },
    lose(desk) {
      isUp = false
      desk.venue.controls.setLink(false)
      tell(desk, 1100, LOST)
    },
    restore(desk, keepsData) {
      if (isUp) return
      isUp = true
      if (!keepsData) for (const session of desk.sessions.values()) dropStreams(desk, session)
      tell(desk, keepsData ? 1102 : 1101, keepsData ? RESTORED_KEPT : RESTORED_LOST)
      for (const { code, text } of FARMS) tell(desk, code, text)
      const late = held
      held = []
      for (const { session, message } of late)
        if (desk.sessions.get(session.clientId) === session) session.deliver(message)
      desk.publish(desk.venue.controls.setLink(true))
    },
    pass(session, message, deliver) {
      if (isUp || OWN.has(message.msgId)) deliver(message)
      else if (TOLD_LATE.has(message.msgId)) held.push({ session, message })
    },
  }
}

function tell(desk: Desk, code: number, text: string): void {
  for (const session of desk.sessions.values()) session.deliver(errorMessage(-1, code, text))
}
