/**
 * Requests of financial advisors. The account here is a single one, and TWS says so: 321 with the words of its own
 * (seen by the thousand; captured with the unset integer as the id of a request that has none).
 */
import { ERRORS } from '#gateway/error-codes.ts'
import type { Handler } from '#gateway/requests/handler.ts'
import { refuse } from '#gateway/session.ts'

/** An id that was not given: IBKR's unset integer. */
const NO_REQUEST_ID = 2_147_483_647

/** REQ_FA: version, faDataType. */
export const reqFa: Handler = (_desk, session) => {
  refuse(session, NO_REQUEST_ID, ERRORS.advisorsOnly())
}

/** REPLACE_FA: version, faDataType, xml, reqId. */
export const replaceFa: Handler = (_desk, session, fields) => {
  fields.skip(3)
  refuse(session, fields.left > 0 ? fields.id('reqId') : NO_REQUEST_ID, ERRORS.advisorsOnly())
}
