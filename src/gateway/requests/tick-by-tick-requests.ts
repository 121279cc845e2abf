/** Requests for single ticks, as they happen and from the past. */
import type { Desk } from '#gateway/desk.ts'
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { parseWireTime } from '#gateway/venue-time.ts'
import { pastTicksMessage, TICK_KINDS, ticksOf, type TickKind } from '#gateway/history/past-ticks.ts' // prettier-ignore
import { PACING_VIOLATION } from '#gateway/history/pacing-words.ts'
import { linesInUse } from '#gateway/market-data/lines-in-use.ts'
import { mostTickByTick } from '#gateway/market-data/terms.ts'
import type { TickByTickType } from '#gateway/messages/outgoing/ticks.ts'
import { readContract, type ContractQuery } from '#gateway/messages/wire-contract.ts'
import { dataContract, missingPermission } from '#gateway/requests/data-contract.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse, type Session } from '#gateway/session.ts'
import type { FieldReader } from '#gateway/wire/field-reader.ts'
import type { Listed } from '#exchange/listing.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { EpochMs } from '#model/time.ts'

/** The most that one request for past ticks may ask (IBKR's guide, "Historical Tick Data"). */
const MOST_TICKS = 1_000

const TYPES = ['Last', 'AllLast', 'BidAsk', 'MidPoint'] as const satisfies readonly TickByTickType[]

/** What the past of a stream is made of. */
const KIND_OF: Readonly<Record<TickByTickType, TickKind>> = {
  Last: 'TRADES',
  AllLast: 'TRADES',
  BidAsk: 'BID_ASK',
  MidPoint: 'MIDPOINT',
}

/** REQ_TICK_BY_TICK_DATA: reqId, contract, type, numberOfTicks, ignoreSize. */
export const reqTickByTickData: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const query = readContract(fields)
  const named = fields.text()
  const count = fields.integer('numberOfTicks') ?? 0
  const ignoresSize = fields.flag()
  if (refusedUnreadable(session, reqId, fields)) return
  const type = TYPES.find((known) => known === named)
  const found = dataContract(desk, query)
  const objection = found.ok ? objectionToStream(desk, session, reqId, found.value.instrument, type, count) : found.error // prettier-ignore
  if (objection !== undefined) refuse(session, reqId, objection)
  if (objection !== undefined || !found.ok || type === undefined) return
  const { instrument } = found.value
  if (count > 0) {
    const range = { end: desk.venue.now, count, regularOnly: false, ignoresSize }
    session.send(pastTicksMessage(reqId, KIND_OF[type], ticksOf(desk.venue, instrument, KIND_OF[type], range))) // prettier-ignore
  }
  desk.data.ticks.begin({ session, reqId, instrument, type, ignoresSize })
}

function objectionToStream(
  desk: Desk,
  session: Session,
  reqId: number,
  of: Listed,
  type: TickByTickType | undefined,
  count: number,
): ErrorAnswer | undefined {
  const { ticks, history, terms } = desk.data
  if (type === undefined) return ERRORS.invalid(`Tick-by-tick type must be one of ${TYPES.join(', ')}`) // prettier-ignore
  if (count < 0 || count > MOST_TICKS) return ERRORS.invalid(`Number of ticks must be 0 to ${MOST_TICKS}`) // prettier-ignore
  if (ticks.has(session, reqId)) return ERRORS.duplicateRequestId()
  if (!hasTicks(of, KIND_OF[type])) return ERRORS.noTicks(`No ${type} data for ${of.assetClass}`)
  const missing = missingPermission(desk, of)
  if (missing !== undefined) return ERRORS.noTicks(missing)
  if (ticks.open >= mostTickByTick(terms.lines)) return ERRORS.tooManyTickStreams()
  if (linesInUse(desk) >= terms.lines) return ERRORS.tooManyLines()
  return history.repeats(`${of.id} ${type}`, desk.venue.now) ? ERRORS.badRealTimeQuery(PACING_VIOLATION) : undefined // prettier-ignore
}

/** Pairs have no trades that are reported, indices nobody who quotes them. */
function hasTicks({ assetClass }: Listed, kind: TickKind): boolean {
  if (assetClass === 'CASH') return kind !== 'TRADES'
  return assetClass !== 'IND' || kind === 'TRADES'
}

/** CANCEL_TICK_BY_TICK_DATA: reqId. */
export const cancelTickByTickData: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  if (refusedUnreadable(session, reqId, fields)) return
  if (!desk.data.ticks.end(session, reqId)) refuse(session, reqId, ERRORS.unknownTicker(reqId))
}

interface PastAsked {
  readonly contract: ContractQuery
  readonly includeExpired: boolean
  readonly start: string
  readonly end: string
  readonly count: number
  readonly kind: string
  readonly regularOnly: boolean
  readonly ignoresSize: boolean
}

function readPast(fields: FieldReader): PastAsked {
  const contract = readContract(fields)
  const includeExpired = fields.flag()
  return {
    contract,
    includeExpired,
    start: fields.text(),
    end: fields.text(),
    count: fields.integer('numberOfTicks') ?? 0,
    kind: fields.text().toUpperCase(),
    regularOnly: fields.flag(),
    ignoresSize: fields.flag(),
  }
}

/** REQ_HISTORICAL_TICKS: reqId, contract, includeExpired, start, end, number, whatToShow, useRth, ignoreSize, options. */
export const reqHistoricalTicks: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const asked = readPast(fields)
  if (refusedUnreadable(session, reqId, fields)) return
  const query = pastQuery(desk, asked)
  if (!query.ok) {
    refuse(session, reqId, query.error)
    return
  }
  const { of, kind, range } = query.value
  const { history } = desk.data
  const identity = `ticks ${JSON.stringify(asked)}`
  const contract = `${of.id} ${asked.contract.exchange} ${kind}`
  if (
    history.violates(
      { identity, contract, seconds: 0, weight: kind === 'BID_ASK' ? 2 : 1 },
      desk.venue.now,
    )
  )
    // prettier-ignore
    refuse(session, reqId, ERRORS.noHistoricalTicks(PACING_VIOLATION))
  else
    history.work(session, reqId, desk, () =>
      session.send(pastTicksMessage(reqId, kind, ticksOf(desk.venue, of, kind, range))),
    )
}

interface PastQuery {
  readonly of: Listed
  readonly kind: TickKind
  readonly range: Parameters<typeof ticksOf>[3]
}

function pastQuery(desk: Desk, asked: PastAsked): Result<PastQuery, ErrorAnswer> {
  const found = dataContract(desk, asked.contract, asked.includeExpired)
  if (!found.ok) return found
  const { instrument: of } = found.value
  const kind = TICK_KINDS.find((known) => known === asked.kind)
  if (kind === undefined) return err(ERRORS.invalid(`Historical ticks are made of ${TICK_KINDS.join(', ')}, not "${asked.kind}"`)) // prettier-ignore
  if (!hasTicks(of, kind)) return err(ERRORS.noHistoricalTicks(`No historical market data for ${of.symbol}/${of.assetClass}@${of.exchange} ${kind}`)) // prettier-ignore
  if (asked.count < 1 || asked.count > MOST_TICKS) return err(ERRORS.invalid(`Number of ticks must be 1 to ${MOST_TICKS}`)) // prettier-ignore
  const missing = missingPermission(desk, of)
  if (missing !== undefined) return err(ERRORS.noHistoricalTicks(missing))
  const at = boundOf(asked)
  if (!at.ok) return at
  const { count, regularOnly, ignoresSize } = asked
  return ok({ of, kind, range: { ...at.value, count, regularOnly, ignoresSize } })
}

/** Exactly one of start and end must be given. */
function boundOf({
  start,
  end,
}: PastAsked): Result<{ readonly start: EpochMs } | { readonly end: EpochMs }, ErrorAnswer> {
  // prettier-ignore
  if ((start === '') === (end === ''))
    return err(ERRORS.invalid('Please specify either the start or the end of historical ticks'))
  const at = parseWireTime(start === '' ? end : start)
  if (at === undefined) return err(ERRORS.badEndTime())
  return ok(start === '' ? { end: at } : { start: at })
}
