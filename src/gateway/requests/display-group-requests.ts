/**
 * Display groups: TWS's windows of one colour show one contract, and a client may follow a group or turn it to
 * another contract.
 *
 * There are no windows here, so groups change only when a client changes them; every client that follows one hears
 * of it. Source: IBKR, TWS API, "Display Groups": seven groups, a contract as `conId@exchange`, `none` or `combo`.
 */
import { ERRORS } from '#gateway/error-codes.ts'
import { displayGroupList, displayGroupUpdated } from '#gateway/messages/outgoing/reference-data.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse } from '#gateway/session.ts'

const GROUPS = [1, 2, 3, 4, 5, 6, 7] as const
/** What a group shows before anybody chose. */
const NOTHING_SHOWN = 'none'

/** QUERY_DISPLAY_GROUPS: version, reqId. */
export const queryDisplayGroups: Handler = (_desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  if (!refusedUnreadable(session, reqId, fields))
    session.send(displayGroupList(reqId, GROUPS.join('|')))
}

/** SUBSCRIBE_TO_GROUP_EVENTS: version, reqId, groupId. Answered with what the group shows, and whenever that changes. */
export const subscribeToGroupEvents: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const group = fields.id('groupId')
  if (refusedUnreadable(session, reqId, fields)) return
  if (!GROUPS.some((one) => one === group)) refuse(session, reqId, ERRORS.noDisplayGroup(group))
  else if (session.displayGroups.has(reqId)) refuse(session, reqId, ERRORS.duplicateRequestId())
  else {
    session.displayGroups.set(reqId, group)
    session.send(displayGroupUpdated(reqId, desk.displayed.get(group) ?? NOTHING_SHOWN))
  }
}

/** UPDATE_DISPLAY_GROUP: version, reqId of the subscription, contract. */
export const updateDisplayGroup: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const contract = fields.text()
  if (refusedUnreadable(session, reqId, fields)) return
  const group = session.displayGroups.get(reqId)
  const conId = CONTRACT.exec(contract)?.groups?.['conId']
  if (group === undefined)
    refuse(session, reqId, ERRORS.invalid('No display group is subscribed to with this id')) // prettier-ignore
  else if (contract !== NOTHING_SHOWN && conId === undefined)
    refuse(session, reqId, ERRORS.invalid(`Invalid contract "${contract.slice(0, 40)}", expected conId@exchange or none`)) // prettier-ignore
  else if (conId !== undefined && desk.venue.directory.byConId(Number(conId)) === undefined)
    refuse(session, reqId, ERRORS.noSecurityDefinition())
  else {
    desk.displayed.set(group, contract)
    for (const follower of desk.sessions.values())
      for (const [id, followed] of follower.displayGroups)
        if (followed === group) follower.send(displayGroupUpdated(id, contract))
  }
}

const CONTRACT = /^(?<conId>\d{1,10})@[A-Z0-9.]+$/

/** UNSUBSCRIBE_FROM_GROUP_EVENTS: version, reqId. */
export const unsubscribeFromGroupEvents: Handler = (_desk, session, fields) => {
  fields.skip()
  session.displayGroups.delete(fields.id('reqId'))
}
