/** Requests for today's trades. */
import { contractBlock } from '#gateway/contracts/listing.ts'
import { ERRORS } from '#gateway/error-codes.ts'
import { executionData, executionDataEnd } from '#gateway/messages/outgoing/executions.ts'
import { commissionMessage, wireExecutionOf } from '#gateway/orders/order-reports.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse } from '#gateway/session.ts'
import { parseWireTime } from '#gateway/venue-time.ts'
import type { FieldReader } from '#gateway/wire/field-reader.ts'
import type { VenueExecution } from '#exchange/exchange.ts'
import type { Instrument } from '#model/instrument.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { EpochMs } from '#model/time.ts'

/**
 * REQ_EXECUTIONS: version, reqId, then the filter: clientId, account, time, symbol, secType,
 * exchange, side. The account's executions since the venue's midnight, each with its commission.
 */
export const reqExecutions: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const filter = readFilter(fields)
  if (refusedUnreadable(session, reqId, fields)) return
  if (!filter.ok) {
    refuse(session, reqId, ERRORS.invalid(filter.error))
    return
  }
  const { directory } = desk.venue
  for (const execution of desk.venue.executions()) {
    const instrument = directory.byId(execution.instrument)
    if (instrument === undefined || instrument.assetClass === 'IND') continue
    if (!passes(filter.value, execution, instrument, desk.venue.account)) continue
    const wire = wireExecutionOf(desk, { instrument }, execution)
    session.send(executionData(reqId, wire, session.version))
    session.send(commissionMessage(execution))
  }
  session.send(executionDataEnd(reqId))
}

interface ExecutionFilter {
  /** 0 is what clients send for "any". */
  readonly clientId: number
  readonly account: string
  readonly since: EpochMs
  readonly symbol: string
  readonly secType: string
  readonly exchange: string
  readonly side: string
}

function readFilter(fields: FieldReader): Result<ExecutionFilter> {
  const clientId = fields.integer('clientId') ?? 0
  const text = fields.named(['account', 'time', 'symbol', 'secType', 'exchange', 'side'])
  const since = text.time === '' ? -Infinity : parseWireTime(text.time)
  if (since === undefined)
    return err(`Invalid time "${text.time}"; expected yyyymmdd hh:mm:ss xx/xxxx`)
  return ok({ ...text, clientId, since })
}

const says = (asked: string, ...ours: readonly string[]): boolean =>
  asked === '' || ours.includes(asked.toUpperCase())

/** Whoever asks for what a router sent somewhere means all of it. */
const ROUTERS = ['SMART', 'BEST']

function passes(
  filter: ExecutionFilter,
  of: VenueExecution,
  instrument: Instrument,
  account: string,
): boolean {
  const { symbol, secType } = contractBlock(instrument)
  const side = of.side === 'BOT' ? ['BUY', 'BOT'] : ['SELL', 'SLD', 'SSHORT']
  return (
    (filter.clientId === 0 || filter.clientId === of.owner.clientId) &&
    (filter.account === '' || filter.account === account) &&
    of.at >= filter.since &&
    says(filter.symbol, symbol.toUpperCase()) &&
    says(filter.secType, secType) &&
    says(filter.exchange, of.venue, ...ROUTERS) &&
    says(filter.side, ...side)
  )
}
