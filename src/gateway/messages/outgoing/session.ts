/** Messages about the connection itself. */
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import type { Message } from '#gateway/wire/field.ts'

/** The first order id this client may use. */
export const nextValidId = (orderId: number): Message => ({
  msgId: OUTGOING.NEXT_VALID_ID,
  version: 1,
  orderId,
})

/** @param accounts - codes parted by commas */
export const managedAccounts = (accounts: string): Message => ({
  msgId: OUTGOING.MANAGED_ACCTS,
  version: 1,
  accountsList: accounts,
})

/**
 * @param reqId - of the request or order it is about; −1 for the system
 * @param code - IBKR's number, see `error-codes.ts`
 */
export const errorMessage = (reqId: number, code: number, text: string): Message => ({
  msgId: OUTGOING.ERR_MSG,
  version: 2,
  reqId,
  errorCode: code,
  errorMsg: text,
  // Clients parse this as JSON unless it is empty, and stoqey dies of anything else.
  advancedOrderRejectJson: '',
})

/** @param seconds - since the Unix epoch, venue's clock */
export const currentTime = (seconds: number): Message => ({
  msgId: OUTGOING.CURRENT_TIME,
  version: 1,
  time: seconds,
})

export const userInfo = (reqId: number): Message => ({
  msgId: OUTGOING.USER_INFO,
  reqId,
  whiteBrandingId: '',
})
