/** Requests for history: bars and how far back they go, schedules, histograms. */
import { VENUE_ZONE } from '#gateway/contracts/listing.ts'
import type { Desk } from '#gateway/desk.ts'
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { historyOf, type HistoryQuery } from '#gateway/history/bars.ts'
import { headOf } from '#gateway/history/head.ts'
import { histogramOf } from '#gateway/history/histogram.ts'
import {
  hasHistory,
  parseBarSize,
  parseDuration,
  parsePeriod,
  parseWhatToShow,
  stepObjection,
} from '#gateway/history/history-query.ts'
import { historyNews } from '#gateway/history/kept-history.ts'
import { PACING_VIOLATION } from '#gateway/history/pacing-words.ts'
import { scheduleOf } from '#gateway/history/schedule.ts'
import {
  headTimestamp,
  histogramData,
  historicalData,
  historicalSchedule,
} from '#gateway/messages/outgoing/history.ts'
import { readContract, skipLegs, type ContractQuery } from '#gateway/messages/wire-contract.ts'
import { dataContract, missingPermission } from '#gateway/requests/data-contract.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse, type Session } from '#gateway/session.ts'
import { parseWireTime, wireTime, wireUtc } from '#gateway/venue-time.ts'
import type { FieldReader } from '#gateway/wire/field-reader.ts'
import { err, ok, type Result } from '#model/result.ts'

/**
 * REQ_HISTORICAL_DATA: reqId, contract, includeExpired, endDateTime, barSize, duration, useRTH,
 * whatToShow, formatDate, [legs], keepUpToDate, options.
 */
export const reqHistoricalData: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const asked = readAsked(fields)
  if (refusedUnreadable(session, reqId, fields)) return
  const query = queryOf(desk, asked)
  const objection = query.ok ? objectionTo(desk, session, reqId, asked, query.value) : query.error
  if (objection !== undefined) refuse(session, reqId, objection)
  else if (query.ok)
    desk.data.history.work(session, reqId, desk, () =>
      answer(desk, session, reqId, asked, query.value),
    )
}

interface Asked {
  readonly contract: ContractQuery
  readonly includeExpired: boolean
  readonly end: string
  readonly barSize: string
  readonly duration: string
  readonly regularOnly: boolean
  readonly show: string
  readonly formatDate: number
  readonly keepUpToDate: boolean
}

function readAsked(fields: FieldReader): Asked {
  const contract = readContract(fields)
  const includeExpired = fields.flag()
  const { end, barSize, duration } = fields.named(['end', 'barSize', 'duration'])
  const regularOnly = fields.flag()
  const show = fields.text()
  const formatDate = fields.integer('formatDate') ?? 1
  skipLegs(fields, contract)
  return { contract, includeExpired, end, barSize, duration, regularOnly, show, formatDate, keepUpToDate: fields.flag() } // prettier-ignore
}

function queryOf(desk: Desk, asked: Asked): Result<HistoryQuery, ErrorAnswer> {
  const found = dataContract(desk, asked.contract, asked.includeExpired)
  if (!found.ok) return found
  const { instrument, exchange } = found.value
  const size = parseBarSize(asked.barSize)
  if (!size.ok) return size
  const duration = parseDuration(asked.duration)
  if (!duration.ok) return duration
  const show = parseWhatToShow(asked.show, `${instrument.symbol}@${exchange}`)
  if (!show.ok) return show
  const end = asked.end === '' ? desk.venue.now : parseWireTime(asked.end)
  if (end === undefined) return err(ERRORS.badEndTime())
  return ok({
    instrument,
    end,
    duration: duration.value,
    size: size.value,
    show: show.value,
    outsideRegularHours: !asked.regularOnly,
    epochDates: asked.formatDate === 2,
  })
}

/** The shortest bars that are kept up to date. */
const SHORTEST_KEPT_SECONDS = 5

function objectionTo(
  desk: Desk,
  session: Session,
  reqId: number,
  asked: Asked,
  query: HistoryQuery,
): ErrorAnswer | undefined {
  const { show, size, instrument } = query
  const { history, bars } = desk.data
  if (history.isUnderWay(session, reqId) || bars.has(session, reqId)) return ERRORS.duplicateRequestId() // prettier-ignore
  if (show === 'ADJUSTED_LAST' && asked.end !== '') return ERRORS.invalid('End Date not supported with adjusted last') // prettier-ignore
  if (show === 'SCHEDULE' && size.kind !== 'day') return ERRORS.invalid('A schedule is asked for with bars of 1 day') // prettier-ignore
  const unkept = asked.keepUpToDate ? objectionToKeeping(asked, query) : undefined
  if (unkept !== undefined) return unkept
  if (!hasHistory(instrument.assetClass, show)) return noData(asked)
  const missing = missingPermission(desk, instrument)
  if (missing !== undefined) return ERRORS.noHistory(missing)
  return stepObjection(size, query.duration) ?? pacingObjection(desk, asked, query)
}

function objectionToKeeping({ end }: Asked, { size, show }: HistoryQuery): ErrorAnswer | undefined {
  if (end !== '') return ERRORS.invalid('End Date not supported with keepUpToDate')
  if (show === 'SCHEDULE') return ERRORS.invalid('A schedule is not kept up to date')
  return size.kind === 'intraday' && size.seconds < SHORTEST_KEPT_SECONDS
    ? ERRORS.invalid('keepUpToDate needs bars of 5 secs or more')
    : undefined
}

function pacingObjection(desk: Desk, asked: Asked, query: HistoryQuery): ErrorAnswer | undefined {
  const { instrument, show, size } = query
  const request = {
    identity: JSON.stringify(asked),
    contract: `${instrument.id} ${asked.contract.exchange} ${show}`,
    seconds: size.kind === 'intraday' ? size.seconds : Infinity,
    weight: show === 'BID_ASK' ? (2 as const) : (1 as const),
  }
  return desk.data.history.violates(request, desk.venue.now) ? ERRORS.noHistory(PACING_VIOLATION) : undefined // prettier-ignore
}

function answer(
  desk: Desk,
  session: Session,
  reqId: number,
  asked: Asked,
  query: HistoryQuery,
): void {
  // prettier-ignore
  const { venue } = desk
  if (query.show === 'SCHEDULE') {
    session.send(historicalSchedule(reqId, VENUE_ZONE, scheduleOf(venue, query)))
    return
  }
  const history = historyOf(venue, query)
  if (!history.ok || history.value.bars.length === 0) {
    refuse(session, reqId, history.ok ? noData(asked) : history.error)
    return
  }
  const { start, bars } = history.value
  session.send(historicalData(reqId, wireTime(start), wireTime(query.end), bars))
  if (!asked.keepUpToDate) return
  const news = historyNews(venue, reqId, query, bars.at(-1))
  desk.data.bars.begin({ kind: 'history', session, reqId, instrument: query.instrument, news })
}

const noData = ({ contract, show }: Pick<Asked, 'contract' | 'show'>): ErrorAnswer =>
  ERRORS.noHistory(
    `HMDS query returned no data: ${contract.localSymbol || contract.symbol}@${contract.exchange} ${titleCase(show)}`,
  )

const titleCase = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase() // prettier-ignore

/** CANCEL_HISTORICAL_DATA: version, reqId. */
export const cancelHistoricalData: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  if (!refusedUnreadable(session, reqId, fields)) cancel(desk, session, reqId)
}

/** What is under way or kept up to date ends with 162, anything else is not known (366). */
function cancel({ data }: Desk, session: Session, reqId: number): void {
  const ended = data.bars.end('history', session, reqId) || data.history.cancel(session, reqId)
  refuse(session, reqId, ended ? ERRORS.noHistory(`API historical data query cancelled: ${reqId}`) : ERRORS.noSuchHistoricalQuery(reqId)) // prettier-ignore
}

/** REQ_HEAD_TIMESTAMP: reqId, contract, includeExpired, useRTH, whatToShow, formatDate. */
export const reqHeadTimestamp: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const contract = readContract(fields)
  fields.skip()
  const regularOnly = fields.flag()
  const shown = fields.text()
  const formatDate = fields.integer('formatDate') ?? 1
  if (refusedUnreadable(session, reqId, fields)) return
  const head = headTime(desk, contract, shown, regularOnly)
  if (!head.ok) refuse(session, reqId, head.error)
  else session.send(headTimestamp(reqId, formatDate === 2 ? String(head.value / 1000) : wireUtc(head.value))) // prettier-ignore
}

function headTime(
  desk: Desk,
  contract: ContractQuery,
  shown: string,
  regularOnly: boolean,
): Result<number, ErrorAnswer> {
  const found = dataContract(desk, contract)
  if (!found.ok) return found
  const { instrument, exchange } = found.value
  const show = parseWhatToShow(shown, `${instrument.symbol}@${exchange}`)
  if (!show.ok) return show
  const missing = missingPermission(desk, instrument)
  if (missing !== undefined) return err(ERRORS.noHistory(missing))
  const head = hasHistory(instrument.assetClass, show.value) ? headOf(desk.venue, instrument, show.value, !regularOnly) : undefined // prettier-ignore
  return head === undefined ? err(ERRORS.noHistory('No head time stamp')) : ok(head)
}

/** REQ_HISTOGRAM_DATA: reqId, contract, includeExpired, useRTH, period. */
export const reqHistogramData: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const contract = readContract(fields)
  fields.skip()
  const regularOnly = fields.flag()
  const period = parsePeriod(fields.text())
  if (refusedUnreadable(session, reqId, fields)) return
  const found = dataContract(desk, contract)
  if (!found.ok || !period.ok) {
    refuse(session, reqId, found.ok ? (period.ok ? ERRORS.noHistogram('') : period.error) : found.error) // prettier-ignore
    return
  }
  const { instrument } = found.value
  const missing = missingPermission(desk, instrument)
  if (missing !== undefined) {
    refuse(session, reqId, ERRORS.noHistogram(missing))
    return
  }
  desk.data.history.work(
    session,
    reqId,
    desk,
    () =>
    session.send(histogramData(reqId, histogramOf(desk.venue, instrument, period.value, !regularOnly))), // prettier-ignore
  )
}

/** CANCEL_HISTOGRAM_DATA: reqId. */
export const cancelHistogramData: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  if (!refusedUnreadable(session, reqId, fields)) desk.data.history.cancel(session, reqId)
}
