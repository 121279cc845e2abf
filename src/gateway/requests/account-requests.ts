/** Requests about the account: values, summary, positions, profit and loss. */
import {
  tellAccount,
  tellMulti,
  tellProfits,
  tellSummary,
} from '#gateway/account/account-stream.ts'
import { holdable, holdings } from '#gateway/account/holdings.ts'
import { positionRow } from '#gateway/account/portfolio.ts'
import type { Desk } from '#gateway/desk.ts'
import { ERRORS } from '#gateway/error-codes.ts'
import {
  accountDownloadEnd,
  accountSummaryEnd,
  accountUpdateMultiEnd,
  position,
  positionEnd,
  positionMulti,
  positionMultiEnd,
} from '#gateway/messages/outgoing/account.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse } from '#gateway/session.ts'

/** A client may have this many account summaries at once (IBKR's documentation of reqAccountSummary). */
const MOST_SUMMARIES = 2

/** REQ_ACCT_DATA: version, subscribe, account. */
export const reqAccountUpdates: Handler = (desk, session, fields) => {
  fields.skip()
  const subscribe = fields.flag()
  const account = fields.text()
  if (!subscribe) {
    session.accountUpdates = undefined
    return
  }
  if (!isOurs(desk, account)) {
    refuse(session, -1, ERRORS.unknownAccount(account))
    return
  }
  session.accountUpdates = new Map()
  tellAccount(desk, session, session.accountUpdates)
  session.send(accountDownloadEnd(desk.venue.account))
}

/** REQ_ACCOUNT_UPDATES_MULTI: version, reqId, account, modelCode, ledgerAndNLV. */
export const reqAccountUpdatesMulti: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const account = fields.text()
  const modelCode = fields.text()
  const ledgerOnly = fields.flag()
  if (refusedUnreadable(session, reqId, fields)) return
  if (!isOurs(desk, account)) {
    refuse(session, reqId, ERRORS.unknownAccount(account))
    return
  }
  const subscription = { modelCode, ledgerOnly, sent: new Map<string, string>() }
  session.accountUpdatesMulti.set(reqId, subscription)
  tellMulti(desk, session, reqId, subscription)
  session.send(accountUpdateMultiEnd(reqId))
}

export const cancelAccountUpdatesMulti: Handler = (_desk, session, fields) => {
  fields.skip()
  session.accountUpdatesMulti.delete(fields.id('reqId'))
}

/** REQ_ACCOUNT_SUMMARY: version, reqId, group, tags parted by commas. */
export const reqAccountSummary: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const group = fields.text()
  const tags = fields.text().split(',').map((tag) => tag.trim()) // prettier-ignore
  if (refusedUnreadable(session, reqId, fields)) return
  if (group !== 'All' && !isOurs(desk, group)) {
    refuse(session, reqId, ERRORS.invalid(`Group name "${group}" is not known; expected All`))
    return
  }
  if (!session.summaries.has(reqId) && session.summaries.size >= MOST_SUMMARIES) {
    refuse(session, reqId, ERRORS.tooManySummaries())
    return
  }
  const subscription = { tags, sent: new Map<string, string>() }
  session.summaries.set(reqId, subscription)
  tellSummary(desk, session, reqId, subscription)
  session.send(accountSummaryEnd(reqId))
}

export const cancelAccountSummary: Handler = (_desk, session, fields) => {
  fields.skip()
  session.summaries.delete(fields.id('reqId'))
}

/** REQ_POSITIONS: everything held now, then every change. */
export const reqPositions: Handler = (desk, session) => {
  session.positions = true
  for (const held of holdings(desk.venue))
    session.send(position(positionRow(held), desk.venue.account))
  session.send(positionEnd())
}

export const cancelPositions: Handler = (_desk, session) => {
  session.positions = false
}

/** REQ_POSITIONS_MULTI: version, reqId, account, modelCode. */
export const reqPositionsMulti: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const account = fields.text()
  const modelCode = fields.text()
  if (refusedUnreadable(session, reqId, fields)) return
  if (!isOurs(desk, account)) {
    refuse(session, reqId, ERRORS.unknownAccount(account))
    return
  }
  session.positionsMulti.set(reqId, modelCode)
  for (const held of holdings(desk.venue))
    session.send(positionMulti(reqId, positionRow(held), desk.venue.account, modelCode))
  session.send(positionMultiEnd(reqId))
}

export const cancelPositionsMulti: Handler = (_desk, session, fields) => {
  fields.skip()
  session.positionsMulti.delete(fields.id('reqId'))
}

/** REQ_PNL: reqId, account, modelCode. */
export const reqPnl: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const account = fields.text()
  if (refusedUnreadable(session, reqId, fields)) return
  if (!isOurs(desk, account)) {
    refuse(session, reqId, ERRORS.unknownAccount(account))
    return
  }
  session.pnl.set(reqId, new Map())
  tellProfits(desk, session)
}

export const cancelPnl: Handler = (_desk, session, fields) => {
  session.pnl.delete(fields.id('reqId'))
}

/** REQ_PNL_SINGLE: reqId, account, modelCode, conId. */
export const reqPnlSingle: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const account = fields.text()
  fields.skip()
  const conId = fields.id('conId')
  if (refusedUnreadable(session, reqId, fields)) return
  if (!isOurs(desk, account)) {
    refuse(session, reqId, ERRORS.unknownAccount(account))
    return
  }
  if (holdable(desk.venue.directory.byConId(conId)) === undefined) {
    refuse(session, reqId, ERRORS.noSecurityDefinition())
    return
  }
  session.pnlSingle.set(reqId, { conId, sent: new Map() })
  tellProfits(desk, session)
}

export const cancelPnlSingle: Handler = (_desk, session, fields) => {
  session.pnlSingle.delete(fields.id('reqId'))
}

/** Empty means "the one there is". */
const isOurs = (desk: Desk, account: string): boolean =>
  account === '' || account === desk.venue.account
