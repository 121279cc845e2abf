/** EXERCISE_OPTIONS: a long option is to be exercised tonight, or to lapse at its end. */
import type { VenueEvent } from '#exchange/exchange.ts'
import { findOne } from '#gateway/contracts/find-contract.ts'
import type { Desk } from '#gateway/desk.ts'
import { ERRORS } from '#gateway/error-codes.ts'
import { readContractWithoutPrimary } from '#gateway/messages/wire-contract.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse } from '#gateway/session.ts'
import { quantityFrom } from '#model/border.ts'

/** IBKR's exerciseAction. */
const ACTIONS: Readonly<Record<number, 'exercise' | 'lapse'>> = { 1: 'exercise', 2: 'lapse' }
/** version, reqId, contract without its primary exchange, action, quantity, account, override. */
export const exerciseOptions: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const query = readContractWithoutPrimary(fields)
  const action = ACTIONS[fields.id('exerciseAction')]
  const contracts = fields.id('exerciseQuantity')
  const account = fields.text()
  const override = fields.flag()
  if (refusedUnreadable(session, reqId, fields)) return
  if (account !== '' && account !== desk.venue.account) {
    refuse(session, reqId, ERRORS.unknownAccount(account))
    return
  }
  if (action === undefined) {
    refuse(session, reqId, ERRORS.invalid('Exercise action must be 1 (exercise) or 2 (lapse)'))
    return
  }
  const found = findOne(desk.venue, query)
  if (!found.ok) {
    refuse(session, reqId, found.error)
    return
  }
  const refusal = desk.venue.exercise({
    instrument: found.value.instrument.id,
    contracts: quantityFrom(contracts),
    action,
    override,
    askedBy: { clientId: session.clientId, requestId: reqId },
  })
  if (refusal !== undefined) refuse(session, reqId, { code: refusal.code, text: refusal.reason })
}

/** Tells whoever asked, if it is here, that the night did not carry its request out. */
export function tellExerciseRefused(desk: Desk, { request, refusal }: ExerciseRefused): void {
  const { askedBy } = request
  const session = askedBy === undefined ? undefined : desk.sessions.get(askedBy.clientId)
  if (session === undefined || askedBy === undefined) return
  refuse(session, askedBy.requestId, { code: refusal.code, text: refusal.reason })
}

type ExerciseRefused = Extract<VenueEvent, { readonly type: 'ExerciseRefused' }>
