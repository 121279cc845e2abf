/** Requests about the connection: ids, time, accounts. */
import {
  currentTime,
  managedAccounts,
  nextValidId,
  userInfo,
} from '#gateway/messages/outgoing/session.ts'
import type { Handler } from '#gateway/requests/handler.ts'

/** REQ_IDS: version, and a count that has had no meaning for years. */
export const reqIds: Handler = (desk, session) => {
  session.send(nextValidId(desk.orders.nextOrderId(session.clientId)))
}

export const reqCurrentTime: Handler = (desk, session) => {
  session.send(currentTime(Math.floor(desk.venue.now / 1000)))
}

export const reqManagedAccounts: Handler = (desk, session) => {
  session.send(managedAccounts(desk.venue.account))
}

export const reqUserInfo: Handler = (_desk, session, fields) => {
  session.send(userInfo(fields.id('reqId')))
}

/** SET_SERVER_LOGLEVEL and cancels of what is answered at once: nothing to do, nothing to say. */
export const acknowledged: Handler = () => {}
